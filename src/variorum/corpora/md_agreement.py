"""MD-Agreement: five crowd annotators each on whether a tweet is offensive, in three domains."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._lewidi import HOME, LICENCE, lewidi_file, read_binary_2023, read_splits
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(["not offensive", "offensive"])
_STEM = "lewidi2023/MD-Agreement_dataset/MD-Agreement"
_FILES = (
    lewidi_file(f"{_STEM}_train.json", "0b100595f7d10fd9b4624c647af2888597472b2dea90643dc788278714f57a6d"),
    lewidi_file(f"{_STEM}_dev.json", "b42b6b54015589504de259241e14c17ff605baab4eb146effcb17a95fbfd69f5"),
    lewidi_file(f"{_STEM}_test.json", "a30f185ece8bc99a45ce50e0311593ee1a6882a816c93f6915cabd368f3fad53"),
)


def read(root: Path) -> Corpus:
    """Read MD-Agreement; the source writes "not offensive" as 0 and "offensive" as 1.

    Args:
        root: The data root.

    Returns:
        The corpus; its fields are ``split``, ``hard_label`` (the publishers' majority) and ``domain``. Tweets that
        differ in masked names and links alone share a group.

    Raises:
        ReadError: If a file is not what was expected.

    Source:
        Leonardelli et al., Agreeing to disagree, EMNLP 2021; Leonardelli et al., SemEval-2023 task 11.
    """
    entries = read_splits(root, _FILES)
    domains = tuple(entry.entry("other_info").get("domain", str) for entry in entries)
    return read_binary_2023(entries, "md-agreement", _SCHEME, {"domain": domains})


SPEC = CorpusSpec(
    name="md-agreement",
    title="MD-Agreement",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=_FILES,
    sensitive=True,
    read=read,
    summary="Offensive language in tweets of three domains: five of 819 crowd annotators an item.",
    n_items=10_753,
    n_annotators=819,
    n_annotations=53_765,
)
