"""What an engine reports while it works, and what it returns."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

__all__ = ["Progress", "Stage", "StreamedEstimate"]

Stage = Literal["counting", "sorting", "packing", "estimating", "writing"]


@dataclass(frozen=True)
class Progress:
    """How far an engine has come.

    Attributes:
        stage: What it does: ``counting`` who says what, ``sorting`` by item, ``packing`` into shards, ``estimating``,
            ``writing``.
        done: Rows packed, iterations done, or items written; 0 while a stage cannot be told.
        total: Of how many; ``None`` where nobody knows.
        gain: Gain of the objective in the last iteration, nats a vote; nan where there is none.
    """

    stage: Stage
    done: int = 0
    total: int | None = None
    gain: float = float("nan")


@dataclass(frozen=True, eq=False)
class StreamedEstimate:
    """What an aggregation method made of votes that stay on disk; the posterior is in a file.

    Attributes:
        method: Name of the method.
        path: Parquet file with the posterior, one row an item in the order of ids: the column ``item`` and one column a
            label, null for an item without a vote.
        annotators: Parquet file with the annotators' parameters; ``None`` for methods without them.
        labels: Labels in class order.
        n_items: Number of items.
        n_votes: Number of votes.
        n_unanswered: Rows of another status than ``answered``, which are no votes.
        n_repeated: Votes that were left out since they repeat another one.
        without_vote: Items without a vote.
        priors: Class shares, shape (n_classes,), sum to one.
        population: Whose labels these are, in words: annotators, votes and weights.
        trace: The objective before each iteration's update, nats, length n_iterations; empty for closed forms.
        converged: Whether the criterion was met; true for closed forms.
        n_iterations: Iterations done; 0 for closed forms.
        notes: What a reader of the numbers must know, one sentence each.
    """

    method: str
    path: Path
    annotators: Path | None
    labels: tuple[str, ...]
    n_items: int
    n_votes: int
    n_unanswered: int
    n_repeated: int
    without_vote: int
    priors: NDArray[np.float64]
    population: str
    trace: NDArray[np.float64]
    converged: bool
    n_iterations: int
    notes: tuple[str, ...]
