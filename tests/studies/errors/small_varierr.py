"""VariErr in small: invented items, reasons and judgments in the source's own format, read by the real reader."""

from __future__ import annotations

import functools
import json
import tempfile
from pathlib import Path
from typing import Any

import numpy as np

from variorum.annotations import Corpus
from variorum.corpora import CORPORA
from variorum.corpora.varierr import read
from variorum.features import TfidfFeatures
from variorum.studies.errors.varierr_evidence import VariErr

LABELS = ("entailment", "neutral", "contradiction")
PLACE = CORPORA["varierr"].files[0].path
_SUBJECTS = ("A dog", "The choir", "Some tourists", "An old man", "Two children", "The committee")
_ACTS = ("sleeps", "sings loudly", "waits for a train", "buys bread", "reads the news")
_REASONS = {
    "entailment": "follows directly from what is said",
    "neutral": "is not mentioned and may or may not be",
    "contradiction": "cannot be true at the same time",
}


def entries(n_items: int = 30, seed: int = 0) -> list[dict[str, Any]]:
    """Items with one or two labels by each of four annotators; authors are as strict as their number is high."""
    rng = np.random.default_rng(seed)
    return [_entry(k, rng) for k in range(n_items)]


def _entry(number: int, rng: np.random.Generator) -> dict[str, Any]:
    # Two items have one context, as in the source.
    day = number // 2
    context = f"{_SUBJECTS[day % 6]} {_ACTS[day % 5]} on day {day}."
    statement = f"{_SUBJECTS[(number + rng.integers(2)) % 6]} {_ACTS[number % 5]}."
    found: dict[str, list[dict[str, Any]]] = {label: [] for label in LABELS}
    unsure = []
    likely = rng.dirichlet([1.0, 1.0, 1.0])
    for annotator in range(4):
        if rng.random() < 0.1:
            unsure.append(annotator)
            continue
        for k in rng.choice(3, size=1 + int(rng.random() < 0.15), replace=False, p=likely):
            label = LABELS[k]
            verdicts = [
                {"annotator": judge, "makes_sense": bool(rng.random() < 0.95 - 0.15 * judge - 0.3 * (likely[k] < 0.2))}
                for judge in range(4)
                if rng.random() < 0.9
            ]
            count = len(found[label]) + 1
            found[label].append({
                "annotator": annotator,
                "id": f"{number + 100}-{label}-{count}",
                "judgments": verdicts,
                "label_correction": False,
                "reason": f"Day {number}: that {statement.lower()} {_REASONS[label]}",
                "self_corrected": False,
            })  # fmt: skip
    return {
        "id": f"{number}x",
        "context": context,
        "statement": statement,
        **found,
        "idk": unsure,
        "label_count_round_1": {label: float(len(found[label])) or None for label in LABELS},
        "label_count_round_2": dict.fromkeys(LABELS),
        "label_set_round_1": [label for label in LABELS if found[label]],
        "label_set_round_2": [],
        "error_labels": [label for label in LABELS if found[label] and not any(map(_stands, found[label]))],
        "has_ambiguity": False,
        "chaosnli_labels": dict(zip("enc", rng.multinomial(100, likely).tolist(), strict=True)),
    }


def _stands(reading: dict[str, Any]) -> bool:
    return any(j["makes_sense"] for j in reading["judgments"] if j["annotator"] == reading["annotator"])


def write(root: Path, lines: list[dict[str, Any]]) -> Path:
    """The file where the reader looks for it."""
    path = root / PLACE
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def corpus_of(lines: list[dict[str, Any]]) -> Corpus:
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder), lines)
        return read(Path(folder))


@functools.cache
def small_corpus() -> Corpus:
    return corpus_of(entries())


@functools.cache
def small_study() -> VariErr:
    return VariErr.of(small_corpus(), TfidfFeatures(8), np.random.default_rng(0))
