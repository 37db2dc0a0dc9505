"""Label count: what fewer annotators say is likelier an error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition.base import PairEvidence

__all__ = ["label_count", "rerank_by_count"]


def label_count(evidence: PairEvidence) -> NDArray[np.float64]:
    """Minus the number of annotators who gave the label.

    Args:
        evidence: The pairs.

    Returns:
        Shape (n_pairs,).

    Source:
        Weber-Genzel et al. 2024, "VariErr NLI" (ACL), baseline LC.
    """
    return -evidence.pairs.n_annotators.astype(np.float64)


def rerank_by_count(scores: NDArray[np.float64], evidence: PairEvidence) -> NDArray[np.float64]:
    """Put labels that one annotator alone gave before all others, and keep a score's order within both parts.

    Args:
        scores: Any scores, finite, shape (n_pairs,).
        evidence: The pairs.

    Returns:
        Scores in [0, 2): 1 and more for labels of one annotator.

    Source:
        Weber-Genzel et al. 2024: rows re-ranked by label count, in our reading; the published order of ties is not
        known.

    Example:
        >>> from variorum.decomposition.base import ItemLabelPairs
        >>> import numpy as np
        >>> pairs = ItemLabelPairs(np.array([0, 0]), np.array([0, 1]), np.array([0, 0, 1]), np.array([2, 1]))
        >>> rerank_by_count(np.array([5.0, 3.0]), PairEvidence(pairs))
        array([0.5, 1. ])
    """
    levels, rank = np.unique(scores, return_inverse=True)
    return np.asarray((evidence.pairs.n_annotators == 1) + rank / max(1, levels.size), np.float64)
