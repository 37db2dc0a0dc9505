"""VariErr NLI as the shared task of 2025 released it: first round alone, all labels of an annotator as one answer."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._lewidi import HOME, LICENCE, lewidi_file, read_annotators, read_splits, votes_2025
from variorum.corpora._nli import CODES, LABELS
from variorum.corpora._rows import Rows
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.multilabel(LABELS)
_STEM = "lewidi2025/VariErrNLI/VariErrNLI"
_SPLITS = (
    lewidi_file(f"{_STEM}_train.json", "466a507dec72eb118d528e52aa5a905cb23a4e5acaf7af02062938ea958d1a0d"),
    lewidi_file(f"{_STEM}_dev.json", "6d1b5ca80ee4eb79c608de828b386f524cacddc608d0396464c71d728b369efd"),
    lewidi_file(f"{_STEM}_test.json", "872fa56f32a999fd46954cae144528ea7445186cf35ca473fabf6d3eeb43340a"),
)
_PEOPLE = lewidi_file(
    f"{_STEM}_annotators_meta.json", "3cd41a2a8cad537788b5bdf46b2c9dac3731142a6a9704484b60275fa0b2dc66"
)


def read(root: Path) -> Corpus:
    """Read VariErrNLI of the shared task.

    One row a label, with the explanation that the source aligns to it.

    Args:
        root: The data root.

    Returns:
        The corpus; annotators have the attributes ``gender``, ``age``, ``nationality`` and ``education``, items the
        field ``split``. The source cut the letter off the item ids, so that keys repeat across splits.

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Weber-Genzel et al., ACL 2024; Leonardelli et al., LeWiDi-2025 at NLPerspectives, 2025.
    """
    rows = Rows("varierr-lewidi")
    entries = read_splits(root, _SPLITS)
    differ = 0
    for item, entry in enumerate(entries):
        votes = votes_2025(entry, explained=True)
        differ += len(votes) != len(entry.get("annotations", dict))
        for annotator, raw, reason in votes:
            rows.add(item, annotator, entry.code(raw, CODES), reason)
    texts = [entry.entry("text") for entry in entries]
    contexts = tuple(text.get("context", str) for text in texts)
    items = Items(
        tuple(entry.id for entry in entries),
        text=contexts,
        second_text=tuple(text.get("statement", str) for text in texts),
        group=tuple(map(normalized_text, contexts)),
        fields={"split": tuple(entry.get("split", str) for entry in entries)},
    )
    notes = (
        f"Further labels of an annotator for the same item, a row each: {rows.n_repeated}, in {differ} items.",
        "All items are in the corpus varierr: never train on one and test on the other.",
    )
    people = read_annotators(root / _PEOPLE.path)
    return Corpus("varierr-lewidi", rows.annotations(_SCHEME, items, people), notes=notes)


SPEC = CorpusSpec(
    name="varierr-lewidi",
    title="VariErr NLI, shared task edition",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(*_SPLITS, _PEOPLE),
    sensitive=False,
    read=read,
    summary="Natural language inference: four annotators, any set of labels, a reason for each label.",
    n_items=488,
    n_annotators=4,
    n_annotations=1891,
)
