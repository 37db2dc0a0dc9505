"""Adversarial NLI, development sets of its three rounds: pairs that were written to deceive a model.

No corpus of votes: the files give one label an item, the writer's as verifiers confirmed it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import numpy as np

from variorum.checks import as_choice
from variorum.corpora._entries import read_csv, unique_ids
from variorum.corpora._nli import LABELS, LETTERS
from variorum.corpora.base import github_file
from variorum.corpora.fetch import checked_root
from variorum.corpora.labelled_pairs import LabelledPairs, PairFiles

__all__ = ["ANLI_DEV", "ANLI_ROUNDS", "load_anli", "read_anli"]

_CHECKSUMS: Final = {
    "r1": "5d8b94096aad2b7a067c41e07c02ea1350bf2c1ae9a1c7d444ffadd3bdc8e43e",
    "r2": "da676b66bdb0ffab045aa6500425115efe20665355bff15dce16b05cf9819984",
    "r3": "c3152a786c222c9cd8f4f6406c6f9f54bd66b45a8ff34efd174e4c691f652c4f",
}
ANLI_ROUNDS: Final = tuple(_CHECKSUMS)
_FILES: Final = {
    name: github_file(
        f"anli/ANLI_analysis_{name}_dev.csv",
        "facebookresearch/anli",
        "b5ce27af54a53bd495af7260fdc485000eed15f8",
        f"anlizinganli/anli_annot_v0.2/ANLI_analysis_{name}_dev.csv",
        sha256,
    )
    for name, sha256 in _CHECKSUMS.items()
}
ANLI_DEV: Final = PairFiles(
    title="Adversarial NLI, development sets",
    licence="CC BY-NC 4.0",
    home="https://github.com/facebookresearch/anli",
    files=tuple(_FILES.values()),
)


def load_anli(name: str) -> LabelledPairs:
    """A round's development set, from ``$VARIORUM_DATA``, the user cache, or its public home.

    Args:
        name: One of `ANLI_ROUNDS`.

    Raises:
        UnknownNameError: If there is no such round.
        ChecksumError: If the file is not the one that was pinned.
        FetchError: If it is not on this machine and cannot be fetched.
        ReadError: If it is not what was expected.
    """
    as_choice("round", name, ANLI_ROUNDS)
    return read_anli(checked_root(ANLI_DEV), name)


def read_anli(root: Path, name: str) -> LabelledPairs:
    """Read a round's development set.

    Args:
        root: The data root.
        name: One of `ANLI_ROUNDS`.

    Returns:
        The pairs, each with its one label; what expert annotators and models said of them is left out.

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Nie et al. 2020 (ACL), "Adversarial NLI"; Williams, Thrush and Kiela 2022 (SCiL), "ANLIzing the adversarial
        natural language inference dataset", whose files these are.
    """
    entries = list(read_csv(root / _FILES[name].path, ("context", "statement", "gold_label", "uid")))
    codes = [entry.code(entry.get("gold_label", str), LETTERS) for entry in entries]
    return LabelledPairs(
        unique_ids(entries, [entry.get("uid", str) for entry in entries]),
        tuple(entry.name("context") for entry in entries),
        tuple(entry.name("statement") for entry in entries),
        LABELS,
        np.eye(len(LABELS))[codes],
    )
