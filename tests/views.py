"""Pools for the tests of acquisition and assignment: random arrays that keep the contract of a view."""

from __future__ import annotations

import numpy as np
from hypothesis import strategies as st

from variorum.annotations import PoolView


def make_view(seed: int, n_pool: int = 12, n_annotators: int = 4, *, known: bool = True) -> PoolView:
    """A pool in which some items are sold out and some were asked before."""
    rng = np.random.default_rng(seed)
    open_ = rng.random((n_pool, n_annotators)) < 0.6 if known else np.ones((n_pool, 1), bool)
    item, annotator = np.nonzero(open_)
    left = np.ones(item.size, np.int64) if known else rng.integers(1, 4, n_pool)
    asked_item = rng.integers(0, n_pool, 5)
    return PoolView(
        members=rng.dirichlet(np.ones(3), (6, n_pool)),
        counts=rng.integers(0, 3, (n_pool, 3)).astype(float),
        asked=np.bincount(asked_item, minlength=n_pool).astype(np.int64),
        pair_start=np.searchsorted(item, np.arange(n_pool + 1)).astype(np.int64),
        pair_annotator=(annotator if known else np.full(item.size, -1)).astype(np.int32),
        pair_left=left.astype(np.int64),
        asked_item=asked_item.astype(np.int64),
        asked_annotator=rng.integers(0, n_annotators, 5).astype(np.int32),
        prices=np.full(n_annotators + 1, 10, np.int64),
    )


views = st.builds(make_view, st.integers(0, 10_000), st.integers(1, 20), st.integers(1, 6), known=st.booleans())
