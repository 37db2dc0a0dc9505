"""ChaosNLI on aNLI (abductive inference): 100 votes on each of 1,532 items."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._chaosnli import HOME, LICENCE, chaosnli_file, read_counts
from variorum.corpora.base import CorpusSpec

__all__ = ["SPEC", "read"]

_SCHEME = LabelScheme.nominal(["hypothesis 1", "hypothesis 2"])
_CODES = {"1": 0, "2": 1}
_FILE = chaosnli_file("chaosNLI_alphanli.jsonl", "f55817ecc11a02ba3030cd7d2c567d23843456809020723abad53f4fde024c9e")


def read(root: Path) -> Corpus:
    """Read the abductive part of ChaosNLI: which of two hypotheses explains how one observation led to another.

    Args:
        root: The data root.

    Returns:
        The corpus, with the two observations as the text and the two hypotheses as the second text, one a line;
        items are grouped by the first observation. There are no earlier single votes (`old_labels`).

    Raises:
        ReadError: If the file is not what was expected.

    Source:
        Nie, Zhou and Bansal, What can we learn from collective human opinions on natural language inference data?,
        EMNLP 2020.
    """
    return read_counts(root / _FILE.path, "chaosnli-anli", _SCHEME, _CODES, (("obs1", "obs2"), ("hyp1", "hyp2")))


SPEC = CorpusSpec(
    name="chaosnli-anli",
    title="ChaosNLI, aNLI",
    scheme=_SCHEME,
    licence=LICENCE,
    home=HOME,
    files=(_FILE,),
    sensitive=False,
    read=read,
    summary="Abductive inference, which of two hypotheses explains more: 100 votes an item, published as counts.",
    n_items=1532,
    n_annotators=0,
    n_annotations=153200,
)
