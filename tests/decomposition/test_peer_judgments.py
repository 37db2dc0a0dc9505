from __future__ import annotations

import numpy as np
import pytest

from decomposition.small_rounds import votes_of
from variorum.decomposition import (
    PairEvidence,
    item_label_pairs,
    peer_ratio,
    peer_ratio_per_reason,
    peer_sum,
    peer_sum_per_reason,
)
from variorum.decomposition.base import ErrorScorer

# Label 0 has two reasons, accepted by 3 of 3 and 1 of 2; label 1 one reason, accepted by 1 of 3; label 2 one reason,
# which nobody judged. The last row was not answered.
VOTES = votes_of([0] * 5, [0, 1, 2, 3, 4], [0, 0, 1, 2, -1], n=(1, 5, 3), status=np.array([0, 0, 0, 0, 1]))
EVIDENCE = PairEvidence(
    item_label_pairs(VOTES), judgments=np.array([3, 2, 3, 0, 9.0]), accepted=np.array([3, 1, 1, 0, 9.0])
)


@pytest.mark.parametrize(
    ("scorer", "expected"),
    [
        (peer_sum, [4, 1, 0]),
        (peer_ratio, [4 / 5, 1 / 3, 0]),
        (peer_sum_per_reason, [(3 + 1) / 2, 1, 0]),
        (peer_ratio_per_reason, [(3 / 3 + 1 / 2) / 2, 1 / 3, 0]),
    ],
)
def test_by_hand(scorer: ErrorScorer, expected: list[float]) -> None:
    np.testing.assert_allclose(-scorer(EVIDENCE), expected)


def test_a_reason_without_a_judgment_lowers_its_label_by_the_reason_and_not_by_the_judgment() -> None:
    votes = votes_of([0, 0], [0, 1], [0, 0], n=(1, 2, 2))
    evidence = PairEvidence(item_label_pairs(votes), judgments=np.array([2.0, 0]), accepted=np.array([2.0, 0]))
    np.testing.assert_allclose(peer_ratio(evidence), [-1.0])
    np.testing.assert_allclose(peer_ratio_per_reason(evidence), [-0.5])


def test_one_reason_a_label_makes_both_ways_equal() -> None:
    rng = np.random.default_rng(0)
    votes = votes_of(np.arange(20), np.zeros(20), rng.integers(3, size=20), n=(20, 1, 3))
    judged = rng.integers(1, 4, size=20).astype(np.float64)
    evidence = PairEvidence(item_label_pairs(votes), judgments=judged, accepted=np.floor(judged * rng.random(20)))
    np.testing.assert_allclose(peer_sum(evidence), peer_sum_per_reason(evidence))
    np.testing.assert_allclose(peer_ratio(evidence), peer_ratio_per_reason(evidence))
