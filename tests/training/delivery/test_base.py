from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import numpy as np
import pytest

from variorum.errors import ArgumentError, NotCountsError, UnknownNameError
from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.delivery import DELIVERIES, Delivery, Examples, FixedSchedule, Schedule, delivery_of

MULTILABEL = sorted(set(DELIVERIES) - {"multipass", "deterministic-control", "repeated-labelling"})
SINGLE_VOTES = ["multipass", "deterministic-control", "repeated-labelling"]
N_ITEMS, N_CLASSES, N_LABELS = 14, 4, 3


def triples(n_items: int, votes: np.ndarray, weight: np.ndarray | None = None) -> AnnotatorVotes:
    """Votes (n_items, n_annotators) or (n_items, n_annotators, n_labels); annotator j gave column j."""
    item = np.repeat(np.arange(n_items), votes.shape[1])
    annotator = np.tile(np.arange(votes.shape[1]), n_items)
    return AnnotatorVotes(item, annotator, votes.reshape(item.size, *votes.shape[2:]), votes.shape[1], weight)


def one_choice(weights: np.ndarray | None = None, silent: tuple[int, ...] = ()) -> TrainingData:
    """Five votes an item, apart from silent items, which have none."""
    votes = np.random.default_rng(1).integers(0, N_CLASSES, (N_ITEMS, 5))
    counts = np.stack([np.bincount(row, minlength=N_CLASSES) for row in votes]).astype(float)
    counts[list(silent)] = 0
    every = triples(N_ITEMS, votes)
    kept = ~np.isin(every.item, silent)
    people = AnnotatorVotes(every.item[kept], every.annotator[kept], every.label[kept], 5)
    return TrainingData(np.zeros((N_ITEMS, 1)), counts, weights, by_annotator=people)


def label_sets() -> TrainingData:
    votes = np.random.default_rng(2).integers(0, 2, (N_ITEMS, 5, N_LABELS))
    counts = np.stack([(votes == 0).sum(axis=1), (votes == 1).sum(axis=1)], axis=-1).astype(float)
    return TrainingData(np.zeros((N_ITEMS, 1)), counts, by_annotator=triples(N_ITEMS, votes))


def same(left: Examples, right: Examples) -> bool:
    for field in fields(Examples):
        ours, theirs = getattr(left, field.name), getattr(right, field.name)
        if (ours is None) != (theirs is None):
            return False
        if ours is not None and not (ours.dtype == theirs.dtype and np.array_equal(ours, theirs)):
            return False
    return True


def check_types(examples: Examples, choices: tuple[int, ...], n_classes: int) -> None:
    n = examples.item.size
    assert examples.item.dtype == np.int64
    if examples.target.dtype == np.float32:
        assert examples.target.shape == (n, *choices, n_classes)
        np.testing.assert_allclose(examples.target.sum(axis=-1), 1.0, rtol=1e-6)
        assert (examples.target >= 0).all()
    else:
        assert examples.target.dtype == np.uint8
        assert examples.target.shape == (n, *choices)
        assert (examples.target < n_classes).all()
    for column, dtype in (
        (examples.weight, np.float32),
        (examples.annotator, np.int64),
        (examples.partner, np.int64),
        (examples.share, np.float32),
    ):
        if column is not None:
            assert column.dtype == dtype
            assert column.shape == (n,)


@pytest.mark.parametrize("name", sorted(DELIVERIES))
class TestContract:
    """What every delivery promises in `base.Delivery` and `base.Schedule`."""

    def test_seats_shapes_and_types(self, name: str) -> None:
        delivery = delivery_of(name)
        assert isinstance(delivery, Delivery)
        schedule = delivery(one_choice(), 3)
        assert isinstance(schedule, Schedule)
        for t in range(3):
            examples = schedule.epoch(t)
            check_types(examples, (), N_CLASSES)
            assert np.unique(examples.item).tolist() == list(range(N_ITEMS))
            assert examples.weight is None

    def test_an_epoch_is_a_pure_function_of_data_seed_and_number(self, name: str) -> None:
        data = one_choice(np.linspace(0.5, 2.0, N_ITEMS))
        schedule = delivery_of(name)(data, 3)
        forward = [schedule.epoch(t) for t in range(12)]
        for t in reversed(range(12)):
            assert same(schedule.epoch(t), forward[t])
        # A schedule that starts in the middle, as after an interruption.
        assert same(delivery_of(name)(data, 3).epoch(11), forward[11])

    def test_the_data_stay_as_they_are(self, name: str) -> None:
        data = one_choice(np.linspace(0.5, 2.0, N_ITEMS))
        assert data.weights is not None
        before = data.counts.copy(), data.weights.copy()
        delivery_of(name)(data, 3).epoch(5)
        assert np.array_equal(data.counts, before[0])
        assert np.array_equal(data.weights, before[1])

    def test_items_without_a_vote_deliver_nothing(self, name: str) -> None:
        data = one_choice(silent=(0, 7, 13))
        examples = delivery_of(name)(data, 3).epoch(1)
        assert np.unique(examples.item).tolist() == [i for i in range(N_ITEMS) if i not in (0, 7, 13)]
        check_types(examples, (), N_CLASSES)

    def test_weights_multiply_and_weight_zero_delivers_nothing(self, name: str) -> None:
        weights = np.linspace(0.0, 1.3, N_ITEMS)
        examples = delivery_of(name)(one_choice(weights), 3).epoch(1)
        check_types(examples, (), N_CLASSES)
        assert 0 not in examples.item
        assert examples.weight is not None
        np.testing.assert_array_equal(examples.weight, weights[examples.item].astype(np.float32))

    @pytest.mark.parametrize("change", [lambda d: np.zeros_like(d.counts), lambda d: d.counts[:0]])
    def test_no_vote_at_all_is_no_example(self, name: str, change: Callable[[TrainingData], np.ndarray]) -> None:
        counts = change(one_choice())
        nobody = AnnotatorVotes(np.array([]), np.array([]), np.array([]), 0)
        data = TrainingData(np.zeros((counts.shape[0], 1)), counts, by_annotator=nobody)
        examples = delivery_of(name)(data, 0).epoch(2)
        assert examples.item.size == 0
        check_types(examples, (), N_CLASSES)

    def test_one_item_is_enough(self, name: str) -> None:
        data = TrainingData(np.zeros((1, 1)), np.array([[0.0, 1.0]]), by_annotator=triples(1, np.array([[1]])))
        examples = delivery_of(name)(data, 0).epoch(9)
        assert examples.item.tolist() == [0]
        check_types(examples, (), 2)

    def test_multilabel_counts_are_delivered_or_refused(self, name: str) -> None:
        if name in MULTILABEL:
            examples = delivery_of(name)(label_sets(), 3).epoch(1)
            check_types(examples, (N_LABELS,), 2)
            assert np.unique(examples.item).tolist() == list(range(N_ITEMS))
        else:
            with pytest.raises(ArgumentError, match=rf"{name}.*votes one by one.*Use 'sls', which draws each label"):
                delivery_of(name)(label_sets(), 3)


@pytest.mark.parametrize("name", SINGLE_VOTES)
def test_counts_that_are_not_whole_are_refused_where_votes_come_one_by_one(name: str) -> None:
    counts = np.array([[0.0, 0.0], [2.0, 1.0], [0.5, 1.5], [1.0, 0.25]])
    refusal = rf"counts\[2\] = \[0.5, 1.5\] holds a count that is not a whole number, and '{name}' .*; 2 of 3 items"
    with pytest.raises(NotCountsError, match=refusal + ".*Use 'soft' or 'sls'"):
        delivery_of(name)(TrainingData(np.zeros((4, 1)), counts), 0)


@pytest.mark.parametrize("name", sorted(set(MULTILABEL) - {"annotators"}))
def test_labels_without_votes_on_voted_items_are_refused(name: str) -> None:
    counts = np.array([[[0.0, 0.0], [0.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]]])
    with pytest.raises(NotCountsError, match=r"counts\[1, 1\] holds no vote.*; 1 of 2 items.*Leave these items out"):
        delivery_of(name)(TrainingData(np.zeros((2, 1)), counts), 0)


def test_a_fixed_schedule_is_the_same_at_every_epoch() -> None:
    examples = Examples(np.arange(2), np.zeros(2, np.uint8))
    assert FixedSchedule(examples).epoch(0) is FixedSchedule(examples).epoch(7) is examples


def test_deliveries_by_name() -> None:
    assert delivery_of("label-smoothing", smoothing=0.3).smoothing == 0.3  # type: ignore[attr-defined]
    assert delivery_of("sls") == delivery_of("sls")
    with pytest.raises(UnknownNameError, match=r"delivery 'slz' is not known. Did you mean 'sls'"):
        delivery_of("slz")
    with pytest.raises(UnknownNameError, match="delivery 'stale-sls' has no parameter 'epochs'; it takes: hold"):
        delivery_of("stale-sls", epochs=2)
    with pytest.raises(UnknownNameError, match="delivery 'soft' has no parameter 'hold'; it takes none"):
        delivery_of("soft", hold=2)
