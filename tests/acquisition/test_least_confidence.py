"""Least confidence looks at the top class of the mean prediction alone."""

from __future__ import annotations

import numpy as np

from variorum.acquisition import least_confidence
from views import view_of


def test_the_mean_prediction_decides_and_not_its_members() -> None:
    # Means: (.5, .5), (.8, .2), (.6, .4); the members of item 0 are sure, each of another class.
    view = view_of([[[1.0, 0.0], [0.8, 0.2], [0.5, 0.5]], [[0.0, 1.0], [0.8, 0.2], [0.7, 0.3]]])
    picks = least_confidence(view, 3, np.random.default_rng(0))
    assert picks.item.tolist() == [0, 2, 1]
    np.testing.assert_allclose(picks.score, [0.5, 0.4, 0.2])


def test_it_differs_from_margin_and_entropy_where_the_rest_is_shared_otherwise() -> None:
    # Both items have a top class of .5; what the other classes hold does not matter.
    view = view_of([[[0.5, 0.5, 0.0], [0.5, 0.25, 0.25]]])
    np.testing.assert_allclose(least_confidence(view, 2, np.random.default_rng(0)).score, [0.5, 0.5])
