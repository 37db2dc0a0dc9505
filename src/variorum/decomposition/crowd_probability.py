"""Crowd probability: what a larger crowd seldom says is likelier an error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.checks import as_counts
from variorum.decomposition.base import PairEvidence
from variorum.labels import normalize

__all__ = ["crowd_probability"]


def crowd_probability(evidence: PairEvidence) -> NDArray[np.float64]:
    """Minus the share of the label among a larger crowd's votes on the item.

    Args:
        evidence: With `crowd`; an item without votes of the crowd says that all labels are equally likely.

    Returns:
        Shape (n_pairs,), in [-1, 0].

    Raises:
        ArgumentError: If there is no crowd.

    Source:
        Weber-Genzel et al. 2024, "VariErr NLI" (ACL), baseline of ChaosNLI's distribution.
    """
    crowd = as_counts("crowd", evidence.need("crowd", "crowd-probability"))
    shares = normalize(crowd, empty="uniform")
    return -shares[evidence.pairs.item, evidence.pairs.label]
