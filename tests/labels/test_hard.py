from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.errors import ArgumentError, NotCountsError, UnknownNameError
from variorum.labels import hard_labels, majority_set

COUNTS = np.array([[2, 1, 2], [0, 3, 0], [0, 0, 0]])


def test_majority_set_holds_every_top_class():
    assert majority_set(COUNTS).astype(int).tolist() == [[1, 0, 1], [0, 1, 0], [0, 0, 0]]


def test_tie_rules():
    assert hard_labels(COUNTS, ties="first").tolist() == [0, 1, -1]
    assert hard_labels(COUNTS, ties="none").tolist() == [-1, 1, -1]
    assert set(hard_labels(np.tile(COUNTS[:1], (50, 1)), ties="random", rng=0).tolist()) == {0, 2}
    assert hard_labels(COUNTS[1:], ties="random", rng=0).tolist() == [1, -1]


def test_random_ties_are_uniform_and_repeatable():
    counts = np.ones((30_000, 3))
    label = hard_labels(counts, ties="random", rng=np.random.default_rng(5))
    # 10,000 expected in each class, standard deviation 82.
    assert np.abs(np.bincount(label) - 10_000).max() < 5 * 82
    assert np.array_equal(label, hard_labels(counts, ties="random", rng=np.random.default_rng(5)))


def test_weights_that_tie_on_paper_tie():
    # 0.1 + 0.2 is 0.30000000000000004.
    assert hard_labels([[0.1 + 0.2, 0.3]], ties="none").tolist() == [-1]


def test_rows_of_nan_have_no_label():
    assert hard_labels([[np.nan, np.nan], [0.2, 0.8]], ties="first").tolist() == [-1, 1]
    with pytest.raises(NotCountsError, match=r"counts\[0\]"):
        hard_labels([[np.nan, 1.0]], ties="first")


def test_refusals():
    with pytest.raises(ArgumentError, match="needs rng"):
        hard_labels(COUNTS, ties="random")
    with pytest.raises(UnknownNameError, match="Choose one of: first, none, random"):
        hard_labels(COUNTS, ties="all")  # type: ignore[arg-type]


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_class_order_does_not_matter(seed):
    rng = np.random.default_rng(seed)
    counts, order = rng.integers(0, 4, (8, 4)), rng.permutation(4)
    assert np.array_equal(majority_set(counts)[:, order], majority_set(counts[:, order]))
    assert np.array_equal(majority_set(counts), majority_set(10 * counts))
