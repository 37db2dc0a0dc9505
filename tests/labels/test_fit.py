from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from variorum.errors import ArgumentError
from variorum.labels import (
    dawid_skene,
    fit_dawid_skene,
    fit_mace,
    fit_majority_vote,
    fit_one_coin,
    fit_vote_shares,
    mace,
    majority_vote,
    one_coin,
    vote_shares,
)
from variorum.labels.fit import climb, unwatched
from variorum.labels.vote_matrix import vote_matrix

KERNELS = {
    "dawid-skene": (fit_dawid_skene, dawid_skene),
    "one-coin": (fit_one_coin, one_coin),
    "mace": (fit_mace, mace),
    "majority": (fit_majority_vote, majority_vote),
    "soft": (fit_vote_shares, vote_shares),
}


class Lazy(Sequence):
    """Shards that are made when asked for, and counted."""

    def __init__(self, shards):
        self.shards, self.reads = shards, 0

    def __len__(self):
        return len(self.shards)

    def __getitem__(self, place):
        shard = self.shards[place].copy()
        self.reads += 1
        return shard


class WriteFirst:
    """A posterior of which a part is in memory, and forgotten at once: whoever reads before writing gets nan."""

    def __init__(self, shape):
        self.kept = np.full(shape, np.nan)
        self.dtype = self.kept.dtype
        self.out = []

    def __getitem__(self, rows):
        self.settle()
        block = np.full(self.kept[rows].shape, np.nan)
        self.out.append((rows, block))
        return block

    def settle(self):
        for rows, block in self.out:
            self.kept[rows] = block
        self.out = []
        return self.kept


@pytest.mark.parametrize(("kernel", "method"), KERNELS.values(), ids=KERNELS)
def test_kernels_need_neither_shards_nor_posterior_in_memory(crowd, kernel, method):
    votes = crowd(3, n_items=60, n_classes=3)
    matrix = vote_matrix(votes, shard_items=7)
    assert len(matrix.shards) > 3
    lazy = replace(matrix, shards=Lazy(matrix.shards))
    rows = WriteFirst((matrix.n_rows, 3))
    fit, expected = kernel(lazy, rows, unwatched), method(votes)
    np.testing.assert_allclose(rows.settle(), expected.posterior[matrix.voted], atol=1e-12)
    np.testing.assert_allclose(fit.priors, expected.priors)
    np.testing.assert_allclose(fit.trace, expected.trace)
    assert (fit.method, fit.converged, fit.notes) == (expected.method, expected.converged, expected.notes)
    for name in ("skill", "confusion", "strategy"):
        mine, theirs = getattr(fit, name), getattr(expected, name)
        assert (mine is None) == (theirs is None)
        if mine is not None:
            np.testing.assert_allclose(mine, theirs)


@pytest.mark.parametrize(
    ("kernel", "options", "message"),
    [
        (fit_dawid_skene, {"smoothing": -1}, "smoothing = -1"),
        (fit_dawid_skene, {"max_iterations": 0}, "max_iterations = 0"),
        (fit_one_coin, {"tolerance": -1}, "tolerance = -1"),
        (fit_mace, {"strategy_prior": 0}, "strategy_prior = 0"),
        (fit_vote_shares, {"smoothing": np.inf}, "smoothing = inf"),
    ],
)
def test_options_are_checked_before_a_shard_is_read(crowd, kernel, options, message):
    matrix = vote_matrix(crowd(3))
    lazy = Lazy(matrix.shards)
    with pytest.raises(ArgumentError, match=message):
        kernel(replace(matrix, shards=lazy), np.empty((matrix.n_rows, matrix.n_classes)), **options)
    assert lazy.reads == 0


@pytest.mark.parametrize("kernel", [kernel for kernel, _ in KERNELS.values()], ids=KERNELS)
def test_nothing_makes_nan(table, kernel):
    matrix = vote_matrix(table([0], [0], [-1], n_items=2, n_classes=2, status=[1]))
    fit = kernel(matrix, np.empty((0, 2)), unwatched)
    assert np.isnan(fit.priors).all()
    assert fit.converged


@pytest.mark.parametrize("kernel", [fit_dawid_skene, fit_mace, fit_one_coin])
def test_iterations_can_be_watched(crowd, kernel):
    matrix = vote_matrix(crowd(5, n_items=40))
    seen = []
    fit = kernel(matrix, np.empty((matrix.n_rows, matrix.n_classes)), lambda *step: seen.append(step))
    assert [number for number, _ in seen] == list(range(1, fit.trace.size + 1))
    np.testing.assert_allclose([gain for _, gain in seen][1:], np.diff(fit.trace) / matrix.n_votes)
    assert np.isnan(seen[0][1])


def test_climb_stops_at_the_last_iteration_it_may_do():
    assert climb(lambda: 0.0, 1, 1, 1.0, unwatched) == ([0.0], False)
    assert climb(lambda: 0.0, 1, 2, 1.0, unwatched) == ([0.0, 0.0], True)
