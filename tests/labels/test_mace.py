from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import digamma

from labels.references import dense
from variorum.errors import ArgumentError, ConvergenceWarning, NotADistributionError, SchemeError, ShapeError
from variorum.labels import mace

SLOW = settings(max_examples=25, deadline=None)


def quiet(*args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mace(*args, **options)


def random_start(votes, seed):
    rng = np.random.default_rng(seed)
    n = len(votes.annotators)
    return rng.uniform(0.2, 0.8, n), rng.dirichlet(np.ones(votes.scheme.n_classes), n)


def reference(votes, start, n_iterations, variational):
    """Loops over votes; probabilities of both ways to answer, multiplied."""
    rows = dense(votes)
    k = rows.n_classes
    copy = {a: start[0][a] for a in rows.annotators}
    spam = {a: 1 - start[0][a] for a in rows.annotators}
    strategy = {a: start[1][a].copy() for a in rows.annotators}
    for step in range(n_iterations + 1):
        posterior = {}
        for i in rows.items:
            joint = np.full(k, 1 / k)
            for a, c in rows.of_item(i):
                joint *= [spam[a] * strategy[a][c] + copy[a] * (truth == c) for truth in range(k)]
            posterior[i] = joint / joint.sum()
        if step == n_iterations:
            return rows, posterior
        for a in rows.annotators:
            copied, by_label = 0.0, np.zeros(k)
            for i, c in rows.of_annotator(a):
                chance = copy[a] / (copy[a] + spam[a] * strategy[a][c]) * posterior[i][c]
                copied += chance
                by_label[c] += 1 - chance
            if variational:
                total = digamma(copied + by_label.sum() + 1)
                copy[a] = np.exp(digamma(copied + 0.5) - total)
                spam[a] = np.exp(digamma(by_label.sum() + 0.5) - total)
                strategy[a] = np.exp(digamma(by_label + 10) - digamma(by_label.sum() + 10 * k))
            else:
                extra = 0.01 / k
                total = copied + by_label.sum() + 2 * extra
                copy[a], spam[a] = (copied + extra) / total, (by_label.sum() + extra) / total
                strategy[a] = (by_label + extra) / (by_label.sum() + k * extra)
    raise AssertionError


@SLOW
@given(st.integers(0, 2**32 - 1), st.integers(1, 10), st.booleans())
def test_equals_the_dense_reference(crowd, seed, n_iterations, variational):
    votes = crowd(seed)
    start = random_start(votes, seed)
    estimate = quiet(votes, start=start, max_iterations=n_iterations, tolerance=0, variational=variational)
    rows, posterior = reference(votes, start, estimate.n_iterations, variational)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-7)


@SLOW
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_objective_never_falls(crowd, seed, variational):
    votes = crowd(seed)
    estimate = mace(
        votes, start=random_start(votes, seed), variational=variational, max_iterations=20_000, tolerance=1e-7
    )
    assert estimate.converged
    assert (np.diff(estimate.trace) >= -1e-7).all()


def test_golden_by_hand(table):
    # Start: skill 1/2, strategy (1/2, 1/2): a vote for the true label has 1/2 * 1/2 + 1/2 = 3/4, for the other 1/4.
    # Item 0 has votes 0 and 0: 9 to 1. Item 1 has 1 alone: 3 to 1. Copied: 1/2 / (3/4) = 2/3 of the posterior.
    # Annotator 0: 2/3 * (9/10 + 3/4) = 1.1 copied of 2; annotator 1: 2/3 * 9/10 = 0.6 of 1.
    votes = table([0, 0, 1], [0, 1, 0], [0, 0, 1])
    estimate = quiet(votes, variational=False, smoothing=0, max_iterations=1)
    np.testing.assert_allclose(estimate.skill, [0.55, 0.6])
    # Of annotator 0's 0.9 spammed votes, 1 - 2/3 * 9/10 = 0.4 are for 0 and 1 - 2/3 * 3/4 = 0.5 are for 1.
    np.testing.assert_allclose(estimate.strategy, [[4 / 9, 5 / 9], [1, 0]], atol=1e-9)
    # Item 1: spam 0.45 * 5/9 = 0.25, so 0.8 against 0.25. Item 0: (0.2 + 0.55) * (0.4 + 0.6) against 0.2 * 0.4.
    np.testing.assert_allclose(estimate.posterior, [[0.75 / 0.83, 0.08 / 0.83], [0.25 / 1.05, 0.8 / 1.05]])
    assert estimate.trace[0] == pytest.approx(np.log(0.83 / 2) + np.log(1.05 / 2))


def test_finds_out_who_spams(table):
    rng = np.random.default_rng(7)
    truth = rng.integers(3, size=500)
    label = np.where(rng.random((500, 6)) < 0.85, truth[:, None], rng.integers(3, size=(500, 6)))
    label[:, 4], label[:, 5] = 0, rng.integers(3, size=500)
    votes = table(np.repeat(np.arange(500), 6), np.tile(np.arange(6), 500), label.ravel())
    estimate = mace(votes)
    np.testing.assert_allclose(estimate.skill, [0.85, 0.85, 0.85, 0.85, 0, 0], atol=0.07)
    assert estimate.strategy[4, 0] > 0.9
    assert (estimate.posterior.argmax(axis=1) == truth).mean() > 0.95


def test_restarts_never_worsen_the_objective(crowd):
    votes = crowd(5)
    one, many = quiet(votes), quiet(votes, restarts=8, rng=3)
    assert many.trace[-1] >= one.trace[-1]
    np.testing.assert_array_equal(many.posterior, quiet(votes, restarts=8, rng=3).posterior)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"restarts": -1}, ArgumentError, "restarts = -1"),
        ({"restarts": 2}, ArgumentError, "needs rng"),
        ({"skill_prior": (0, 1)}, ArgumentError, r"skill_prior = \(0, 1\)"),
        ({"strategy_prior": 0}, ArgumentError, "strategy_prior = 0"),
        ({"smoothing": -1}, ArgumentError, "smoothing"),
        ({"start": ([0.5, 1], [[0.5, 0.5]] * 2)}, ArgumentError, r"start\[0\]\[1\] = 1.0"),
        ({"start": ([0.5, 0.5], [[0.5, 0.5]])}, ShapeError, r"start\[1\] has shape \(1, 2\)"),
        ({"start": ([0.5, 0.5], [[0.5, 0.6]] * 2)}, NotADistributionError, r"start\[1\]\[0\]"),
    ],
)
def test_options_out_of_range(table, options, error, message):
    with pytest.raises(error, match=message):
        mace(table([0, 0], [0, 1], [0, 1]), **options)


def test_what_it_says(table):
    with pytest.raises(SchemeError, match="MACE needs to know who voted"):
        mace(table([0], [-1], [0]))
    with pytest.warns(ConvergenceWarning, match="MACE stopped after 1 iterations"):
        mace(table([0, 0], [0, 1], [0, 1]), max_iterations=1)
