"""Alpha against loops over pairs of answers, against worked examples, and the closed forms against each other."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.agreement import loops
from evaluation.agreement.published import ABSTRACTORS, FLEISS, krippendorff_counts, krippendorff_votes
from variorum.errors import ArgumentError, NotCountsError, ShapeError, UnknownNameError
from variorum.evaluation import krippendorff_alpha, krippendorff_alpha_of_votes

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))
METRICS = ["nominal", "ordinal", "interval", "ratio", "linear"]


def answers_in(counts):
    """Every vote by another annotator."""
    items, labels = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    return loops.gather(items, [-1] * items.size, labels)


def loop_alpha(answers, metric):
    return loops.alpha(answers, loops.ordinal(answers) if metric == "ordinal" else loops.DISTANCES[metric])


@pytest.mark.parametrize("metric", METRICS)
@given(counts=counts_tables)
def test_alpha_of_counts_is_the_definition(metric, counts):
    expected = loop_alpha(answers_in(counts), metric)
    assert krippendorff_alpha(counts, distance=metric) == pytest.approx(expected, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize("metric", METRICS)
@given(columns=loops.votes(n_classes=4))
def test_alpha_of_votes_pairs_nobody_with_themselves(metric, columns):
    # Some annotators give an item two labels, which share the weight of one answer; some are unknown.
    expected = loop_alpha(loops.gather(*columns), metric)
    assert krippendorff_alpha_of_votes(*columns, distance=metric) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_an_annotator_with_two_labels_on_an_item_by_hand():
    # Item 0: annotator 0 says 0 and 1, annotator 1 says 0. Item 1: both say 1. An answer of halves differs from 0 by
    # 1/2.
    items, annotators, labels = [0, 0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 1, 0, 1, 1]
    # Observed: (2 * 1/2 + 0) / 4 = .25. Expected, over 12 ordered pairs of the 4 answers h, 0, 1, 1: h-0 1/2, h-1 1/2
    # (twice), 0-1 1 (twice), 1-1 0; together 2 * (1/2 + 1 + 2) / 12 = 7/12.
    assert krippendorff_alpha_of_votes(items, annotators, labels) == pytest.approx(1 - 0.25 / (7 / 12))
    # Taken for votes of three people, item 0 would have 3 votes and its first annotator disagree with herself.
    assert krippendorff_alpha_of_votes(items, None, labels) != pytest.approx(1 - 0.25 / (7 / 12))


@given(counts=counts_tables)
def test_votes_of_unknown_annotators_are_the_counts(counts):
    items, labels = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    for metric in METRICS:
        from_votes = krippendorff_alpha_of_votes(items, None, labels, distance=metric)
        assert from_votes == pytest.approx(krippendorff_alpha(counts, distance=metric), abs=1e-9, nan_ok=True)


# "Computing Krippendorff's Alpha-Reliability" 2011, section C and the values of section E.
@pytest.mark.parametrize(
    ("metric", "expected"), [("nominal", 0.743), ("ordinal", 0.815), ("interval", 0.849), ("ratio", 0.797)]
)
def test_krippendorffs_own_example(metric, expected):
    counts, (items, annotators, labels) = krippendorff_counts(), krippendorff_votes()
    of_counts = krippendorff_alpha(counts, distance=metric, positions=[1, 2, 3, 4, 5])
    of_votes = krippendorff_alpha_of_votes(items, annotators, labels + 1, distance=metric)
    assert of_counts == pytest.approx(expected, abs=5e-4)
    assert of_votes == pytest.approx(of_counts, abs=1e-12)


# Gwet's R package irrCAC 1.0 prints these in its vignettes "overview" and "weighting".
def test_values_that_gwet_prints():
    assert krippendorff_alpha(krippendorff_counts()) == pytest.approx(0.74342, abs=5e-6)
    assert krippendorff_alpha(krippendorff_counts(), distance="quadratic") == pytest.approx(0.84911, abs=5e-6)
    assert krippendorff_alpha(FLEISS[:15]) == pytest.approx(0.4204384, abs=5e-8)
    assert krippendorff_alpha(FLEISS[:15], distance="quadratic") == pytest.approx(0.259511, abs=5e-7)
    rows, columns = np.nonzero(ABSTRACTORS)
    pairs = np.repeat(np.eye(3, dtype=int)[rows] + np.eye(3, dtype=int)[columns], ABSTRACTORS[rows, columns], axis=0)
    assert krippendorff_alpha(pairs) == pytest.approx(0.7972585, abs=5e-8)
    assert krippendorff_alpha(pairs, distance="quadratic") == pytest.approx(0.8926487, abs=5e-8)


def test_krippendorffs_two_annotators():
    # The same paper, section A: ten items with two labels by two annotators, alpha = .095.
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    counts = np.eye(2, dtype=int)[meg] + np.eye(2, dtype=int)[owen]
    # Items that differ: 4 of 10. 14 zeros and 6 ones of 20: De = 2*14*6/(20*19) -> 1 - .4/.4421 = .0952.
    assert krippendorff_alpha(counts) == pytest.approx(1 - 0.4 / (2 * 14 * 6 / (20 * 19)))
    assert krippendorff_alpha(counts) == pytest.approx(0.095, abs=5e-4)


@given(counts=counts_tables, seed=st.integers(0, 2**32 - 1))
def test_order_of_items_and_of_nominal_classes_does_not_matter(counts, seed):
    rng = np.random.default_rng(seed)
    rows = counts[rng.permutation(len(counts))]
    shuffled = rows[:, rng.permutation(counts.shape[1])]
    assert krippendorff_alpha(shuffled) == pytest.approx(krippendorff_alpha(counts), nan_ok=True)
    for metric in METRICS:
        again = krippendorff_alpha(rows, distance=metric)
        assert again == pytest.approx(krippendorff_alpha(counts, distance=metric), abs=1e-9, nan_ok=True)
        # The order of classes turned round is the same scale read from its other end, a ratio scale excepted.
        if metric != "ratio":
            turned = krippendorff_alpha(rows[:, ::-1], distance=metric)
            assert turned == pytest.approx(again, abs=1e-9, nan_ok=True)


@given(columns=loops.votes(), seed=st.integers(0, 2**32 - 1))
def test_names_of_annotators_and_order_of_votes_do_not_matter(columns, seed):
    items, annotators, labels = columns
    rng = np.random.default_rng(seed)
    order, names = rng.permutation(items.size), np.append(rng.permutation(4), -1)
    shuffled = krippendorff_alpha_of_votes(items[order], names[annotators][order], labels[order])
    assert shuffled == pytest.approx(krippendorff_alpha_of_votes(*columns), nan_ok=True)


values = st.floats(0, 1e6, allow_nan=False).map(lambda x: round(x, 3))


@pytest.mark.parametrize("metric", ["nominal", "ordinal", "interval", "ratio"])
@given(rows=st.lists(st.tuples(st.integers(0, 6), st.integers(-1, 3), values), max_size=40))
def test_closed_forms_are_the_loops_for_numbers(metric, rows):
    items, annotators, numbers = (list(column) for column in zip(*rows, strict=True)) if rows else ([], [], [])
    expected = loop_alpha(loops.gather(items, annotators, numbers), metric)
    found = krippendorff_alpha_of_votes(items, annotators, np.array(numbers, float), distance=metric)
    if not np.isnan(expected) and not np.isnan(found):
        assert found == pytest.approx(expected, abs=1e-9)


@pytest.mark.parametrize("shift", [0.0, 1e6])
def test_a_far_away_scale_loses_no_digits(shift):
    rng = np.random.default_rng(3)
    items, numbers = rng.integers(0, 20, 80), rng.normal(size=80) + shift
    expected = loops.alpha(loops.gather(items, [-1] * 80, numbers), loops.interval)
    assert krippendorff_alpha_of_votes(items, None, numbers, distance="interval") == pytest.approx(expected, abs=1e-9)


def test_many_distinct_values_take_neither_time_nor_memory():
    # A table of values by values would take 80 GB, one of items by values 160 GB.
    rng = np.random.default_rng(0)
    items = np.repeat(np.arange(20_000), 5)
    level = np.repeat(rng.normal(size=20_000), 5)
    numbers = level + rng.normal(size=100_000)
    assert np.unique(numbers).size == 100_000
    # Interval alpha is the intraclass correlation: half of the variance is the item's. Of normal numbers with
    # correlation r, ranks have 6 / pi asin(r / 2) (Pearson 1907).
    assert krippendorff_alpha_of_votes(items, None, numbers, distance="interval") == pytest.approx(0.5, abs=0.01)
    ranked = 6 / np.pi * np.arcsin(0.25)
    assert krippendorff_alpha_of_votes(items, None, numbers, distance="ordinal") == pytest.approx(ranked, abs=0.01)
    # The ratio metric of exp(x) and exp(y) is tanh((x - y) / 2)^2, where x - y has variance 2 within items, 4 between.
    nodes, weights = np.polynomial.hermite_e.hermegauss(80)
    within, anywhere = (weights @ np.tanh(nodes * s / 2) ** 2 / weights.sum() for s in (np.sqrt(2), 2.0))
    ratio = krippendorff_alpha_of_votes(items, None, np.exp(numbers), distance="ratio")
    assert ratio == pytest.approx(1 - within / anywhere, abs=0.01)
    assert krippendorff_alpha_of_votes(items, None, np.arange(100_000)) == pytest.approx(0, abs=1e-9)


def test_a_distance_of_your_own():
    counts = [[2, 0, 0], [1, 1, 0], [0, 1, 1], [0, 0, 2]]
    squared = np.square(np.subtract.outer(np.arange(3), np.arange(3)))
    interval = krippendorff_alpha(counts, distance="interval")
    assert krippendorff_alpha(counts, distance=squared) == pytest.approx(interval)
    # Scale does not matter, and a matrix takes codes of votes as well.
    items, labels = [0, 0, 1, 1, 2, 2, 3, 3], [0, 0, 0, 1, 1, 2, 2, 2]
    of_votes = krippendorff_alpha_of_votes(items, None, labels, distance=7 * squared)
    assert of_votes == pytest.approx(interval)


@pytest.mark.parametrize("metric", METRICS)
def test_where_alpha_is_perfect_and_where_undefined(metric):
    assert krippendorff_alpha([[3, 0], [0, 2]], distance=metric) == pytest.approx(1.0)
    assert np.isnan(krippendorff_alpha([[0, 3], [0, 2]], distance=metric))
    assert np.isnan(krippendorff_alpha([[1, 0], [0, 1]], distance=metric))
    assert np.isnan(krippendorff_alpha(np.empty((0, 2)), distance=metric))
    nobody = np.zeros(0, int)
    assert np.isnan(krippendorff_alpha_of_votes(nobody, nobody, nobody, distance=metric))
    assert np.isnan(krippendorff_alpha_of_votes([0, 0, 1, 1], None, [7, 7, 7, 7], distance=metric))
    # An item with one vote pairs with nothing, whatever the vote.
    alone = krippendorff_alpha_of_votes([0, 0, 1, 1, 2], None, [3, 3, 5, 5, 4], distance=metric)
    assert alone == pytest.approx(1.0)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: krippendorff_alpha([[0.5, 0.5]]), NotCountsError, "not in whole votes"),
        (lambda: krippendorff_alpha([[-1, 2]]), NotCountsError, "negative"),
        (lambda: krippendorff_alpha([[1, 2]], distance="ordnal"), UnknownNameError, "Did you mean 'ordinal'"),
        (lambda: krippendorff_alpha([[1, 2]], distance="interval", positions=[1]), ShapeError, "2 values, not 1"),
        (lambda: krippendorff_alpha([[1, 2]], distance="ratio", positions=[-1, 1]), ArgumentError, "begins at 0"),
        (lambda: krippendorff_alpha([[1, 2]], distance=[[0]]), ShapeError, r"2 classes need \(2, 2\)"),
        (lambda: krippendorff_alpha([[1, 2]], distance=[[0, 1], [2, 0]]), ArgumentError, "the other way round"),
        (lambda: krippendorff_alpha([[1, 2]], distance=[[1, 1], [1, 1]]), ArgumentError, "class to itself"),
        (lambda: krippendorff_alpha([[1, 2]], distance=[[0, -1], [-1, 0]]), ArgumentError, "finite distance"),
        (lambda: krippendorff_alpha_of_votes([0], None, [0, 1]), ShapeError, "must have 1 values, not 2"),
        (lambda: krippendorff_alpha_of_votes([0, -1], None, [0, 1]), ArgumentError, r"items\[1\] = -1"),
        (
            lambda: krippendorff_alpha_of_votes([0, 0], None, [1.0, np.nan], distance="interval"),
            ArgumentError,
            r"values\[1\] = nan is not finite",
        ),
        (
            lambda: krippendorff_alpha_of_votes([0] * 40, None, np.arange(40.0) - 1, distance="ratio"),
            ArgumentError,
            r'values\[0\] = -1.0 is negative, .* Use distance="interval"',
        ),
    ],
)  # fmt: skip
def test_bad_arguments_are_named(call, error, message):
    with pytest.raises(error, match=message):
        call()
