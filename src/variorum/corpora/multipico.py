"""MultiPICo: is a reply ironic, in nine languages, by annotators from many countries."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme
from variorum.corpora._entries import Entry
from variorum.corpora._lewidi import HOME, LICENCE, lewidi_file, read_annotators, read_splits, votes_2025
from variorum.corpora._rows import Rows, repeats_note, text_key
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(["not ironic", "ironic"])
_SPLITS = (
    lewidi_file("lewidi2025/MP/MP_dev.json", "284bd1d9119b46878b9eb18db369e90db53d1e9cf7ce0c519157bac53bd24e29"),
    lewidi_file("lewidi2025/MP/MP_test.json", "da313236d8b6b1cb056c3965751d56c33fffd3d635f53546a924948246ed0ad6"),
)
_PEOPLE = lewidi_file(
    "lewidi2025/MP/MP_annotators_meta.json", "8b0e310e21246884847f36d0e5c54de22e6031c11fd7e5e2447cdd884619ea3e"
)


def read(root: Path) -> Corpus:
    """Read the development and test splits of MultiPICo; the source writes "not ironic" as 0 and "ironic" as 1.

    Args:
        root: The data root.

    Returns:
        The corpus, items grouped by post. Annotators have eight attributes, ``None`` where the datum expired; fields
        are ``split``, ``language``, ``variety`` (country code), ``platform`` and ``level`` (depth of the reply).

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Casola et al., MultiPICo: Multilingual perspectivist irony corpus, ACL 2024.
    """
    rows = Rows("multipico")
    entries = read_splits(root, _SPLITS)
    for item, entry in enumerate(entries):
        for annotator, raw, _ in votes_2025(entry, explained=False):
            rows.add(item, annotator, entry.code(raw, {"0": 0, "1": 1}))
    texts = [entry.entry("text") for entry in entries]
    posts = tuple(text.get("post", str) for text in texts)
    info = [entry.entry("other_info") for entry in entries]
    items = Items(
        tuple(entry.id for entry in entries),
        text=posts,
        second_text=tuple(text.get("reply", str) for text in texts),
        group=tuple(map(text_key, posts)),
        fields={
            "split": tuple(entry.get("split", str) for entry in entries),
            "language": tuple(entry.get("lang", str) for entry in entries),
            "variety": tuple(each.get("language_variety", str) for each in info),
            "platform": tuple(each.get("source", str) for each in info),
            "level": tuple(_level(each) for each in info),
        },
    )
    # The data say "Ann0" where the metadata say "0".
    people = read_annotators(root / _PEOPLE.path, prefix="Ann")
    annotations = rows.annotations(_SCHEME, items, people)
    known = sum(name.partition(":")[2] in people for name in annotations.annotators.ids)
    notes = (
        f"{known} of {len(annotations.annotators)} annotators have metadata.",
        "The training split is not part of this corpus.",
    )
    return Corpus("multipico", annotations, notes=repeats_note(rows) + notes)


def _level(info: Entry) -> str:
    return str(int(info.get("level", float)))


SPEC = CorpusSpec(
    name="multipico",
    title="MultiPICo (development and test splits)",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(*_SPLITS, _PEOPLE),
    sensitive=True,
    read=read,
    summary="Irony of replies in nine languages: two to 19 of 506 annotators an item, with demographics.",
    n_items=6761,
    n_annotators=506,
    n_annotations=33_871,
)
