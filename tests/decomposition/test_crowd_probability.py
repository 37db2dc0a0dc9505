from __future__ import annotations

import numpy as np
import pytest

from decomposition.small_rounds import votes_of
from variorum.decomposition import PairEvidence, crowd_probability, item_label_pairs
from variorum.errors import NotCountsError

PAIRS = item_label_pairs(votes_of([0, 0, 1, 2], [0, 1, 0, 0], [0, 2, 1, 1], n=(3, 2, 3)))


def test_by_hand() -> None:
    # Item 0: 70, 10, 20 votes of the crowd; item 1: 0, 3, 1; item 2: none, which is a third each.
    crowd = np.array([[70, 10, 20], [0, 3, 1], [0, 0, 0]])
    np.testing.assert_allclose(crowd_probability(PairEvidence(PAIRS, crowd=crowd)), [-0.7, -0.2, -0.75, -1 / 3])


def test_a_crowd_ten_times_as_large_says_the_same() -> None:
    crowd = np.random.default_rng(0).integers(5, size=(3, 3)).astype(np.float64)
    small, large = (crowd_probability(PairEvidence(PAIRS, crowd=each)) for each in (crowd, 10 * crowd))
    np.testing.assert_allclose(small, large)


def test_negative_votes_are_refused() -> None:
    with pytest.raises(NotCountsError, match=r"crowd\[1\] = .* holds a negative"):
        crowd_probability(PairEvidence(PAIRS, crowd=np.array([[1.0, 1, 1], [0, -1, 1], [1, 1, 1]])))
