"""The published files, where this machine has them."""

from __future__ import annotations

import functools
import importlib
import os
from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Corpus
from variorum.corpora.base import CorpusSpec

DATA = os.environ.get("VARIORUM_DATA")


def spec_of(module: str) -> CorpusSpec:
    return importlib.import_module(f"variorum.corpora.{module}").SPEC


@functools.cache
def published(module: str) -> Corpus:
    """The corpus read from its published files; skips where there are none."""
    spec = spec_of(module)
    if DATA is None:
        pytest.skip(f"{spec.name}: VARIORUM_DATA is not set, so the published files are not at hand")
    lacking = [file.path for file in spec.files if not (Path(DATA) / file.path).is_file()]
    if lacking:
        pytest.skip(f"{spec.name}: VARIORUM_DATA has no {lacking[0]}")
    return spec.open(Path(DATA))


def votes_per_item(corpus: Corpus) -> tuple[int, int]:
    """Fewest and most (item, annotator) pairs of an item; a row of an unknown annotator counts as a pair."""
    rows = corpus.annotations
    if not len(corpus.annotators):
        items = rows.item
    else:
        pairs = np.unique(rows.item.astype(np.int64) * len(corpus.annotators) + rows.annotator)
        items = pairs // len(corpus.annotators)
    sizes = np.bincount(items, minlength=len(corpus.items))
    return int(sizes.min()), int(sizes.max())
