from __future__ import annotations

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from variorum.training import TrainingData
from variorum.training.delivery import DeterministicControl, Multipass


def labels(delivery: Multipass | DeterministicControl, counts: np.ndarray, n_epochs: int, seed: int = 0) -> np.ndarray:
    """Shape (n_epochs, n_items)."""
    schedule = delivery(TrainingData(np.zeros((len(counts), 1)), counts), seed)
    return np.stack([schedule.epoch(t).target for t in range(n_epochs)])


@pytest.mark.parametrize("delivery", [Multipass(), DeterministicControl()])
@given(seed=st.integers(0, 2**32 - 1))
def test_every_vote_comes_once_in_as_many_epochs_as_there_are_votes(
    delivery: Multipass | DeterministicControl, seed: int
) -> None:
    counts = np.random.default_rng(seed).integers(0, 4, (6, 3)) + np.eye(3)[0]
    n_votes = counts.sum(axis=1).astype(int)
    label = labels(delivery, counts, 3 * int(n_votes.max()), seed)
    for item, m in enumerate(n_votes):
        assert np.bincount(label[:m, item], minlength=3).tolist() == counts[item].tolist()
        # The same order again, over and over.
        assert np.array_equal(label[m : 2 * m, item], label[:m, item])
        assert np.array_equal(label[2 * m : 3 * m, item], label[:m, item])


def test_proposition_1_holds_exactly_over_a_pass() -> None:
    # The epochs of a pass are the enumeration of an item's votes, so their means are expectations, not estimates.
    counts = np.array([[6.0, 1.0, 1.0], [2.0, 2.0, 4.0], [0.0, 8.0, 0.0]])
    p, logits = counts / 8, np.random.default_rng(0).standard_normal((3, 3))
    q, onehot = softmax(logits, axis=1), np.eye(3)[labels(Multipass(), counts, 8)]
    losses = -(onehot * log_softmax(logits, axis=1)).sum(axis=2)
    np.testing.assert_allclose(losses.mean(axis=0), -(p * np.log(q)).sum(axis=1))
    grads = q - onehot
    np.testing.assert_allclose(grads.mean(axis=0), q - p, atol=1e-15)
    for item in range(3):
        expected = np.diag(p[item]) - np.outer(p[item], p[item])
        np.testing.assert_allclose(np.cov(grads[:, item].T, bias=True), expected, atol=1e-15)
    excess = (grads**2).sum(axis=2).mean(axis=0) - ((q - p) ** 2).sum(axis=1)
    np.testing.assert_allclose(excess, 1 - (p**2).sum(axis=1), atol=1e-15)


def test_the_control_is_another_order_of_the_same_votes() -> None:
    counts = np.random.default_rng(3).integers(2, 9, (50, 3)).astype(float)
    counts[:, 2] += 30 - counts.sum(axis=1)
    one, other = labels(Multipass(), counts, 30, 4), labels(DeterministicControl(), counts, 30, 4)
    assert np.array_equal(np.sort(one, axis=0), np.sort(other, axis=0))
    assert (one != other).any(axis=0).all()


def test_seeds_are_other_orders() -> None:
    counts = np.full((1, 2), 20.0)
    assert not np.array_equal(labels(Multipass(), counts, 40, 0), labels(Multipass(), counts, 40, 1))


def test_all_orders_of_an_item_are_equally_likely() -> None:
    # Votes 0, 0, 1, 2 have 4! / 2! = 12 orders; 24,000 items, 2,000 expected each, standard deviation 43.
    label = labels(Multipass(), np.tile([2.0, 1.0, 1.0], (24_000, 1)), 4)
    seen = Counter(map(tuple, label.T.tolist()))
    assert set(seen) == set(itertools.permutations((0, 0, 1, 2)))
    assert max(abs(n - 2000) for n in seen.values()) < 5 * 43


def test_single_votes_and_different_numbers_of_votes() -> None:
    label = labels(Multipass(), np.array([[0.0, 1.0], [2.0, 1.0], [3.0, 0.0]]), 6)
    assert label[:, 0].tolist() == [1] * 6
    assert sorted(label[:3, 1].tolist()) == [0, 0, 1]
    assert label[:, 2].tolist() == [0] * 6
