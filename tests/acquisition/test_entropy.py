"""Entropy sampling against SciPy's entropy."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import entropy as scipy_entropy

from variorum.acquisition import entropy
from views import make_view


def test_scores_are_the_entropies_of_the_mean_prediction_also_where_a_class_is_ruled_out() -> None:
    # Enough items for more than one block.
    n = 9000
    rng = np.random.default_rng(0)
    members = rng.dirichlet(np.full(3, 0.3), (3, n))
    members[:, :50] = [0.0, 0.25, 0.75]
    members[:, 50:60] = [1.0, 0.0, 0.0]
    view = replace(make_view(0, n, known=False), members=members, asked=np.zeros(n, np.int64))
    picks = entropy(view, n, rng)
    np.testing.assert_allclose(picks.score, scipy_entropy(members.mean(axis=0), axis=1)[picks.item], atol=1e-15)
    assert (np.diff(picks.score) <= 0).all()
