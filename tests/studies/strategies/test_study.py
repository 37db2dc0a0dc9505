from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum import assignment
from variorum.annotations import UNKNOWN, Annotators
from variorum.campaign import REFERENCE, STRATEGIES, YARDSTICK, Strategy
from variorum.studies.base import as_plain
from variorum.studies.corpus_parts import open_part
from variorum.studies.running import run_study
from variorum.studies.strategies import STUDY
from variorum.studies.strategies.curves import area_weights
from variorum.studies.strategies.replaying import LINES, shared_replay, strategy_run
from variorum.studies.write_up import write_up

CHANGES = {
    "corpora": ("small",),
    "strategies": ("bald", "needy", "one-vote-random-weighed"),
    "seeds": 2,
    "votes": 60,
    "cold_start": 20,
    "batch": 20,
    "members": 4,
    "draws": 20,
}


def _needy(picks, view, rng):
    view.given("groups", "needy")
    return assignment.random(picks, view, rng)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """The small corpus under a name, and a strategy that reads groups, which it has not."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("variorum.studies.corpus_parts.open_corpus", lambda _: small_corpus())
        patch.setitem(assignment.METHODS, "needy", _needy)
        patch.setitem(assignment.READS, "needy", frozenset({"groups"}))
        patch.setitem(STRATEGIES, "needy", Strategy("random", "needy"))
        yield
    open_part.cache_clear()
    shared_replay.cache_clear()


@pytest.fixture(scope="module")
def outcome():
    return run_study("strategies", changes=CHANGES)


def _values(outcome, strategy, seed=0):
    return next(r.values for r in outcome.runs if (r.key["strategy"], r.key["seed"]) == (strategy, seed))


def test_a_benchmark_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    assert len(outcome.runs) == 2 * (1 + 5)
    files = {path.name for path in write_up(outcome, tmp_path).files}
    assert files >= {"findings.md", "tests.csv", "curves.csv"}


def test_a_run_keeps_its_curve_and_its_items(outcome):
    values = _values(outcome, YARDSTICK)
    assert values["price"] == 50_000
    assert values["budget"] == 60 * 50_000
    # Overlap 5 of items with 4 people: whole items, so that a round may go a little over.
    assert values["requests"] == [20, 40, 60]
    assert values["spent"] == [n * 50_000 for n in values["requests"]]
    assert values["assignments"] == 60
    weights = area_weights(np.array(values["spent"], float), 20 * 50_000, values["budget"])
    assert values["area"] == pytest.approx(weights @ values["js"], abs=1e-5)
    assert values["area"] == pytest.approx(np.mean(values["items"]["area"]), abs=1e-5)
    assert values["final"] == pytest.approx(np.mean(values["items"]["final"]), abs=1e-5)
    assert values["js"][-1] == pytest.approx(values["final"], abs=1e-5)
    assert values["truth"] is None
    assert 0 < values["seconds"] < 10


def test_strategies_of_a_seed_begin_alike(outcome):
    assert _values(outcome, REFERENCE)["js"][0] == _values(outcome, "bald")["js"][0]
    assert _values(outcome, REFERENCE)["js"] != _values(outcome, "bald")["js"]
    assert _values(outcome, REFERENCE)["js"] != _values(outcome, REFERENCE, 1)["js"]


def test_weighed_votes_cost_the_same_and_teach_otherwise(outcome):
    raw, weighed = _values(outcome, REFERENCE), _values(outcome, "one-vote-random-weighed")
    assert weighed["spent"] == raw["spent"]
    assert weighed["assignments"] == raw["assignments"]
    assert weighed["js"] != raw["js"]


def test_where_nobody_is_named_all_votes_weigh_the_same(monkeypatch):
    corpus = small_corpus()
    votes = replace(
        corpus.annotations,
        annotators=Annotators(()),
        annotator=np.full_like(corpus.annotations.annotator, UNKNOWN),
    )
    monkeypatch.setattr("variorum.studies.strategies.replaying.shared_replay", shared_replay.__wrapped__)
    monkeypatch.setattr("variorum.studies.strategies.replaying.open_part", lambda _: replace(corpus, annotations=votes))
    settings = replace(STUDY.presets["quick"], **CHANGES)
    key = {"corpus": "small", "features": settings.features[0], "strategy": "one-vote-random-weighed", "seed": 0}
    weighed = strategy_run(key, settings)
    monkeypatch.setitem(STRATEGIES, key["strategy"], Strategy("random"))
    raw = strategy_run(key, settings)
    np.testing.assert_array_equal(raw["js"], weighed["js"])


def test_a_run_does_not_depend_on_those_before(outcome):
    settings = replace(STUDY.presets["quick"], **CHANGES)
    for strategy in (LINES, "bald"):
        run = next(run for run in outcome.runs if run.key["strategy"] == strategy)
        shared_replay.cache_clear()
        again = as_plain("values", STUDY.run(run.key, settings))
        assert {**again, "seconds": 0} == {**run.values, "seconds": 0}


def test_a_strategy_that_lacks_what_it_reads_is_left_out_and_said_to_be(outcome):
    reason = _values(outcome, "needy")["left_out"]
    assert "needy reads groups, which this campaign lacks" in reason
    assert f"needy did not run on small (tfidf): {reason.rstrip('.')}." in outcome.findings.notes
    means = next(table for table in outcome.findings.tables() if table.title == "All scores on small, tfidf")
    assert [row[0] for row in means.rows] == [REFERENCE, YARDSTICK, "bald", "one-vote-random-weighed"]


def test_half_of_what_the_pool_offers_is_the_most():
    settings = replace(STUDY.presets["quick"], **{**CHANGES, "votes": 10_000})
    values = STUDY.run({"corpus": "small", "features": "tfidf", "strategy": REFERENCE, "seed": 0}, settings)
    offered = shared_replay("small", "tfidf", 0, settings).offered.size
    assert values["budget"] == offered // 2 * 50_000
    assert values["requests"][-1] == offered // 2


def test_files_of_ones_own_stand_in_the_key(tmp_path):
    path = tmp_path / "votes.csv"
    settings = replace(STUDY.presets["quick"], corpora=(str(path),))
    contents = []
    for text in ("item,label\n1,a\n", "item,label\n1,b\n"):
        path.write_text(text, encoding="utf-8")
        contents.append({key["content"] for key in STUDY.runs(settings)})
    assert [len(each) for each in contents] == [1, 1]
    assert contents[0] != contents[1]
    assert not any("content" in key for key in STUDY.runs(STUDY.presets["cpu"]))
