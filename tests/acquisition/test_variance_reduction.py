"""Variance reduction, against members weighed by what each vote would say."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition import variance_reduction
from variorum.acquisition.variance_reduction import expected_fall_of_variance
from views import view_of


def _draws(seed: int, n_items: int, n_classes: int = 3, n_members: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(n_classes), (n_members, n_items))


def _variance(target: np.ndarray, weight: np.ndarray) -> float:
    """Variance over weighted members, summed over classes and averaged over items."""
    mean = np.einsum("m,mtk->tk", weight, target)
    return float(np.einsum("m,mtk->t", weight, np.square(target - mean)).mean())


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 5))
def test_it_is_what_weighing_the_members_by_the_vote_brings_on_average(seed: int, n_items: int, n_classes: int) -> None:
    members, target = _draws(seed, n_items, n_classes), _draws(seed + 1, 4, n_classes)
    before = _variance(target, np.full(5, 0.2))
    after = np.zeros(n_items)
    for item in range(n_items):
        for label in range(n_classes):
            likelihood = members[:, item, label]
            after[item] += likelihood.mean() * _variance(target, likelihood / likelihood.sum())
    found = expected_fall_of_variance(members, target)
    np.testing.assert_allclose(found, before - after, atol=1e-12)
    assert (found >= 0).all()


def test_a_class_that_no_member_allows_and_a_single_member_teach_nothing() -> None:
    ruled_out = np.array([[[0.5, 0.5, 0.0]], [[0.5, 0.5, 0.0]]])
    assert expected_fall_of_variance(ruled_out, _draws(0, 3, n_members=2)).tolist() == [0.0]
    assert expected_fall_of_variance(_draws(0, 2, n_members=1), _draws(1, 3, n_members=1)).tolist() == [0.0, 0.0]


def test_the_same_doubt_tells_less_on_a_contested_item() -> None:
    # Members .1 apart on both items, one for the target's first class and one for its second: cov = .05 x .1 = .005
    # each. Contested: 2 classes x 2 target classes x .005^2 / .5 = .0002. Clear: 2 x .005^2 x (1 / .9 + 1 / .1).
    view = view_of(
        [[[0.55, 0.45], [0.95, 0.05]], [[0.45, 0.55], [0.85, 0.15]]],
        target_members=np.array([[[0.6, 0.4]], [[0.4, 0.6]]]),
    )
    picks = variance_reduction(view, 2, np.random.default_rng(0))
    assert picks.item.tolist() == [1, 0]
    np.testing.assert_allclose(picks.score, [5e-5 * (1 / 0.9 + 1 / 0.1), 2e-4])


def test_without_a_target_the_whole_pool_is_it() -> None:
    members = _draws(4, 7)
    picks = variance_reduction(view_of(members), 7, np.random.default_rng(0))
    np.testing.assert_allclose(picks.score, expected_fall_of_variance(members, members)[picks.item])
