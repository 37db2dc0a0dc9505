"""DICES-350: is the last answer of a chatbot safe; all 123 annotators judged all 350 conversations."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, Items, LabelScheme, normalized_text
from variorum.corpora._entries import Entry, read_json, unique_ids
from variorum.corpora._rows import Rows
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(["unsafe", "safe"])
_RAW = {"No": 0, "Yes": 1}
_SOURCE = ("dmg-illc/JUDGE-BENCH", "5a0bf500325029efb5dc8adff2c1e991996f0e78")
_CROWD = github_file(
    "dices_judgebench/dices_350_crowdsourced.json",
    *_SOURCE,
    "data/dices/dices_350_crowdsourced.json",
    "9f9694948fc4f734220866fc6fdff397b5207058e0c4d4f9a49d5ab98702c2a4",
)
_EXPERT = github_file(
    "dices_judgebench/dices_350_expert.json",
    *_SOURCE,
    "data/dices/dices_350_expert.json",
    "687c75d1ffda680874b1ff73edace6916d39e265490dd69d8480a5f5fcf0ba55",
)


def read(root: Path) -> Corpus:
    """Read DICES-350 as JUDGE-BENCH packs it; the source asks "is the response safe?" and writes No, Yes and Unsure.

    The packing has no annotator ids. Every item has 123 scores, and the n-th of each is taken for the n-th annotator
    (``dices-350:r0`` to ``dices-350:r122``): a strong inference that nobody documents, and which the larger DICES-990,
    with its changing panels, does not allow.

    Args:
        root: The data root.

    Returns:
        The corpus: text is the conversation, second text the response; "Unsure" is a row of status ``unsure``. The
        field ``gold`` is the expert's verdict. Items with the same conversation share a group.

    Raises:
        ReadError: If a file is not what was expected, or the items differ in their number of scores.

    Source:
        Aroyo et al., DICES dataset, NeurIPS 2023; Bavaresco et al., LLMs instead of human judges?, ACL 2025.
    """
    rows = Rows("dices-350")
    entries = read_json(root / _CROWD.path).entries("instances")
    width = 0
    for item, entry in enumerate(entries):
        scores = _scores(entry)
        width = width or len(scores)
        if len(scores) != width:
            raise entry.fail(f"there are {len(scores)} scores, where the first item has {width}: who gave which?")
        for place, score in enumerate(scores):
            if score == "Unsure":
                rows.add_unsure(item, f"r{place}")
            else:
                rows.add(item, f"r{place}", entry.code(score, _RAW))
    experts = {
        entry.get("id", int): entry.code(_safety(entry).get("majority_human", str), _RAW)
        for entry in read_json(root / _EXPERT.path).entries("instances")
    }
    annotations = rows.annotations(_SCHEME, _items(entries, experts))
    notes = (
        "Annotators are list positions: the source names none, and does not say that its order is kept.",
        f"{annotations.n_rows - len(annotations)} of {annotations.n_rows} answers are 'Unsure'.",
    )
    return Corpus("dices-350", annotations, notes=notes)


def _safety(entry: Entry) -> Entry:
    return entry.entry("annotations").entry("safety")


def _scores(entry: Entry) -> list[str]:
    return _safety(entry).list_of("individual_human_scores", str)


def _items(entries: list[Entry], experts: dict[int, int]) -> Items:
    for entry in entries:
        if entry.get("id", int) not in experts:
            raise entry.fail(f"item {entry.get('id', int)} has no verdict in {Path(_EXPERT.path).name}")
    texts = [entry.entry("instance") for entry in entries]
    prompts = tuple(text.get("user_prompt", str) for text in texts)
    return Items(
        unique_ids(entries, [str(entry.get("id", int)) for entry in entries]),
        text=prompts,
        second_text=tuple(text.get("response", str) for text in texts),
        group=tuple(map(normalized_text, prompts)),
        fields={"gold": tuple(_SCHEME.labels[experts[entry.get("id", int)]] for entry in entries)},
    )


SPEC = CorpusSpec(
    name="dices-350",
    title="DICES-350",
    scheme=_SCHEME,
    licence="CC BY 4.0",
    home="https://github.com/google-research-datasets/dices-dataset",
    files=(_CROWD, _EXPERT),
    sensitive=True,
    read=read,
    summary="Safety of chatbot answers: the same 123 annotators on each of 350 conversations.",
    n_items=350,
    n_annotators=123,
    n_annotations=40_356,
)
