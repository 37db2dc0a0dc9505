"""RTE: whether a text entails a sentence, by crowd annotators."""

from __future__ import annotations

from variorum.corpora._truth_inference import crowd_spec

__all__ = ["SPEC"]

SPEC = crowd_spec(
    "rte",
    "RTE (crowd)",
    "Whether a text entails a sentence, 10 crowd annotators an item.",
    ("0", "1"),
    (
        "2ad788bb36cf9206c496ffdf5e4dec466a1de420bc0c403404e9d3367024ff66",
        "c30bcc6dcdfd703e6e435c24ac7e2da56d85e687be398c365d2b2656c8e7f3cb",
    ),
    (800, 164, 8000),
)
