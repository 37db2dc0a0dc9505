"""POPQUORN offensiveness: how offensive is a comment, from 1 to 5, by a panel that mirrors the US population."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._entries import Entry, read_csv
from variorum.corpora._rows import Rows, repeats_note
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.ordinal(["1", "2", "3", "4", "5"], [1, 2, 3, 4, 5])
_FILE = github_file(
    "popquorn/offensiveness/raw_data.csv",
    "Jiaxin-Pei/Potato-Prolific-Dataset",
    "dbb118c29b3d9bcce5aa172d8249ded9ece4df84",
    "dataset/offensiveness/raw_data.csv",
    "fb0589093d45da76bf4ef4d0abff679b540bdd5b17af5764913b3ccd0a069e1e",
)
_PERSON = ("gender", "race", "age", "occupation", "education")


def read(root: Path) -> Corpus:
    """Read the offensiveness part of POPQUORN; the source writes its whole ratings as decimals ("3.0").

    Args:
        root: The data root.

    Returns:
        The corpus, items in the order of their first row; annotators have the attributes ``gender``, ``race``, ``age``
        (a range), ``occupation`` and ``education``.

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Pei and Jurgens, When do annotator demographics matter?, LAW 2023.
    """
    rows = Rows("popquorn-offensiveness")
    texts: dict[str, str] = {}
    position: dict[str, int] = {}
    people: dict[str, dict[str, str | None]] = {}
    for entry in read_csv(root / _FILE.path, ("instance_id", "user_id", "text", "offensiveness", *_PERSON)):
        item, annotator = entry.name("instance_id"), entry.name("user_id")
        _same(entry, f"the text of item {item}", texts.setdefault(item, entry.get("text", str)), entry.values["text"])
        told: dict[str, str | None] = {name: entry.get(name, str) or None for name in _PERSON}
        _same(entry, f"annotator {annotator}", people.setdefault(annotator, told), told)
        rows.add(position.setdefault(item, len(position)), annotator, _rating(entry))
    items = Items(
        tuple(position), text=tuple(texts.values()), group=tuple(normalized_text(text) for text in texts.values())
    )
    annotations = rows.annotations(_SCHEME, items, people)
    return Corpus("popquorn-offensiveness", annotations, notes=repeats_note(rows))


def _same(entry: Entry, what: str, first: object, now: object) -> None:
    if first != now:
        raise entry.fail(f"{what} is not the same as in an earlier row")


def _rating(entry: Entry) -> int:
    raw = entry.get("offensiveness", str)
    try:
        rating = float(raw)
    except ValueError:
        rating = float("nan")
    if rating not in (_SCHEME.positions or ()):
        raise entry.fail(f"the rating {raw!r} is not a whole number from 1 to 5")
    return int(rating) - 1


SPEC = CorpusSpec(
    name="popquorn-offensiveness",
    title="POPQUORN, offensiveness",
    scheme=_SCHEME,
    licence="none stated",
    home="https://github.com/Jiaxin-Pei/Potato-Prolific-Dataset",
    files=(_FILE,),
    sensitive=True,
    read=read,
    summary="Offensiveness of comments, on five levels: five to ten of 262 annotators an item, with demographics.",
    n_items=1500,
    n_annotators=262,
    n_annotations=13_036,
)
