"""What models are fine-tuned on: label distributions of the same items, from people, from files, or from nobody."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.corpora.labelled_pairs import LabelledPairs
from variorum.corpora.mjd_estimator import JudgmentItems
from variorum.errors import ArgumentError, MissingFileError
from variorum.labels.distribution_files import Distributions, align, read_distributions

__all__ = ["BUILT_IN", "REFERENCE", "UNIFORM", "distributions_of", "source_files"]

REFERENCE: Final = "ChaosNLI"
UNIFORM: Final = "uniform"
BUILT_IN: Final = (REFERENCE, "MNLI single label", "MNLI distribution", "VariErr distribution", UNIFORM)
"""Sources that come with the items; the first is the target's own kind."""

_SUFFIXES: Final = (".csv", ".tsv", ".jsonl", ".ndjson", ".parquet")


def source_files(place: str | None) -> dict[str, Path]:
    """Files of label distributions, by the names of the sources that they are.

    Args:
        place: A file as ``variorum evaluate`` takes it, or a folder of such files; ``None`` for none.

    Returns:
        Files by stem, in the order of their names.

    Raises:
        MissingFileError: If there is no such file.
        ArgumentError: If two sources have one name.
    """
    if place is None:
        return {}
    path = Path(place)
    files = sorted(file for file in (path.iterdir() if path.is_dir() else [path]) if file.suffix in _SUFFIXES)
    if not files or not path.exists():
        raise MissingFileError(f"{place} holds no label distributions; give a file or a folder of {list(_SUFFIXES)}.")
    found: dict[str, Path] = {}
    for file in files:
        if file.stem in found or file.stem in BUILT_IN:
            raise ArgumentError(f"{file}: there is another source called {file.stem!r}; rename the file.")
        found[file.stem] = file
    return found


def distributions_of(source: str, items: JudgmentItems, files: dict[str, Path]) -> NDArray[np.float64]:
    """A source's distributions of the training items.

    Args:
        source: One of `BUILT_IN`, or of the files.
        items: The items.
        files: As `source_files` gives them.

    Returns:
        Shape (n_items, n_classes), columns in the order of the items' labels.

    Raises:
        ReadError: If a file cannot be read or lacks an item.
        UnknownNameError: If a file's labels are others.
        NotADistributionError: If a row does not sum to one.
    """
    train = items.train
    if source in files:
        return _from_file(files[source], train)
    if source == REFERENCE:
        return train.distribution
    if source == UNIFORM:
        return np.full_like(train.distribution, 1 / len(train.labels))
    return items.sources[source]


def _from_file(path: Path, train: LabelledPairs) -> NDArray[np.float64]:
    people = Distributions(train.ids, train.labels, train.distribution, "ChaosNLI")
    return align(people, read_distributions(path), ("the study's items", path.name))[1]
