from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.labels.vote_matrix import vote_matrix


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_holds_every_vote_once(crowd, seed):
    votes = crowd(seed)
    matrix = vote_matrix(votes, shard_items=2)
    rows = np.concatenate([shard.toarray() for shard in matrix.shards])
    by_class = rows @ np.eye(matrix.n_classes)[matrix.cell_label]
    counts = votes.counts()
    np.testing.assert_allclose(by_class, counts[matrix.voted])
    assert np.array_equal(matrix.voted, np.flatnonzero(counts.sum(axis=1)))
    assert matrix.n_votes == len(votes)
    by_annotator = rows.sum(axis=0) @ np.eye(len(votes.annotators) + 1)[matrix.cell_annotator]
    assert np.array_equal(
        by_annotator[:-1], np.bincount(votes.annotator[votes.status == 0], minlength=by_annotator.size - 1)
    )


def test_cells_that_do_not_occur_have_no_column(table):
    matrix = vote_matrix(table([0, 1, 1], [3, 1, -1], [1, 2, 0]))
    # Cells in order: annotator 1 label 2, annotator 3 label 1, the unknown one (number 4) label 0.
    assert (matrix.cell_annotator.tolist(), matrix.cell_label.tolist()) == ([1, 3, 4], [2, 1, 0])
    assert matrix.shards[0].toarray().tolist() == [[0, 1, 0], [1, 0, 1]]


def test_repeated_votes_add_up_and_elicited_ones_are_fractional(table):
    shares = np.array([[np.nan, np.nan], [np.nan, np.nan], [0.25, 0.75], [1.0, 0.0]])
    matrix = vote_matrix(table([0, 0, 1, 1], [0, 0, 0, 1], [1, 1, -1, -1], distribution=shares))
    # Columns: annotator 0 labels 0 and 1, annotator 1 label 0.
    assert matrix.shards[0].toarray().tolist() == [[0, 2, 0], [0.25, 0.75, 1]]
    assert matrix.n_votes == 4


def test_shards_grow_where_cells_are_many(table):
    # 64 items, each with one annotator of its own: 64 cells and 64 votes, so a shard of 4 votes a cell holds all.
    many = table(np.arange(64), np.arange(64), np.zeros(64))
    assert len(vote_matrix(many, shard_items=2).shards) == 1
    few = table(np.arange(64), np.zeros(64), np.zeros(64))
    assert len(vote_matrix(few, shard_items=16).shards) == 4


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_entries_have_the_type_asked_for(table, dtype):
    assert vote_matrix(table([0], [0], [0]), dtype).shards[0].dtype == dtype


def test_no_votes(table):
    empty = vote_matrix(table([], [], [], n_items=3, n_annotators=1))
    assert (empty.shards, empty.n_rows, empty.n_votes) == ((), 0, 0.0)
