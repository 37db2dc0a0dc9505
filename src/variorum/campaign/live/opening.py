"""Items to ask about, and people to ask: what a live campaign opens instead of a finished corpus."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, read, read_corpus
from variorum.annotations.files.read_corpus import find_table, read_annotators, read_items, read_scheme
from variorum.annotations.files.sides import prefixed
from variorum.annotations.files.source import open_table
from variorum.annotations.files.tables import SUFFIXES
from variorum.campaign.live.config import LiveConfig
from variorum.campaign.run import open_corpus
from variorum.errors import ArgumentError, MissingFileError, SchemeError

__all__ = ["open_live"]

_EMPTY = np.empty(0, np.int32)


def open_live(config: LiveConfig) -> tuple[Corpus, NDArray[np.int64]]:
    """Open the items of a campaign, its label scheme, and whom it can ask.

    A folder holds ``items`` and may hold ``annotators`` and ``scheme.json``, as `variorum.read_corpus` describes them,
    and ``annotations`` that were made before. A file with a column ``label`` holds annotations, and one without holds
    items. Annotators get the corpus's name before theirs, as everywhere.

    Args:
        config: The settings.

    Returns:
        The corpus with the votes that are there already, and the positions of the annotators who can be asked.

    Raises:
        MissingFileError: If there is no such file or folder.
        ReadError: If it cannot be read.
        SchemeError: If nobody says which labels there are.
        ArgumentError: If nobody says whom to ask.
    """
    path = Path(config.corpus)
    name = path.resolve().name if path.is_dir() else path.stem
    chosen = LabelScheme.from_json({"kind": config.scheme, "labels": config.labels}) if config.labels else None
    if path.is_dir() and find_table(path, "annotations") is not None:
        corpus = read_corpus(path, scheme=chosen)
    elif path.is_dir():
        corpus = _folder(path, name, chosen)
    elif path.is_file() and _holds_votes(path):
        corpus = Corpus(name, read(path, scheme=chosen, corpus=name), path=path)
    elif path.is_file():
        corpus = Corpus(name, _without_votes(read_items(path), Annotators(), chosen, path), path=path)
    else:
        corpus = open_corpus(config.corpus)
    return _with_people(corpus, config.annotators)


def _folder(path: Path, name: str, chosen: LabelScheme | None) -> Corpus:
    sides = find_table(path, "items"), find_table(path, "annotators")
    if sides[0] is None:
        raise ArgumentError(f"{path} holds no items; put items.csv there, with a column item and text, say.")
    people = Annotators() if sides[1] is None else read_annotators(sides[1], name)
    return Corpus(name, _without_votes(read_items(sides[0]), people, chosen or read_scheme(path), path), path=path)


def _holds_votes(path: Path) -> bool:
    with open_table(path, ["item", "label"]) as table:
        return "label" in table.columns


def _without_votes(items: Items, people: Annotators, scheme: LabelScheme | None, path: Path) -> Annotations:
    if scheme is None:
        raise SchemeError(f"{path} does not say which labels there are; name them in class order (--labels A,B,...).")
    return Annotations(scheme, items, people, _EMPTY, _EMPTY, _EMPTY)


def _with_people(corpus: Corpus, wanted: tuple[str, ...]) -> tuple[Corpus, NDArray[np.int64]]:
    known = corpus.annotators
    if not wanted:
        if not len(known):
            raise ArgumentError(
                f"{corpus.name} names no annotators; say whom to ask (--annotators ANN,BEN,... or a table of them)."
            )
        return corpus, np.arange(len(known))
    if len(wanted) == 1 and Path(wanted[0]).suffix.lower() in SUFFIXES and not Path(wanted[0]).is_file():
        raise MissingFileError(
            f"{wanted[0]}: there is no such table of annotators; name one, or the people themselves."
        )
    if len(wanted) == 1 and Path(wanted[0]).is_file():
        asked = read_annotators(Path(wanted[0]), corpus.name)
    else:
        asked = Annotators(tuple(who if who in known.index else prefixed(who, corpus.name) for who in wanted))
    everybody = _joined(known, asked)
    where = np.array([everybody.index[who] for who in asked.ids], np.int64)
    return replace(corpus, annotations=replace(corpus.annotations, annotators=everybody)), where


def _joined(known: Annotators, asked: Annotators) -> Annotators:
    """Those who are known and then the new ones; what is said of somebody who is asked wins."""
    ids = tuple(dict.fromkeys([*known.ids, *asked.ids]))
    kinds = dict(zip(known.ids, known.kind, strict=True)) | dict(zip(asked.ids, asked.kind, strict=True))
    attributes = {}
    for name in dict.fromkeys([*known.attributes, *asked.attributes]):
        column: dict[str, str | None] = {}
        for people in (known, asked):
            if name in people.attributes:
                column |= dict(zip(people.ids, people.attributes[name], strict=True))
        attributes[name] = tuple(column.get(who) for who in ids)
    prices = None
    if asked.prices is not None:
        # Who is not asked is never paid, so that any price will do for them.
        each = dict(zip(asked.ids, asked.prices, strict=True))
        prices = tuple(each.get(who, asked.prices[0]) for who in ids)
    elif known.prices is not None and len(ids) == len(known):
        prices = known.prices
    return Annotators(ids, tuple(kinds[who] for who in ids), attributes, prices)
