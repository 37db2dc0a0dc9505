import numpy as np
import pytest

from variorum.annotations import Assignments, Picks, PoolView
from variorum.errors import ShapeError


def view(**changes):
    parts = {
        "members": np.full((1, 2, 3), 1 / 3),
        "counts": np.zeros((2, 3)),
        "asked": np.zeros(2, np.int64),
        "pair_start": np.array([0, 2, 3]),
        "pair_annotator": np.array([0, -1, 1], np.int32),
        "pair_left": np.array([1, 7, 1]),
        "asked_item": np.zeros(0, np.int64),
        "asked_annotator": np.zeros(0, np.int32),
        "prices": np.array([5, 5, 1]),
    }
    return PoolView(**(parts | changes))


def test_the_sparse_mask():
    pool = view()
    assert (pool.n_pool, pool.n_annotators) == (2, 2)
    # Item 0: annotator 0 once and seven unknown ones; item 1: annotator 1 once.
    assert pool.left.tolist() == [8, 1]
    # Items that are sold out: in front, in between and at the end.
    gaps = view(
        members=np.full((1, 5, 3), 1 / 3),
        counts=np.zeros((5, 3)),
        asked=np.zeros(5, np.int64),
        pair_start=np.array([0, 0, 2, 2, 3, 3]),
    )
    assert gaps.left.tolist() == [0, 8, 0, 1, 0]
    assert pool.annotators_of(0).tolist() == [0, -1]
    assert pool.annotators_of(1).tolist() == [1]


def test_axes_must_agree():
    with pytest.raises(ShapeError, match=r"members have shape \(1, 2, 2\)"):
        view(members=np.zeros((1, 2, 2)))
    with pytest.raises(ShapeError, match=r"do not fit the 2 pool items"):
        view(asked=np.zeros(3, np.int64))
    with pytest.raises(ShapeError, match=r"do not fit the 2 pool items"):
        view(pair_left=np.zeros(2, np.int64))


def test_lengths():
    assert len(Picks(np.arange(3), np.zeros(3))) == 3
    assert len(Assignments(np.arange(2), np.zeros(2, np.int32), np.zeros(2, bool))) == 2
