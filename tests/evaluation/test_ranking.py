from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import area_under_roc, average_precision, false_positive_rate_at, precision_at

# Few different scores, so that most lists hold ties.
RANKED = st.lists(st.tuples(st.booleans(), st.integers(0, 3)), min_size=1, max_size=30)
SHORT = st.lists(st.tuples(st.booleans(), st.integers(0, 2)), min_size=1, max_size=6)


def columns(rows: list[tuple[bool, int]]) -> tuple[list[bool], list[int]]:
    return [positive for positive, _ in rows], [score for _, score in rows]


def orders(scores: list[int]) -> list[tuple[int, ...]]:
    """Every order of positions in which scores do not rise."""
    return [
        order for order in permutations(range(len(scores))) if all(scores[a] >= scores[b] for a, b in pairwise(order))
    ]


def test_average_precision_by_hand() -> None:
    # Precision 1/1 at the first positive, 2/3 and 3/4 at the others: their mean.
    assert average_precision([1, 0, 1, 1], [4, 3, 2, 1]) == pytest.approx((1 + 2 / 3 + 3 / 4) / 3)
    # Tied second and third are one threshold: recall 1/2 at precision 1, then 1/2 at precision 2/3.
    assert average_precision([1, 0, 1], [9, 5, 5]) == pytest.approx((1 + 2 / 3) / 2)


def test_average_precision_of_ties_is_no_mean_over_orders() -> None:
    # Positive first 1, negative first 1/2: the mean is 3/4. One threshold has precision 1/2, as in scikit-learn.
    assert average_precision([1, 0], [0, 0]) == 0.5


@given(RANKED)
def test_average_precision_is_scikit_learns(rows: list[tuple[bool, int]]) -> None:
    positive, scores = columns(rows)
    if any(positive):
        assert average_precision(positive, scores) == pytest.approx(average_precision_score(positive, scores))
    else:
        assert np.isnan(average_precision(positive, scores))


@given(RANKED)
def test_area_under_roc_is_scikit_learns(rows: list[tuple[bool, int]]) -> None:
    positive, scores = columns(rows)
    if 0 < sum(positive) < len(positive):
        assert area_under_roc(positive, scores) == pytest.approx(roc_auc_score(positive, scores))
    else:
        assert np.isnan(area_under_roc(positive, scores))


@given(RANKED)
def test_area_under_roc_counts_pairs(rows: list[tuple[bool, int]]) -> None:
    above = [s for p, s in rows if p]
    below = [s for p, s in rows if not p]
    if above and below:
        wins = sum((a > b) + 0.5 * (a == b) for a in above for b in below)
        assert area_under_roc(*columns(rows)) == pytest.approx(wins / (len(above) * len(below)))


@given(SHORT, st.integers(1, 8))
def test_precision_at_is_the_mean_over_all_orders_of_ties(rows: list[tuple[bool, int]], n: int) -> None:
    positive, scores = columns(rows)
    shares = [np.mean([positive[k] for k in order[:n]]) for order in orders(scores)]
    assert precision_at(positive, scores, n) == pytest.approx(np.mean(shares))


def test_false_positive_rate_by_hand() -> None:
    # Two of four positives need the three highest, with one negative of two; all four need everything.
    positive, scores = [1, 0, 1, 1, 0, 1], [6, 5, 4, 3, 2, 1]
    assert false_positive_rate_at(positive, scores, recall=0.25) == 0
    assert false_positive_rate_at(positive, scores, recall=0.26) == 0.5
    assert false_positive_rate_at(positive, scores, recall=0.75) == 0.5
    assert false_positive_rate_at(positive, scores, recall=1.0) == 1
    # The 19th of 20 positives is a share of 0.95 exactly, though neither number is one of base two.
    twenty = [1] * 19 + [0, 1]
    assert false_positive_rate_at(twenty, range(21, 0, -1), recall=0.95) == 0
    # Tied scores stand or fall together.
    assert false_positive_rate_at([1, 0, 1, 0], [2, 2, 1, 0], recall=0.5) == 0.5


@given(RANKED, st.sampled_from([0.2, 0.5, 0.95, 1.0]))
def test_false_positive_rate_is_on_scikit_learns_curve(rows: list[tuple[bool, int]], recall: float) -> None:
    positive, scores = columns(rows)
    found = false_positive_rate_at(positive, scores, recall=recall)
    if 0 < sum(positive) < len(positive):
        fall_out, found_share, _ = roc_curve(positive, scores, drop_intermediate=False)
        assert found == pytest.approx(fall_out[found_share >= recall].min())
    else:
        assert np.isnan(found)


def test_precision_looks_at_all_where_there_are_fewer() -> None:
    assert precision_at([1, 0, 1, 1], [1, 2, 3, 4], 100) == 0.75
    assert precision_at([1, 0, 1, 1], [1, 2, 3, 4], 2) == 1.0
    assert precision_at([1, 0, 0, 0], [0, 0, 0, 0], 1) == 0.25


SCORERS: list[Callable[[list[bool], list[float]], float]] = [
    average_precision,
    area_under_roc,
    lambda positive, scores: precision_at(positive, scores, 3),
    lambda positive, scores: false_positive_rate_at(positive, scores, recall=0.6),
]


@pytest.mark.parametrize("scorer", SCORERS)
@given(rows=RANKED, rng=st.randoms(use_true_random=False))
def test_neither_order_nor_scale_matters(
    scorer: Callable[..., float], rows: list[tuple[bool, int]], rng: object
) -> None:
    turned = list(rows)
    rng.shuffle(turned)  # type: ignore[attr-defined]
    positive, scores = columns(rows)
    same, stretched = columns(turned)
    found = scorer(positive, scores)
    assert scorer(same, np.exp(stretched) - 5.0) == pytest.approx(found, nan_ok=True)
    assert np.isnan(found) or 0 <= found <= 1


@given(RANKED)
def test_a_perfect_ranking_has_one_and_its_reverse_has_no_area(rows: list[tuple[bool, int]]) -> None:
    positive = [p for p, _ in rows]
    if 0 < sum(positive) < len(positive):
        assert average_precision(positive, positive) == area_under_roc(positive, positive) == 1
        assert precision_at(positive, positive, sum(positive)) == 1
        assert area_under_roc(positive, np.logical_not(positive)) == 0
        assert false_positive_rate_at(positive, positive, recall=1.0) == 0
        assert false_positive_rate_at(positive, np.logical_not(positive), recall=0.01) == 1


@pytest.mark.parametrize("share", [0.1, 0.5])
def test_a_constant_score_has_the_share_of_positives(share: float) -> None:
    positive = np.arange(20) < 20 * share
    assert average_precision(positive, np.zeros(20)) == pytest.approx(share)
    assert precision_at(positive, np.zeros(20), 7) == pytest.approx(share)
    assert area_under_roc(positive, np.zeros(20)) == 0.5
    assert false_positive_rate_at(positive, np.zeros(20), recall=0.1) == 1


def test_nothing_to_rank_is_undefined() -> None:
    assert np.isnan([average_precision([], []), area_under_roc([], []), precision_at([], [], 3)]).all()
    # Only area and rate need both kinds.
    assert average_precision([1, 1], [1, 2]) == 1
    assert np.isnan(area_under_roc([1, 1], [1, 2]))
    assert np.isnan(false_positive_rate_at([1, 1], [1, 2], recall=0.95))


@pytest.mark.parametrize("scorer", SCORERS)
def test_lengths_must_agree(scorer: Callable[..., float]) -> None:
    with pytest.raises(ShapeError, match=r"positive has shape \(2,\) and scores \(3,\); they must be the same\."):
        scorer([True, False], [1.0, 2.0, 3.0])


@pytest.mark.parametrize("scorer", SCORERS)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_scores_must_be_finite(scorer: Callable[..., float], bad: float) -> None:
    with pytest.raises(ArgumentError, match=r"scores\[1\]"):
        scorer([True, False], [1.0, bad])


def test_at_least_one_is_looked_at() -> None:
    with pytest.raises(ArgumentError, match=r"n = 0 must be 1 or more\."):
        precision_at([True], [1.0], 0)


@pytest.mark.parametrize("bad", [0.0, 1.1, np.nan])
def test_recall_is_a_share(bad: float) -> None:
    with pytest.raises(ArgumentError, match=rf"recall = {bad} must be above 0 and at most 1\."):
        false_positive_rate_at([True, False], [1.0, 0.0], recall=bad)
