import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Items, group_codes, grouped_split, normalized_text
from variorum.errors import ArgumentError


@given(st.text())
def test_normalising_twice_changes_nothing(text):
    assert normalized_text(normalized_text(text)) == normalized_text(text)


def test_group_codes():
    assert group_codes(Items(("a", "b", "c"), group=("y", "x", "y"))).tolist() == [0, 1, 0]
    assert group_codes(Items(("a", "b", "c"))).tolist() == [0, 1, 2]
    # Items without any text are groups of their own; a pair is another group than its first text alone.
    items = Items(("a", "b", "c", "d"), text=(None, None, "One!", "one"), second_text=(None, None, "two", None))
    assert group_codes(items).tolist() == [0, 1, 2, 3]


@given(st.lists(st.integers(0, 6), min_size=12, max_size=40), st.floats(0.2, 0.7), st.integers(0, 99))
def test_groups_are_never_on_both_sides(groups, share, seed):
    items = Items(tuple(map(str, range(len(groups)))), group=tuple(map(str, groups)))
    codes = group_codes(items)
    try:
        drawn = grouped_split(items, share, np.random.default_rng(seed))
    except ArgumentError:
        # Only where the last group drawn carries the rest along.
        assert np.bincount(codes).max() >= (1 - share) * len(groups)
        return
    assert not set(codes[drawn]) & set(codes[~drawn])
    assert drawn.sum() >= share * len(groups)
    assert (drawn == grouped_split(items, share, np.random.default_rng(seed))).all()


def test_among():
    items = Items(tuple(map(str, range(100))))
    among = np.arange(100) < 40
    drawn = grouped_split(items, 0.25, np.random.default_rng(0), among=among)
    assert drawn.sum() == 10
    assert not drawn[40:].any()


def test_impossible_splits():
    items = Items(("a", "b"), group=("g", "g"))
    with pytest.raises(ArgumentError, match=r"share = 1 must lie between 0 and 1"):
        grouped_split(items, 1, np.random.default_rng(0))
    with pytest.raises(ArgumentError, match=r"0.5 of 2 items in 1 groups leaves one side empty"):
        grouped_split(items, 0.5, np.random.default_rng(0))
