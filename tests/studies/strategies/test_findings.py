from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.campaign import REFERENCE, YARDSTICK
from variorum.evaluation import nemenyi_difference
from variorum.studies.base import Run
from variorum.studies.strategies.findings import strategies_findings
from variorum.studies.strategies.goals import goal_rows
from variorum.studies.strategies.replaying import LINES
from variorum.studies.strategies.results import Results
from variorum.studies.strategies.settings import StrategiesSettings

CORPORA = ("one", "two", "three")
SETTINGS = StrategiesSettings(
    10, corpora=CORPORA, strategies=("bald", "entropy"), features=("tfidf",), votes=100, cold_start=10, draws=50
)
# Curves fall in a straight line from .4 at 10 votes to these at 100.
ENDS = {REFERENCE: 0.22, YARDSTICK: 0.31, "bald": 0.10, "entropy": 0.37}


def runs_of(ends=ENDS, *, corpora=CORPORA, seeds=10, left_out=()):
    rng = np.random.default_rng(0)
    spent = np.arange(10, 101, 10)
    runs = []
    for seed in range(seeds):
        for corpus in corpora:
            lines = {"js": {"oracle floor": 0.01, "fresh panel": 0.02}}
            runs.append(Run({"corpus": corpus, "features": "", "strategy": LINES, "seed": seed}, lines))
            shift = 0.01 * rng.normal()
            for strategy, end in ends.items():
                key = {"corpus": corpus, "features": "tfidf", "strategy": strategy, "seed": seed}
                if (corpus, strategy) in left_out:
                    runs.append(Run(key, {"left_out": f"{strategy} reads groups."}))
                    continue
                js = 0.4 - (0.4 - end) * (spent - 10) / 90 + shift
                area, final = js.mean(), js[-1]
                items = {"area": area + 1e-3 * np.arange(-2, 3), "final": final + 1e-3 * np.arange(-2, 3)}
                values = {
                    "requests": spent.tolist(), "spent": spent.tolist(), "js": js.tolist(), "budget": 100, "price": 1,
                    "area": float(area), "final": float(final), "accuracy": 1 - end, "macro_f1": 1 - end,
                    "worst_tenth": end if corpus == "one" else None, "worst_group": None, "truth": None,
                    "items": {name: each.tolist() for name, each in items.items()},
                    "assignments": 100, "forced": 25, "seconds": 0.05 if strategy == "bald" else 0.01,
                }  # fmt: skip
                runs.append(Run(key, values))
    return runs


@pytest.fixture(scope="module")
def results():
    return Results(SETTINGS, runs_of())


def test_savings_by_hand(results):
    # From .4 to .31: one-vote random halfway down its curve, at 55 of 100; BALD after .09 / .30 of it, at 37.
    saved = {name: results.saving(("tfidf", "one"), name).share for name in ENDS}
    assert saved == pytest.approx({REFERENCE: 0.45, YARDSTICK: 0.0, "bald": 0.63, "entropy": 0.0}, abs=1e-9)
    assert not results.saving(("tfidf", "one"), "entropy").reached
    # All strategies of a seed are shifted alike, so that seeds drawn anew say the same.
    assert results.saving(("tfidf", "one"), "bald").estimate.low == pytest.approx(0.63, abs=1e-9)
    # To one-vote random's own final score: BALD after .18 / .30, at 64.
    assert results.saving(("tfidf", "two"), "bald", REFERENCE).share == pytest.approx(0.36, abs=1e-9)
    assert results.median_saving("tfidf", "bald").share == pytest.approx(0.63, abs=1e-9)


def test_ranks_over_corpora(results):
    ranking = results.ranking("tfidf")
    assert [ranking.rank(name) for name in ("bald", REFERENCE, YARDSTICK, "entropy")] == [1, 2, 3, 4]
    assert ranking.corpora == CORPORA
    # Three corpora that agree on four strategies: chi-square 3 (4 - 1) = 9 with three degrees of freedom.
    assert ranking.test.statistic == pytest.approx(9.0)
    assert ranking.critical == nemenyi_difference(4, 3)
    assert results.ranking("tfidf", "accuracy").rank("bald") == 1
    # Annotators are known on one corpus alone, the truth nowhere.
    assert results.ranking("tfidf", "worst_tenth").corpora == ("one",)
    assert results.ranking("tfidf", "truth").strategies == ()


def test_goals(results):
    rows = {row.strategy: row for row in goal_rows(results, "tfidf")}
    assert list(rows) == [YARDSTICK, "bald", "entropy"]
    bald, entropy = rows["bald"], rows["entropy"]
    assert (bald.better, bald.worse, bald.mean_rank, bald.first) == (CORPORA, (), 1.0, True)
    assert (bald.beats, bald.saves, bald.lead) == (True, True, pytest.approx(0.18, abs=1e-9))
    assert (entropy.better, entropy.worse, entropy.beats, entropy.saves) == ((), CORPORA, False, False)
    assert entropy.lead == pytest.approx(-0.45, abs=1e-9)


def test_sentences():
    found = strategies_findings(SETTINGS, runs_of())
    ranks, against, first, second, speed = found.verdict
    assert ranks.startswith("With tfidf features, over 3 corpora, bald has the best mean rank")
    assert "1.0 of 4 (one-vote-random: 2.0); Friedman p = 0.029: strategies differ." in ranks
    # The critical difference of four strategies on three corpora is 2.7 ranks.
    assert ranks.endswith("By Nemenyi’s test none ranks before one-vote-random and none behind it.")
    assert "bald better on one, two and three" in against
    assert "fixed-overlap-5 worse on one, two and three; bald" in against
    assert "is met by bald; worse nowhere: bald." in first
    assert "is met by bald; one-vote-random itself saves 45 %, and bald, which saves most, 63 %." in second
    assert speed.startswith("A round took 20 ms of processor time on average, and at most 50 ms (bald on one, tfidf)")
    assert "12 of 12 pairs" in speed
    assert found.notes[0].startswith("Strategies were developed on corpora of this part")
    titles = [table.title for table in found.tables()]
    assert len(set(titles)) == len(titles)
    forced = next(table for table in found.tables() if table.title.startswith("Share of forced"))
    assert forced.rows[0] == (REFERENCE, 0.25, 0.25, 0.25)
    tests, curves = found.data
    assert len(tests.rows) == 3 * 2 * 4
    assert len(curves.rows) == 10 * 3 * 4 * 10


def test_confirmation_is_not_called_development():
    settings = replace(SETTINGS, part="confirmation")
    runs = [Run({**run.key, "seed": run.key["seed"] + 100}, run.values) for run in runs_of()]
    assert not any("developed" in note for note in strategies_findings(settings, runs).notes)


def test_a_strategy_left_out_is_in_no_rank_and_meets_no_goal():
    found = strategies_findings(SETTINGS, runs_of(left_out=[("two", "bald")]))
    assert "one-vote-random has the best mean rank by area under the JS curve, 1.0 of 3" in found.verdict[0]
    assert "is met by no strategy; worse nowhere: none." in found.verdict[2]
    goals = next(table for table in found.tables() if table.title == "Goals, tfidf")
    row = next(row for row in goals.rows if row[0] == "bald")
    assert row[1:3] == ("2 of 2", "0 of 2")
    assert "bald did not run on two (tfidf): bald reads groups." in found.notes


def test_few_seeds_and_one_corpus_claim_nothing():
    settings = replace(SETTINGS, seeds=3, corpora=("one",))
    found = strategies_findings(settings, runs_of(corpora=("one",), seeds=3))
    assert found.verdict[0].endswith("that is too few corpora, or strategies, for a test.")
    assert found.verdict[1].endswith("no strategy is told apart (3 seeds can pass no test after Holm’s correction).")
    assert "Goal 1" in found.verdict[2]
    assert "is met by no strategy" in found.verdict[2]
