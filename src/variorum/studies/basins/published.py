"""What was published: facts and figures of the paper whose question this is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

__all__ = ["FULL", "GEOMETRY", "SPARSE", "PublishedScores"]

_NAN = float("nan")


@dataclass(frozen=True)
class PublishedScores:
    """Scores of a delivery with all votes.

    Attributes:
        nll: Soft NLL, nats.
        accuracy: Against a hard label.
        ece: Equal mass; nan where none was printed.
        entropy_correlation: Spearman.
        seeds: Behind them.
    """

    nll: float
    accuracy: float
    ece: float
    entropy_correlation: float
    seeds: int


# Gheibi and Ghazizadeh 2026 (arXiv 2605.20642), ResNet-18, 200 epochs; as detailed notes on the paper give them.
FULL: Final = {
    "majority": PublishedScores(0.7284, 0.8570, 0.0704, 0.2902, 10),
    "label-smoothing": PublishedScores(0.6263, 0.8590, 0.0598, 0.2117, 10),
    "mixup": PublishedScores(0.5526, 0.8824, 0.0977, 0.2499, 10),
    "soft": PublishedScores(0.5096, 0.8687, 0.0185, 0.3909, 10),
    "sls": PublishedScores(0.5052, 0.8695, 0.0186, 0.3946, 10),
    "multipass": PublishedScores(0.4942, 0.8714, _NAN, 0.4000, 5),
    "deterministic-control": PublishedScores(0.4921, 0.8724, _NAN, 0.3963, 5),
    "shuffled-sls": PublishedScores(2.2973, 0.1199, _NAN, -0.006, 5),
    "stale-sls-50": PublishedScores(0.6689, _NAN, _NAN, _NAN, 5),
}
"""With all votes, by delivery. How many seeds are behind the stale targets is not known; five is the paper's other."""

SPARSE: Final = {
    "5": {"soft": 0.5860, "sls": 0.5599, "multipass": 0.5649, "deterministic-control": 0.5555},
    "10": {"soft": 0.5785, "sls": 0.5485, "multipass": 0.5371, "deterministic-control": 0.5388},
    "25": {"soft": 0.5388, "sls": 0.5169, "multipass": 0.5117, "deterministic-control": 0.5077},
    "50": {"soft": 0.5628, "sls": 0.5291, "multipass": 0.5241, "deterministic-control": 0.5231},
}
"""Soft NLL with few votes, five seeds; none of the differences to soft survives Holm's correction."""

GEOMETRY: Final = {
    "soft": (242.2, 4946.0),
    "sls": (104.9, 1633.9),
    "multipass": (103.8, 1571.4),
    "deterministic-control": (101.6, 1581.6),
    "shuffled-sls": (18.4, 33.9),
}
"""Top eigenvalue and trace of the Hessian."""
