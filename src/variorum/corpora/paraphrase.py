"""Paraphrase: are two questions the same, from -5 to 5, with a reason."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._lewidi import HOME, LICENCE, lewidi_file, read_annotators, read_splits, votes_2025
from variorum.corpora._rows import Rows, linked_groups, repeats_note
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_LEVELS = tuple(str(level) for level in range(-5, 6))
_SCHEME = LabelScheme.ordinal(_LEVELS, map(float, _LEVELS))
_STEM = "lewidi2025/Paraphrase/Paraphrase"
_SPLITS = (
    lewidi_file(f"{_STEM}_train.json", "2ec98bad361732dbb568e4acea339edbbd747299fbd716e99812e4f14042bc53"),
    lewidi_file(f"{_STEM}_dev.json", "821f8b142d63c9ccc38cb801fa6ca4cdcfe5049c8bfb151c7d7d3dd025db8e03"),
    lewidi_file(f"{_STEM}_test.json", "5c2396b91ae84edcf64b1b529b8ade83b1fa3a78b4b930cbcf613b917875ae1d"),
)
_PEOPLE = lewidi_file(
    f"{_STEM}_annotators_meta.json", "a5d56635ea516288e26e162cd5599db95b3fa89dad24fee4f6d5a37ec125a0e4"
)


def read(root: Path) -> Corpus:
    """Read Paraphrase.

    Args:
        root: The data root.

    Returns:
        The corpus; annotators have the attributes ``gender``, ``age``, ``nationality`` and ``education``, items the
        field ``split``. Items that share a question share a group.

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Leonardelli et al., LeWiDi-2025 at NLPerspectives, 2025; unpublished data of MaiNLP.
    """
    rows = Rows("paraphrase")
    entries = read_splits(root, _SPLITS)
    codes = {level: code for code, level in enumerate(_LEVELS)}
    for item, entry in enumerate(entries):
        for annotator, raw, reason in votes_2025(entry, explained=True):
            rows.add(item, annotator, entry.code(raw, codes), reason)
    texts = [entry.entry("text") for entry in entries]
    first, second = (tuple(text.get(key, str) for text in texts) for key in ("Question1", "Question2"))
    items = Items(
        tuple(entry.id for entry in entries),
        text=first,
        second_text=second,
        group=linked_groups([[normalized_text(a), normalized_text(b)] for a, b in zip(first, second, strict=True)]),
        fields={"split": tuple(entry.get("split", str) for entry in entries)},
    )
    people = read_annotators(root / _PEOPLE.path)
    return Corpus("paraphrase", rows.annotations(_SCHEME, items, people), notes=repeats_note(rows))


SPEC = CorpusSpec(
    name="paraphrase",
    title="Paraphrase",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(*_SPLITS, _PEOPLE),
    sensitive=False,
    read=read,
    summary="Are two questions paraphrases, on eleven levels: four annotators with a reason each.",
    n_items=500,
    n_annotators=4,
    n_annotations=2000,
)
