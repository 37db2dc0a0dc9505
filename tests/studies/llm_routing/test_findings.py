from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.studies.base import Run
from variorum.studies.llm_routing.findings import routing_findings
from variorum.studies.llm_routing.goals import goal_rows
from variorum.studies.llm_routing.results import Place, Results
from variorum.studies.llm_routing.settings import LlmRoutingSettings
from variorum.studies.llm_routing.strategies import PEOPLE
from variorum.studies.llm_routing.study import STUDY

SETTINGS = LlmRoutingSettings(
    10, corpora=("one", "two"), flaws=("biased-half", "useless"), cheaper=(20,), votes=100, cold_start=10, draws=50,
    strategies=("prior-random", "prior-population-error", "as-people-cost-aware"),
)  # fmt: skip
# Curves fall in a straight line from .4 at 10 to these at 100, and go on so to 120.
ENDS = {
    ("", "people-random"): 0.22,
    ("", "people-population-error"): 0.13,
    ("biased-half", "prior-random"): 0.04,
    ("biased-half", "prior-population-error"): 0.10,
    ("biased-half", "as-people-cost-aware"): 0.31,
    ("useless", "prior-random"): 0.22,
    ("useless", "prior-population-error"): 0.15,
    ("useless", "as-people-cost-aware"): 0.39,
}


def runs_of(settings=SETTINGS, ends=ENDS):
    runs, shifts = [], np.random.default_rng(0).normal(size=120)
    for key in STUDY.runs(settings):
        end = ends[key["llm"], key["strategy"]]
        spent = np.arange(10, 121 if key["llm"] else 101, 10)
        js = 0.4 - (0.4 - end) * (spent - 10) / 90 + 0.01 * shifts[key["seed"]]
        final = end + 0.01 * shifts[key["seed"]]
        values = {
            "money": 100, "requests": spent.tolist(), "spent": spent.tolist(), "js": js.tolist(), "final": float(final),
            "items": {"final": (final + 1e-3 * np.arange(-2, 3)).tolist()},
            "llm_votes": 240 if key["llm"] else 0, "llm_spent": 12 if key["llm"] else 0,
        }  # fmt: skip
        runs.append(Run(key, values))
    return runs


@pytest.fixture(scope="module")
def results():
    return Results(SETTINGS, runs_of())


def test_money_by_hand(results):
    # From .4 down to .22 on a line that loses .36 in 90: 45 after the first 10.
    place = Place("one", "biased-half", 20, "prior-random")
    assert results.money(place, "people-random").value == pytest.approx(0.55, abs=1e-9)
    # To .13: .27 of .36, at 77.5; all seeds are shifted alike, so that the interval is one point.
    found = results.money(place, "people-population-error")
    assert (found.value, found.low, found.high) == pytest.approx((0.775,) * 3, abs=1e-9)
    # To .13 with an end of .15: .27 of .25 in 90, at 107.2, beyond people's money.
    late = results.money(Place("one", "useless", 20, "prior-population-error"), "people-population-error")
    assert late.value == pytest.approx(1.072, abs=1e-3)
    never = results.money(Place("one", "useless", 20, "as-people-cost-aware"), "people-random")
    assert np.isnan([never.value, never.low, never.high]).all()
    alone = Place("one", "", 0, "people-random")
    assert results.money(alone, "people-random").value == pytest.approx(1.0, abs=1e-9)
    assert np.isnan(results.money(alone, "people-population-error").value)


def test_each_is_compared_with_the_same_without_an_llm(results):
    one = results.compared[Place("two", "biased-half", 20, "prior-population-error")]
    assert one.reference == "people-population-error"
    assert one.difference.mean == pytest.approx(-0.03, abs=1e-9)
    # Ten seeds all one way: 2 / 1,024, three times by Holm's correction over the strategies of one LLM.
    assert one.holm_p == pytest.approx(3 * 2 / 1024)
    assert one.claim == "lower"
    assert results.compared[Place("two", "useless", 20, "as-people-cost-aware")].claim == "higher"
    assert [each.method for each in results.people["one"]] == list(PEOPLE)


def test_goals(results):
    rows = {(row.place.strategy, row.place.llm): row for row in goal_rows(results) if row.place.corpus == "one"}
    assert {key: row.met for key, row in rows.items()} == {
        ("prior-random", "biased-half"): True,
        ("prior-random", "useless"): True,
        ("prior-population-error", "biased-half"): False,
        ("prior-population-error", "useless"): False,
        ("as-people-cost-aware", "biased-half"): False,
        ("as-people-cost-aware", "useless"): False,
    }
    assert rows["prior-random", "biased-half"].surely
    assert not rows["as-people-cost-aware", "useless"].surely


def test_a_mean_within_the_goal_is_not_surely_so():
    runs = [
        replace(run, values={**run.values, "js": (np.array(run.values["js"]) + run.key["seed"] % 2 * 0.1).tolist()})
        if run.key["strategy"] == "prior-random"
        else run
        for run in runs_of()
    ]
    found = Results(SETTINGS, runs)
    # Half of the seeds lie .1 higher: the mean is at .22 where the line is at .17, 57.5 after the first 10.
    money = found.money(Place("one", "biased-half", 20, "prior-random"), "people-random")
    assert money.value == pytest.approx(0.675, abs=1e-3)
    assert money.low < 0.62 < 0.73 < money.high


def test_one_seed_has_no_interval_and_is_not_sure():
    settings = replace(SETTINGS, seeds=1)
    row = goal_rows(Results(settings, runs_of(settings)))[0]
    assert row.money.value == pytest.approx(0.55, abs=1e-9)
    assert np.isnan([row.money.low, row.money.high]).all()
    assert (row.met, row.surely) == (True, False)


def test_sentences():
    found = routing_findings(SETTINGS, runs_of())
    first, second, third, biased, useless = found.verdict
    assert first == (
        "With an LLM at 1/20 of a person’s price, prior-random needs of the money of people-random for its final "
        "score: biased-half: 55 % on one and 55 % on two (at most 60 % on 2 of 2, by the whole interval on 2); "
        "useless: 100 % on one and 100 % on two (at most 105 % on 2 of 2, by the whole interval on 2)."
    )
    assert "biased-half: 91 % on one and 91 % on two (at most 60 % on 0 of 2" in second
    assert "useless: more than 120 % on one and more than 120 % on two (at most 105 % on 0 of 2" in third
    assert "prior-random better on one and two; prior-population-error better on one and two" in biased
    assert "as-people-cost-aware worse on one and two." in biased
    assert "prior-random" not in useless
    assert "prior-population-error worse on one and two" in useless
    titles = [table.title for table in found.tables()]
    assert len(set(titles)) == len(titles)
    money, curves = found.data
    assert len(money.rows) == 2 * (2 + 2 * 3)
    assert len(curves.rows) == 10 * 2 * (2 * 10 + 6 * 12)


def test_few_seeds_claim_nothing_and_another_price_stands_for_that_of_the_goal():
    settings = replace(SETTINGS, seeds=3, corpora=("one",), cheaper=(5, 100), strategies=("prior-random",))
    found = routing_findings(settings, runs_of(settings))
    assert found.verdict[0].startswith("With an LLM at 1/5 of a person’s price")
    assert found.verdict[1].endswith("no strategy is told apart (3 seeds can pass no test after Holm’s correction).")
    assert not any("developed on" in note for note in found.notes)


def test_what_was_developed_here_is_not_confirmed_here():
    settings = replace(SETTINGS, corpora=("hs-brexit",), seeds=1)
    assert (
        routing_findings(settings, runs_of(settings))
        .notes[0]
        .startswith("The use of an LLM was developed on hs-brexit:")
    )


def test_released_answers_are_said_a_corpus_and_have_no_bound():
    settings = replace(SETTINGS, corpora=("one", "chaosnli-varierr"), models=("gpt-4", "labels-alone"))
    of_model = {"gpt-4": "biased-half", "labels-alone": "useless"}
    ends = {**ENDS, **{(model, s): ENDS[flaw, s] for model, flaw in of_model.items() for s in settings.with_llm}}
    found = routing_findings(settings, runs_of(settings, ends))
    said = next(line for line in found.verdict if line.startswith("With released answers on chaosnli-varierr, at 1/20"))
    assert "gpt-4: prior-random 55 %, prior-population-error 91 % and as-people-cost-aware more than 120 %" in said
    assert "labels-alone: prior-random > 99 %, prior-population-error 107 %" in said
    assert {row.place.corpus for row in goal_rows(Results(settings, runs_of(settings, ends)))} == {"one"}
    assert any("without the model gpt-4" in line for line in found.verdict)
    assert any(note.startswith("GPT scored those labels alone") for note in found.notes)
    assert not any("verifiers" in note for note in found.notes)
