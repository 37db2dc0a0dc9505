"""ChaosNLI on SNLI: 100 votes on each of 1,514 items."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._chaosnli import HOME, LICENCE, chaosnli_file, read_counts
from variorum.corpora._nli import LABELS, LETTERS
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(LABELS)
_FILE = chaosnli_file("chaosNLI_snli.jsonl", "99f9015ddda7d85f66a087452bc30d53974314fe27e7d589e2f41ad44bd509c1")


def read(root: Path) -> Corpus:
    """Read the SNLI part of ChaosNLI.

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
    return read_counts(root / _FILE.path, "chaosnli-snli", _SCHEME, LETTERS, (("premise",), ("hypothesis",)))


SPEC = CorpusSpec(
    name="chaosnli-snli",
    title="ChaosNLI, SNLI",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(_FILE,),
    sensitive=False,
    read=read,
    summary="Natural language inference: 100 votes an item, published as counts.",
    n_items=1514,
    n_annotators=0,
    n_annotations=151400,
)
