from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm

from labels.references import dense
from variorum.corpora import load_corpus
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError, ShapeError
from variorum.labels import glad


def reference(votes, ability, easiness):
    """Objective and posterior by multiplying probabilities."""
    rows = dense(votes)
    k = rows.n_classes
    objective = sum(norm.logpdf(ability[a], 1) for a in rows.annotators)
    posterior = {}
    for i in rows.items:
        objective += norm.logpdf(np.log(easiness[i]), 1)
        joint = np.full(k, 1 / k)
        for a, c in rows.of_item(i):
            right, wrong = (1 / (1 + np.exp(sign * ability[a] * easiness[i])) for sign in (-1, 1))
            joint *= [right if truth == c else wrong / (k - 1) for truth in range(k)]
        objective += np.log(joint.sum())
        posterior[i] = joint / joint.sum()
    return rows, objective, posterior


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_ends_where_the_reference_is_flat(crowd, seed):
    votes = crowd(seed)
    estimate = glad(votes, tolerance=1e-13, max_iterations=2_000)
    rows, objective, posterior = reference(votes, estimate.skill, estimate.easiness)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-9)
    assert objective >= estimate.trace[-1] - 1e-8
    # No parameter alone improves it.
    for vector, places in ((estimate.skill, rows.annotators), (estimate.easiness, rows.items)):
        for place in places:
            for step in (0.99, 1.01):
                moved = vector.copy()
                moved[place] *= step
                both = (moved, estimate.easiness) if vector is estimate.skill else (estimate.skill, moved)
                assert reference(votes, *both)[1] <= objective + 1e-6


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_objective_starts_at_the_reference_and_never_falls(crowd, seed):
    votes = crowd(seed)
    rng = np.random.default_rng(seed)
    ability, easiness = rng.normal(1, 1, len(votes.annotators)), rng.lognormal(1, 1, len(votes.items))
    estimate = glad(votes, start=(ability, easiness), max_iterations=500)
    assert estimate.trace[0] == pytest.approx(reference(votes, ability, easiness)[1])
    assert (np.diff(estimate.trace) >= -1e-9).all()


def test_golden_by_hand(table):
    # One vote: the posterior of its label is the chance of being right. By symmetry in (ability, log easiness) both
    # labels have likelihood 1/2 whatever the parameters, so the priors alone decide: ability 1, easiness e.
    estimate = glad(table([0], [0], [1]))
    right = 1 / (1 + np.exp(-np.e))
    np.testing.assert_allclose(estimate.posterior, [[1 - right, right]])
    np.testing.assert_allclose(estimate.skill, [1])
    np.testing.assert_allclose(estimate.easiness, [np.e])
    np.testing.assert_allclose(estimate.trace, [np.log(0.5) - np.log(2 * np.pi)])
    assert estimate.converged


def test_finds_abilities_and_easiness(table):
    rng = np.random.default_rng(2)
    truth, ability = rng.integers(3, size=1_500), np.linspace(-0.5, 2.5, 30)
    easy = np.where(np.arange(1_500) % 2 == 0, 4.0, 0.3)
    item, annotator = np.repeat(np.arange(1_500), 12), np.concatenate([rng.permutation(30)[:12] for _ in range(1_500)])
    right = rng.random(item.size) < 1 / (1 + np.exp(-ability[annotator] * easy[item]))
    label = np.where(right, truth[item], (truth[item] + rng.integers(1, 3, item.size)) % 3)
    estimate = glad(table(item, annotator, label))
    assert np.corrcoef(estimate.skill, ability)[0, 1] > 0.9
    assert np.median(estimate.easiness[::2]) > 2 * np.median(estimate.easiness[1::2])
    assert (estimate.posterior.argmax(axis=1) == truth)[::2].mean() > 0.99


@pytest.mark.parametrize("name", ["bluebird", "dog", "rte", "trec", "web", "labelme"])
@pytest.mark.usefixtures("data_root")
def test_the_default_stops_where_posteriors_have_settled(name):
    votes = load_corpus(name).annotations
    stopped, end = glad(votes), glad(votes, tolerance=0, max_iterations=5_000)
    assert stopped.converged
    assert stopped.n_iterations < end.n_iterations
    np.testing.assert_allclose(stopped.posterior, end.posterior, atol=1e-3)


def test_ten_iterations_must_gain_little(crowd):
    votes = crowd(5, n_items=200, n_classes=3)
    for tolerance in (1e-2, 1e-4):
        estimate = glad(votes, tolerance=tolerance)
        # The trace lacks the objective after the last step, which is the one that settles it.
        gain = estimate.trace[10:] - estimate.trace[:-10]
        assert (gain >= tolerance).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert glad(votes, tolerance=0).converged


def test_options_and_refusals(table):
    votes = table([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0, 0, 1, 1, 1, 0])
    with pytest.warns(ConvergenceWarning, match="GLAD stopped after 1 iterations"):
        glad(votes, max_iterations=1)
    with pytest.raises(ArgumentError, match=r"start\[1\]\[0\] = 0.0 must be above 0"):
        glad(votes, start=([1, 1, 1], [0, 1]))
    with pytest.raises(ShapeError, match=r"start\[0\] must have 3 values"):
        glad(votes, start=([1], [1, 1]))
    with pytest.raises(SchemeError, match="all annotators are unknown: no ability"):
        glad(table([0], [-1], [0]))
