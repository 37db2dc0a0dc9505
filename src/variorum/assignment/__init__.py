"""Who annotates what was picked: the annotator selection function.

- base: `AssignmentPolicy`, the seat, and `assign_each`
- random: anybody who can be asked
- round_robin: everybody in turn
"""

from collections.abc import Mapping
from typing import Final

from variorum.assignment.base import AssignmentPolicy, assign_each
from variorum.assignment.random import random
from variorum.assignment.round_robin import round_robin

__all__ = ["METHODS", "READS", "AssignmentPolicy", "assign_each", "random", "round_robin"]

METHODS: Final[Mapping[str, AssignmentPolicy]] = {"random": random, "round-robin": round_robin}

READS: Final[Mapping[str, frozenset[str]]] = {"random": frozenset(), "round-robin": frozenset()}
"""What of a `PoolView` each policy reads that costs time to make; a campaign leaves out the rest."""
