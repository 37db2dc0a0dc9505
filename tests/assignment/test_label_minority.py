from __future__ import annotations

import numpy as np
import pytest

from variorum.assignment import label_minority
from views import picks_of, voted_view


def _slow(votes: list[tuple[int, int, int]], candidates: list[int]) -> list[int]:
    """T_L, read vote by vote: all who have the highest share of the rarest label."""
    labels = [label for _, _, label in votes]
    fewest = min(labels.count(label) for label in set(labels))
    rare = {label for label in labels if labels.count(label) == fewest}
    share = {}
    for who in candidates:
        own = [label for _, voter, label in votes if voter == who]
        share[who] = sum(label in rare for label in own) / len(own)
    return [who for who in candidates if share[who] == max(share.values())]


@pytest.mark.parametrize("seed", range(20))
def test_agrees_with_a_reading_vote_by_vote(seed: int) -> None:
    rng = np.random.default_rng(seed)
    votes = [(int(rng.integers(6)), who, int(rng.choice(3, p=[0.6, 0.3, 0.1]))) for who in range(5) for _ in range(4)]
    view = voted_view(votes, [[0, 1, 2, 3, 4], [1, 3], [0, 2, 4], [], [], []], 5, n_classes=3)
    made = label_minority(picks_of([0, 1, 2]), view, rng)
    for item, who in zip(made.item, made.annotator, strict=True):
        assert who in _slow(votes, view.annotators_of(int(item)).tolist())


def test_a_label_that_nobody_gave_is_not_the_rarest() -> None:
    # Class 2 has no votes; class 1 is the rarest of those seen, and only annotator 1 gives it.
    votes = [(0, 0, 0), (1, 0, 0), (0, 1, 1), (1, 1, 0)]
    view = voted_view(votes, [[], [], [0, 1]], 2, n_classes=3)
    made = label_minority(picks_of([2]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [1]
    assert made.forced.tolist() == [False]


def test_newcomers_come_first_once_and_the_silent_last() -> None:
    # 0 and 1 have voted, 2 is new, 3 was asked and abstained.
    votes = [(0, 0, 0), (0, 1, 1), (1, 0, 0)]
    view = voted_view(
        votes,
        [[], [], [0, 1, 2, 3], [1, 2, 3], [2, 3]],
        4,
        asked_item=np.array([0, 0, 1, 0]),
        asked_annotator=np.array([0, 1, 0, 3], np.int32),
    )
    made = label_minority(picks_of([2, 3, 4]), view, np.random.default_rng(0))
    # 2 first; then the one who gives the rarer label; then only 2 and 3 are left, and neither has a vote.
    assert made.annotator[:2].tolist() == [2, 1]
    assert made.annotator[2] in (2, 3)
    assert made.forced.tolist() == [False, False, True]


def test_votes_of_the_unknown_count_for_what_is_rare() -> None:
    # Without the unknown's three votes class 1 would be the rarest (1 of 4), with them class 0 is (3 of 7).
    votes = [(0, 0, 0), (1, 0, 0), (0, 1, 1), (1, 1, 0), (0, -1, 1), (0, -1, 1), (1, -1, 1)]
    view = voted_view(votes, [[], [], [0, 1]], 2)
    assert label_minority(picks_of([2]), view, np.random.default_rng(0)).annotator.tolist() == [0]
