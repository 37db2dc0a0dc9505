from __future__ import annotations

import numpy as np
import pytest

from variorum.assignment import semantic_diversity
from variorum.errors import ArgumentError
from views import picks_of, voted_view


def _slow(votes: list[tuple[int, int, int]], candidates: list[int], features: np.ndarray, item: int) -> int:
    """T_S, pair by pair: whose items have the lowest mean cosine similarity to this one."""
    means = []
    for who in candidates:
        read = [features[i] for i, voter, _ in votes if voter == who]
        cosines = [x @ features[item] / (np.linalg.norm(x) * np.linalg.norm(features[item])) for x in read]
        means.append(sum(cosines) / len(cosines))
    return candidates[int(np.argmin(means))]


@pytest.mark.parametrize("seed", range(10))
def test_agrees_with_a_reading_pair_by_pair(seed: int) -> None:
    rng = np.random.default_rng(seed)
    # Of very different lengths: the cosine must not care.
    features = rng.normal(size=(12, 4)) * rng.uniform(0.1, 50, (12, 1))
    votes = [(int(rng.integers(12)), who, 0) for who in range(5) for _ in range(1 + who)]
    candidates = [sorted(rng.choice(5, 3, replace=False).tolist()) for _ in range(12)]
    view = voted_view(votes, candidates, 5, features=features)
    rows = [3, 0, 11, 7]
    made = semantic_diversity(picks_of(rows), view, rng)
    expected = [_slow(votes, candidates[row], features, row) for row in rows]
    assert made.annotator.tolist() == expected
    # Forced wherever somebody else, who had not read the item, has read things less like it.
    for row, who, forced in zip(rows, made.annotator, made.forced, strict=True):
        unread = [a for a in range(5) if (row, a) not in {(i, v) for i, v, _ in votes} or a in candidates[row]]
        assert forced == (_slow(votes, unread, features, row) != who)


def test_an_item_without_features_is_like_nothing() -> None:
    # Annotator 0 has read an empty item (similarity 0), 1 one like the pick (1), 2 its opposite (-1).
    features = np.array([[0.0, 0.0], [2.0, 0.0], [-1.0, 0.0], [1.0, 0.0]])
    view = voted_view([(0, 0, 0), (1, 1, 0), (2, 2, 0)], [[], [], [], [0, 1, 2]], 3, features=features)
    made = semantic_diversity(picks_of([3, 3, 3]), view, np.random.default_rng(0))
    assert made.annotator.tolist() == [2, 0, 1]


def test_without_features_the_remedy_is_named() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0)], [[], [0, 1]], 2)
    with pytest.raises(ArgumentError, match=r"semantic-diversity reads features, .* items need features"):
        semantic_diversity(picks_of([1]), view, np.random.default_rng(0))
