"""What the numbers say, on numbers that are made up."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.studies.base import Run
from variorum.studies.campaign_experiments import ExperimentSettings
from variorum.studies.campaign_experiments.annotator_selection import ACAL, EXPERIMENT, OURS
from variorum.studies.campaign_experiments.findings import experiment_findings
from variorum.studies.campaign_experiments.results import Results
from variorum.studies.strategies.replaying import LINES

SETTINGS = ExperimentSettings(
    10, ("one", "two"), (*ACAL, *OURS), features="tfidf", votes=100, cold_start=10, draws=50
)  # fmt: skip
# Worst group’s JS: coverage is below all four, thompson below three of them.
WORST = {"random": 0.30, "label-minority": 0.32, "semantic-diversity": 0.31, "representation-diversity": 0.33,
         "coverage": 0.28, "thompson": 0.305, "population-error": 0.34}  # fmt: skip


def runs_of(settings=SETTINGS, *, groups=("one", "two")):
    rng = np.random.default_rng(0)
    votes = np.arange(10, 101, 10)
    runs = []
    for number in range(settings.seeds):
        for corpus in settings.corpora:
            seed, shift = settings.seed(corpus, number), 0.01 * rng.normal()
            runs.append(Run({"corpus": corpus, "arm": LINES, "seed": seed}, {"js": {"oracle floor": 0.01}}))
            for arm in EXPERIMENT.names(settings):
                worst = WORST[arm] + shift + 1e-4 * rng.normal()
                js = 0.2 + shift - 1e-3 * votes
                items = dict.fromkeys(("area", "final", "kl", "brier", "tvd"), (js[-1] + np.zeros(4)).tolist())
                values = {
                    "votes": votes.tolist(), "js": js.tolist(), "budget": 100, "items": items,
                    **{name: float(js[-1]) for name in items}, "accuracy": 0.5, "macro_f1": 0.5,
                    "worst_group": worst if corpus in groups else None, "worst_tenth": worst, "truth": None,
                    "labelled": 100, "asked": 9, "behind": 100, "assignments": 100, "forced": 25,
                }  # fmt: skip
                runs.append(Run({"corpus": corpus, "arm": arm, "seed": seed}, values))
    return runs


@pytest.fixture(scope="module")
def found():
    return experiment_findings(EXPERIMENT, SETTINGS, runs_of())


def test_the_goal_is_met_by_those_below_all_four(found):
    assert found.verdict[0] == (
        "The worst group has a lower JS than under each of the four of annotator-centric active learning, interval "
        "clear of 0, with coverage on one and coverage on two; not with thompson on one, thompson on two, "
        "population-error on one and population-error on two."
    )
    table = next(each for each in found.tables() if each.title == "Worst group, JS on one: ours less each of the four")
    rows = {row[0]: row for row in table.rows}
    assert rows["coverage"][-1] == "yes"
    assert rows["thompson"][-1] == "no"
    assert rows["coverage"][2].value == pytest.approx(-0.02, abs=1e-3)
    assert "the best of the four here is random" in table.note
    # Twelve tests; ten seeds give .00195 at least.
    assert rows["coverage"][-2].p == pytest.approx(12 / 512, abs=1e-4)


def test_arms_are_told_apart_by_score_and_corpus(found):
    said = found.verdict[1]
    assert said.startswith("Against annotators at random: By worst group ")
    assert "coverage is better on one and two" in said
    assert "population-error is worse on one and two" in said
    assert said.endswith("No arm is told apart by final JS and area under the JS curve.")


def test_a_score_that_a_corpus_lacks_is_passed_over():
    found = experiment_findings(EXPERIMENT, SETTINGS, runs_of(groups=("two",)))
    assert "with coverage on two; not with thompson on two and population-error on two." in found.verdict[0]
    titles = [table.title for table in found.tables()]
    assert not any(title.startswith("Worst group, JS on one") for title in titles)
    assert any(title.startswith("Worst tenth of annotators, JS on one") for title in titles)


def test_few_seeds_claim_nothing_and_say_so():
    settings = replace(SETTINGS, seeds=3)
    found = experiment_findings(EXPERIMENT, settings, runs_of(settings))
    assert found.verdict[1].endswith("(3 seeds can pass no test after Holm’s correction).")
    assert "No arm is told apart by worst group, worst tenth of annotators, final JS" in found.verdict[1]


def test_development_is_called_development():
    settings = replace(SETTINGS, corpora=("hs-brexit", "multipico-english"))
    found = experiment_findings(EXPERIMENT, settings, runs_of(settings, groups=settings.corpora))
    assert found.notes[0] == "Campaigns were developed on hs-brexit: nothing here confirms them there."
    assert {row[2] for row in found.data[1].rows if row[0] == "multipico-english"} == set(range(100, 110))


def test_curves_are_drawn_over_votes():
    at, heights = Results(EXPERIMENT, SETTINGS, runs_of()).curve("one", "random")
    assert (at[0], at[-1], heights.shape) == (10, 100, (10, at.size))
    assert heights[0, 0] - heights[0, -1] == pytest.approx(0.09)
