"""The peer heuristics: a label whose reasons others do not find sensible is likelier an error."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition.base import PairEvidence

__all__ = ["peer_ratio", "peer_ratio_per_reason", "peer_sum", "peer_sum_per_reason"]

Array = NDArray[np.float64]


def peer_sum(evidence: PairEvidence) -> Array:
    """Minus the number of others' judgments that accept one of the label's reasons.

    Args:
        evidence: With `judgments` and `accepted`.

    Returns:
        Shape (n_pairs,), 0 or less.

    Raises:
        ArgumentError: If there are no judgments.

    Source:
        Weber-Genzel et al. 2024, "VariErr NLI" (ACL), peers, sum over all explanations.
    """
    return -evidence.pairs.total(evidence.need("accepted", "peer-sum"))


def peer_ratio(evidence: PairEvidence) -> Array:
    """Minus the share of others' judgments of the label's reasons that accept.

    Args:
        evidence: With `judgments` and `accepted`.

    Returns:
        Shape (n_pairs,), in [-1, 0]; 0 without a judgment.

    Raises:
        ArgumentError: If there are no judgments.

    Source:
        Weber-Genzel et al. 2024, peers, ratio over all explanations.
    """
    return -_ratio(
        evidence.pairs.total(evidence.need("accepted", "peer-ratio")),
        evidence.pairs.total(evidence.need("judgments", "peer-ratio")),
    )


def peer_sum_per_reason(evidence: PairEvidence) -> Array:
    """Minus the mean number of others' judgments that accept a reason of the label.

    Args:
        evidence: With `judgments` and `accepted`.

    Returns:
        Shape (n_pairs,), 0 or less.

    Raises:
        ArgumentError: If there are no judgments.

    Source:
        Weber-Genzel et al. 2024, peers, sum per explanation.
    """
    return _per_reason(evidence, evidence.need("accepted", "peer-sum-per-reason"))


def peer_ratio_per_reason(evidence: PairEvidence) -> Array:
    """Minus the mean share of others' judgments that accept a reason of the label.

    Args:
        evidence: With `judgments` and `accepted`.

    Returns:
        Shape (n_pairs,), in [-1, 0]; a reason without a judgment counts as 0.

    Raises:
        ArgumentError: If there are no judgments.

    Source:
        Weber-Genzel et al. 2024, peers, ratio per explanation.
    """
    accepted = evidence.need("accepted", "peer-ratio-per-reason")
    return _per_reason(evidence, _ratio(accepted, evidence.need("judgments", "peer-ratio-per-reason")))


def _per_reason(evidence: PairEvidence, of_row: Array) -> Array:
    return -_ratio(evidence.pairs.total(of_row), evidence.pairs.total(np.ones(of_row.size)))


def _ratio(part: Array, whole: Array) -> Array:
    return np.asarray(part / np.where(whole > 0, whole, 1.0))
