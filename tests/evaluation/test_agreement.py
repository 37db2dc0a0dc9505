"""Agreement against loops over pairs of votes."""

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from variorum.errors import NotCountsError, ShapeError
from variorum.evaluation import agreement_with_rest, krippendorff_alpha, pairwise_agreement

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))


def votes_of(row):
    return [label for label, n in enumerate(row) for _ in range(n)]


def loop_alpha(counts):
    """Coincidences counted pair by pair, then expected ones over all pairable votes."""
    observed, pooled = 0.0, []
    for row in counts:
        votes = votes_of(row)
        if len(votes) < 2:
            continue
        pooled += votes
        observed += sum(a != b for a, b in permutations(votes, 2)) / (len(votes) - 1)
    n = len(pooled)
    expected = sum(a != b for a, b in permutations(pooled, 2)) / (n - 1) if n > 1 else 0
    return 1 - observed / expected if expected else np.nan


@given(counts_tables)
def test_alpha_is_the_definition(counts):
    assert krippendorff_alpha(counts) == pytest.approx(loop_alpha(counts), nan_ok=True)


@given(counts_tables)
def test_pairwise_agreement_is_the_share_of_equal_pairs(counts):
    expected = [
        np.mean([a == b for a, b in permutations(votes_of(row), 2)]) if row.sum() > 1 else np.nan for row in counts
    ]
    np.testing.assert_allclose(pairwise_agreement(counts), expected)


def test_alpha_of_krippendorffs_two_coders():
    # "Computing Krippendorff's Alpha", section A: ten binary units by two coders, alpha = .095.
    meg = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    owen = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    counts = np.eye(2, dtype=int)[meg] + np.eye(2, dtype=int)[owen]
    # Disagreeing units: 4 of 10. 14 zeros, 6 ones of 20: De = 2*14*6/(20*19) -> 1 - .4/.4421 = .0952.
    assert krippendorff_alpha(counts) == pytest.approx(1 - 0.4 / (2 * 14 * 6 / (20 * 19)))
    assert krippendorff_alpha(counts) == pytest.approx(0.095, abs=5e-4)


@given(counts_tables, st.integers(0, 2**32 - 1))
def test_alpha_does_not_depend_on_order_of_items_or_classes(counts, seed):
    rng = np.random.default_rng(seed)
    shuffled = counts[rng.permutation(len(counts))][:, rng.permutation(counts.shape[1])]
    assert krippendorff_alpha(shuffled) == pytest.approx(krippendorff_alpha(counts), nan_ok=True)


def test_where_alpha_is_perfect_and_where_undefined():
    assert krippendorff_alpha([[3, 0], [0, 2]]) == 1.0
    assert np.isnan(krippendorff_alpha([[3, 0], [2, 0]]))
    assert np.isnan(krippendorff_alpha([[1, 0], [0, 1]]))
    assert np.isnan(krippendorff_alpha(np.empty((0, 2))))


def loop_rest(items, annotators, labels, n_annotators):
    shares = [[] for _ in range(n_annotators)]
    for v, (i, a, y) in enumerate(zip(items, annotators, labels, strict=True)):
        if a < 0:
            continue
        others = [labels[w] for w in range(len(items)) if w != v and items[w] == i and (annotators[w] != a)]
        if others:
            shares[a].append(np.mean([other == y for other in others]))
    return [np.mean(s) if s else np.nan for s in shares]


@given(st.integers(0, 2**32 - 1), st.integers(0, 25))
def test_agreement_with_rest_is_the_definition(seed, n):
    # Annotator -1 is unknown, and some annotators give two labels to one item.
    rng = np.random.default_rng(seed)
    items, annotators, labels = rng.integers(0, 4, n), rng.integers(-1, 4, n), rng.integers(0, 3, n)
    np.testing.assert_allclose(
        agreement_with_rest(items, annotators, labels, n_annotators=5), loop_rest(items, annotators, labels, 5)
    )


def test_only_shared_items_count():
    # Item 0: annotators 0 and 1 agree. Item 1: annotator 2 alone.
    np.testing.assert_array_equal(agreement_with_rest([0, 0, 1], [0, 1, 2], [1, 1, 0]), [1, 1, np.nan])


def test_bad_arguments_are_named():
    with pytest.raises(NotCountsError, match="not in whole votes"):
        krippendorff_alpha([[0.5, 0.5]])
    with pytest.raises(NotCountsError, match="negative"):
        pairwise_agreement([[-1, 2]])
    with pytest.raises(ShapeError, match="labels must have 2 values, not 1"):
        agreement_with_rest([0, 0], [0, 1], [0])
