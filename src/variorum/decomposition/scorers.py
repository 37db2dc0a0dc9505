"""Every scorer of errors by name: the list that pages, docs, studies and contract tests read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from variorum.decomposition.base import ErrorScorer
from variorum.decomposition.crowd_probability import crowd_probability
from variorum.decomposition.datamaps import datamaps_mean, datamaps_std
from variorum.decomposition.label_count import label_count
from variorum.decomposition.metadata_archaeology import metadata_archaeology_knn, metadata_archaeology_lr
from variorum.decomposition.peer_judgments import peer_ratio, peer_ratio_per_reason, peer_sum, peer_sum_per_reason

__all__ = ["METHODS"]

METHODS: Final[Mapping[str, ErrorScorer]] = {
    "label-count": label_count,
    "crowd-probability": crowd_probability,
    "datamaps-mean": datamaps_mean,
    "datamaps-std": datamaps_std,
    "metadata-archaeology-knn": metadata_archaeology_knn,
    "metadata-archaeology-lr": metadata_archaeology_lr,
    "peer-sum": peer_sum,
    "peer-ratio": peer_ratio,
    "peer-sum-per-reason": peer_sum_per_reason,
    "peer-ratio-per-reason": peer_ratio_per_reason,
}
