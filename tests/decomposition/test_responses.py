from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from decomposition.naive_reading import reading
from decomposition.reading_votes import Array
from variorum.decomposition.item_types import type_grid
from variorum.decomposition.responses import CARELESS_PRIOR, Responses

TYPES = type_grid(3, 10)
NOBODY = np.zeros(5, np.bool_)


def drawn(seed: int) -> tuple[Responses, Array, Array]:
    """Five voters with leanings, and expected answers of theirs, careless and read."""
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(3, 3))
    responses = Responses(
        rng.uniform(0.01, 0.9, 5), rng.dirichlet(np.ones(3), 5), rng.normal(size=(5, 3)), root @ root.T + np.eye(3)
    )
    return responses, 3 * rng.random((5, 3)), 4 * rng.random((5, 3, len(TYPES)))


def test_start_by_hand() -> None:
    # Shares of the labels are 2/3 and 1/3, and worth one vote beside a voter's own.
    responses = Responses.start(np.array([[3.0, 0.0], [1.0, 2.0]]))
    np.testing.assert_allclose(responses.strategy, [[11 / 12, 1 / 12], [5 / 12, 7 / 12]])
    np.testing.assert_allclose(responses.rate, 0.1)
    np.testing.assert_array_equal(responses.leaning, 0.0)
    np.testing.assert_array_equal(responses.spread, 0.25 * np.eye(2))


def test_a_leaning_is_log_odds() -> None:
    # Even odds turn into 3 : 1 with a leaning of log 3.
    leaning = np.array([[np.log(3), 0.0], [0.0, 0.0]])
    responses = Responses(np.full(2, 0.1), np.full((2, 2), 0.5), leaning, np.eye(2))
    np.testing.assert_allclose(
        responses.readings(np.array([[0.5, 0.5], [0.9, 0.1]])),
        [[[0.75, 27 / 28], [0.25, 1 / 28]], [[0.5, 0.9], [0.5, 0.1]]],
    )


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=20, deadline=None)
def test_readings(seed: int) -> None:
    responses = drawn(seed)[0]
    found = responses.readings(TYPES)
    assert found.shape == (5, 3, len(TYPES))
    for a, m in np.ndindex(5, len(TYPES)):
        np.testing.assert_allclose(found[a, :, m], reading(TYPES[m], responses.leaning[a]))


def test_answers_that_do_not_depend_on_the_item() -> None:
    # Half of the items are (0.8, 0.2), half (0.2, 0.8): 0.3 from their mean. Odds of 4 and 1/4 times 4 are 16 and 1:
    # readings 16/17 and 1/2, 15/68 from their mean. Who leans without bounds always says the same.
    types, half = np.array([[0.8, 0.2], [0.2, 0.8]]), np.array([0.5, 0.5])
    leaning = np.array([[0.0, 0.0], [np.log(4), 0.0], [60.0, 0.0]])
    responses = Responses(np.full(3, 0.2), np.full((3, 2), 0.5), leaning, np.eye(2))
    expected = [0.2, 1 - 0.8 * (15 / 68) / 0.3, 1.0]
    np.testing.assert_allclose(responses.unconditional(types, half), expected, rtol=1e-6)
    # Among items that are all alike nobody's answers could depend on them.
    np.testing.assert_allclose(responses.unconditional(types, np.array([1.0, 0.0])), 0.2)


def test_rates_and_strategies_are_counts_and_priors() -> None:
    responses, careless, read = drawn(1)
    fixed = np.arange(5) == 2
    new = responses.update(careless, read, TYPES, fixed, lean=False)
    for a in range(5):
        slips, votes = careless[a].sum(), careless[a].sum() + read[a].sum()
        rate = responses.rate[2] if a == 2 else (slips + 0.5) / (votes + 5)
        strategy = responses.strategy[2] if a == 2 else (careless[a] + 1 / 3) / (slips + 1)
        assert new.rate[a] == pytest.approx(rate)
        np.testing.assert_allclose(new.strategy[a], strategy)
    np.testing.assert_array_equal(new.leaning, responses.leaning)
    np.testing.assert_array_equal(new.spread, responses.spread)


def test_prior_of_the_rate() -> None:
    # One answer in ten, and five votes outweigh it.
    assert CARELESS_PRIOR[0] / sum(CARELESS_PRIOR) == pytest.approx(0.1)
    assert sum(CARELESS_PRIOR) == 5


def loss(leaning: Array, read: Array, spread: Array) -> float:
    """Minus the log posterior of a leaning, given readings of known items."""
    total = 0.5 * leaning @ np.linalg.inv(spread) @ leaning
    for m, theta in enumerate(TYPES):
        total -= read[:, m] @ np.log(reading(theta, leaning))
    return float(total)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_leanings_go_to_the_maximum(seed: int) -> None:
    responses, careless, read = drawn(seed)
    new = responses
    for _ in range(30):
        # The prior stays what it was.
        new = replace(new.update(careless, read, TYPES, NOBODY, lean=True), spread=responses.spread)
    for a in range(5):
        best = minimize(loss, np.zeros(3), (read[a], responses.spread), tol=1e-10).x
        np.testing.assert_allclose(new.leaning[a], best, atol=1e-4)


def test_spread_of_leanings() -> None:
    responses, careless, read = drawn(3)
    # Found, so that the step is next to none; the first voter always says the same, and is not asked.
    read[0] *= np.array([1.0, 0.0, 0.0])[:, None]
    read[0, 0] += 1e4
    for _ in range(60):
        responses = replace(responses.update(careless, read, TYPES, NOBODY, lean=True), spread=responses.spread)
    weight = read.sum(axis=(0, 1)) / read.sum()
    assert (responses.unconditional(TYPES, weight) >= 0.8).tolist() == [True, False, False, False, False]
    total = np.eye(3)
    for a in range(1, 5):
        hessian = np.linalg.inv(responses.spread)
        for m, theta in enumerate(TYPES):
            q = reading(theta, responses.leaning[a])
            hessian = hessian + read[a, :, m].sum() * (np.diag(q) - np.outer(q, q))
        total += np.outer(responses.leaning[a], responses.leaning[a]) + np.linalg.inv(hessian)
    # Beside four annotators' worth of variance one quarter.
    spread = responses.update(careless, read, TYPES, NOBODY, lean=True).spread
    np.testing.assert_allclose(spread, total / (4 + 4), atol=1e-6)


def test_no_step_is_longer_than_two() -> None:
    responses, careless, read = drawn(4)
    wide = replace(responses, leaning=np.zeros((5, 3)), spread=100 * np.eye(3))
    new = wide.update(careless, 1e3 * read * np.array([1.0, 1e-6, 1e-6])[:, None], TYPES, NOBODY, lean=True)
    np.testing.assert_allclose(np.abs(new.leaning).max(axis=1), 2.0)


def test_strangers_do_not_count_for_the_spread_of_leanings() -> None:
    # Seen: several people in one are no annotator with a leaning, and still made all leanings smaller.
    responses, careless, read = drawn(0)
    last = np.arange(5) == 4
    spread = responses.update(careless, read, TYPES, last, lean=True).spread
    read[4] *= np.array([0.1, 5.0, 1.0])[:, None]
    np.testing.assert_allclose(responses.update(careless, read, TYPES, last, lean=True).spread, spread)
