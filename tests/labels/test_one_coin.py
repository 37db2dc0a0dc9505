from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.references import accuracy, dense, shares
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError
from variorum.labels import one_coin

SLOW = settings(max_examples=30, deadline=None)


def reference(votes, n_iterations):
    """Products of probabilities, vote by vote."""
    rows = dense(votes)
    k = rows.n_classes
    posterior = shares(rows, dict.fromkeys(rows.annotators, 1.0))
    for step in range(n_iterations + 1):
        priors = np.mean([posterior[i] for i in rows.items], axis=0)
        skill = accuracy(rows, posterior)
        if step == n_iterations:
            return rows, posterior, priors, skill
        for i in rows.items:
            joint = np.maximum(priors, 1e-10)
            for a, c in rows.of_item(i):
                chance = np.full(k, (1 - skill[a]) / (k - 1))
                chance[c] = skill[a]
                joint = joint * np.clip(chance, 1e-10, 1 - 1e-10)
            posterior[i] = joint / joint.sum()
    raise AssertionError


@SLOW
@given(st.integers(0, 2**32 - 1), st.integers(1, 12))
def test_equals_the_dense_reference(crowd, seed, n_iterations):
    votes = crowd(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = one_coin(votes, max_iterations=n_iterations, tolerance=0)
    rows, posterior, priors, skill = reference(votes, estimate.n_iterations)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-8)
    np.testing.assert_allclose(estimate.priors, priors, atol=1e-8)
    np.testing.assert_allclose(estimate.skill[rows.annotators], [skill[a] for a in rows.annotators], atol=1e-8)


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_objective_never_falls(crowd, seed):
    estimate = one_coin(crowd(seed), max_iterations=5_000, tolerance=1e-7)
    assert estimate.converged
    assert (np.diff(estimate.trace) >= -1e-8).all()


def test_golden_by_hand(table):
    # Vote shares (1, 0), (0, 1), (1/2, 1/2): both annotators have skill (1 + 1 + 1/2) / 3 = 5/6, priors are equal.
    # Items 0 and 1: 25/36 against 1/36; item 2: 5/36 either way. Votes: (26/72) twice and 10/72.
    votes = table([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 1])
    with pytest.warns(ConvergenceWarning, match="stopped after 1 iterations before the gain fell below 1e-05"):
        estimate = one_coin(votes, max_iterations=1)
    np.testing.assert_allclose(estimate.posterior, [[25 / 26, 1 / 26], [1 / 26, 25 / 26], [0.5, 0.5]])
    assert estimate.trace[0] == pytest.approx(2 * np.log(26 / 72) + np.log(10 / 72))
    np.testing.assert_allclose(estimate.skill, [(25 / 13 + 0.5) / 3] * 2)


def test_single_precision_agrees(crowd):
    votes = crowd(22, n_items=500, n_classes=4)
    single, double = one_coin(votes, dtype=np.float32), one_coin(votes)
    assert single.posterior.dtype == np.float64
    np.testing.assert_allclose(single.posterior, double.posterior, atol=1e-4)


def test_finds_the_skill(table):
    # Skills from .4 to .95 over four classes, 25 annotators each on a third of 3,000 items.
    rng = np.random.default_rng(3)
    skill, truth = np.linspace(0.4, 0.95, 25), rng.integers(4, size=3_000)
    item, annotator = np.nonzero(rng.random((3_000, 25)) < 1 / 3)
    wrong = (truth[item] + rng.integers(1, 4, item.size)) % 4
    label = np.where(rng.random(item.size) < skill[annotator], truth[item], wrong)
    estimate = one_coin(table(item, annotator, label))
    np.testing.assert_allclose(estimate.skill, skill, atol=0.05)


def test_what_it_refuses(table):
    with pytest.raises(SchemeError, match="all annotators are unknown: no skill"):
        one_coin(table([0, 0], [-1, -1], [0, 1]))
    with pytest.raises(ArgumentError, match="tolerance = -1"):
        one_coin(table([0], [0], [0]), tolerance=-1)
