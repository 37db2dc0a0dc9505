"""Which item to annotate next: scores from predictive distributions; sees arrays, never a model.

- base: `Acquisition`, the seat, and `pick_best`
- random: one vote anywhere
- entropy: where the predicted label is uncertain; once an item, or revisiting
- bald: where the model is uncertain
- population_error: where a vote lowers the error of all predicted distributions most, by whom, for the money; its
  calculus is vote_value
"""

from collections.abc import Mapping
from typing import Final

from variorum.acquisition.bald import bald
from variorum.acquisition.base import Acquisition, pick_best
from variorum.acquisition.entropy import entropy, entropy_revisiting
from variorum.acquisition.population_error import population_error
from variorum.acquisition.random import random

__all__ = [
    "METHODS",
    "READS",
    "REVISITS",
    "Acquisition",
    "bald",
    "entropy",
    "entropy_revisiting",
    "pick_best",
    "population_error",
    "random",
]

METHODS: Final[Mapping[str, Acquisition]] = {
    "random": random,
    "entropy": entropy,
    "entropy-revisiting": entropy_revisiting,
    "bald": bald,
    "population-error": population_error,
}

READS: Final[Mapping[str, frozenset[str]]] = {
    "random": frozenset(),
    "entropy": frozenset({"members"}),
    "entropy-revisiting": frozenset({"members"}),
    "bald": frozenset({"members"}),
    "population-error": frozenset({"members", "error_rates"}),
}
"""What of a `PoolView` each method reads that costs time to make; a campaign leaves out the rest."""

REVISITS: Final = frozenset({"entropy-revisiting", "population-error"})
"""Methods that may ask about an item again while another was asked less often."""
