"""The format of the shared task "Learning with disagreements", in its editions of 2023 and 2025."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme
from variorum.corpora._entries import Entry, read_json
from variorum.corpora._rows import Rows, repeats_note, text_key
from variorum.corpora.base import RemoteFile, github_file

__all__ = [
    "HOME",
    "LICENCE",
    "SplitEntry",
    "lewidi_file",
    "read_annotators",
    "read_binary_2023",
    "read_splits",
    "votes_2023",
    "votes_2025",
]

HOME = "https://github.com/Le-Wi-Di/le-wi-di.github.io"
LICENCE = "none stated"
_COMMIT = "45d7b06e4c36b59472d6bdf9281f7f1e395eb0e0"
_EDITIONS = {"lewidi2023": "LeWiDi_2-2023", "lewidi2025": "LeWiDi_3-2025"}
# How the recruiting platform writes that it no longer knows.
_EXPIRED = "DATA_EXPIRED"


@dataclass(frozen=True)
class SplitEntry(Entry):
    """An entry with its id: the official split and the key in that split's file (keys alone are not unique)."""

    id: str = ""


def lewidi_file(path: str, sha256: str) -> RemoteFile:
    """A file of the task, given its place below the data root."""
    edition, _, rest = path.partition("/")
    return github_file(path, "Le-Wi-Di/le-wi-di.github.io", _COMMIT, f"{_EDITIONS[edition]}/{rest}", sha256)


def read_splits(root: Path, files: Sequence[RemoteFile]) -> list[SplitEntry]:
    """The entries of a corpus, split after split.

    Raises:
        ReadError: If a file is not an object of objects, or an entry names another split than its file.
    """
    found: list[SplitEntry] = []
    for file in files:
        whole = read_json(root / file.path)
        split = Path(file.path).stem.rpartition("_")[2]
        for key in whole.values:
            entry = SplitEntry(whole.get(key, dict), whole.file, f"entry {key!r}", f"{split}-{key}")
            if entry.get("split", str) != split:
                raise entry.fail(f"the split {entry.get('split', str)!r} is not {split!r}, that of the file")
            found.append(entry)
    return found


def votes_2023(entry: Entry) -> list[tuple[str, str]]:
    """The (annotator, label) pairs of an entry that keeps both as comma-separated texts.

    Raises:
        ReadError: If there are more of one than of the other.
    """
    names, labels = entry.comma_list("annotators"), entry.comma_list("annotations")
    if len(names) != len(labels):
        raise entry.fail(f"there are {len(names)} annotators and {len(labels)} annotations")
    return list(zip(names, labels, strict=True))


def votes_2025(entry: Entry, *, explained: bool) -> list[tuple[str, str, str | None]]:
    """The (annotator, label, explanation) rows of an entry that keeps labels by annotator.

    An annotator with several labels has them in one text ("entailment,neutral") and stands as often in the list of
    annotators, to which the explanations are aligned.

    Args:
        entry: The entry.
        explained: Whether there are explanations.

    Raises:
        ReadError: If labels, list of annotators and explanations do not fit each other.
    """
    answers = entry.entry("annotations")
    left = {name: answers.comma_list(name) for name in answers.values}
    names = entry.comma_list("annotators")
    reasons = entry.entry("other_info").list_of("explanations", str) if explained else [None] * len(names)
    if len(reasons) != len(names):
        raise entry.fail(f"there are {len(reasons)} explanations for a list of {len(names)} annotators")
    rows: list[tuple[str, str, str | None]] = []
    for name, reason in zip(names, reasons, strict=True):
        if not left.get(name):
            raise entry.fail(f"annotator {name!r} is listed more often than there are labels by them")
        rows.append((name, left[name].pop(0), reason))
    lost = [name for name, labels in left.items() if labels]
    if lost:
        raise entry.fail(f"annotator {lost[0]!r} gave more labels than the list of annotators has room for")
    return rows


def read_annotators(path: Path, prefix: str = "") -> dict[str, dict[str, str | None]]:
    """What is known of the annotators: by id, then by name.

    Args:
        path: The metadata file; commas before a closing brace are let pass.
        prefix: What the data put before the ids that the metadata use.

    Returns:
        Attributes; ``None`` where the source has nan or says that the datum expired.

    Raises:
        ReadError: If the file is not an object of objects of plain values.
    """
    whole = read_json(path, lenient=True)
    people = {f"{prefix}{name}": whole.entry(name) for name in whole.values}
    return {name: {_snake(key): _attribute(told, key) for key in told.values} for name, told in people.items()}


def _snake(key: str) -> str:
    return key.strip().lower().replace(" ", "_")


def _attribute(told: Entry, key: str) -> str | None:
    value = told.values[key]
    if isinstance(value, list | dict):
        raise told.fail(f"{key!r} is {str(value)[:40]!r}, not a plain value")
    if value is None or value == _EXPIRED or (isinstance(value, float) and math.isnan(value)):
        return None
    return str(int(value)) if isinstance(value, float) and value.is_integer() else str(value)


def read_binary_2023(
    entries: Sequence[SplitEntry],
    corpus: str,
    scheme: LabelScheme,
    fields: Mapping[str, tuple[str | None, ...]],
    attributes: Mapping[str, Mapping[str, str | None]] | None = None,
) -> Corpus:
    """A corpus of single texts with the labels 0 and 1, in class order, as the edition of 2023 writes it.

    Args:
        entries: The entries.
        corpus: Name of the corpus.
        scheme: The label scheme, the name of 0 first.
        fields: Fields beside the split and the publishers' hard label.
        attributes: What is known of the annotators.

    Returns:
        The corpus, items grouped by text.

    Raises:
        ReadError: If an entry is not what was expected.
    """
    rows = Rows(corpus)
    for item, entry in enumerate(entries):
        for annotator, raw in votes_2023(entry):
            rows.add(item, annotator, entry.code(raw, {"0": 0, "1": 1}))
    texts = tuple(entry.get("text", str) for entry in entries)
    items = Items(
        tuple(entry.id for entry in entries),
        text=texts,
        group=tuple(map(text_key, texts)),
        fields={
            "split": tuple(entry.get("split", str) for entry in entries),
            "hard_label": tuple(scheme.labels[_hard(entry)] for entry in entries),
            **fields,
        },
    )
    return Corpus(corpus, rows.annotations(scheme, items, attributes), notes=repeats_note(rows))


def _hard(entry: Entry) -> int:
    return entry.code(str(entry.values.get("hard_label")), {"0": 0, "1": 1})
