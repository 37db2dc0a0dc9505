"""Every aggregation method by name: the list that command line, pages, docs and contract tests read.

Methods that need more than annotations have no place here; ``functools.partial`` binds what they need, as in
``partial(crowdlab, predictions=predictions)``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from variorum.labels.base import Aggregator
from variorum.labels.binary_relevance import binary_relevance
from variorum.labels.bradley_terry import bradley_terry
from variorum.labels.dawid_skene import dawid_skene
from variorum.labels.glad import glad
from variorum.labels.kos import kos
from variorum.labels.mace import mace
from variorum.labels.majority import majority_vote
from variorum.labels.mmsr import mmsr
from variorum.labels.one_coin import one_coin
from variorum.labels.ordinal_dawid_skene import ordinal_dawid_skene
from variorum.labels.shares import dirichlet_smoothed, vote_shares
from variorum.labels.wawa import wawa
from variorum.labels.zero_based_skill import zero_based_skill

__all__ = ["METHODS"]

METHODS: Final[Mapping[str, Aggregator]] = {
    "majority": majority_vote,
    "soft": vote_shares,
    "dirichlet": dirichlet_smoothed,
    "wawa": wawa,
    "zero-based-skill": zero_based_skill,
    "one-coin": one_coin,
    "dawid-skene": dawid_skene,
    "glad": glad,
    "mace": mace,
    "mmsr": mmsr,
    "kos": kos,
    "ordinal-dawid-skene": ordinal_dawid_skene,
    "binary-relevance": binary_relevance,
    "bradley-terry": bradley_terry,
}
