"""TREC: whether a document is relevant to a query, by crowd annotators."""

from __future__ import annotations

from variorum.corpora._truth_inference import crowd_spec

__all__ = ["SPEC"]

SPEC = crowd_spec(
    "trec",
    "TREC relevance (crowd)",
    "Whether a document is relevant to a query; gold labels cover 2,275 of the 19,033 items.",
    ("0", "1"),
    (
        "8bfc1d6036ab5b9e489755db7ea89be80a1ec0fe523527cf7966cb52f662696b",
        "e66a5ae31d542fcf1dc929d568d2f9489245fe201e48ff322b7de1f19f9e5dd6",
    ),
    (19033, 762, 88385),
)
