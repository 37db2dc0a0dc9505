"""LiveNLI: ten or more annotators choose any of true, either and false, explain, and highlight what led them there."""

from __future__ import annotations

import ast
import json
from pathlib import Path
from typing import Any

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._entries import Entry, read_csv
from variorum.corpora._nli import CODES, LABELS, letter_counts
from variorum.corpora._rows import Rows
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.multilabel(LABELS)
# What the annotators saw: the statement is true, may be either, is false, given the context.
_RAW = {"true": 0, "either": 1, "false": 2}
_FILE = github_file(
    "livenli/livenli.csv",
    "njjiang/LiveNLI",
    "d4e889efb717c3c41e4c4097c46a3861a670ca7e",
    "livenli.csv",
    "34d5e6d2cecfe3123c9972a681b4725a0f9cdae95de727a5d4392cc407f9c764",
)
_ITEM = ("premise", "hypothesis", "chaos_dist", "mnli_labels", "taxonomy")
_MARKS = {"premise": "highlight_p", "hypothesis": "highlight_h"}
_ROW = ("worker_id", "multilabel", "explanation", "dist", "within_label_variation", *_MARKS.values())


def read(root: Path) -> Corpus:
    """Read LiveNLI; the source writes entailment, neutral and contradiction as true, either and false.

    An answer with several labels makes one row a label, each with the same explanation.

    Args:
        root: The data root.

    Returns:
        The corpus, items grouped by premise. Fields: ``chaosnli_counts`` (a JSON list in class order, ``None`` for
        items that are not in ChaosNLI), ``mnli_labels`` (a JSON list of one or five), ``taxonomy``, and two JSON
        objects by annotator id, ``highlights`` (for premise and hypothesis, lists of start, end and text) and
        ``within_label_variation``.

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Jiang, Tan and de Marneffe, Ecologically valid explanations for label variation in NLI, Findings of EMNLP 2023.
    """
    rows = Rows("livenli")
    first: dict[str, Entry] = {}
    position: dict[str, int] = {}
    marks: dict[str, dict[str, Any]] = {}
    variation: dict[str, dict[str, str]] = {}
    several = 0
    for entry in read_csv(root / _FILE.path, ("uid", *_ITEM, *_ROW)):
        uid, annotator = entry.name("uid"), entry.name("worker_id")
        told = first.setdefault(uid, entry)
        differs = [name for name in _ITEM if told.values[name] != entry.values[name]]
        if differs:
            raise entry.fail(f"{differs[0]} of item {uid!r} is not the same as in an earlier row")
        item = position.setdefault(uid, len(position))
        labels = [entry.code(raw.strip(), _RAW) for raw in entry.get("multilabel", str).split("|")]
        _check_share(entry, labels)
        for label in labels:
            rows.add(item, annotator, label, entry.get("explanation", str))
        several += len(labels) > 1
        if annotator in marks.setdefault(uid, {}):
            raise entry.fail(f"annotator {annotator!r} answers item {uid!r} a second time")
        marks[uid][annotator] = {side: _highlights(entry, key) for side, key in _MARKS.items()}
        variation.setdefault(uid, {})
        if entry.values["within_label_variation"]:
            variation[uid][annotator] = entry.get("within_label_variation", str)
    notes = (f"{several} answers give more than one label: each label is a row, with the explanation repeated.",)
    items = Items(
        tuple(position),
        text=tuple(entry.get("premise", str) for entry in first.values()),
        second_text=tuple(entry.get("hypothesis", str) for entry in first.values()),
        group=tuple(normalized_text(entry.get("premise", str)) for entry in first.values()),
        fields={
            "chaosnli_counts": tuple(_chaosnli(entry) for entry in first.values()),
            "mnli_labels": tuple(_mnli(entry) for entry in first.values()),
            "taxonomy": tuple(entry.get("taxonomy", str) or None for entry in first.values()),
            "highlights": tuple(json.dumps(marks[uid], ensure_ascii=False) for uid in position),
            "within_label_variation": tuple(json.dumps(variation[uid]) for uid in position),
        },
    )
    return Corpus("livenli", rows.annotations(_SCHEME, items), notes=notes)


def _literal(entry: Entry, key: str) -> Any:
    try:
        return ast.literal_eval(entry.get(key, str))
    except (ValueError, SyntaxError, MemoryError, RecursionError):
        raise entry.fail(f"{key} is {entry.get(key, str)[:40]!r}, which is not a list or dictionary") from None


def _check_share(entry: Entry, labels: list[int]) -> None:
    """The column dist says the same in another way, as NumPy prints arrays: equal shares of the labels given."""
    raw = entry.get("dist", str)
    try:
        shares = [float(part) for part in raw.strip("[] ").split()]
    except ValueError:
        shares = []
    if len(shares) != 3 or len(set(labels)) < len(labels) or {n for n, s in enumerate(shares) if s > 0} != set(labels):
        raise entry.fail(f"the label {entry.get('multilabel', str)!r} does not fit dist {raw!r}")


def _highlights(entry: Entry, key: str) -> list[list[Any]]:
    value = _literal(entry, key)
    if not isinstance(value, dict):
        raise entry.fail(f"{key} is not a dictionary")
    found = Entry(value, entry.file, f"{entry.place}, {key}").entries("entities")
    return [[mark.get("startIndex", int), mark.get("endIndex", int), mark.get("text", str)] for mark in found]


def _chaosnli(entry: Entry) -> str | None:
    if not entry.get("chaos_dist", str):
        return None
    value = _literal(entry, "chaos_dist")
    if not isinstance(value, dict):
        raise entry.fail("chaos_dist is not a dictionary")
    return json.dumps(letter_counts(Entry(value, entry.file, f"{entry.place}, chaos_dist")))


def _mnli(entry: Entry) -> str:
    raw = entry.get("mnli_labels", str)
    labels = _literal(entry, "mnli_labels") if raw.startswith("[") else [raw]
    for label in labels:
        entry.code(label, CODES)
    return json.dumps(labels)


SPEC = CorpusSpec(
    name="livenli",
    title="LiveNLI",
    scheme=_SCHEME,
    licence="none stated",
    home="https://github.com/njjiang/LiveNLI",
    files=(_FILE,),
    sensitive=False,
    read=read,
    summary="Natural language inference: ten to 38 of 48 annotators, any set of labels, a reason and highlights.",
    n_items=122,
    n_annotators=48,
    n_annotations=1653,
)
