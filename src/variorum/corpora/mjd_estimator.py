"""MJD-Estimator: 341 items of ChaosNLI that are VariErr's too, and the other 1,258 in halves to develop and test on.

No corpus of its own, since all of its votes are in chaosnli-mnli and varierr: it is the choice of items, the split, and
the label distributions of several sources on the same 341 items.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.corpora import chaosnli_mnli
from variorum.corpora._entries import Entry, read_json_lines
from variorum.corpora._nli import LABELS, LETTERS
from variorum.corpora.base import github_file
from variorum.corpora.fetch import checked_root
from variorum.corpora.labelled_pairs import LabelledPairs, PairFiles
from variorum.labels import normalize

__all__ = ["MJD_ESTIMATOR", "JudgmentItems", "load_mjd_estimator", "read_mjd_estimator"]

_REPOSITORY: Final = "mainlp/MJD-Estimator"
_COMMIT: Final = "a939ed0892c7007d946ba286e691dc797e3a8fb0"
_PLACES: Final = {
    "MJD-generator/NLI_explanations.json": "3ce41d45810ea9c58e29317fb1a4d29c19f922d8f71bfa80dc2a1ba257961d98",
    "MJD-fine-tuning/data/chaos_dev_test/dev.json": "27f58ba66049e893313f27c2199164e49d4514fdc15c951e2f9bf900764b33fc",
    "MJD-fine-tuning/data/chaos_dev_test/test.json": "0b931367354a4c4de8a4144d772bc15006fdcc9abb4333d7d49e4f78f4cdf15f",
}
_TRAIN, _DEV, _TEST = (
    github_file(f"mjd_estimator/{place}", _REPOSITORY, _COMMIT, place, sha256) for place, sha256 in _PLACES.items()
)
_CHAOSNLI: Final = chaosnli_mnli.SPEC.files[0]

MJD_ESTIMATOR: Final = PairFiles(
    title="MJD-Estimator, items and their sources, with ChaosNLI",
    licence="Apache-2.0 (of the repository; the votes are ChaosNLI's and VariErr's)",
    home="https://github.com/mainlp/MJD-Estimator",
    files=(_TRAIN, _DEV, _TEST, _CHAOSNLI),
)


@dataclass(frozen=True, eq=False)
class JudgmentItems:
    """The items.

    Attributes:
        train: 341 items with ChaosNLI's distributions, ids as in the corpora chaosnli-mnli and varierr.
        dev: 629 others.
        test: 629 others.
        sources: Other distributions of the items of `train`, by name, each shape (n_items, 3).
    """

    train: LabelledPairs
    dev: LabelledPairs
    test: LabelledPairs
    sources: Mapping[str, NDArray[np.float64]]


def load_mjd_estimator() -> JudgmentItems:
    """The items, from ``$VARIORUM_DATA``, the user cache, or their public homes.

    Raises:
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If one is not on this machine and cannot be fetched.
        ReadError: If one is not what was expected.
    """
    return read_mjd_estimator(checked_root(MJD_ESTIMATOR))


def read_mjd_estimator(root: Path) -> JudgmentItems:
    """Read the items.

    The files name no ids; they are found by their texts in ChaosNLI, whose shares they must repeat. The explanations
    of the 341 items are VariErr's, and are read from there.

    Args:
        root: The data root.

    Returns:
        The items, in the order of the files.

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Chen et al. 2024 (EMNLP Findings), "Seeing the big through the small": LLM judgments of 341 items, models
        fine-tuned on them.
    """
    corpus = chaosnli_mnli.read(root)
    ids, texts, seconds = corpus.items.ids, corpus.items.text or (), corpus.items.second_text or ()
    shares = normalize(corpus.annotations.counts())
    known = {_key(str(texts[i]), str(seconds[i])): (name, shares[i]) for i, name in enumerate(ids)}
    entries = list(read_json_lines(root / _TRAIN.path))
    sources = {
        "MNLI single label": [_one_hot(entry) for entry in entries],
        "MNLI distribution": [_shares(entry, "mnli labels", entry.get("mnli labels", list)[-1]) for entry in entries],
        "VariErr distribution": [_shares(entry, "varierr labels") for entry in entries],
    }
    return JudgmentItems(
        _pairs(entries, "chaos probs", known),
        _pairs(list(read_json_lines(root / _DEV.path)), "label", known),
        _pairs(list(read_json_lines(root / _TEST.path)), "label", known),
        {name: np.array(rows, np.float64) for name, rows in sources.items()},
    )


def _pairs(
    entries: list[Entry], key: str, known: Mapping[tuple[str, str], tuple[str, NDArray[np.float64]]]
) -> LabelledPairs:
    ids, premises, hypotheses, rows = [], [], [], []
    for entry in entries:
        premise, hypothesis = entry.name("premise"), entry.name("hypothesis")
        if _key(premise, hypothesis) not in known:
            raise entry.fail("the pair of texts is not in ChaosNLI")
        name, shares = known[_key(premise, hypothesis)]
        row = _shares(entry, key)
        if not np.allclose(row, shares, atol=1e-6):
            raise entry.fail(f"the field {key!r} is {row} and ChaosNLI's shares are {shares.tolist()}")
        ids.append(name)
        premises.append(premise)
        hypotheses.append(hypothesis)
        rows.append(shares)
    return LabelledPairs(
        tuple(ids), tuple(premises), tuple(hypotheses), LABELS, np.array(rows).reshape(-1, len(LABELS))
    )


def _key(premise: str, hypothesis: str) -> tuple[str, str]:
    """A pair as both releases have it, which differ in blanks at the ends."""
    return premise.strip(), hypothesis.strip()


def _shares(entry: Entry, key: str, values: Any = None) -> list[float]:
    """A field of three numbers, as shares."""
    found = entry.get(key, list) if values is None else values
    whole = isinstance(found, list) and len(found) == len(LABELS)
    if not whole or not all(type(v) in (int, float) and v >= 0 for v in found) or not sum(found) > 0:
        raise entry.fail(f"the field {key!r} is {str(found)[:40]!r}, not three numbers of which one is positive")
    return [value / sum(found) for value in found]


def _one_hot(entry: Entry) -> list[float]:
    field = entry.get("mnli labels", list)
    if len(field) != 2:
        raise entry.fail(f"the field 'mnli labels' has {len(field)} parts, not a letter and three counts")
    code = entry.code(str(field[0]), LETTERS)
    return [float(code == k) for k in range(len(LABELS))]
