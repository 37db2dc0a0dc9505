"""What a live campaign has come to so far."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign.live.config import LiveConfig
from variorum.campaign.live.incoming import Aside
from variorum.campaign.live.oracle import SheetState
from variorum.campaign.live.roster import Change
from variorum.campaign.result import RoundScore

__all__ = ["LiveResult"]


@dataclass(frozen=True, eq=False)
class LiveResult:
    """All that a report needs, of a campaign that is over or waits for people.

    Attributes:
        config: The settings.
        corpus: The items with every annotation so far, with cost and round; round -1 was there before.
        budget: Micro-units to spend.
        spent: Micro-units paid.
        pool: Positions of the items to train on.
        validation: Positions of the items to validate on.
        predicted: The model's label distribution of every item, shape (n_items, n_classes); uniform without a vote.
        counts: Votes so far, shape (n_items, n_classes).
        rounds: Every round that is over; its scores are empty but for the validation votes'.
        n_withdrawn: Requests withdrawn when their round was closed.
        waiting: The sheets of the open round; empty when the campaign is over.
        why: What it waits for, in one sentence; empty when the campaign is over.
        aside: Rows that came back and answer no request.
        population: Whose distribution the target is, in words.
        changes: Who came and who left while it ran.
    """

    config: LiveConfig
    corpus: Corpus
    budget: int
    spent: int
    pool: NDArray[np.int64]
    validation: NDArray[np.int64]
    predicted: NDArray[np.float64]
    counts: NDArray[np.float64]
    rounds: tuple[RoundScore, ...]
    n_withdrawn: int
    waiting: tuple[SheetState, ...]
    why: str
    aside: tuple[Aside, ...]
    population: str
    changes: tuple[Change, ...] = ()
