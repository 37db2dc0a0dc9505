"""Invented items and a tiny encoder in the place of the published ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from training.tiny_encoder import WORDS
from variorum.corpora.labelled_pairs import LabelledPairs
from variorum.corpora.mjd_estimator import JudgmentItems
from variorum.studies.judgment_finetuning import study

LABELS = ("entailment", "neutral", "contradiction")


def pairs(n: int, seed: int, prefix: str) -> LabelledPairs:
    rng = np.random.default_rng(seed)
    texts = [" ".join(rng.choice(WORDS, size=rng.integers(2, 6))) for _ in range(2 * n)]
    shares = rng.multinomial(100, rng.dirichlet(np.ones(3), n)) / 100
    ids = tuple(f"{prefix}{k}" for k in range(n))
    return LabelledPairs(ids, tuple(texts[:n]), tuple(texts[n:]), LABELS, shares)


def items() -> JudgmentItems:
    rng = np.random.default_rng(9)
    few = rng.multinomial(5, np.full(3, 1 / 3), size=12) / 5
    sources = {
        "MNLI single label": np.eye(3)[few.argmax(axis=1)],
        "MNLI distribution": few,
        "VariErr distribution": rng.multinomial(4, np.full(3, 1 / 3), size=12) / 4,
    }
    return JudgmentItems(pairs(12, 1, "a"), pairs(9, 2, "b"), pairs(10, 3, "c"), sources)


def anli(name: str) -> LabelledPairs:
    plain = pairs(5, int(name[1:]), name)
    hard = np.eye(3)[plain.distribution.argmax(axis=1)]
    return LabelledPairs(plain.ids, plain.premise, plain.hypothesis, LABELS, hard)


def in_place(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the study find these."""
    found: JudgmentItems = items()
    monkeypatch.setattr(study, "_items", lambda: found)
    monkeypatch.setattr(study, "_anli", anli)


def single_labels(path: Path, label: Callable[[int], str], n: int = 40) -> Path:
    """A file of annotations: one label a pair."""
    rng = np.random.default_rng(4)
    rows = [
        f"s{k},{' '.join(rng.choice(WORDS, size=3))} {k},{' '.join(rng.choice(WORDS, size=2))},ann,{label(k)}"
        for k in range(n)
    ]
    path.write_text("\n".join(["item,text,second_text,annotator,label", *rows]) + "\n", encoding="utf-8")
    return path
