"""The ratio metric by an integral, against loops over pairs."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.agreement import loops
from variorum.evaluation.agreement._ratio import ratio_alpha, ratio_sums
from variorum.evaluation.agreement._votes import as_votes

SCALES = {
    "many orders of magnitude": lambda rng, n: rng.lognormal(0, 5, n),
    "close together": lambda rng, n: 1000 + rng.random(n),
    "huge and tiny": lambda rng, n: np.where(rng.random(n) < 0.5, 1e-9, 1e9) * rng.random(n),
    "with zeros": lambda rng, n: rng.random(n) * (rng.random(n) < 0.7),
    "few values": lambda rng, n: rng.integers(0, 4, n).astype(float),
}


@pytest.mark.parametrize("scale", SCALES)
@given(seed=st.integers(0, 2**32 - 1))
def test_the_integral_is_the_sum_over_pairs(scale, seed):
    rng = np.random.default_rng(seed)
    items, annotators, values = rng.integers(0, 8, 40), rng.integers(-1, 6, 40), SCALES[scale](rng, 40)
    answers = loops.gather(items.tolist(), annotators.tolist(), values.tolist())
    expected = loops.alpha(answers, loops.ratio)
    votes = as_votes(items, annotators)
    # Values of 1000 and a little more: ratios of some 1e-7, whose rounding grows when they are compared.
    assert ratio_alpha(votes, values) == pytest.approx(expected, abs=1e-9, nan_ok=True)
    assert ratio_sums(votes, values, exact=False).alpha(None) == pytest.approx(expected, abs=1e-4, nan_ok=True)


def test_draws_are_repeated_items():
    rng = np.random.default_rng(1)
    items, values = np.repeat(np.arange(6), 3), rng.lognormal(size=18)
    sums = ratio_sums(as_votes(items, None), values, exact=False)
    w = np.array([[2.0, 0.0, 1.0, 1.0, 1.0, 1.0]])
    twice = np.concatenate([values[:3], values[:3], values[6:]])
    assert sums.alpha(w) == pytest.approx([ratio_alpha(as_votes(items, None), twice)], abs=1e-5)


def test_where_it_is_undefined():
    assert np.isnan(ratio_alpha(as_votes([0, 0, 1, 1], None), np.full(4, 0.1)))
    assert np.isnan(ratio_alpha(as_votes([0, 0], None), np.zeros(2)))
    assert np.isnan(ratio_alpha(as_votes([0, 1], None), np.array([1.0, 2.0])))
    assert np.isnan(ratio_alpha(as_votes([], None), np.zeros(0)))
    alone = ratio_sums(as_votes([0, 0, 1, 1], None), np.array([3.0, 3.0, 5.0, 5.0]), exact=False)
    # A draw of one item alone has one value.
    assert np.isnan(alone.alpha(np.array([[2.0, 0.0]]))).all()
    assert alone.alpha(None) == pytest.approx(1.0)
