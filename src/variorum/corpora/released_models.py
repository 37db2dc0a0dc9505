"""Answers that models gave to items on which people's votes are known, as they were released: `RELEASED`.

People's votes and models' label distributions of the same items. No corpora of their own: one is a part of
chaosnli-mnli, and in the other the votes are those with which writers' labels were checked, two or three an item.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Annotations, Annotators, Corpus, Items, LabelScheme, normalized_text
from variorum.corpora import anli, chaosnli_mnli, varierr
from variorum.corpora._entries import Entry, read_csv, read_json, read_json_lines, unique_ids
from variorum.corpora._nli import CODES, LABELS, LETTERS
from variorum.corpora.base import github_file
from variorum.corpora.fetch import checked_root
from variorum.corpora.labelled_pairs import PairFiles
from variorum.errors import ShapeError

__all__ = ["ANLI_MODELS", "RELEASED", "VARIERR_GPT", "ReleasedModels", "load_anli_models", "load_varierr_gpt"]

Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class ReleasedModels:
    """People and models on the same items.

    Attributes:
        people: The items, with people's votes.
        models: Label distribution of each item by name of the model, shape (n_items, n_classes); a row of nan where it
            gave none.

    Raises:
        ShapeError: If a model has not one row an item.
    """

    people: Corpus
    models: Mapping[str, Array]

    def __post_init__(self) -> None:
        for name, shares in self.models.items():
            if shares.shape != (len(self.people.items), self.people.scheme.n_classes):
                raise ShapeError(f"model {name!r} has shape {shares.shape} for {len(self.people.items)} items.")


_GPT: Final = {
    "gpt-4": ("gpt-4-1106-preview", "1e9b81b11569bc9f72822a26d1089722093c5bbe2eabace0f944093c1cf63f8c"),
    "gpt-3.5": ("gpt-3.5-turbo", "4413f5e75bef2fad017c6145e851e4fccc824c0215a7258c7cb557bb7c149eea"),
}
_GPT_FILES: Final = {
    name: github_file(
        f"varierr_nli/predictions/predictions/{full}/neg_avg_score.json",
        "mainlp/VariErr-NLI",
        "b2cbdd3bc3ca2a618fc16ac078f471623152c923",
        f"predictions/{full}/neg_avg_score.json",
        sha256,
    )
    for name, (full, sha256) in _GPT.items()
}
VARIERR_GPT: Final = PairFiles(
    title="GPT's scores of VariErr's explanations, with VariErr and ChaosNLI",
    licence="none stated (VariErr); CC BY-NC 4.0 (ChaosNLI)",
    home="https://github.com/mainlp/VariErr-NLI",
    files=(*_GPT_FILES.values(), *varierr.SPEC.files, *chaosnli_mnli.SPEC.files),
)
_VERIFIERS: Final = github_file(
    "anli/verifier_labels_R1-3.jsonl",
    "facebookresearch/anli",
    "b5ce27af54a53bd495af7260fdc485000eed15f8",
    "verifier_labels/verifier_labels_R1-3.jsonl",
    "6d1c595d4a2860c158aac1e6b5b116355c13eeeb96de6af05675097a3aa2a9eb",
)
ANLI_MODELS: Final = PairFiles(
    title="Adversarial NLI, development sets with verifiers' labels and models' probabilities",
    licence="CC BY-NC 4.0",
    home="https://github.com/facebookresearch/anli",
    files=(*anli.ANLI_DEV.files, _VERIFIERS),
)
_COLUMNS: Final = {
    "bert-r1": "preds-bert-r1",
    "roberta-r2": "preds-roberta-from-r2",
    "roberta-r3": "preds-roberta-from-r3",
    "roberta-large": "preds-anli-roberta-large",
    "bart-large": "preds-anli-bart-large",
    "xlnet-large": "preds-anli-xlnet-large",
    "electra-large": "preds-anli-electra-large",
    "albert-xxlarge": "preds-anli-albert-xxlarge",
}


def load_varierr_gpt() -> ReleasedModels:
    """GPT-4's and GPT-3.5's scores on VariErr's 500 items, with ChaosNLI's 100 votes on them as people's.

    The models said how much sense each explanation of a label makes, from 0 to 1; a label's mean over its explanations,
    made to sum to one over labels, is taken for the model's distribution. Only labels that one of VariErr's four
    annotators gave have an explanation: which labels are scored tells what people said before the model says anything.
    The model ``labels-alone`` knows that and no more, with equal shares of the labels that were scored: what another
    has beyond it is the model's own. VariErr's own votes would be told outright, so that they are no target here.

    Returns:
        The corpus "chaosnli-varierr", a part of chaosnli-mnli, and the three models.

    Raises:
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If it is not on this machine and cannot be fetched.
        ReadError: If it is not what was expected.

    Source:
        Weber-Genzel et al. 2024 (ACL), VariErr NLI, whose released predictions these are.
    """
    root = checked_root(VARIERR_GPT)
    number: dict[str, int] = {}
    entries = list(read_json_lines(root / varierr.SPEC.files[0].path))
    ids = unique_ids(entries, [entry.get("id", str) for entry in entries])
    for item, entry in enumerate(entries):
        for label in LABELS:
            for reading in entry.entries(label):
                number[reading.get("id", str).partition("-")[0]] = item
    scores = {name: _scores(read_json(root / file.path), number, len(ids)) for name, file in _GPT_FILES.items()}
    scores["labels-alone"] = np.where(np.isnan(scores["gpt-4"]), np.nan, 1.0)
    whole = chaosnli_mnli.SPEC.open(root)
    position = np.array([whole.items.index[name] for name in ids], np.int64)
    people = _items_of(whole, position, "chaosnli-varierr")
    return ReleasedModels(people, {name: _shares(each) for name, each in scores.items()})


def load_anli_models() -> ReleasedModels:
    """Eight models' probabilities on ANLI's three development sets, with the labels of those who verified the items.

    The models are fine-tuned classifiers, no LLMs that were prompted. Writers had to deceive a model of their round:
    ``bert-r1`` is that of the first, and is wrong there on every item. Two verifiers labelled each item and a third
    some; an item is in these sets only if the writer's label held. A target of two or three such votes is coarse, and
    nobody is named.

    Returns:
        The corpus "anli-verifiers", 3,198 items, and the eight models.

    Raises:
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If it is not on this machine and cannot be fetched.
        ReadError: If it is not what was expected.

    Source:
        Nie et al. 2020 (ACL), "Adversarial NLI"; Williams, Thrush and Kiela 2022 (SCiL) for the models' probabilities.
    """
    root = checked_root(ANLI_MODELS)
    columns = ("context", "statement", "uid", *_COLUMNS.values())
    entries = [e for file in anli.ANLI_DEV.files for e in read_csv(root / file.path, columns)]
    ids = unique_ids(entries, [entry.get("uid", str) for entry in entries])
    votes: dict[str, list[int]] = {}
    for entry in read_json_lines(root / _VERIFIERS.path):
        labels = entry.list_of("verifier labels", str)
        votes[entry.get("uid", str)] = [entry.code(label, LETTERS) for label in labels]
    of_item = [votes.get(name, []) for name in ids]
    contexts = [entry.name("context") for entry in entries]
    sizes = [len(each) for each in of_item]
    annotations = Annotations(
        LabelScheme.nominal(LABELS),
        Items(
            ids,
            text=tuple(contexts),
            second_text=tuple(entry.name("statement") for entry in entries),
            group=tuple(normalized_text(each) for each in contexts),
        ),
        Annotators(),
        np.repeat(np.arange(len(ids), dtype=np.int32), sizes),
        np.full(sum(sizes), UNKNOWN, np.int32),
        np.array([code for each in of_item for code in each], np.int32),
    )
    people = Corpus("anli-verifiers", annotations, licence=ANLI_MODELS.licence, home=ANLI_MODELS.home)
    models = {name: np.array([_probabilities(e, column) for e in entries]) for name, column in _COLUMNS.items()}
    return ReleasedModels(people, {name: _shares(each) for name, each in models.items()})


def _scores(entry: Entry, number: Mapping[str, int], n_items: int) -> Array:
    """How much sense a model sees in each label, shape (n_items, n_classes); nan for labels that nobody gave."""
    found = np.full((n_items, len(LABELS)), np.nan)
    for key in entry.values:
        name, _, letter = key.partition("-")
        score = entry.get(key, float)
        if name not in number or not -1.0 <= score <= 0.0:
            raise entry.fail(f"{key!r} = {score} is no score from -1 to 0 of an item of VariErr")
        found[number[name], entry.code(letter, LETTERS)] = -score
    return found


def _shares(scores: Array) -> Array:
    """Rows made to sum to one, what is nan being nothing; rows of nan where nothing is above 0."""
    total = np.nansum(scores, axis=1, keepdims=True)
    shares = np.nan_to_num(scores) / np.where(total > 0, total, 1.0)
    return np.where(total > 0, shares, np.nan)


def _probabilities(entry: Entry, column: str) -> list[float]:
    """Three probabilities in class order, which is the source's."""
    try:
        found = json.loads(entry.get(column, str))
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, list) or len(found) != len(CODES) or not all(isinstance(p, float | int) for p in found):
        raise entry.fail(f"the field {column!r} is {entry.get(column, str)[:40]!r}, not three probabilities")
    return [float(p) for p in found]


def _items_of(corpus: Corpus, position: NDArray[np.int64], name: str) -> Corpus:
    """Some items of a corpus of unnamed annotators, in the order given, with their votes."""
    new = np.full(len(corpus.items), -1, np.int64)
    new[position] = np.arange(position.size)
    rows = np.flatnonzero(new[corpus.annotations.item] >= 0)
    votes = corpus.annotations.take(rows)
    part = Annotations(
        votes.scheme, corpus.items.take(position), votes.annotators, new[votes.item].astype(np.int32), votes.annotator,
        votes.label, votes.status,
    )  # fmt: skip
    return Corpus(name, part, licence=corpus.licence, home=corpus.home, notes=corpus.notes)


RELEASED: Final[Mapping[str, Callable[[], ReleasedModels]]] = {
    "chaosnli-varierr": load_varierr_gpt,
    "anli-verifiers": load_anli_models,
}
"""Loaders by the name of the corpus of people's votes."""
