from __future__ import annotations

import numpy as np

from variorum.labels import majority_vote


def test_ties_are_split(table):
    estimate = majority_vote(table([0, 0, 0, 1, 1, 2], [0, 1, 2, 0, 1, 2], [0, 0, 1, 0, 2, 1], n_items=4))
    nan = np.nan
    np.testing.assert_array_equal(estimate.posterior, [[1, 0, 0], [0.5, 0, 0.5], [0, 1, 0], [nan, nan, nan]])
    # Mean of the three rows with votes.
    np.testing.assert_allclose(estimate.priors, [0.5, 1 / 3, 1 / 6])
    assert (estimate.converged, estimate.n_iterations, estimate.confusion) == (True, 0, None)


def test_weights_decide_and_are_stated(table):
    votes = table([0, 0, 0], [0, 1, 2], [0, 0, 1])
    estimate = majority_vote(votes, weights=[1, 1, 3])
    assert estimate.posterior.tolist() == [[0, 1]]
    assert estimate.population == "annotators weighted 1 to 3: 3 annotators with 3 votes"
    assert majority_vote(votes).population == "equal annotators: 3 annotators with 3 votes"
