"""ChaosNLI on MNLI (matched): 100 votes on each of 1,599 items."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._chaosnli import HOME, LICENCE, chaosnli_file, read_counts
from variorum.corpora._nli import LABELS, LETTERS
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(LABELS)
_FILE = chaosnli_file("chaosNLI_mnli_m.jsonl", "8eb49b589488e7b1a9ec95fb8a864bd50f0509b4f808eed0aed3f8167617664d")


def read(root: Path) -> Corpus:
    """Read the MNLI (matched) part of ChaosNLI.

    Args:
        root: The data root.

    Returns:
        The corpus, with items grouped by premise.

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Nie, Zhou and Bansal, What can we learn from collective human opinions on natural language inference data?,
        EMNLP 2020.
    """
    return read_counts(root / _FILE.path, "chaosnli-mnli", _SCHEME, LETTERS, (("premise",), ("hypothesis",)))


SPEC = CorpusSpec(
    name="chaosnli-mnli",
    title="ChaosNLI, MNLI (matched)",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(_FILE,),
    sensitive=False,
    read=read,
    summary="Natural language inference: 100 votes an item, published as counts.",
    n_items=1599,
    n_annotators=0,
    n_annotations=159900,
)
