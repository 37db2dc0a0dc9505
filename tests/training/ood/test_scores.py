from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.special import softmax
from scipy.stats import entropy

from variorum.errors import ArgumentError, ShapeError
from variorum.training.ood import energy, logit_entropy, max_logit, max_probability

LOGITS = arrays(np.float64, (5, 4), elements=st.floats(-30, 30))
SCORERS: list[Callable[..., np.ndarray]] = [max_probability, max_logit, logit_entropy, energy]


def test_by_hand() -> None:
    # Odds 6 : 3 : 1, so probabilities .6, .3, .1.
    logits = np.log([[6.0, 3.0, 1.0]])
    assert max_probability(logits)[0] == pytest.approx(0.4)
    assert max_logit(logits)[0] == pytest.approx(-np.log(6))
    assert logit_entropy(logits)[0] == pytest.approx(-0.6 * np.log(0.6) - 0.3 * np.log(0.3) - 0.1 * np.log(0.1))
    assert energy(logits)[0] == pytest.approx(-np.log(10))
    # At T = 2 the odds are their roots.
    assert energy(logits, temperature=2.0)[0] == pytest.approx(-2 * np.log(np.sqrt(6) + np.sqrt(3) + 1))


@given(LOGITS)
def test_against_scipy(logits: np.ndarray) -> None:
    p = softmax(logits, axis=1)
    np.testing.assert_allclose(max_probability(logits), 1 - p.max(axis=1), atol=1e-12)
    np.testing.assert_allclose(logit_entropy(logits), entropy(p, axis=1), atol=1e-12)


@given(LOGITS, st.floats(-5, 5))
def test_a_shift_changes_what_reads_logits_and_not_what_reads_probabilities(logits: np.ndarray, shift: float) -> None:
    moved = logits + shift
    np.testing.assert_allclose(max_probability(moved), max_probability(logits), rtol=1e-9, atol=0)
    np.testing.assert_allclose(logit_entropy(moved), logit_entropy(logits), rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(max_logit(moved), max_logit(logits) - shift, atol=1e-9)
    np.testing.assert_allclose(energy(moved), energy(logits) - shift, atol=1e-9)


@given(LOGITS)
def test_energy_goes_from_the_maximum_logit_up_by_the_number_of_classes(logits: np.ndarray) -> None:
    found = energy(logits)
    assert (found <= max_logit(logits) + 1e-9).all()
    assert (found >= max_logit(logits) - np.log(4) - 1e-9).all()
    np.testing.assert_allclose(energy(logits, temperature=1e-3), max_logit(logits), atol=2e-3)


@pytest.mark.parametrize("scorer", SCORERS)
@given(logits=LOGITS, order=st.permutations(range(4)))
def test_class_order_does_not_matter(scorer: Callable[..., np.ndarray], logits: np.ndarray, order: list[int]) -> None:
    np.testing.assert_allclose(scorer(logits[:, order]), scorer(logits), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("scorer", SCORERS)
def test_a_surer_model_is_further_in(scorer: Callable[..., np.ndarray]) -> None:
    # Where 1 - p rounds to 0, at 40 and beyond, the order is still there.
    found = scorer([[gap, 0.0, 0.0] for gap in (0.0, 1.0, 5.0, 40.0, 80.0, 400.0)])
    assert (np.diff(found) < 0).all()
    assert np.isfinite(scorer([[1e4, -1e4, 0.0], [-1e4, -1e4, -1e4]])).all()


@pytest.mark.parametrize("scorer", SCORERS)
def test_shapes_and_numbers_are_checked(scorer: Callable[..., np.ndarray]) -> None:
    assert scorer(np.empty((0, 3))).shape == (0,)
    with pytest.raises(ShapeError, match=r"logits must have 2 axes, not 1"):
        scorer([1.0, 2.0])
    with pytest.raises(ShapeError, match=r"logits must have at least one column, not 0"):
        scorer(np.empty((2, 0)))
    with pytest.raises(ArgumentError, match=r"logits\[1\] holds a value that is not finite; 1 of 2 rows are affected"):
        scorer([[1.0, 2.0], [np.inf, 0.0]])


@pytest.mark.parametrize("bad", [0.0, -1.0, np.inf, np.nan])
def test_temperature_is_checked(bad: float) -> None:
    with pytest.raises(ArgumentError, match=r"temperature = .* must be above 0 and finite"):
        energy([[1.0]], temperature=bad)
