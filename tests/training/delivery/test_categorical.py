from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import chi2

from variorum.training.delivery.categorical import LEVELS, Categorical
from variorum.training.delivery.streams import stream

# Weighted votes give shares that no binary fraction holds; many classes are empty.
COUNT = st.one_of(st.just(0.0), st.integers(1, 60).map(float), st.floats(1e-6, 1e6))
ROWS = st.integers(2, 12).flatmap(
    lambda k: arrays(np.float64, st.tuples(st.integers(1, 6), st.just(k)), elements=COUNT)
)


def implied(distributions: Categorical, row: int) -> np.ndarray:
    """The probability that each class is drawn: how many of the 2^31 levels fall to it."""
    edges = [0, *distributions.thresholds[:, row].tolist(), LEVELS]
    return np.diff(np.array(edges, np.int64)) / LEVELS


@given(ROWS)
def test_every_class_has_its_probability(counts: np.ndarray) -> None:
    counts[:, 0] += counts.sum(axis=1) == 0
    distributions = Categorical.of(counts)
    for row, count in enumerate(counts):
        probability, share = implied(distributions, row), count / count.sum()
        # Each end of a class's stretch is off by half a level at most, so its length by one.
        assert np.abs(np.cumsum(probability) - np.cumsum(share)).max() <= 0.501 / LEVELS
        assert np.abs(probability - share).max() <= 1.001 / LEVELS
        assert (probability[count == 0] == 0).all()


@given(ROWS, st.integers(0, 2**32 - 1))
def test_a_class_without_a_vote_is_never_drawn(counts: np.ndarray, seed: int) -> None:
    counts[:, 0] += counts.sum(axis=1) == 0
    distributions, rows = Categorical.of(counts), np.arange(counts.shape[0])
    # The lowest and the highest level, those at every edge and beside it, and any.
    edges = [0, 1, LEVELS - 2, LEVELS - 1, *np.random.default_rng(seed).integers(0, LEVELS, 5).tolist()]
    for edge in (int(e) for e in distributions.thresholds.ravel()):
        edges += [max(edge - 1, 0), min(edge, LEVELS - 1), min(edge + 1, LEVELS - 1)]
    for level in edges:
        assert (counts[rows, distributions.at(np.full(rows.size, level, np.uint32))] > 0).all()


def test_levels_by_hand() -> None:
    # Shares 1/4, 0, 3/4: a quarter of the levels, from 0 to 2^29 - 1, are class 0 and the rest class 2.
    distributions = Categorical.of(np.array([[1.0, 0.0, 3.0]]))
    assert distributions.thresholds.tolist() == [[2**29], [2**29]]
    levels = [0, 2**29 - 1, 2**29, 2**31 - 1]
    assert [int(distributions.at(np.array([level], np.uint32))[0]) for level in levels] == [0, 0, 2, 2]


@given(st.integers(2, 5), st.integers(0, 2**32 - 1))
def test_ten_times_the_votes_are_the_same_distributions(n_classes: int, seed: int) -> None:
    counts = np.random.default_rng(seed).integers(0, 9, (5, n_classes)) + np.eye(n_classes)[0]
    assert np.array_equal(Categorical.of(counts).thresholds, Categorical.of(10 * counts).thresholds)


def test_a_draw_does_not_depend_on_the_rows_that_follow() -> None:
    # Half a random word is left over at odd numbers of rows.
    counts = np.full((7, 3), 1.0)
    many, few = (Categorical.of(counts[:n]).draw(stream(1, "labels")) for n in (7, 5))
    assert np.array_equal(many[:5], few)


def test_more_classes_than_a_byte_holds() -> None:
    counts = np.zeros((3, 300))
    counts[[0, 1, 2], [0, 255, 299]] = 2.0
    label = Categorical.of(counts).draw(stream(0, "labels"))
    assert label.dtype == np.uint16
    assert label.tolist() == [0, 255, 299]


def test_one_class_only() -> None:
    label = Categorical.of(np.ones((4, 1))).draw(stream(0, "labels"))
    assert (label.tolist(), label.dtype) == ([0, 0, 0, 0], np.uint8)


def test_neighbouring_rows_and_epochs_are_independent() -> None:
    # Neighbours share a random word and epochs are seeded apart. 2 x 2 tables of a fair coin: 1 degree of freedom each.
    distributions = Categorical.of(np.ones((2000, 2)))
    label = np.stack([distributions.draw(stream(5, "labels", t)) for t in range(200)]).astype(int)
    for left, right in (
        (label[:, 0::2], label[:, 1::2]),
        (label[:, 1:-1:2], label[:, 2::2]),
        (label[:-1], label[1:]),
    ):
        table = np.bincount((2 * left + right).ravel(), minlength=4)
        expected = table.sum() / 4
        assert chi2.sf(((table - expected) ** 2 / expected).sum(), 3) > 1e-3
