from __future__ import annotations

import time
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import gammaln
from scipy.stats import dirichlet, entropy

from variorum.errors import ArgumentError, ConvergenceWarning, ShapeError
from variorum.labels import dirichlet_labels, fit_dirichlet_prior, fit_polya


def log_likelihood(counts, a):
    """Row by row, as the definition has it."""
    total = 0.0
    for row in counts:
        total += gammaln(a.sum()) - gammaln(a.sum() + row.sum()) + (gammaln(row + a) - gammaln(a)).sum()
    return total


def draw(seed, concentration=(2.0, 1.0, 0.5), n_items=400, votes=6):
    rng = np.random.default_rng(seed)
    n = rng.integers(1, votes + 1, n_items)
    return np.array([rng.multinomial(m, p) for m, p in zip(n, rng.dirichlet(concentration, n_items), strict=True)])


def test_moments_match_scipy_and_sampling():
    label = dirichlet_labels([[3, 0, 1]], prior=[1, 0.5, 0.5])
    same = dirichlet([4, 0.5, 1.5])
    np.testing.assert_allclose(label.mean[0], same.mean())
    np.testing.assert_allclose(label.variance[0], same.var())
    draws = entropy(same.rvs(200_000, random_state=np.random.default_rng(1)), axis=1)
    assert label.expected_entropy[0] == pytest.approx(draws.mean(), abs=5 * draws.std() / 200_000**0.5)


def test_uniform_prior_of_two_classes_has_half_a_nat():
    # -E[p ln p + (1-p) ln(1-p)] for p uniform on [0, 1] is 2 * 1/4.
    assert dirichlet_labels([[0, 0]], prior=1).expected_entropy[0] == pytest.approx(0.5)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_variance_falls_with_votes(seed):
    counts = np.random.default_rng(seed).integers(0, 5, (10, 3)) + np.array([1, 0, 0])
    few, many = dirichlet_labels(counts, 1.0), dirichlet_labels(100 * counts, 1.0)
    assert (many.variance.sum(axis=1) < few.variance.sum(axis=1)).all()
    np.testing.assert_allclose(few.mean.sum(axis=1), 1)


def test_prior_must_fit():
    with pytest.raises(ShapeError, match="prior has 3 classes and counts 2"):
        dirichlet_labels([[1, 1]], [1, 1, 1])
    with pytest.raises(ArgumentError, match=r"prior\[1\] = 0.0 must be positive"):
        dirichlet_labels([[1, 1]], [1, 0])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_fit_is_the_maximum_that_a_general_optimizer_finds(seed):
    counts = draw(seed, n_items=60)
    fit = fit_polya(counts)
    best = minimize(lambda t: -log_likelihood(counts, np.exp(t)), np.zeros(3), method="Nelder-Mead", tol=1e-10)
    reached = log_likelihood(counts, fit.concentration)
    assert fit.converged
    assert reached >= -best.fun - 1e-5
    assert fit.trace[-1] == pytest.approx(reached)
    assert (np.diff(fit.trace) >= -1e-9).all()


def test_golden_by_hand():
    # With two votes P(2, 0) = a (a + 1) / (A (A + 1)) and P(1, 1) = 2 a b / (A (A + 1)). Concentration (3, 2) gives
    # 12/30, 12/30 and 6/30, which are the shares of the five items exactly, so nothing can be likelier.
    np.testing.assert_allclose(fit_dirichlet_prior([[2, 0], [2, 0], [1, 1], [1, 1], [0, 2]]), [3, 2], rtol=1e-5)


def test_recovers_the_concentration():
    # 20,000 items of 10 votes: relative standard errors are about 1.5 %.
    truth = np.array([2.0, 1.0, 0.5])
    counts = np.random.default_rng(0).multinomial(10, np.random.default_rng(1).dirichlet(truth, 20_000))
    np.testing.assert_allclose(fit_dirichlet_prior(counts), truth, rtol=0.05)


def test_items_without_votes_say_nothing():
    counts = draw(4)
    padded = np.vstack((counts, np.zeros((50, 3))))
    np.testing.assert_allclose(fit_dirichlet_prior(padded), fit_dirichlet_prior(counts))


@settings(deadline=None)
@given(st.permutations([0, 1, 2]))
def test_class_order_does_not_matter(order):
    counts = draw(5)
    np.testing.assert_allclose(fit_dirichlet_prior(counts[:, order]), fit_dirichlet_prior(counts)[order], rtol=1e-6)


def test_weighted_counts():
    counts = draw(6)
    close = fit_dirichlet_prior(counts + 1e-9 * (counts > 0))
    np.testing.assert_allclose(close, fit_dirichlet_prior(counts), rtol=1e-5)


@pytest.mark.parametrize(
    ("counts", "message", "precision"),
    [
        ([[1, 0], [0, 1]], "no item has more than one vote.*n_classes = 2", 2.0),
        ([[3, 0], [0, 2], [1, 0]], "every item is unanimous", 1e-3),
        ([[2, 2]] * 5, "differ no more than chance", 1e6),
    ],
)
def test_votes_that_do_not_determine_the_precision(counts, message, precision):
    with pytest.warns(ConvergenceWarning, match=message):
        prior = fit_dirichlet_prior(counts)
    assert prior.sum() == pytest.approx(precision)
    np.testing.assert_allclose(prior / prior.sum(), np.sum(counts, axis=0) / np.sum(counts))
    assert not fit_polya(counts).identified


def test_class_that_nobody_chose_keeps_next_to_nothing():
    fit = fit_polya(np.insert(draw(7), 1, 0, axis=1))
    assert fit.converged
    assert fit.concentration[1] == pytest.approx(1e-6)
    np.testing.assert_allclose(np.delete(fit.concentration, 1), fit_dirichlet_prior(draw(7)))


def test_refusals_and_running_out():
    with pytest.raises(ArgumentError, match="counts hold no vote"):
        fit_dirichlet_prior(np.zeros((3, 2)))
    with pytest.warns(ConvergenceWarning, match="1 iterations were not enough"):
        fit_dirichlet_prior(draw(8), max_iterations=1)
    with pytest.raises(ArgumentError, match="max_iterations = 0"):
        fit_polya(draw(8), max_iterations=0)


@pytest.mark.parametrize("concentration", [(0.01, 0.01), (50, 50), (0.05, 5, 0.5), (300, 1, 1)])
def test_far_corners_converge_quickly(concentration):
    counts = draw(9, concentration, n_items=2_000, votes=9)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fit = fit_polya(counts)
    assert fit.converged
    assert fit.trace.size < 100


def test_many_items_are_cheap():
    counts = np.random.default_rng(0).multinomial(5, np.random.default_rng(1).dirichlet([1, 1, 1, 1, 1], 200_000))
    start = time.perf_counter()
    fit_dirichlet_prior(counts)
    # About 0.05 s; a loop over items takes minutes.
    assert time.perf_counter() - start < 3
