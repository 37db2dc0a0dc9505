"""Bluebirds: whether a photograph shows an indigo bunting or a blue grosbeak."""

from __future__ import annotations

from variorum.corpora._truth_inference import crowd_spec

__all__ = ["SPEC"]

SPEC = crowd_spec(
    "bluebird",
    "Bluebirds",
    "Whether a photograph shows an indigo bunting or a blue grosbeak, by 39 crowd annotators who saw all 108 items.",
    ("0", "1"),
    (
        "e9362c5b1af0dbace899acf1dd8c597dbdf25350285776bea0cf5255bc7bdfa3",
        "6ee30f25a19156cbb2741a8990ccae3bc1d0b60f17c3d560936d442a630d83e8",
    ),
    (108, 39, 4212),
)
