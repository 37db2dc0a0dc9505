"""Every aggregation method by name: the list that command line, pages, docs and contract tests read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from variorum.labels.base import Aggregator
from variorum.labels.dawid_skene import dawid_skene
from variorum.labels.majority import majority_vote
from variorum.labels.shares import dirichlet_smoothed, vote_shares

__all__ = ["METHODS"]

METHODS: Final[Mapping[str, Aggregator]] = {
    "majority": majority_vote,
    "soft": vote_shares,
    "dirichlet": dirichlet_smoothed,
    "dawid-skene": dawid_skene,
}
