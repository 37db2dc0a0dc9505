"""Write a corpus as a folder of tables."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from variorum.annotations.annotators import Annotators
from variorum.annotations.files.tables import SUFFIXES, Column, json_text, write_table
from variorum.annotations.files.write import annotation_columns, count_repeats, money_text
from variorum.annotations.items import Items
from variorum.checks import as_choice
from variorum.errors import ArgumentError

if TYPE_CHECKING:
    from variorum.annotations.corpus import Corpus, Truth

__all__ = ["CORPUS_FORMAT", "PRICE_COLUMNS", "write_corpus"]

CORPUS_FORMAT = "variorum-corpus"
PRICE_COLUMNS = ("price_per_annotation", "price_per_second", "price_per_input_token", "price_per_output_token")


def write_corpus(corpus: Corpus, folder: Path, *, suffix: str, overwrite: bool) -> Path:
    """Write a corpus to a new folder, whole or not at all.

    Args:
        corpus: What to write.
        folder: Where to; it may exist if it is empty.
        suffix: Format of the tables.
        overwrite: Replace a corpus folder.

    Returns:
        The folder.

    Raises:
        ArgumentError: If the folder is taken, or a table cannot be written.
    """
    as_choice("suffix", suffix, SUFFIXES)
    _check_free(folder, overwrite)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as scratch:
        part = Path(scratch) / "new"
        part.mkdir()
        _write_tables(corpus, part, suffix)
        if folder.exists():
            folder.rename(Path(scratch) / "old")
        part.rename(folder)
    return folder


def _check_free(folder: Path, overwrite: bool) -> None:
    if not folder.exists() or (folder.is_dir() and not any(folder.iterdir())):
        return
    if not folder.is_dir():
        raise ArgumentError(f"folder {folder} is a file. Name another one.")
    if not overwrite:
        raise ArgumentError(f"folder {folder} is not empty. Name another one, or replace a corpus with overwrite=True.")
    mark = folder / "corpus.json"
    if not mark.is_file() or f'"{CORPUS_FORMAT}"' not in mark.read_text("utf-8", errors="replace")[:200]:
        raise ArgumentError(
            f"folder {folder} holds something other than a corpus that Variorum wrote. Name another one."
        )


def _write_tables(corpus: Corpus, folder: Path, suffix: str) -> None:
    a = corpus.annotations
    write_table(folder / f"annotations{suffix}", annotation_columns(a))
    if len(a.items):
        write_table(folder / f"items{suffix}", _item_columns(a.items))
    if len(a.annotators):
        write_table(folder / f"annotators{suffix}", _annotator_columns(a.annotators))
    if corpus.validity is not None and len(corpus.validity):
        judged = {
            "annotation": Column("whole", [str(row) for row in corpus.validity.annotation.tolist()]),
            "judge": Column("text", [a.annotators.ids[judge] for judge in corpus.validity.judge.tolist()]),
            "makes_sense": Column(
                "truth", ["true" if yes else "false" for yes in corpus.validity.makes_sense.tolist()]
            ),
        }
        write_table(folder / f"validity{suffix}", judged)
    _write_json(folder / "scheme.json", a.scheme.to_json())
    if corpus.truth is not None:
        _write_json(folder / "truth.json", _truth(corpus.truth))
    about = {
        "format": CORPUS_FORMAT,
        "version": 1,
        "name": corpus.name,
        "licence": corpus.licence,
        "home": corpus.home,
        "sensitive": corpus.sensitive,
        "notes": list(corpus.notes),
        "repeats": count_repeats(a),
        "validity_round": corpus.validity is not None,
    }
    _write_json(folder / "corpus.json", about)


def _item_columns(items: Items) -> dict[str, Column]:
    return _joined("items", {"item": Column("text", items.ids)}, items.columns())


def _annotator_columns(annotators: Annotators) -> dict[str, Column]:
    columns = {"annotator": Column("text", annotators.ids), "kind": Column("text", annotators.kind)}
    if annotators.prices is not None:
        for name in PRICE_COLUMNS:
            amounts = [money_text(getattr(price, name.removeprefix("price_"))) for price in annotators.prices]
            columns[name] = Column("money", amounts)
        columns["currency"] = Column("text", [price.currency for price in annotators.prices])
    return _joined("annotators", columns, annotators.attributes)


def _joined(what: str, columns: dict[str, Column], further: Mapping[str, Sequence[str | None]]) -> dict[str, Column]:
    reserved = {"item"} if what == "items" else {"annotator", "kind", "currency", *PRICE_COLUMNS}
    for name, cells in further.items():
        if name in reserved:
            raise ArgumentError(f"{what} have a column {name!r}, which is a name of the file's own. Rename the column.")
        columns[name] = Column("text", cells)
    return columns


def _truth(truth: Truth) -> dict[str, object]:
    return {
        "distribution": truth.distribution.tolist(),
        "is_error": [int(error) for error in truth.is_error.tolist()],
        "perspective": truth.perspective.tolist(),
    }


def _write_json(path: Path, value: Mapping[str, object]) -> None:
    path.write_text(json_text(value) + "\n", "utf-8")
