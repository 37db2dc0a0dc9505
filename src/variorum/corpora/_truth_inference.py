"""The classic crowdsourcing sets in one form: ``label.csv`` (item, worker, label) and ``truth.csv`` (item, truth)."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.corpora.base import CorpusSpec, RemoteFile, github_file
from variorum.errors import ReadError

__all__ = ["crowd_spec", "read_crowd"]

_REPOSITORY = "yuan-li/truth-inference-at-scale"
_COMMIT = "621789b2d57324d3559dc973b2613d2296d73f55"
_ORIGINAL = "data/SpectralMethodsMeetEM"


def crowd_spec(
    name: str, title: str, summary: str, labels: tuple[str, ...], sha256: tuple[str, str], sizes: tuple[int, int, int]
) -> CorpusSpec:
    """Specify one of the sets.

    Args:
        name: Its name, which is its folder's name too.
        title: Its name for people.
        summary: What is annotated by whom.
        labels: The labels, in order.
        sha256: Checksums of ``label.csv`` and ``truth.csv``.
        sizes: Items, annotators, annotations.

    Returns:
        The specification.
    """
    scheme = LabelScheme.nominal(labels)

    def read(root: Path) -> Corpus:
        return read_crowd(root / "truth_inference" / name, name, scheme)

    return CorpusSpec(
        name=name,
        title=title,
        scheme=scheme,
        licence="MIT, as stated by the repository that collects it",
        home=f"https://github.com/{_REPOSITORY}",
        files=(_file(name, "label.csv", sha256[0]), _file(name, "truth.csv", sha256[1])),
        sensitive=False,
        read=read,
        summary=summary,
        n_items=sizes[0],
        n_annotators=sizes[1],
        n_annotations=sizes[2],
    )


def _file(name: str, part: str, sha256: str) -> RemoteFile:
    return github_file(f"truth_inference/{name}/{part}", _REPOSITORY, _COMMIT, f"{_ORIGINAL}/{name}/{part}", sha256)


def read_crowd(folder: Path, name: str, scheme: LabelScheme) -> Corpus:
    """Read the two files of a set.

    An annotator who answers an item twice makes two rows. ``items.fields["gold"]`` is ``None`` where the publishers
    give no gold label; an item that has one and no vote stays an item.

    Args:
        folder: Where ``label.csv`` and ``truth.csv`` lie.
        name: Name of the corpus, for the annotators' ids.
        scheme: The label scheme.

    Returns:
        The corpus, without item texts, which are not published.

    Raises:
        ReadError: If a column is missing, a row is ragged, or a label is unknown.
    """
    votes = _rows(folder / "label.csv", ("item", "worker", "label"), scheme)
    truth = _rows(folder / "truth.csv", ("item", "truth"), scheme)
    gold: dict[str, str] = {}
    for row, (item, label) in enumerate(truth, start=2):
        if gold.setdefault(item, label) != label:
            raise ReadError(f"{folder / 'truth.csv'}, row {row}: item {item!r} has two gold labels.")
    items = tuple(dict.fromkeys([*(vote[0] for vote in votes), *gold]))
    people = tuple(dict.fromkeys(vote[1] for vote in votes))
    item_code = {item: code for code, item in enumerate(items)}
    person_code = {person: code for code, person in enumerate(people)}
    label_code = {label: code for code, label in enumerate(scheme.labels)}
    codes = np.array([(item_code[i], person_code[p], label_code[c]) for i, p, c in votes], np.int32).reshape(-1, 3)
    annotations = Annotations(
        scheme,
        Items(items, fields={"gold": tuple(gold.get(item) for item in items)}),
        Annotators(tuple(f"{name}:{person}" for person in people)),
        *codes.T,
    )
    twice = len(votes) - annotations.n_pairs
    notes = [f"{len(items) - len(gold)} of {len(items)} items have no gold label."] if len(gold) < len(items) else []
    if twice:
        notes.append(f"{twice} rows repeat an item by the same annotator; all are kept.")
    return Corpus(name, annotations, notes=tuple(notes))


def _rows(path: Path, columns: tuple[str, ...], scheme: LabelScheme) -> list[tuple[str, ...]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as stream:
            table = [tuple(cell.strip() for cell in row) for row in csv.reader(stream) if row]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise ReadError(f"{path} cannot be read ({error}).") from error
    if not table or table[0] != columns:
        raise ReadError(f"{path} must start with the columns {', '.join(columns)}, not {table[:1]}.")
    known = set(scheme.labels)
    bad = [n for n, row in enumerate(table[1:], start=2) if len(row) != len(columns) or "" in row]
    if bad:
        raise ReadError(
            f"{path}, row {bad[0]}: {table[bad[0] - 1]} is not {len(columns)} filled cells; {len(bad)} rows are not."
        )
    bad = [n for n, row in enumerate(table[1:], start=2) if row[-1] not in known]
    if bad:
        raise ReadError(
            f"{path}, row {bad[0]}: label {table[bad[0] - 1][-1]!r} is not one of {', '.join(scheme.labels)}; "
            f"{len(bad)} rows are affected."
        )
    return table[1:]
