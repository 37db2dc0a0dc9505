"""Web search: how relevant a page is to a query, by crowd annotators."""

from __future__ import annotations

from variorum.corpora._truth_inference import crowd_spec

__all__ = ["SPEC"]

SPEC = crowd_spec(
    "web",
    "Web search relevance (crowd)",
    "How relevant a web page is to a query, five grades; 12 of the 2,665 items have no gold label.",
    ("0", "1", "2", "3", "4"),
    (
        "90b6e66284288079fab48593c61fb7949f964d007fce077b13d21d0b7ab43211",
        "1b215fe642b88107fc07c0f4b9169b70e178f3a65f76926ea1fbeb86fd688c4d",
    ),
    (2665, 177, 15567),
)
