"""Pools for the tests of acquisition and assignment: random arrays that keep the contract of a view."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from hypothesis import strategies as st
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Picks, PoolView


def make_view(seed: int, n_pool: int = 12, n_annotators: int = 4, *, known: bool = True) -> PoolView:
    """A pool in which some items are sold out and some were asked before."""
    rng = np.random.default_rng(seed)
    open_ = rng.random((n_pool, n_annotators)) < 0.6 if known else np.ones((n_pool, 1), bool)
    item, annotator = np.nonzero(open_)
    left = np.ones(item.size, np.int64) if known else rng.integers(1, 4, n_pool)
    asked_item = rng.integers(0, n_pool, 5)
    counts = rng.integers(0, 3, (n_pool, 3)).astype(float)
    vote_item, vote_label = np.nonzero(counts)
    times = counts[vote_item, vote_label].astype(int)
    vote_item, vote_label = np.repeat(vote_item, times), np.repeat(vote_label, times)
    voter = rng.integers(0, n_annotators, vote_item.size) if known else np.full(vote_item.size, -1)
    effects = rng.normal(0, 0.05, (n_annotators, 3))
    return PoolView(
        members=rng.dirichlet(np.ones(3), (6, n_pool)),
        counts=counts,
        asked=np.bincount(asked_item, minlength=n_pool).astype(np.int64),
        pair_start=np.searchsorted(item, np.arange(n_pool + 1)).astype(np.int64),
        pair_annotator=(annotator if known else np.full(item.size, -1)).astype(np.int32),
        pair_left=left.astype(np.int64),
        asked_item=asked_item.astype(np.int64),
        asked_annotator=rng.integers(0, n_annotators, 5).astype(np.int32),
        prices=np.full(n_annotators + 1, 10, np.int64),
        features=rng.normal(size=(n_pool, 5)),
        groups=rng.integers(-1, 2, n_annotators).astype(np.int32),
        annotator_effects=effects - effects.mean(axis=1, keepdims=True),
        error_rates=rng.uniform(0.01, 0.4, n_annotators),
        disagreement=rng.uniform(0, np.log(3), n_pool),
        by_annotator=rng.dirichlet(np.ones(3), (n_annotators, n_pool)),
        vote_item=vote_item.astype(np.int64),
        vote_annotator=voter.astype(np.int32),
        vote_label=vote_label.astype(np.int64),
    )


def view_of(members: ArrayLike, **more: Any) -> PoolView:
    """A pool from which nothing was bought, with one unknown annotator for each item."""
    draws = np.asarray(members, np.float64)
    n = draws.shape[1]
    plain: dict[str, Any] = {
        "counts": np.zeros(draws.shape[1:]),
        "asked": np.zeros(n, np.int64),
        "pair_start": np.arange(n + 1, dtype=np.int64),
        "pair_annotator": np.full(n, -1, np.int32),
        "pair_left": np.ones(n, np.int64),
        "asked_item": np.zeros(0, np.int64),
        "asked_annotator": np.zeros(0, np.int32),
        "prices": np.array([1], np.int64),
    }
    return PoolView(draws, **plain | more)


def turned_classes(view: PoolView) -> PoolView:
    """The same pool with the classes in the opposite order."""
    effects, by_annotator = view.annotator_effects, view.by_annotator
    return replace(
        view,
        members=view.members[:, :, ::-1],
        counts=view.counts[:, ::-1],
        annotator_effects=None if effects is None else effects[:, ::-1],
        by_annotator=None if by_annotator is None else by_annotator[:, :, ::-1],
        vote_label=view.counts.shape[1] - 1 - view.vote_label,
    )


def voted_view(
    votes: list[tuple[int, int, int]],
    candidates: list[list[int]],
    n_annotators: int,
    n_classes: int = 2,
    **more: NDArray[Any],
) -> PoolView:
    """A pool with these votes (item, annotator, label), whose items can be asked of these annotators, in order."""
    n = len(candidates)
    item, annotator, label = np.array(votes, np.int64).reshape(-1, 3).T
    counts = np.zeros((n, n_classes))
    np.add.at(counts, (item, label), 1.0)
    sizes = [len(some) for some in candidates]
    whole = PoolView(
        members=np.full((1, n, n_classes), 1 / n_classes),
        counts=counts,
        asked=np.bincount(item, minlength=n).astype(np.int64),
        pair_start=np.cumsum([0, *sizes]).astype(np.int64),
        pair_annotator=np.array([who for some in candidates for who in some], np.int32),
        pair_left=np.ones(sum(sizes), np.int64),
        asked_item=item,
        asked_annotator=annotator.astype(np.int32),
        prices=np.full(n_annotators + 1, 1_000, np.int64),
        vote_item=item,
        vote_annotator=annotator.astype(np.int32),
        vote_label=label,
    )
    return replace(whole, **more)


def picks_of(rows: list[int]) -> Picks:
    """Picks of these pool rows, without scores."""
    return Picks(np.array(rows, np.int64), np.zeros(len(rows)))


views = st.builds(make_view, st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 6), known=st.booleans())
