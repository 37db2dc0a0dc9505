from __future__ import annotations

import importlib
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.annotations import group_codes
from variorum.studies.errors import MARGIN, RIVALS, NoiseRun, noise_cells, plant, planted_noise, split_votes
from variorum.studies.errors.planted_noise import OURS, VOTES_ALONE, calibration_gap, noise_run
from variorum.training import cross_fitted

from .small_corpora import counted, opening, plain


def same(one: NoiseRun, other: NoiseRun) -> bool:
    # In JSON nan equals nan, as it should here.
    return json.dumps(vars(one)) == json.dumps(vars(other))


def test_a_populations_own_errors_count_as_errors() -> None:
    corpus = plain()
    assert corpus.truth is not None
    run = noise_run(corpus, None, 4, "random", 0.1, 3)
    rng = np.random.default_rng(3)
    split = split_votes(corpus, 4, rng)
    planted = plant(split.annotations, "random", 0.1, rng)[1]
    assert run.errors == (planted | corpus.truth.is_error[split.row]).mean()
    assert run.errors > planted.mean() == 0.1
    # Nothing planted: the population's own errors remain to be found.
    none = noise_run(corpus, None, 4, "random", 0.0, 3)
    assert 0 < none.errors < run.errors
    assert 0 <= none.auroc[OURS] <= 1


def test_without_known_truth_planted_errors_are_all_that_are_known() -> None:
    run = noise_run(counted(), None, 4, "one-label", 0.25, 0)
    assert run.errors == 0.25
    assert all(math.isnan(value) for value in noise_run(counted(), None, 4, "random", 0.0, 0).auroc.values())


def test_runs_of_other_features_and_other_fields_are_not_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(monkeypatch, "planted_noise", lambda name: plain(name, 20, 8))
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))
    ran: list[str] = []
    arguments: dict[str, Any] = {"seeds": [0], "shares": [0.0], "folder": tmp_path / "runs", "progress": ran.append}
    (first,) = planted_noise({"small": (3,)}, features="tfidf", **arguments)
    path = tmp_path / "runs" / "small-3-random-0-0.json"
    assert path.is_file()
    lengths = tmp_path / "lengths.npy"
    np.save(lengths, np.arange(20.0)[:, None])
    (other,) = planted_noise({"small": (3,)}, features=str(lengths), **arguments)
    assert len(ran) == 2
    assert other.js["CROWDLAB"] != first.js["CROWDLAB"]
    assert other.js["raw shares"] == first.js["raw shares"]
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: value for key, value in values.items() if key != "errors"}), encoding="utf-8")
    (again,) = planted_noise({"small": (3,)}, features=str(lengths), **arguments)
    assert len(ran) == 3
    assert same(again, other)


def made(seed: int, ours: float, raw: float, *, share: float = 0.1, uniform: float = 0.5) -> NoiseRun:
    """A run with three methods and invented scores."""
    js = {"raw shares": raw, "uniform": uniform, OURS: ours, VOTES_ALONE: 0.0}
    return NoiseRun("invented", 5, "random", share, seed, js, share, dict.fromkeys(js, 0.5 + seed / 100), 0.1, 0.2, 1)


# Ours less raw shares, seed by seed, nats. The margin is .005; with ten pairs p is 2 / 1024 at least.
BETTER = [-0.010 - k / 1000 for k in range(10)]
TIED = [0.001 * (-1) ** k for k in range(10)]
WORSE = [-gap for gap in BETTER]
SURELY_A_BIT_WORSE = [0.001 + k / 10000 for k in range(10)]
WIDE = [0.05 * (-1) ** k for k in range(10)]


@pytest.mark.parametrize(
    ("gaps", "verdict"),
    [(BETTER, "better"), (TIED, "tied"), (WORSE, "worse"), (SURELY_A_BIT_WORSE, "tied"), (WIDE, "open")],
)
def test_verdicts(gaps: list[float], verdict: str) -> None:
    (cell,) = noise_cells([made(seed, 0.1 + gap, 0.1) for seed, gap in enumerate(gaps)])
    assert cell.rival == "raw shares"
    assert cell.n_seeds == 10
    assert cell.test.mean_difference == pytest.approx(np.mean(gaps))
    assert cell.equivalence.margin == MARGIN
    assert cell.verdict == verdict


def test_too_few_seeds_settle_nothing() -> None:
    (cell,) = noise_cells([made(seed, 0.01, 0.1) for seed in range(3)])
    assert cell.test.smallest_p == 0.25
    assert cell.verdict == "open"


def test_cells_hold_the_seeds_of_one_setting_in_order_of_appearance() -> None:
    runs = [made(seed, 0.1, 0.2, share=share) for seed in range(4) for share in (0.3, 0.0)]
    cells = noise_cells(runs)
    assert [(cell.share, cell.n_seeds) for cell in cells] == [(0.3, 4), (0.0, 4)]
    # Means over seeds 0 to 3.
    assert cells[0].auroc[OURS] == pytest.approx(0.515)
    assert (cells[0].errors, cells[0].calibration, cells[0].expected) == pytest.approx((0.3, 0.1, 0.2))
    assert cells[0].js == pytest.approx({"raw shares": 0.2, "uniform": 0.5, OURS: 0.1, VOTES_ALONE: 0.0})


def test_the_rival_is_the_best_of_others_on_the_mean_and_none_of_ours() -> None:
    # Uniform is best on one seed and raw shares on the mean.
    runs = [made(0, 0.1, 0.3, uniform=0.2), made(1, 0.1, 0.1, uniform=0.4)]
    assert noise_cells(runs)[0].rival == "raw shares"
    assert noise_cells([made(0, 0.1, 0.3, uniform=0.2)])[0].rival == "uniform"


def test_seeds_are_paired() -> None:
    # Unpaired, the spread between seeds would hide what every single seed shows.
    (cell,) = noise_cells([made(seed, 0.1 * seed - 0.01, 0.1 * seed) for seed in range(10)])
    assert cell.test.p_value == cell.test.smallest_p
    assert cell.verdict == "better"


def test_calibration_gap_by_hand() -> None:
    # Ten votes a bin; the tenth bin alone holds errors, all of it, at posterior .7: a gap of .3 and nine of .05.
    posterior = np.repeat([0.05] * 9 + [0.7], 10)
    is_error = posterior > 0.5
    assert calibration_gap(is_error, posterior) == pytest.approx((9 * 0.05 + 0.3) / 10)
    order = np.random.default_rng(0).permutation(100)
    assert calibration_gap(is_error[order], posterior[order]) == pytest.approx((9 * 0.05 + 0.3) / 10)


def test_calibration_gap_of_fewer_votes_than_bins() -> None:
    assert calibration_gap(np.array([True, False]), np.array([0.75, 0.5])) == pytest.approx((0.25 + 0.5) / 2)


def test_every_method_gets_the_votes_and_those_with_a_classifier_its_predictions() -> None:
    corpus = plain()
    run = noise_run(corpus, np.arange(60.0)[:, None], 4, "one-label", 0.1, 0)
    assert set(run.js) == set(run.auroc) == {*RIVALS, OURS, VOTES_ALONE}
    assert all(0 < value < np.log(2) for value in run.js.values())
    alone = noise_run(corpus, None, 4, "one-label", 0.1, 0)
    assert set(alone.js) == set(RIVALS) - {"CROWDLAB"} | {OURS}
    # The same seed draws the same votes and noise, with features or without.
    assert [alone.js[name] for name in alone.js if name in RIVALS] == [
        run.js[name] for name in alone.js if name in RIVALS
    ]
    assert (alone.errors, alone.js["raw shares"]) == (run.errors, run.js["raw shares"])


def test_the_classifier_learns_from_the_votes_with_noise(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus, learned = plain(), []

    def watched(inputs: Any, counts: Any, groups: Any, rng: Any) -> Any:
        learned.append((counts, groups))
        return cross_fitted(inputs, counts, groups, rng)

    monkeypatch.setattr(importlib.import_module("variorum.studies.errors.planted_noise"), "cross_fitted", watched)
    noise_run(corpus, np.arange(60.0)[:, None], 4, "random", 0.3, 1)
    rng = np.random.default_rng(1)
    votes = plant(split_votes(corpus, 4, rng).annotations, "random", 0.3, rng)[0]
    ((counts, groups),) = learned
    np.testing.assert_array_equal(counts, votes.counts())
    np.testing.assert_array_equal(groups, group_codes(corpus.items))


def test_a_rivals_score_by_hand() -> None:
    corpus = counted()
    run = noise_run(corpus, None, 4, "sleepy", 0.2, 7)
    rng = np.random.default_rng(7)
    split = split_votes(corpus, 4, rng)
    counts = plant(split.annotations, "sleepy", 0.2, rng)[0].counts()
    p, q = split.target, counts / counts.sum(axis=1, keepdims=True)
    middle = (p + q) / 2
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = [np.where(side > 0, side * np.log(side / middle), 0).sum(axis=1) for side in (p, q)]
    assert run.js["raw shares"] == pytest.approx(np.mean((terms[0] + terms[1]) / 2))


def test_a_folder_resumes_and_computes_nothing_twice(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opening(monkeypatch, "planted_noise", lambda name: counted(20, 8))
    ran: list[str] = []
    arguments: dict[str, Any] = {"shares": [0.0, 0.25], "folder": tmp_path, "progress": ran.append}
    first = planted_noise({"counted": (3,)}, seeds=[5], **arguments)
    # Without noise one run stands for the three kinds.
    assert ran == [f"counted-3-{name}-5" for name in ("random-0", "random-0.25", "one-label-0.25", "sleepy-0.25")]
    both = planted_noise({"counted": (3,)}, seeds=[5, 6], **arguments)
    assert len(ran) == 8
    assert all(map(same, both[:4], first))
    assert {run.seed for run in both[4:]} == {6}
    assert all(map(same, planted_noise({"counted": (3,)}, seeds=[5, 6], **arguments), both))
    assert len(ran) == 8
    assert all(map(same, planted_noise({"counted": (3,)}, seeds=[5], shares=[0.0, 0.25]), first))
