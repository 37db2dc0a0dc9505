"""Which item to annotate next: scores from predictive distributions; sees arrays, never a model.

- base: `Acquisition`, the seat, and `pick_best`
- random: one vote anywhere
- entropy: where the predicted label is uncertain; once an item, or revisiting
- bald: where the model is uncertain
- population_error: where a vote lowers the error of all predicted distributions most, by whom, for the money, or
  the item alone; its calculus is vote_value, and `batch_gain` applies it to what any policy chose
- least_confidence, margin: entropy's older siblings
- epig, variance_reduction: what a vote tells about predictions
- daal: where the model's entropy and people's lie apart; both signs
- predicted_disagreement: where people are expected to differ most, or least
- actor: scores from a model of every annotator; pairs of item and annotator
- activelab: another vote on an old item or a new item, by trust in the label
- k_center: far from everything that was asked about
- typical, herding: dense regions, and a sample like the pool; without a model
- badge: uncertain and diverse, by gradients
- distances: squared distances in blocks, for these four
"""

from collections.abc import Mapping
from typing import Final

from variorum.acquisition.activelab import activelab
from variorum.acquisition.actor import actor_group, actor_individual, actor_mixed, actor_vote_variance
from variorum.acquisition.badge import badge
from variorum.acquisition.bald import bald
from variorum.acquisition.base import Acquisition, pick_best, pick_by_level
from variorum.acquisition.daal import daal, daal_overconfident, daal_underconfident
from variorum.acquisition.entropy import entropy, entropy_revisiting
from variorum.acquisition.epig import epig
from variorum.acquisition.herding import herding
from variorum.acquisition.k_center import k_center
from variorum.acquisition.least_confidence import least_confidence
from variorum.acquisition.margin import margin
from variorum.acquisition.population_error import batch_gain, population_error, population_error_items
from variorum.acquisition.predicted_disagreement import least_disagreement, most_disagreement
from variorum.acquisition.random import random
from variorum.acquisition.typical import typical
from variorum.acquisition.variance_reduction import variance_reduction

__all__ = [
    "METHODS",
    "READS",
    "REVISITS",
    "Acquisition",
    "activelab",
    "actor_group",
    "actor_individual",
    "actor_mixed",
    "actor_vote_variance",
    "badge",
    "bald",
    "batch_gain",
    "daal",
    "daal_overconfident",
    "daal_underconfident",
    "entropy",
    "entropy_revisiting",
    "epig",
    "herding",
    "k_center",
    "least_confidence",
    "least_disagreement",
    "margin",
    "most_disagreement",
    "pick_best",
    "pick_by_level",
    "population_error",
    "population_error_items",
    "random",
    "typical",
    "variance_reduction",
]

METHODS: Final[Mapping[str, Acquisition]] = {
    "random": random,
    "entropy": entropy,
    "entropy-revisiting": entropy_revisiting,
    "bald": bald,
    "population-error": population_error,
    "population-error-items": population_error_items,
    "least-confidence": least_confidence,
    "margin": margin,
    "epig": epig,
    "variance-reduction": variance_reduction,
    "daal": daal,
    "daal-overconfident": daal_overconfident,
    "daal-underconfident": daal_underconfident,
    "most-disagreement": most_disagreement,
    "least-disagreement": least_disagreement,
    "actor-group": actor_group,
    "actor-individual": actor_individual,
    "actor-mixed": actor_mixed,
    "actor-vote-variance": actor_vote_variance,
    "activelab": activelab,
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
    "population-error": frozenset({"members"}),
    "population-error-items": frozenset({"members"}),
    "least-confidence": frozenset({"members"}),
    "margin": frozenset({"members"}),
    "epig": frozenset({"members"}),
    "variance-reduction": frozenset({"members"}),
    "daal": frozenset({"members", "disagreement"}),
    "daal-overconfident": frozenset({"members", "disagreement"}),
    "daal-underconfident": frozenset({"members", "disagreement"}),
    "most-disagreement": frozenset({"disagreement"}),
    "least-disagreement": frozenset({"disagreement"}),
    "actor-group": frozenset({"by_annotator"}),
    "actor-individual": frozenset({"by_annotator"}),
    "actor-mixed": frozenset({"by_annotator"}),
    "actor-vote-variance": frozenset({"by_annotator"}),
    "activelab": frozenset({"members"}),
    "k-center": frozenset({"features"}),
    "typical": frozenset({"features"}),
    "herding": frozenset({"features"}),
    "badge": frozenset({"members", "features"}),
}
"""What of a `PoolView` each method reads that costs time to make; a campaign leaves out the rest."""

REVISITS: Final = frozenset(
    {
        "entropy-revisiting",
        "daal",
        "daal-overconfident",
        "daal-underconfident",
        "actor-group",
        "actor-individual",
        "actor-mixed",
        "actor-vote-variance",
        "activelab",
        "population-error",
        "population-error-items",
    }
)
"""Methods that may ask about an item again while another was asked less often."""
