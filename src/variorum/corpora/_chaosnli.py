"""The three parts of ChaosNLI, which share a format: 100 votes an item, published as counts."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from variorum.annotations import UNKNOWN, Annotations, Annotators, Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._entries import Entry, read_json_lines, unique_ids
from variorum.corpora.base import RemoteFile, github_file

__all__ = ["HOME", "LICENCE", "chaosnli_file", "read_counts"]

HOME = "https://github.com/easonnie/ChaosNLI"
LICENCE = "CC BY-NC 4.0"
# The publishers link to an archive; this is a copy of its files at a pinned commit.
_REPOSITORY = "jsbaan/calibration-on-disagreement-data"
_COMMIT = "990e81cacadac5d0268160d1c02bad19d4ddb9a3"


def chaosnli_file(name: str, sha256: str) -> RemoteFile:
    """A file of the release."""
    return github_file(f"chaosnli_v1.0/{name}", _REPOSITORY, _COMMIT, f"data/chaosNLI_v1.0/{name}", sha256)


def read_counts(
    path: Path,
    corpus: str,
    scheme: LabelScheme,
    codes: Mapping[str, int],
    texts: tuple[tuple[str, ...], tuple[str, ...]],
) -> Corpus:
    """Read one part: one row a vote, annotators unknown, votes in class order.

    Args:
        path: The file, one JSON object a line.
        corpus: Name of the corpus.
        scheme: The label scheme.
        codes: Class index of each label as the source writes it.
        texts: The keys of the first and of the second text.

    Returns:
        The corpus; its fields are ``gold`` (the label of the earlier corpus), ``old_labels`` (its single votes, a JSON
        list, where published) and ``source``.

    Raises:
        ReadError: If the file is not what was expected.
    """
    entries = list(read_json_lines(path))
    counts = np.array([_counts(entry, codes) for entry in entries], np.int64).reshape(len(entries), scheme.n_classes)
    annotations = Annotations(
        scheme,
        _items(entries, scheme, codes, texts),
        Annotators(),
        np.repeat(np.arange(len(entries), dtype=np.int32), counts.sum(axis=1)),
        np.full(counts.sum(), UNKNOWN, np.int32),
        np.repeat(np.tile(np.arange(scheme.n_classes, dtype=np.int32), len(entries)), counts.ravel()),
    )
    gold = [_code(entry, "old_label", codes) for entry in entries]
    majority = [_code(entry, "majority_label", codes) for entry in entries]
    differ = int(np.count_nonzero(np.array(gold) != np.array(majority)))
    few = sum(0 < len(entry.values.get("old_labels", ())) < 5 for entry in entries)
    notes = ["Published as vote counts: annotators are unknown, and the votes of an item stand in class order."]
    notes.append(f"The majority of the votes differs from the earlier label (the field 'gold') in {differ} items.")
    if few:
        notes.append(f"{few} items have fewer than five earlier votes (the field 'old_labels').")
    return Corpus(corpus, annotations, notes=tuple(notes))


def _counts(entry: Entry, codes: Mapping[str, int]) -> list[int]:
    counter = entry.entry("label_counter")
    counts = [0] * len(codes)
    # Labels that nobody chose are missing from the counter.
    for raw in counter.values:
        counts[entry.code(raw, codes)] = counter.get(raw, int)
    if counts != entry.list_of("label_count", int) or min(counts) < 0:
        raise entry.fail(f"label_counter gives {counts} and label_count {entry.get('label_count', list)}")
    return counts


def _code(entry: Entry, key: str, codes: Mapping[str, int]) -> int:
    return entry.code(str(entry.values.get(key)), codes)


def _items(
    entries: list[Entry],
    scheme: LabelScheme,
    codes: Mapping[str, int],
    texts: tuple[tuple[str, ...], tuple[str, ...]],
) -> Items:
    examples = [entry.entry("example") for entry in entries]
    first, second = (tuple(_joined(example, keys) for example in examples) for keys in texts)
    fields: dict[str, tuple[str | None, ...]] = {
        "gold": tuple(scheme.labels[_code(entry, "old_label", codes)] for entry in entries),
        "source": tuple(example.get("source", str) for example in examples),
    }
    if any("old_labels" in entry.values for entry in entries):
        fields["old_labels"] = tuple(json.dumps(entry.list_of("old_labels", str)) for entry in entries)
    shared = texts[0][0]
    return Items(
        unique_ids(entries, [entry.get("uid", str) for entry in entries]),
        text=first,
        second_text=second,
        group=tuple(normalized_text(example.get(shared, str)) for example in examples),
        fields=fields,
    )


def _joined(example: Entry, keys: tuple[str, ...]) -> str:
    return "\n".join(example.get(key, str) for key in keys)
