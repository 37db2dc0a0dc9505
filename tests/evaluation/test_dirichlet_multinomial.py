import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import beta, dirichlet_multinomial

from variorum.errors import ArgumentError, NotCountsError, ShapeError
from variorum.evaluation import dirichlet_multinomial_nll


@settings(max_examples=50)
@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_with_the_multinomial_coefficient_it_is_scipys(seed, n_classes):
    rng = np.random.default_rng(seed)
    counts, alpha = rng.integers(0, 8, (4, n_classes)), rng.gamma(0.7, 3, (4, n_classes)) + 1e-3
    coefficients = [math.log(math.factorial(sum(row)) / math.prod(map(math.factorial, row))) for row in counts.tolist()]
    expected = [-dirichlet_multinomial.logpmf(c, a, c.sum()) for c, a in zip(counts, alpha, strict=True)]
    np.testing.assert_allclose(dirichlet_multinomial_nll(counts, alpha), np.add(expected, coefficients), rtol=1e-10)


def test_probabilities_of_all_orders_sum_to_one():
    votes = np.array([np.bincount(order, minlength=3) for order in itertools.product(range(3), repeat=5)])
    nll = dirichlet_multinomial_nll(votes, np.tile([0.3, 1.0, 2.5], (len(votes), 1)))
    assert np.exp(-nll).sum() == pytest.approx(1.0)


def test_fractional_counts_are_the_mean_of_fractional_powers():
    # E[p^0.5 (1 - p)^2.25] under Beta(1.5, 0.8), by quadrature.
    expected, _ = quad(lambda p: p**0.5 * (1 - p) ** 2.25 * beta.pdf(p, 1.5, 0.8), 0, 1)
    assert np.exp(-dirichlet_multinomial_nll([[0.5, 2.25]], [[1.5, 0.8]]))[0] == pytest.approx(expected, rel=1e-8)


def test_without_votes_it_is_zero():
    np.testing.assert_array_equal(dirichlet_multinomial_nll([[0, 0]], [[0.2, 3.0]]), [0.0])


def test_what_is_wrong_is_named():
    with pytest.raises(ArgumentError, match=r"concentration\[1\] = \[1.0, 0.0\] is not positive .* 1 of 2 rows"):
        dirichlet_multinomial_nll([[1, 0], [1, 0]], [[1.0, 1.0], [1.0, 0.0]])
    with pytest.raises(ArgumentError, match=r"concentration\[0\] = \[inf, 1.0\] is not positive and finite"):
        dirichlet_multinomial_nll([[1, 0]], [[np.inf, 1.0]])
    with pytest.raises(ShapeError, match=r"counts has shape \(1, 2\) and concentration \(1, 3\)"):
        dirichlet_multinomial_nll([[1, 0]], [[1.0, 1.0, 1.0]])
    with pytest.raises(NotCountsError, match=r"counts\[0\] = \[-1.0, 0.0\]"):
        dirichlet_multinomial_nll([[-1, 0]], [[1.0, 1.0]])
