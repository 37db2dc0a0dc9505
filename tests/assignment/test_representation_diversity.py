from __future__ import annotations

import numpy as np
import pytest

from variorum.assignment import annotator_representations, representation_diversity
from variorum.errors import ArgumentError
from views import picks_of, voted_view


def _slow(votes: list[tuple[int, int, int]], features: np.ndarray, n_classes: int) -> dict[int, np.ndarray]:
    """T_D's vectors by a full singular value decomposition, annotator by annotator."""
    means = {}
    for who in sorted({voter for _, voter, _ in votes}):
        rows = []
        for item, voter, label in votes:
            if voter == who:
                rows.append(np.concatenate([features[item] / np.linalg.norm(features[item]), np.eye(n_classes)[label]]))
        means[who] = np.mean(rows, axis=0)
    table = np.array(list(means.values()))
    table -= table.mean(axis=0)
    axes = np.linalg.svd(table)[2][:10].T
    return {who: x @ axes / np.linalg.norm(x @ axes) for who, x in zip(means, table, strict=True)}


# More dimensions than annotators, and fewer: the two products that the directions can come from.
@pytest.mark.parametrize(("n_annotators", "n_features"), [(6, 30), (40, 12), (14, 11)])
def test_agrees_with_a_full_decomposition(n_annotators: int, n_features: int) -> None:
    rng = np.random.default_rng(n_annotators)
    features = rng.normal(size=(25, n_features)) * rng.uniform(0.5, 9, (25, 1))
    votes = [(int(rng.integers(25)), who, int(rng.integers(3))) for who in range(n_annotators) for _ in range(5)]
    candidates = [sorted(rng.choice(n_annotators, 4, replace=False).tolist()) for _ in range(25)]
    view = voted_view(votes, candidates, n_annotators, n_classes=3, features=features)
    slow = _slow(votes, features, 3)
    table = np.array(list(slow.values()))
    found = annotator_representations(view)
    np.testing.assert_allclose(found @ found.T, table @ table.T, atol=1e-9)
    rows = list(range(25))
    made = representation_diversity(picks_of(rows), view, rng)
    for row, who in zip(rows, made.annotator, strict=True):
        others = {a: np.mean([slow[a] @ slow[b] for b in candidates[row] if b != a]) for a in candidates[row]}
        assert who == min(others, key=others.__getitem__)


def test_the_odd_one_out_is_asked_and_a_label_alone_can_make_one() -> None:
    # All have read the same item; 2 alone gave the other label.
    votes = [(0, 0, 0), (0, 1, 0), (0, 2, 1), (0, 3, 0)]
    view = voted_view(votes, [[], [0, 1, 2, 3], [0, 1]], 4, features=np.ones((3, 2)))
    made = representation_diversity(picks_of([1, 2]), view, np.random.default_rng(0))
    assert made.annotator[0] == 2
    # For item 2, annotator 2 would be less like 0 and 1 than they are like each other.
    assert made.forced.tolist() == [False, True]


def test_who_has_not_voted_and_who_is_the_mean_stand_at_the_centre() -> None:
    votes = [(0, 0, 0), (0, 1, 1), (0, 2, 0), (0, 2, 1)]
    view = voted_view(votes, [[0]], 4, features=np.ones((1, 2)))
    found = annotator_representations(view)
    np.testing.assert_allclose(found[2:], 0.0, atol=1e-9)
    np.testing.assert_allclose(np.linalg.norm(found[:2], axis=1), 1.0)
    np.testing.assert_allclose(found[0], -found[1], atol=1e-9)


def test_without_votes_there_is_nothing_to_represent() -> None:
    assert not annotator_representations(voted_view([], [[0]], 3, features=np.ones((1, 2)))).any()


def test_without_features_the_remedy_is_named() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0)], [[], [0, 1]], 2)
    with pytest.raises(ArgumentError, match=r"representation-diversity reads features, .* items need features"):
        representation_diversity(picks_of([1]), view, np.random.default_rng(0))


def test_two_candidates_are_a_tie_that_chance_breaks() -> None:
    votes = [(0, 0, 0), (0, 1, 1), (1, 2, 0)]
    view = voted_view(votes, [[], [], *[[0, 1]] * 1000], 3, features=np.random.default_rng(0).normal(size=(1002, 3)))
    made = representation_diversity(picks_of(list(range(2, 1002))), view, np.random.default_rng(0))
    # Binomial(1000, 1/2): standard deviation 16; six of them.
    assert abs(int((made.annotator == 0).sum()) - 500) < 95
