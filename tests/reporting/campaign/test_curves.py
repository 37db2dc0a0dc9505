from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import numpy as np

from variorum.campaign import Arm, CampaignResult, RoundScore
from variorum.reporting.campaign.curves import (
    arm_curve,
    arm_curves,
    compare_arms,
    coverage_curves,
    metric_names,
    short_names,
)

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
    # Both have spent 20, where seed 0 is half-way down (0.5); in the end both are at 0, after 35 on average.
    np.testing.assert_allclose(curve.spent, [20, 35])
    np.testing.assert_allclose(curve.mean, [0.75, 0.0])


def test_a_curve_ends_at_the_score_that_the_headline_names(make_result: Make) -> None:
    result = make_result(seeds=3)
    uneven = tuple(dataclasses.replace(r, spent=r.spent + 7_000 * r.seed * (r.round + 1)) for r in result.rounds)
    result = dataclasses.replace(result, rounds=uneven)
    chosen, random = arm_curves(result, "js")
    found = compare_arms(result, "js")
    assert abs(chosen.mean[-1] - found.chosen) < 1e-12
    assert abs(random.mean[-1] - found.random) < 1e-12
    # Ten rounds of 1.25, and 0, 0.07 and 0.14 more: 12.57 on average.
    assert chosen.spent[-1] == 12_570_000
    assert (np.diff(chosen.spent) > 0).all()
    assert chosen.low[-1] <= chosen.mean[-1] <= chosen.high[-1]


def test_short_names_tell_the_arms_apart_and_say_no_more() -> None:
    plain = Arm("random, one vote an item", "random", "random", 1)
    assert short_names([Arm("long", "bald", "round-robin", 1), plain]) == ["bald + round-robin", "random"]
    assert short_names([Arm("long", "random", "random", 3), plain]) == ["random, 3 votes", "random, 1 vote"]
    assert short_names([plain]) == ["random"]


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
