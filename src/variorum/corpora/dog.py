"""Dogs: which of four breeds a photograph shows."""

from __future__ import annotations

from variorum.corpora._truth_inference import crowd_spec

__all__ = ["SPEC"]

SPEC = crowd_spec(
    "dog",
    "Dogs",
    "Which of four breeds of dog a photograph shows, 10 crowd annotators an item.",
    ("0", "1", "2", "3"),
    (
        "c240c0efc442e4936b35f28424d66fb04e687c0f29b254af94c26e15a71aa820",
        "b299494a7aba3cf5abcd3b0e002f6e899f3e1f1d864a26703325db355555cb76",
    ),
    (807, 109, 8070),
)
