"""The form of the learning-from-crowds sets: a matrix of answers, -1 for none, one row an item."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ReadError

__all__ = ["LICENCE", "REPOSITORY", "lines", "read_answers"]

REPOSITORY = ("fmenat/PyLearningCrowds", "0edf617d0357a43b48dc53f10f4181ec0163d4db")
LICENCE = "none stated for the data (the code of the repository is GPL-3)"


def lines(path: Path) -> list[str]:
    """The lines of a text file, without the blanks around them.

    Raises:
        ReadError: If it cannot be read.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReadError(f"{path} cannot be read ({error}).") from error
    # Not splitlines: a text may hold separators that only that method takes for the end of a line.
    return [line.strip() for line in text.removesuffix("\n").split("\n")]


def read_answers(answers: Path, gold: Path, name: str, scheme: LabelScheme, texts: Path | None = None) -> Annotations:
    """Read a matrix of answers with gold labels, and texts where there are any.

    Args:
        answers: One row an item, one column an annotator, label numbers, -1 where there is no answer.
        gold: One label number a line.
        name: Name of the corpus, for the annotators' ids.
        scheme: The label scheme; its labels are the numbers.
        texts: One text a line.

    Returns:
        One row an answer, in the order of items, then annotators; gold labels in ``items.fields["gold"]``.

    Raises:
        ReadError: If the files do not fit each other or hold an unknown label.
    """
    allowed = {"-1", *scheme.labels}
    table = [line.split() for line in lines(answers)]
    width = len(table[0])
    for row, cells in enumerate(table, start=1):
        if len(cells) != width or not width:
            raise ReadError(f"{answers}, row {row} has {len(cells)} answers, and row 1 has {width}.")
        if unknown := set(cells) - allowed:
            raise ReadError(f"{answers}, row {row}: {min(unknown)!r} is neither -1 nor one of {scheme.labels}.")
    truth = lines(gold)
    for row, label in enumerate(truth, start=1):
        if label not in scheme.labels:
            raise ReadError(f"{gold}, row {row}: {label!r} is not one of {scheme.labels}.")
    text = None if texts is None else tuple(lines(texts))
    for path, column in ((gold, truth), (texts, text)):
        if column is not None and len(column) != len(table):
            raise ReadError(f"{path} has {len(column)} rows, and {answers} has {len(table)}.")
    matrix = np.array(table, np.int32)
    item, annotator = np.nonzero(matrix >= 0)
    return Annotations(
        scheme,
        Items(tuple(map(str, range(len(table)))), text=text, fields={"gold": tuple(truth)}),
        Annotators(tuple(f"{name}:{column}" for column in range(width))),
        item.astype(np.int32),
        annotator.astype(np.int32),
        matrix[item, annotator],
    )
