"""What the corpora of natural language inference share."""

from __future__ import annotations

from typing import Final

from variorum.corpora._entries import Entry

__all__ = ["CODES", "LABELS", "LETTERS", "letter_counts"]

LABELS: Final = ("entailment", "neutral", "contradiction")
CODES: Final = {label: code for code, label in enumerate(LABELS)}
LETTERS: Final = {"e": 0, "n": 1, "c": 2}


def letter_counts(counter: Entry) -> list[int]:
    """Counts in class order from an object by letter, which omits the labels that nobody chose."""
    counts = [0] * len(LABELS)
    for letter in counter.values:
        counts[counter.code(letter, LETTERS)] = counter.get(letter, int)
    return counts
