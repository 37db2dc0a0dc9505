from __future__ import annotations

import pytest

from variorum import acquisition, assignment
from variorum.campaign import LLM_USES
from variorum.corpora.released_models import RELEASED
from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.llm_routing import PEOPLE, STRATEGIES, LlmRoutingSettings
from variorum.studies.llm_routing.settings import CORPORA, MODELS
from variorum.studies.llm_routing.study import STUDY
from variorum.studies.strategies import CONFIRMATION


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategies_name_methods_and_have_one_without_an_llm(name):
    strategy = STRATEGIES[name]
    assert strategy.llm in LLM_USES
    assert (strategy.llm == "ignore") == (name in PEOPLE)
    assert strategy.acquisition in acquisition.METHODS
    assert strategy.assignment in assignment.METHODS
    without = STRATEGIES[strategy.without or name]
    assert (without.llm, without.acquisition) == ("ignore", strategy.acquisition)


def test_a_strategy_and_the_one_without_an_llm_draw_the_same():
    assert STRATEGIES["prior-random"].arm() == STRATEGIES["people-random"].arm()
    assert len({strategy.arm().name for strategy in STRATEGIES.values()}) == 3


def test_one_name_is_a_list_of_one():
    settings = LlmRoutingSettings(1, corpora="hs-brexit", flaws="useless", cheaper=20, strategies="prior-random")
    assert settings.corpora == ("hs-brexit",)
    assert settings.flaws == ("useless",)
    assert settings.cheaper == (20,)
    assert settings.with_llm == ("prior-random",)
    assert LlmRoutingSettings(1).with_llm == tuple(name for name in STRATEGIES if name not in PEOPLE)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "seeds must be at least 1 and draws at least 20, not 0 and 1000"),
        ({"draws": 3}, "not 1 and 3"),
        ({"votes": 50}, "votes = 50 does not pay for the first round of 100"),
        ({"stretch": 0.9}, "stretch must lie between 1 and 2, not 0.9"),
        ({"cheaper": (0,)}, r"cheaper must hold whole numbers from 1 to 1,000, not \(0,\)"),
        ({"flaws": ()}, "flaws is empty; give one at least"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, message):
    with pytest.raises(ArgumentError, match=message):
        LlmRoutingSettings(**{"seeds": 1, **changes})


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="flaw"):
        LlmRoutingSettings(1, flaws=("lazy",))
    with pytest.raises(UnknownNameError, match="strategy"):
        LlmRoutingSettings(1, strategies=("people-random",))


def test_seeds_of_corpora_that_confirm_are_fresh():
    settings = LlmRoutingSettings(3)
    assert not set(CORPORA) & set(CONFIRMATION)
    assert [settings.seed("hs-brexit", n) for n in range(3)] == [0, 1, 2]
    assert [settings.seed("convabuse", n) for n in range(3)] == [100, 101, 102]


def test_people_alone_run_once_whatever_the_llm_and_other_prices_with_the_first_strategy():
    settings = LlmRoutingSettings(1, corpora=("hs-brexit",), cheaper=(5, 20, 100))
    keys = STUDY.runs(settings)
    alone = [key["strategy"] for key in keys if not key["llm"]]
    assert alone == list(PEOPLE)
    assert settings.goal_price == 20
    assert len(keys) - len(alone) == 4 * (len(settings.with_llm) + 2)
    assert {key["strategy"] for key in keys if key["cheaper"] in (5, 100)} == {"prior-random"}
    only = LlmRoutingSettings(1, strategies="prior-random")
    assert only.people == ("people-random",)


def test_released_answers_run_on_their_corpus_alone_with_fresh_seeds():
    settings = LlmRoutingSettings(1, corpora=("hs-brexit", "chaosnli-varierr"), models=("gpt-4", "bert-r1"))
    assert settings.llms("chaosnli-varierr") == ("gpt-4",)
    assert settings.llms("hs-brexit") == settings.flaws
    assert settings.seed("chaosnli-varierr", 0) == 100
    assert set(MODELS) == set(RELEASED)
    with pytest.raises(ArgumentError, match="none of the models answered anli-verifiers; add one of bert-r1"):
        LlmRoutingSettings(1, corpora="anli-verifiers", models="gpt-4")
    with pytest.raises(UnknownNameError, match="model"):
        LlmRoutingSettings(1, models="gpt-9")


def test_the_cpu_preset_is_small():
    # At two to three seconds a run: 25 core-minutes at most.
    assert len(STUDY.runs(STUDY.presets["cpu"])) <= 760
