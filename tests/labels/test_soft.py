from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.errors import ArgumentError, ConvergenceWarning
from variorum.labels import empirical_bayes_labels, normalize, soft_labels


def test_smoothing_adds_votes():
    # (3 + 0.5) / (4 + 2 * 0.5) = 0.7.
    np.testing.assert_allclose(soft_labels([[3, 1]], smoothing=0.5), [[0.7, 0.3]])


def test_items_without_votes():
    assert np.isnan(soft_labels([[0, 0]], smoothing=0)).all()
    assert soft_labels([[0, 0]], smoothing=2).tolist() == [[0.5, 0.5]]


@pytest.mark.parametrize("smoothing", [-1, np.nan, np.inf])
def test_smoothing_out_of_range(smoothing):
    with pytest.raises(ArgumentError, match="must be finite and 0 or more"):
        soft_labels([[1, 1]], smoothing=smoothing)


def test_empirical_bayes_beats_plain_shares_on_its_own_population():
    rng = np.random.default_rng(3)
    truth = rng.dirichlet([4, 2, 1], 3_000)
    counts = rng.multinomial(4, truth)
    plain, shrunk = normalize(counts), empirical_bayes_labels(counts)
    error = ((plain - truth) ** 2).sum(axis=1).mean()
    # With E = E[sum p (1 - p)] and n votes the shares are off by E / n and the posterior mean of the true prior, of
    # precision 7, by E / (7 + n); the fitted prior is close to it.
    assert ((shrunk - truth) ** 2).sum(axis=1).mean() == pytest.approx(error * 4 / 11, rel=0.05)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_empirical_bayes_lies_between_shares_and_prior(seed):
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(5, rng.dirichlet([1, 1, 1], 30))
    label = empirical_bayes_labels(np.vstack((counts, [[5, 0, 0], [2, 2, 1], [0, 0, 0]])))
    prior, plain = label[-1], normalize(counts)
    low, high = np.minimum(plain, prior), np.maximum(plain, prior)
    assert ((label[:-3] >= low - 1e-9) & (label[:-3] <= high + 1e-9)).all()


def test_one_vote_an_item_says_what_it_assumes():
    with pytest.warns(ConvergenceWarning, match="no item has more than one vote"):
        label = empirical_bayes_labels([[1, 0], [0, 1], [1, 0]])
    # Precision 2, mean (2/3, 1/3): (1 + 4/3) / 3.
    np.testing.assert_allclose(label[0], [7 / 9, 2 / 9])
