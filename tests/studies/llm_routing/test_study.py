from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.campaign import Replay
from variorum.features import featurizer
from variorum.studies.base import as_plain
from variorum.studies.corpus_parts import open_part
from variorum.studies.llm_routing import STRATEGIES, STUDY, beside
from variorum.studies.llm_routing.beside import PERSON, corpus_beside_llm, corpus_of_people
from variorum.studies.llm_routing.replaying import shared_replay
from variorum.studies.running import run_study
from variorum.studies.strategies.curves import heights_at
from variorum.studies.write_up import write_up

CHANGES = {"corpora": ("small",), "flaws": ("none", "useless"), "cheaper": (20, 1), "strategies": (), "seeds": 2,
           "votes": 60, "cold_start": 20, "batch": 20, "members": 4, "draws": 20}  # fmt: skip
SETTINGS = replace(STUDY.presets["quick"], **CHANGES)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """The small corpus under a name; some annotators have prices of their own, which the study does not look at."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("variorum.studies.corpus_parts.open_corpus", lambda _: small_corpus())
        yield
    for cached in (open_part, shared_replay, corpus_of_people, beside._answers, beside._vectors):
        cached.cache_clear()


@pytest.fixture(scope="module")
def outcome():
    return run_study("llm-routing", changes=CHANGES)


def _values(outcome, strategy, flaw="", cheaper=0, seed=0):
    wanted = {"corpus": "small", "llm": flaw, "cheaper": cheaper, "strategy": strategy, "seed": seed}
    return next(run.values for run in outcome.runs if run.key == wanted)


def test_a_study_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    # Two of people alone; two LLMs with five strategies, and at the second price with the first of them.
    assert len(outcome.runs) == 2 * (2 + 2 * (5 + 1))
    files = {path.name for path in write_up(outcome, tmp_path).files}
    assert files >= {"findings.md", "money.csv", "curves.csv"}


def test_people_alone_spend_all_of_their_money_and_buy_no_llm(outcome):
    values = _values(outcome, "people-random")
    assert values["money"] == 60 * PERSON
    assert values["spent"] == [20 * PERSON, 40 * PERSON, 60 * PERSON]
    assert (values["llm_votes"], values["llm_spent"]) == (0, 0)
    assert values["final"] == pytest.approx(values["js"][-1], abs=1e-5)


@pytest.mark.parametrize(
    "strategy", ["prior-random", "prior-population-error", "as-people-cost-aware", "entropy-split", "tested-as-person"]
)
def test_with_an_llm_money_goes_on_and_the_final_score_is_that_of_peoples_money(outcome, strategy):
    values = _values(outcome, strategy, "useless", 20)
    # A fifth more; what is left at the end does not pay a person.
    assert 71 * PERSON < values["spent"][-1] <= 72 * PERSON
    assert values["llm_spent"] == values["llm_votes"] * PERSON // 20 > 0
    spent = np.array(values["spent"], float)
    at_money = heights_at(spent, np.array(values["js"]), np.array([60.0 * PERSON]))[0]
    assert values["final"] == pytest.approx(at_money, abs=1e-5)
    assert values["final"] == pytest.approx(np.mean(values["items"]["final"]), abs=1e-5)


def test_ignoring_the_llm_is_having_none(outcome):
    corpus = corpus_beside_llm("small", "tfidf", "useless", 20, 0)
    replay = Replay.of(SETTINGS.config("small", "ignore"), corpus, 0, featurizer("tfidf"))
    run = replay.run(STRATEGIES["people-random"].arm(), 60 * PERSON)
    assert [score.scores["js"] for score in run.rounds] == pytest.approx(
        _values(outcome, "people-random")["js"], abs=1e-5
    )


def test_strategies_of_a_seed_ask_people_the_same_at_first(outcome):
    finals = {seed: _values(outcome, "people-random", seed=seed)["js"] for seed in (0, 1)}
    assert finals[0][0] == _values(outcome, "people-population-error")["js"][0]
    assert finals[0] != finals[1]


def test_a_run_does_not_depend_on_those_before(outcome):
    run = next(run for run in outcome.runs if run.key["strategy"] == "prior-random")
    for cached in (shared_replay, corpus_of_people, beside._answers, beside._vectors):
        cached.cache_clear()
    assert as_plain("values", STUDY.run(run.key, SETTINGS)) == run.values


def test_half_of_what_people_offer_is_the_most(outcome):
    settings = replace(SETTINGS, votes=10_000)
    pool = shared_replay("small", "useless", 20, "prior", 0, settings).scene.layout.pool
    key = {"corpus": "small", "llm": "useless", "cheaper": 20, "strategy": "prior-random", "seed": 0}
    # Four people an item; the LLM's votes are nobody's offer.
    assert STUDY.run(key, settings)["money"] == 4 * pool.size // 2 * PERSON
