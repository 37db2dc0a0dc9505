from __future__ import annotations

import numpy as np
import pytest
from scipy.special import log_softmax, softmax
from scipy.stats import chi2

from variorum.errors import ArgumentError
from variorum.training import TrainingData
from variorum.training.delivery import SLS, ShuffledSLS, StaleSLS

RNG = np.random.default_rng(11)


def data_of(counts: np.ndarray, weights: np.ndarray | None = None) -> TrainingData:
    return TrainingData(np.zeros((len(counts), 1)), counts, weights)


def loss(logits: np.ndarray, label: int) -> float:
    return float(-log_softmax(logits)[label])


def gradient(logits: np.ndarray, label: int) -> np.ndarray:
    """By central differences of the loss, error below 1e-9: no formula that the proposition could share."""
    step = 1e-5 * np.eye(logits.size)
    return np.array([(loss(logits + h, label) - loss(logits - h, label)) / 2e-5 for h in step])


@pytest.mark.parametrize("votes", [[3, 1], [5, 0, 2], [1, 1, 1, 1], [0, 4, 0], [7, 2, 0, 1, 6]])
def test_proposition_1_by_enumeration_of_the_hard_labels(votes: list[int]) -> None:
    p = np.array(votes) / sum(votes)
    logits = RNG.standard_normal(p.size)
    q, labels = softmax(logits), range(p.size)
    grads = np.array([gradient(logits, y) for y in labels])
    mean = p @ grads
    assert p @ [loss(logits, y) for y in labels] == pytest.approx(-(p * np.log(q)).sum(), abs=1e-12)
    np.testing.assert_allclose(mean, q - p, atol=1e-8)
    centred = grads - mean
    np.testing.assert_allclose((p[:, None] * centred).T @ centred, np.diag(p) - np.outer(p, p), atol=1e-8)
    noise = p @ (grads**2).sum(axis=1) - ((q - p) ** 2).sum()
    assert noise == pytest.approx(1 - (p**2).sum(), abs=1e-8)


class TestDraws:
    """Statistics of 4,000 epochs at a fixed seed."""

    counts = np.array([[3, 1, 0], [1, 1, 1], [0, 5, 0], [2, 0, 7], [0.5, 0.25, 1.0]])
    n_epochs = 4000

    def labels(self) -> np.ndarray:
        schedule = SLS()(data_of(self.counts), 8)
        return np.stack([schedule.epoch(t).target for t in range(self.n_epochs)])

    def test_each_item_draws_from_its_vote_shares(self) -> None:
        label, p = self.labels(), self.counts / self.counts.sum(axis=1, keepdims=True)
        drawn = np.stack([(label == k).sum(axis=0) for k in range(3)], axis=1)
        assert (drawn[p == 0] == 0).all()
        expected = self.n_epochs * p[p > 0]
        statistic = ((drawn[p > 0] - expected) ** 2 / expected).sum()
        # Two, three, one, two and three classes with votes: 1 + 2 + 0 + 1 + 2 = 6 degrees of freedom.
        assert 1e-3 < chi2.sf(statistic, 6) < 1 - 1e-3

    def test_proposition_1_in_the_draws(self) -> None:
        label, p = self.labels(), self.counts / self.counts.sum(axis=1, keepdims=True)
        logits = RNG.standard_normal(p.shape)
        q, onehot = softmax(logits, axis=1), np.eye(3)[label]
        grads = q - onehot
        # A one-hot cell has a standard deviation of at most 1/2, its products with another at most 1/2 too.
        within = 5 * 0.5 / np.sqrt(self.n_epochs)
        assert np.abs(grads.mean(axis=0) - (q - p)).max() < within
        for item in range(len(p)):
            covariance = np.cov(grads[:, item].T, bias=True)
            assert np.abs(covariance - (np.diag(p[item]) - np.outer(p[item], p[item]))).max() < 3 * within
        excess = (grads**2).sum(axis=2).mean(axis=0) - ((q - p) ** 2).sum(axis=1)
        # |q - e_y|^2 = |q|^2 - 2 q_y + 1, so the spread is at most that of 2 q_y: at most 1.
        assert np.abs(excess - (1 - (p**2).sum(axis=1))).max() < 2 * within


def test_label_sets_draw_each_label_by_itself() -> None:
    # Both labels are given by half of the annotators, always together: the shares are kept, the togetherness is not.
    counts = np.tile([[2.0, 2.0], [2.0, 2.0]], (4000, 1, 1))
    label = SLS()(data_of(counts), 1).epoch(0).target.astype(int)
    assert label.shape == (4000, 2)
    table = np.bincount(2 * label[:, 0] + label[:, 1], minlength=4)
    # 1,000 expected in each cell, standard deviation 27.
    assert np.abs(table - 1000).max() < 5 * 27


def test_seeds_and_epochs_differ() -> None:
    data = data_of(np.ones((100, 2)))
    drawn = [SLS()(data, seed).epoch(t).target.tobytes() for seed in (0, 1) for t in (0, 1)]
    assert len(set(drawn)) == 4


class TestShuffled:
    counts = np.random.default_rng(0).integers(0, 6, (40, 3)) + np.eye(3)[0]

    def test_the_distributions_are_the_same_and_their_items_are_not(self) -> None:
        schedule = ShuffledSLS()(data_of(self.counts), 2)
        dealt = schedule.voted.counts
        assert sorted(dealt.tolist()) == sorted(self.counts.tolist())
        assert (dealt != self.counts).any(axis=1).mean() > 0.5
        assert schedule.epoch(0).item.tolist() == list(range(40))

    def test_labels_are_drawn_from_the_dealt_distributions_in_every_epoch(self) -> None:
        # Unanimous items, one of each class: whoever has the row draws its class, at every epoch.
        schedule = ShuffledSLS()(data_of(np.eye(6)), 2)
        label = schedule.epoch(0).target
        assert sorted(label.tolist()) == list(range(6))
        assert label.tolist() != list(range(6))
        assert all(np.array_equal(schedule.epoch(t).target, label) for t in range(1, 5))

    def test_items_without_votes_are_dealt_nothing_and_weights_stay(self) -> None:
        counts = self.counts.copy()
        counts[[3, 5]] = 0
        examples = ShuffledSLS()(data_of(counts, np.arange(40.0)), 2).epoch(0)
        assert {0, 3, 5}.isdisjoint(examples.item.tolist())
        assert examples.weight is not None
        assert examples.weight.tolist() == examples.item.tolist()

    def test_seeds_deal_differently(self) -> None:
        first, second = (ShuffledSLS()(data_of(self.counts), seed).voted.counts for seed in (0, 1))
        assert not np.array_equal(first, second)


class TestStale:
    data = data_of(np.ones((60, 3)))

    def test_a_draw_is_held_and_then_renewed(self) -> None:
        schedule = StaleSLS(hold=4)(self.data, 6)
        drawn = [schedule.epoch(t).target.tobytes() for t in range(12)]
        assert drawn == [d for d in drawn[::4] for _ in range(4)]
        assert len(set(drawn)) == 3

    def test_held_for_one_epoch_it_is_sls(self) -> None:
        stale, fresh = StaleSLS(hold=1)(self.data, 6), SLS()(self.data, 6)
        assert all(np.array_equal(stale.epoch(t).target, fresh.epoch(t).target) for t in range(5))

    def test_hold_must_be_positive(self) -> None:
        with pytest.raises(ArgumentError, match="hold must be at least 1 epoch, not 0"):
            StaleSLS(hold=0)


def test_negative_seeds_and_epochs_are_refused() -> None:
    with pytest.raises(ArgumentError, match="epoch must be 0 or more, not -1"):
        SLS()(data_of(np.ones((2, 2))), 0).epoch(-1)
    with pytest.raises(ArgumentError, match="seed must be 0 or more, not -1"):
        ShuffledSLS()(data_of(np.ones((2, 2))), -1)
