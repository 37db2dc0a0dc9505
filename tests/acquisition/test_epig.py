"""EPIG: mutual information of two votes, against the definition and against BALD."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition import bald, epig
from variorum.acquisition.epig import expected_information
from views import view_of


def _draws(seed: int, n_items: int, n_classes: int = 3, n_members: int = 5) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.ones(n_classes), (n_members, n_items))


def test_it_is_the_divergence_of_the_joint_from_independence() -> None:
    members, target = _draws(0, 6), _draws(1, 4)
    found = expected_information(members, target)
    for item in range(6):
        total = 0.0
        for other, y, z in product(range(4), range(3), range(3)):
            joint = float(np.mean(members[:, item, y] * target[:, other, z]))
            apart = float(members[:, item, y].mean() * target[:, other, z].mean())
            total += joint * np.log(joint / apart) / 4
        assert found[item] == pytest.approx(total, abs=1e-12)


@given(st.integers(0, 10_000), st.integers(1, 8), st.integers(2, 5))
def test_a_vote_tells_no_more_about_a_vote_than_about_the_model(seed: int, n_items: int, n_classes: int) -> None:
    members = _draws(seed, n_items, n_classes)
    view = view_of(members)
    about_model = bald(view, n_items, np.random.default_rng(0))
    information = expected_information(members, _draws(seed + 1, 3, n_classes))
    assert (information[about_model.item] <= about_model.score + 1e-12).all()
    assert (information >= 0).all()


def test_blocks_do_not_show() -> None:
    # 2,500 items x 200 target items x 9 pairs of classes are three blocks.
    members, target = _draws(2, 2500), _draws(3, 200)
    found = expected_information(members, target)
    few = np.array([0, 1, 1164, 1165, 1166, 2330, 2331, 2499])
    np.testing.assert_allclose(found[few], expected_information(members[:, few], target), atol=1e-13)


def test_the_items_to_be_predicted_decide_where_they_are_given() -> None:
    # The members contradict each other on both items, in ways that have nothing to do with each other; the target
    # follows the second.
    sure, open_ = [0.9, 0.1], [0.1, 0.9]
    view = view_of(
        [[sure, sure], [sure, open_], [open_, sure], [open_, open_]],
        target_members=np.array([[sure], [open_], [sure], [open_]]),
    )
    picks = epig(view, 2, np.random.default_rng(0))
    assert picks.item.tolist() == [1, 0]
    # Joint with the second: (.41, .09, .09, .41); ln 4 + 2 (.41 ln .41 + .09 ln .09) - 2 x .0 = .2218.
    np.testing.assert_allclose(picks.score, [0.221753, 0.0], atol=1e-6)


def test_without_a_target_the_pool_is_sampled_by_the_generator() -> None:
    view = view_of(_draws(5, 400))
    one, same, other = (epig(view, 50, np.random.default_rng(seed)) for seed in (1, 1, 2))
    np.testing.assert_array_equal(one.score, same.score)
    assert (one.score != other.score).any()
    # A small pool is its own target, all of it.
    small = _draws(6, 8)
    picks = epig(view_of(small), 8, np.random.default_rng(0))
    np.testing.assert_allclose(picks.score, expected_information(small, small)[picks.item], atol=1e-14)
