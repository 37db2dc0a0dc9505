"""A copy of a VariErr file in which everything is scrambled but what a score may look at."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np

from .small_varierr import LABELS


def scrambled(
    lines: list[dict[str, Any]], seed: int, *, crowd: bool = False, texts: bool = False, reasons: bool = False
) -> list[dict[str, Any]]:
    """Keep labels, their authors, "I don't know", peer judgments and the ids of reasons, by which items are known.

    Authors' judgments of their own reasons, the published errors and all that the source derived from the second round
    are drawn anew, and so are names of items.

    Args:
        lines: The items.
        seed: Of the scrambling.
        crowd: Whether to draw the crowd's votes anew too.
        texts: Whether to write other texts too, without changing which items share a context.
        reasons: Whether to write other reasons too.
    """
    rng = np.random.default_rng(seed)
    lines = copy.deepcopy(lines)
    for number, line in enumerate(lines):
        line["id"] = f"scrambled {number}"
        for label in LABELS:
            for reading in line[label]:
                _scramble_reading(reading, rng)
                if reasons:
                    reading["reason"] = f"{reading['reason'][:5]} {rng.integers(1000)}"
        line["error_labels"] = [label for label in LABELS if rng.random() < 0.5]
        line["has_ambiguity"] = bool(rng.random() < 0.5)
        for name in ("label_count_round_1", "label_count_round_2"):
            line[name] = {label: float(rng.integers(1, 5)) for label in LABELS}
        for name in ("label_set_round_1", "label_set_round_2"):
            line[name] = [label for label in LABELS if rng.random() < 0.5]
        if crowd:
            votes = rng.multinomial(100, rng.dirichlet(np.ones(3))).tolist()
            line["chaosnli_labels"] = dict(zip("enc", votes, strict=True))
        if texts:
            line["context"] = line["context"].translate(str.maketrans("aeiou", "eioua"))
            line["statement"] = " ".join(reversed(line["statement"].split()))
    return lines


def _scramble_reading(reading: dict[str, Any], rng: np.random.Generator) -> None:
    author = reading["annotator"]
    kept = [judgment for judgment in reading["judgments"] if judgment["annotator"] != author]
    # An author's verdict may be either, or be missing.
    if rng.random() < 0.8:
        own = {"annotator": author, "makes_sense": bool(rng.random() < 0.5)}
        kept.insert(int(rng.integers(len(kept) + 1)), own)
    reading["judgments"] = kept
    reading["label_correction"] = bool(rng.random() < 0.5)
    reading["self_corrected"] = bool(rng.random() < 0.5)
