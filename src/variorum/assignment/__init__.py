"""Who annotates what was picked: the annotator selection function.

- base: `AssignmentPolicy`, the seat, and `assign_each` and `assign_best`, which keep its contract
- history: what annotators have voted so far, newcomers first, and the fall back to chance
- random: anybody who can be asked
- round_robin: everybody in turn
- label_minority: who gives the rarest label most often
- semantic_diversity: who has read the least like it
- representation_diversity: who is least like the others
- expertise: who may be the most reliable, `interval_estimation`
- thompson: whose vote may tell most for its price
- coverage: who is behind, groups first
- cost_aware: the cheap more often, nobody never
"""

from collections.abc import Mapping
from typing import Final

from variorum.assignment.base import AssignmentPolicy, Score, assign_best, assign_each
from variorum.assignment.cost_aware import cost_aware
from variorum.assignment.coverage import coverage
from variorum.assignment.expertise import interval_estimation, upper_reliability
from variorum.assignment.label_minority import label_minority
from variorum.assignment.random import random
from variorum.assignment.representation_diversity import annotator_representations, representation_diversity
from variorum.assignment.round_robin import round_robin
from variorum.assignment.semantic_diversity import semantic_diversity
from variorum.assignment.thompson import thompson, vote_information

__all__ = [
    "METHODS",
    "READS",
    "AssignmentPolicy",
    "Score",
    "annotator_representations",
    "assign_best",
    "assign_each",
    "cost_aware",
    "coverage",
    "interval_estimation",
    "label_minority",
    "random",
    "representation_diversity",
    "round_robin",
    "semantic_diversity",
    "thompson",
    "upper_reliability",
    "vote_information",
]

METHODS: Final[Mapping[str, AssignmentPolicy]] = {
    "random": random,
    "round-robin": round_robin,
    "label-minority": label_minority,
    "semantic-diversity": semantic_diversity,
    "representation-diversity": representation_diversity,
    "interval-estimation": interval_estimation,
    "thompson": thompson,
    "coverage": coverage,
    "cost-aware": cost_aware,
}

READS: Final[Mapping[str, frozenset[str]]] = {
    "random": frozenset(),
    "round-robin": frozenset(),
    "label-minority": frozenset(),
    "semantic-diversity": frozenset({"features"}),
    "representation-diversity": frozenset({"features"}),
    "interval-estimation": frozenset({"error_rates"}),
    "thompson": frozenset({"members", "error_rates"}),
    "coverage": frozenset({"groups"}),
    "cost-aware": frozenset(),
}
"""What of a `PoolView` each policy reads that costs time to make; a campaign leaves out the rest."""
