from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import ConvergenceWarning
from variorum.labels import dirichlet_smoothed, empirical_bayes_labels, fit_dirichlet_prior, vote_shares


def test_shares_and_smoothing(table):
    votes = table([0, 0, 0], [0, 1, 2], [0, 0, 1], n_items=2)
    np.testing.assert_allclose(vote_shares(votes).posterior, [[2 / 3, 1 / 3], [np.nan, np.nan]])
    # (2 + 1) / (3 + 2); an item without votes stays without an estimate.
    np.testing.assert_allclose(vote_shares(votes, smoothing=1).posterior, [[0.6, 0.4], [np.nan, np.nan]])
    np.testing.assert_allclose(vote_shares(votes, weights=[0, 1, 3]).posterior[0], [0.25, 0.75])


def test_dirichlet_smoothed_is_empirical_bayes(crowd):
    votes = crowd(11, n_items=40, n_classes=3)
    estimate, counts = dirichlet_smoothed(votes), votes.counts()
    voted = counts.sum(axis=1) > 0
    np.testing.assert_allclose(estimate.posterior[voted], empirical_bayes_labels(counts)[voted])
    np.testing.assert_allclose(estimate.concentration, fit_dirichlet_prior(counts))
    np.testing.assert_allclose(estimate.priors, estimate.concentration / estimate.concentration.sum())
    assert estimate.converged
    assert estimate.n_iterations == estimate.trace.size > 1


def test_one_vote_an_item_is_a_note(table):
    estimate = dirichlet_smoothed(table([0, 1, 2], [0, 0, 1], [0, 0, 1]))
    assert "no item has more than one vote" in estimate.notes[0]
    np.testing.assert_allclose(estimate.posterior[0], [7 / 9, 2 / 9])


def test_running_out_warns(crowd, monkeypatch):
    from variorum.labels import shares
    from variorum.labels.dirichlet import fit_polya

    monkeypatch.setattr(shares, "fit_polya", lambda counts: fit_polya(counts, max_iterations=1))
    with pytest.warns(ConvergenceWarning, match="did not converge: 1 iterations"):
        assert not dirichlet_smoothed(crowd(12, n_items=40)).converged
