from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from variorum.campaign import CampaignResult, RoundScore
from variorum.reporting.curves import arm_curve, compare_arms, coverage_curves, metric_names

Make = Callable[..., CampaignResult]


def _round(seed: int, spent: int, score: float, arm: str = "a") -> RoundScore:
    return RoundScore(arm, seed, 0, 1, spent, 1, {"js": score}, math.nan)


def test_seeds_with_the_same_rounds_are_averaged_round_by_round() -> None:
    rounds = (_round(0, 10, 0.4), _round(0, 20, 0.2), _round(1, 10, 0.6), _round(1, 20, 0.1))
    curve = arm_curve(rounds, "a", "js")
    # Means: (0.4 + 0.6) / 2 and (0.2 + 0.1) / 2.
    np.testing.assert_allclose(curve.mean, [0.5, 0.15])
    np.testing.assert_allclose(curve.low, [0.4, 0.1])
    np.testing.assert_allclose(curve.high, [0.6, 0.2])
    assert curve.n_seeds == 2


def test_seeds_with_different_prices_meet_on_the_money_both_have_spent() -> None:
    rounds = (_round(0, 10, 1.0), _round(0, 30, 0.0), _round(1, 20, 1.0), _round(1, 40, 0.0))
    curve = arm_curve(rounds, "a", "js")
    # Both have spent 20 to 30; at 20 seed 0 is half-way down (0.5), at 30 seed 1 is half-way down (0.5).
    np.testing.assert_allclose(curve.spent, [20, 30])
    np.testing.assert_allclose(curve.mean, [0.75, 0.25])


def test_rounds_without_a_finite_score_are_left_out() -> None:
    rounds = (_round(0, 10, math.inf), _round(0, 20, 0.2))
    assert arm_curve(rounds, "a", "js").spent.tolist() == [20]
    assert arm_curve(rounds, "b", "js").n_seeds == 0


def test_metrics_that_were_never_finite_are_not_offered(make_result: Make) -> None:
    assert metric_names(make_result()) == ["kl", "js", "tvd", "accuracy"]


def test_one_seed_allows_no_comparison(make_result: Make) -> None:
    found = compare_arms(make_result(seeds=1), "js")
    assert found.n_seeds == 1
    assert found.difference is None
    assert found.test is None


def test_a_single_arm_has_nothing_to_be_compared_with(make_result: Make) -> None:
    found = compare_arms(make_result(arms=False), "js")
    assert math.isnan(found.random)
    assert found.n_seeds == 0


def test_the_difference_is_that_of_the_last_rounds(make_result: Make) -> None:
    result = make_result(seeds=4)
    chosen, random = (outcome.arm.name for outcome in result.outcomes)
    last = {(r.arm, r.seed): r.scores["js"] for r in result.rounds}
    by_hand = np.mean([last[chosen, seed] - last[random, seed] for seed in range(4)])
    found = compare_arms(result, "js")
    assert found.difference is not None
    assert abs(found.difference.mean - by_hand) < 1e-12
    assert abs(found.chosen - found.random - by_hand) < 1e-12


def test_coverage_counts_items(make_result: Make) -> None:
    curves = coverage_curves(make_result())
    assert [curve.mean[-1] for curve in curves] == [200.0, 200.0]
    nothing = dataclasses.replace(make_result(), rounds=())
    assert coverage_curves(nothing) == []
