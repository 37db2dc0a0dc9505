"""Margin sampling looks at the two likeliest classes."""

from __future__ import annotations

import numpy as np

from variorum.acquisition import entropy, margin
from views import view_of


def test_the_gap_between_the_two_likeliest_classes_decides() -> None:
    # Gaps: .5 - .1 = .4; .45 - .45 = 0; .9 - .1 = .8.
    view = view_of([[[0.1, 0.5, 0.1, 0.1, 0.1, 0.1], [0.45, 0.02, 0.45, 0.02, 0.03, 0.03], [0, 0, 0, 0, 0.1, 0.9]]])
    picks = margin(view, 3, np.random.default_rng(0))
    assert picks.item.tolist() == [1, 0, 2]
    np.testing.assert_allclose(picks.score, [1.0, 0.6, 0.2])
    # Entropy prefers the item that leaves all classes open: 1.498 nats against 1.085.
    assert entropy(view, 1, np.random.default_rng(0)).item.tolist() == [0]
