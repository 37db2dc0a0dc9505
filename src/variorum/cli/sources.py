"""Corpora as the verbs name them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from variorum.annotations import Corpus, read
from variorum.annotations.files.source import open_table
from variorum.campaign import open_corpus
from variorum.corpora import CORPORA

__all__ = ["open_with_attribute"]


def open_with_attribute(source: str, attribute: str | None) -> Corpus:
    """Open a corpus; of a single file, a column may say who belongs where.

    Args:
        source: Name of a corpus, corpus folder, or file of annotations.
        attribute: An attribute of the annotators, which in a file is a column; ``None`` if none is needed.

    Returns:
        The corpus; an attribute that it lacks is for the caller to miss.

    Raises:
        UnknownNameError: If there is no such corpus.
        ReadError: If the file cannot be read.
    """
    path = Path(source)
    if attribute is None or source in CORPORA or not path.is_file():
        return open_corpus(source)
    with open_table(source, [attribute]) as table:
        is_column = attribute in table.columns
    if not is_column:
        return open_corpus(source)
    # Without a corpus folder, a column called "group" is about the annotators then, and not about items.
    options: dict[str, Any] = {"group": None} if attribute == "group" else {}
    return Corpus(path.stem, read(path, attributes=[attribute], **options), path=path)
