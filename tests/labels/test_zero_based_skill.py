from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.references import accuracy, dense, shares, top
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError
from variorum.labels import zero_based_skill


def reference(votes, n_iterations, ties):
    rows = dense(votes)
    skill, rate = dict.fromkeys(rows.annotators, 1 / rows.n_classes + 1e-5), 1.0
    for step in range(1, n_iterations + 1):
        if step % 20 == 0:
            rate *= 0.5
        weighted = shares(rows, skill)
        agrees = accuracy(rows, {i: top(weighted[i], ties) for i in rows.items})
        skill = {a: skill[a] + rate * (agrees[a] - skill[a]) for a in rows.annotators}
    return rows, shares(rows, skill), skill


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 25), st.sampled_from(["share", "first"]))
def test_equals_the_dense_reference(crowd, seed, n_iterations, ties):
    votes = crowd(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = zero_based_skill(votes, max_iterations=n_iterations, tolerance=0, ties=ties)
    rows, posterior, skill = reference(votes, estimate.n_iterations, ties)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-9)
    np.testing.assert_allclose(estimate.skill[rows.annotators], [skill[a] for a in rows.annotators], atol=1e-9)


def test_golden_by_hand(table):
    # Majorities 0, 0, 1: skills 1, 1, 1/3. Weighted, nothing changes, so the second pass finds no difference.
    votes = table([0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3, [0, 0, 1, 0, 0, 1, 1, 1, 1])
    estimate = zero_based_skill(votes)
    np.testing.assert_allclose(estimate.skill, [1, 1, 1 / 3])
    np.testing.assert_allclose(estimate.posterior, [[6 / 7, 1 / 7], [6 / 7, 1 / 7], [0, 1]])
    # Skills started at 1/2 + 1e-5: gaps of 1/2, 1/2 and -1/6, but for the margin.
    np.testing.assert_allclose(estimate.trace, [(1 / 4 + 1 / 4 + 1 / 36) / 3, 0], atol=1e-5)
    assert estimate.converged


def test_options_and_refusals(table):
    votes = table([0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1])
    with pytest.warns(ConvergenceWarning, match="stopped after 1 iterations"):
        zero_based_skill(votes, max_iterations=1)
    with pytest.raises(ArgumentError, match=r"rate = 1\.5"):
        zero_based_skill(votes, rate=1.5)
    with pytest.raises(ArgumentError, match="halve_every = 0"):
        zero_based_skill(votes, halve_every=0)
    with pytest.raises(ArgumentError, match="max_iterations = 0"):
        zero_based_skill(votes, max_iterations=0)
    with pytest.raises(SchemeError, match="no skill can be told"):
        zero_based_skill(table([0], [-1], [0]))
