"""Which item to annotate next: scores from predictive distributions; sees arrays, never a model.

- base: `Acquisition`, the seat, and `pick_best`
- random: one vote anywhere
- entropy: where the predicted label is uncertain; once an item, or revisiting
- bald: where the model is uncertain
- k_center: far from everything that was asked about
- typical, herding: dense regions, and a sample like the pool; without a model
- badge: uncertain and diverse, by gradients
- distances: squared distances in blocks, for these four
"""

from collections.abc import Mapping
from typing import Final

from variorum.acquisition.badge import badge
from variorum.acquisition.bald import bald
from variorum.acquisition.base import Acquisition, pick_best, pick_by_level
from variorum.acquisition.entropy import entropy, entropy_revisiting
from variorum.acquisition.herding import herding
from variorum.acquisition.k_center import k_center
from variorum.acquisition.random import random
from variorum.acquisition.typical import typical

__all__ = [
    "METHODS",
    "READS",
    "REVISITS",
    "Acquisition",
    "badge",
    "bald",
    "entropy",
    "entropy_revisiting",
    "herding",
    "k_center",
    "pick_best",
    "pick_by_level",
    "random",
    "typical",
]

METHODS: Final[Mapping[str, Acquisition]] = {
    "random": random,
    "entropy": entropy,
    "entropy-revisiting": entropy_revisiting,
    "bald": bald,
    "k-center": k_center,
    "typical": typical,
    "herding": herding,
    "badge": badge,
}

READS: Final[Mapping[str, frozenset[str]]] = {
    "random": frozenset(),
    "entropy": frozenset({"members"}),
    "entropy-revisiting": frozenset({"members"}),
    "bald": frozenset({"members"}),
    "k-center": frozenset({"features"}),
    "typical": frozenset({"features"}),
    "herding": frozenset({"features"}),
    "badge": frozenset({"members", "features"}),
}
"""What of a `PoolView` each method reads that costs time to make; a campaign leaves out the rest."""

REVISITS: Final = frozenset({"entropy-revisiting"})
"""Methods that may ask about an item again while another was asked less often."""
