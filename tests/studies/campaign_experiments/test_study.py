from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.studies.base import as_plain
from variorum.studies.campaign_experiments.annotator_selection import STUDY as SELECTION
from variorum.studies.campaign_experiments.replaying import shared_replay
from variorum.studies.campaign_experiments.scores import ITEMWISE
from variorum.studies.campaign_experiments.standard_active_learning import STUDY as STANDARD
from variorum.studies.corpus_parts import open_part
from variorum.studies.running import run_study
from variorum.studies.strategies.curves import area_weights
from variorum.studies.strategies.replaying import LINES
from variorum.studies.write_up import write_up

CHANGES = {"corpora": ("small",), "seeds": 2, "votes": 60, "cold_start": 20, "batch": 20, "members": 4, "draws": 20}
ARMS = ("majority-of-5-random", "majority-of-3-entropy", "simulated-entropy", "population-error")


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """The small corpus under a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("variorum.studies.corpus_parts.open_corpus", lambda _: small_corpus())
        yield
    open_part.cache_clear()
    shared_replay.cache_clear()


@pytest.fixture(scope="module")
def standard():
    return run_study("standard-active-learning", changes={**CHANGES, "arms": ARMS})


@pytest.fixture(scope="module")
def selection():
    return run_study("annotator-selection", changes={**CHANGES, "arms": ()})


def _values(outcome, arm, seed=0):
    return next(r.values for r in outcome.runs if (r.key["arm"], r.key["seed"]) == (arm, seed))


def test_experiments_from_end_to_end(standard, selection, tmp_path):
    assert standard.failures == selection.failures == ()
    assert len(standard.runs) == 2 * (1 + 4 + 2)
    assert len(selection.runs) == 2 * (1 + 9)
    for outcome in (standard, selection):
        files = {path.name for path in write_up(outcome, tmp_path / outcome.name).files}
        assert files >= {"findings.md", "tests.csv", "curves.csv"}
        titles = [table.title for table in outcome.findings.tables()]
        assert len(set(titles)) == len(titles)


def test_a_run_keeps_its_curve_and_its_items(standard):
    values = _values(standard, "one-vote-random")
    assert values["votes"] == [20, 40, 60]
    assert values["budget"] == 60
    assert values["area"] == pytest.approx(area_weights(np.array([20.0, 40, 60]), 20, 60) @ values["js"], abs=1e-5)
    assert values["final"] == pytest.approx(values["js"][-1], abs=1e-5)
    for score in ITEMWISE:
        assert values[score] == pytest.approx(np.mean(values["items"][score]), abs=1e-5)
    assert (values["labelled"], values["behind"], values["assignments"]) == (60, 60, 60)


def test_hard_and_soft_labels_are_learned_from_the_same_votes(standard):
    hard, soft = (_values(standard, name) for name in ("majority-of-5-random", "soft-of-5"))
    bought = ("votes", "labelled", "behind", "asked", "assignments", "forced")
    assert [hard[name] for name in bought] == [soft[name] for name in bought]
    # Four people an item: 15 items for 60 votes.
    assert (soft["labelled"], soft["behind"]) == (15, 60)
    assert hard["js"] != soft["js"]


def test_a_simulated_label_costs_one_vote_and_says_what_it_would_really_cost(standard):
    values = _values(standard, "simulated-entropy")
    assert (values["votes"][-1], values["labelled"]) == (60, 60)
    # Four annotations an item, a tenth of them without an answer.
    assert 180 < values["behind"] < 240
    assert "one vote stands for this many votes of people: 3." in standard.findings.verdict[0]


def test_all_arms_are_scored_on_the_same_items(standard, selection):
    for outcome in (standard, selection):
        sizes = {len(run.values["items"]["final"]) for run in outcome.runs if run.key["arm"] != LINES}
        assert len(sizes) == 1


def test_arms_of_a_seed_begin_alike(selection):
    first = {run.values["js"][0] for run in selection.runs if run.key["seed"] == 0 and run.key["arm"] != LINES}
    assert len(first) == 1
    assert _values(selection, "random")["js"] != _values(selection, "random", 1)["js"]


@pytest.mark.parametrize("arm", [LINES, "simulated-entropy"])
def test_a_run_does_not_depend_on_those_before(standard, arm):
    settings = replace(STANDARD.presets["quick"], **CHANGES, arms=ARMS)
    run = next(run for run in standard.runs if run.key["arm"] == arm)
    shared_replay.cache_clear()
    assert as_plain("values", STANDARD.run(run.key, settings)) == run.values


def test_half_of_what_people_offer_is_the_most():
    settings = replace(SELECTION.presets["quick"], **{**CHANGES, "votes": 10_000})
    values = SELECTION.run({"corpus": "small", "arm": "random", "seed": 0}, settings)
    pool = shared_replay("small", 0, settings).scene.layout.pool
    assert values["budget"] == values["votes"][-1] == 4 * pool.size // 2
