import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import wasserstein_distance

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import (
    brier,
    normalized_absolute_distance,
    ranked_probability_score,
    total_variation,
    wasserstein,
)


@given(st.integers(0, 2**32 - 1), st.integers(2, 7))
def test_wasserstein_is_scipys_with_and_without_positions(seed, n_classes):
    rng = np.random.default_rng(seed)
    human, model = rng.dirichlet(np.full(n_classes, 0.5), (2, 4))
    positions = np.cumsum(rng.uniform(0.1, 3, n_classes)) - 4
    for given_positions, scale in ((None, np.arange(n_classes)), (positions, positions)):
        expected = [wasserstein_distance(scale, scale, p, q) for p, q in zip(human, model, strict=True)]
        np.testing.assert_allclose(wasserstein(human, model, positions=given_positions), expected, atol=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_with_unit_steps_it_lies_between_tvd_and_its_longest_move(seed):
    human, model = np.random.default_rng(seed).dirichlet(np.ones(5), (2, 6))
    tvd, moved = total_variation(human, model), wasserstein(human, model)
    assert (tvd - 1e-12 <= moved).all()
    assert (moved <= 4 * tvd + 1e-12).all()
    np.testing.assert_allclose(moved, wasserstein(human[:, ::-1], model[:, ::-1]), atol=1e-12)
    np.testing.assert_allclose(wasserstein([[0.3, 0.7]], [[0.6, 0.4]]), total_variation([[0.3, 0.7]], [[0.6, 0.4]]))


def test_all_mass_across_a_likert_scale_of_eleven_moves_ten_steps():
    human, model = np.eye(11)[[0]], np.eye(11)[[10]]
    assert wasserstein(human, model)[0] == 10
    assert wasserstein(human, model, positions=np.arange(-5, 6) / 2)[0] == 5


def test_one_class_is_nowhere_to_go():
    np.testing.assert_array_equal(wasserstein([[1.0]], [[1.0]]), [0.0])


def test_positions_must_increase_and_fit():
    with pytest.raises(ArgumentError, match=r"positions\[2\] does not exceed positions\[1\]; 1 of 2 steps"):
        wasserstein([[1, 0, 0]], [[1, 0, 0]], positions=[0, 2, 2])
    with pytest.raises(ShapeError, match="positions must have 3 values, not 2"):
        wasserstein([[1, 0, 0]], [[1, 0, 0]], positions=[0, 2])


@given(st.integers(0, 2**32 - 1), st.integers(2, 6))
def test_ranked_probability_score_is_the_mean_brier_score_of_the_cuts(seed, n_classes):
    # Cut the scale anywhere: below or above is a question of two outcomes, whose Brier score counts the gap twice.
    human, model = np.random.default_rng(seed).dirichlet(np.full(n_classes, 0.5), (2, 4))
    cuts = [
        [np.stack([p[:, :k].sum(axis=1), p[:, k:].sum(axis=1)], 1) for p in (human, model)] for k in range(1, n_classes)
    ]
    expected = sum(brier(*pair) for pair in cuts) / 2
    scores = ranked_probability_score(human, model)
    np.testing.assert_allclose(scores, expected, atol=1e-12)
    np.testing.assert_allclose(scores, ranked_probability_score(human[:, ::-1], model[:, ::-1]), atol=1e-12)


def test_ranked_probability_score_is_proper_where_wasserstein_is_not():
    # Votes half for each end: to say so is best in the mean over votes; Wasserstein is as content with the middle.
    ends, honest, middle = np.eye(3)[[0, 2]], np.array([[0.5, 0.0, 0.5]] * 2), np.eye(3)[[1, 1]]
    assert ranked_probability_score(ends, honest).mean() == 0.5
    assert ranked_probability_score(ends, middle).mean() == 1.0
    assert wasserstein(ends, honest).mean() == wasserstein(ends, middle).mean() == 1.0
    with pytest.raises(ShapeError, match="they must be the same"):
        ranked_probability_score([[1, 0]], [[1, 0, 0]])


def test_nad_is_the_mean_error_of_an_items_annotators_over_the_scale():
    # Item 0: |1-2| and |5-2| over 10 -> (.1 + .3) / 2 = .2; item 1: none; item 2: 0.
    scores = normalized_absolute_distance([0, 0, 2], [1, 5, 3], [2, 2, 3], scale=10, n_items=4)
    np.testing.assert_allclose(scores, [0.2, np.nan, 0.0, np.nan])


def test_nad_names_what_is_wrong():
    with pytest.raises(ArgumentError, match="scale must be a positive number of rating units, not 0"):
        normalized_absolute_distance([0], [1.0], [1.0], scale=0)
    with pytest.raises(ShapeError, match="model must have 1 values, not 2"):
        normalized_absolute_distance([0], [1.0], [1.0, 2.0], scale=1)
    with pytest.raises(ArgumentError, match=r"items\[0\] = 3 is out of range: codes lie in \[0, 2\)"):
        normalized_absolute_distance([3], [1.0], [1.0], scale=1, n_items=2)
