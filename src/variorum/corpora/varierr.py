"""VariErr NLI: four annotators label, explain, and then judge every explanation, their own included."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from variorum.annotations import Corpus, Items, LabelScheme, ValidityJudgments, normalized_text
from variorum.corpora._entries import Entry, read_json_lines, unique_ids
from variorum.corpora._nli import CODES, LABELS, letter_counts
from variorum.corpora._rows import Rows
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(LABELS)
_FILE = github_file(
    "varierr_nli/varierr.json",
    "mainlp/VariErr-NLI",
    "b2cbdd3bc3ca2a618fc16ac078f471623152c923",
    "varierr.json",
    "c8f9a634a69d72a6c390047ac242562b80a8caac08db19714db3f98bd40e13ea",
)


def read(root: Path) -> Corpus:
    """Read VariErr NLI.

    An annotator who gives an item two labels makes two rows, each with its reason. "I don't know" is a row of status
    ``unsure``. The second round is the validity judgments. What the source derives from that round (`self_corrected`,
    `label_correction`, `label_set_round_2`, `label_count_round_2`, `has_ambiguity`) is left out, since it gives the
    errors away; `error_labels`, the gold of the error task, is the field ``error_labels`` (a JSON list).

    Args:
        root: The data root.

    Returns:
        The corpus; its fields are ``error_labels`` and ``chaosnli_counts`` (a JSON list in class order).

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Weber-Genzel et al., VariErr NLI: Separating annotation error from human label variation, ACL 2024.
    """
    rows = Rows("varierr")
    entries = list(read_json_lines(root / _FILE.path))
    judgments: list[tuple[int, str, bool]] = []
    short = both = 0
    for item, entry in enumerate(entries):
        named = set()
        for label in LABELS:
            for reading in entry.entries(label):
                named.add(reading.get("annotator", int))
                found = [_judgment(judgment) for judgment in reading.entries("judgments")]
                judgments += [(len(rows), *judgment) for judgment in found]
                short += len(found) < 4
                rows.add(item, str(reading.get("annotator", int)), CODES[label], reading.get("reason", str))
        unsure = entry.list_of("idk", int)
        both += len(named.intersection(unsure))
        for annotator in unsure:
            rows.add_unsure(item, str(annotator))
    annotations = rows.annotations(_SCHEME, _items(entries), also=[judge for _, judge, _ in judgments])
    position = annotations.annotators.index
    validity = ValidityJudgments(
        np.array([row for row, *_ in judgments], np.int64),
        np.array([position[f"varierr:{judge}"] for _, judge, _ in judgments], np.int32),
        np.array([verdict for *_, verdict in judgments], np.bool_),
    )
    notes = [
        f"Explanations with fewer than four validity judgments: {short} of {len(annotations)}.",
        f"Cases of an annotator who gave a label and also said 'I don't know', with both rows kept: {both}.",
        "The items are also in chaosnli-mnli, and varierr-lewidi is a part of this corpus.",
    ]
    return Corpus("varierr", annotations, validity, notes=tuple(notes))


def _judgment(entry: Entry) -> tuple[str, bool]:
    return str(entry.get("annotator", int)), entry.get("makes_sense", bool)


def _items(entries: list[Entry]) -> Items:
    contexts = [entry.get("context", str) for entry in entries]
    counts = [letter_counts(entry.entry("chaosnli_labels")) for entry in entries]
    return Items(
        unique_ids(entries, [entry.get("id", str) for entry in entries]),
        text=tuple(contexts),
        second_text=tuple(entry.get("statement", str) for entry in entries),
        group=tuple(normalized_text(context) for context in contexts),
        fields={
            "error_labels": tuple(json.dumps(entry.list_of("error_labels", str)) for entry in entries),
            "chaosnli_counts": tuple(json.dumps(each) for each in counts),
        },
    )


SPEC = CorpusSpec(
    name="varierr",
    title="VariErr NLI",
    scheme=_SCHEME,
    licence="none stated",
    home="https://github.com/mainlp/VariErr-NLI",
    files=(_FILE,),
    sensitive=False,
    read=read,
    summary="Natural language inference: four annotators label and explain, then judge each other's explanations.",
    n_items=500,
    n_annotators=4,
    n_annotations=1933,
)
