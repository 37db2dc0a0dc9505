from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.special import expit

from variorum.studies.errors.trajectories import training_trajectories


def log_loss(given: NDArray[np.bool_], probability: NDArray[np.float64]) -> float:
    return float(-np.where(given, np.log(probability), np.log1p(-probability)).mean())


def noisy(n_items: int = 500) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """Features of which the first speaks of the first label; the second label is frequent whatever the features."""
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(n_items, 20))
    given = np.column_stack([inputs[:, 0] + rng.normal(size=n_items) > 0, rng.random(n_items) < 0.85])
    return inputs, given


def test_the_first_steps_are_adams() -> None:
    # Two items, one batch an epoch: the gradient of the log loss and Adam's formulas, written out.
    inputs, given = np.array([[0.0], [4.0]]), np.array([[False], [True]])
    found = training_trajectories(inputs, given, np.random.default_rng(0), n_epochs=3)
    x = np.array([[-1.0, 1.0], [1.0, 1.0]])  # standardised, and a one for the intercept
    w, m, v = np.zeros(2), np.zeros(2), np.zeros(2)
    for step in (1, 2, 3):
        g = sum(x[i] * (expit(x[i] @ w) - given[i, 0]) for i in range(2)) / 2
        m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g**2
        # Adam's paper corrects both moments apart; its efficient form has the small constant elsewhere.
        w = w - 0.01 * (m / (1 - 0.9**step)) / (np.sqrt(v / (1 - 0.999**step)) + 1e-8)
        np.testing.assert_allclose(found[step - 1, :, 0], expit(x @ w), rtol=1e-6)


def test_ten_epochs_teach_more_than_how_frequent_labels_are() -> None:
    # With a tenth of the step, training ended before even that was learned, and Datamaps ranked by chance.
    inputs, given = noisy()
    found = training_trajectories(inputs, given, np.random.default_rng(1))
    frequent = log_loss(given, np.broadcast_to(given.mean(axis=0), given.shape))
    assert log_loss(given, found[-1]) < frequent
    losses = [log_loss(given, epoch) for epoch in found]
    assert losses == sorted(losses, reverse=True)


def test_probabilities_have_a_place_for_each_epoch_item_and_label() -> None:
    inputs, given = noisy(70)
    found = training_trajectories(inputs, given, np.random.default_rng(0), n_epochs=4)
    assert found.shape == (4, 70, 2)
    assert ((found > 0) & (found < 1)).all()
    np.testing.assert_array_equal(found, training_trajectories(inputs, given, np.random.default_rng(0), n_epochs=4))


def test_labels_are_learned_apart_and_scales_do_not_matter() -> None:
    inputs, given = noisy(90)
    found = training_trajectories(inputs, given, np.random.default_rng(0))
    turned = training_trajectories(inputs * 7.0 + 3.0, given[:, ::-1], np.random.default_rng(0))
    np.testing.assert_allclose(turned, found[:, :, ::-1], rtol=1e-9)


def test_a_constant_feature_is_no_feature() -> None:
    inputs, given = noisy(60)
    inputs[:, 3] = 5.0
    without = training_trajectories(np.delete(inputs, 3, axis=1), given, np.random.default_rng(0))
    found = training_trajectories(inputs, given, np.random.default_rng(0))
    assert found == pytest.approx(without, rel=1e-9)
