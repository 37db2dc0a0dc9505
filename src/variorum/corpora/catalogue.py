"""All corpora by name, how to load one, and what is known of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from variorum.annotations import Corpus
from variorum.checks import as_choice
from variorum.corpora import (
    bluebird,
    chaosnli_anli,
    chaosnli_mnli,
    chaosnli_snli,
    cifar10h,
    convabuse,
    dices_350,
    dog,
    hs_brexit,
    labelme,
    livenli,
    md_agreement,
    multipico,
    paraphrase,
    popquorn_offensiveness,
    rte,
    sentence_polarity,
    synthetic,
    trec,
    varierr,
    varierr_lewidi,
    web,
)
from variorum.corpora.base import CorpusSpec
from variorum.corpora.fetch import checked_root
from variorum.corpora.find import find_corpus

__all__ = ["CORPORA", "CorpusRow", "corpora_table", "load_corpus"]

CORPORA: Final[dict[str, CorpusSpec]] = {
    "varierr": varierr.SPEC,
    "chaosnli-mnli": chaosnli_mnli.SPEC,
    "chaosnli-snli": chaosnli_snli.SPEC,
    "chaosnli-anli": chaosnli_anli.SPEC,
    "cifar10h": cifar10h.SPEC,
    "hs-brexit": hs_brexit.SPEC,
    "md-agreement": md_agreement.SPEC,
    "convabuse": convabuse.SPEC,
    "paraphrase": paraphrase.SPEC,
    "varierr-lewidi": varierr_lewidi.SPEC,
    "multipico": multipico.SPEC,
    "popquorn-offensiveness": popquorn_offensiveness.SPEC,
    "dices-350": dices_350.SPEC,
    "livenli": livenli.SPEC,
    "bluebird": bluebird.SPEC,
    "dog": dog.SPEC,
    "rte": rte.SPEC,
    "trec": trec.SPEC,
    "web": web.SPEC,
    "labelme": labelme.SPEC,
    "sentence-polarity": sentence_polarity.SPEC,
    "synthetic-plain": synthetic.PLAIN,
    "synthetic-item-error": synthetic.ITEM_ERROR,
    "synthetic-cliques": synthetic.CLIQUES,
    "synthetic-drift": synthetic.DRIFT,
    "synthetic-perspectives": synthetic.PERSPECTIVES,
    "synthetic-mixture": synthetic.MIXTURE,
}


def load_corpus(name: str) -> Corpus:
    """Load a corpus: built in, from ``$VARIORUM_DATA``, from the user cache, or from its public home into that cache.

    Its files must be the ones that were pinned, wherever they are found, so that a name means the same data everywhere.

    Args:
        name: One of `CORPORA`.

    Returns:
        The corpus.

    Raises:
        UnknownNameError: If there is no corpus of that name.
        ChecksumError: If a file is not the one that was pinned.
        FetchError: If it is not on this machine and cannot be fetched.

    Example:
        >>> load_corpus("synthetic-plain").scheme.labels
        ('negative', 'mixed', 'positive')
    """
    spec = CORPORA[as_choice("corpus", name, CORPORA)]
    return spec.open(checked_root(spec))


@dataclass(frozen=True)
class CorpusRow:
    """A line of the list of corpora.

    Attributes:
        name: Its name.
        n_items: Number of items, ``None`` where that is not known without loading it.
        n_annotators: Number of known annotators; 0 where the publishers name none.
        n_annotations: Number of answered rows.
        scheme: Kind of the label scheme.
        n_classes: Number of labels; 0 for a numeric scheme.
        licence: The licence that its publishers state.
        sensitive: Whether it holds abusive or otherwise disturbing text.
        where: The data root it was found below, "built in", or where it would be fetched from.
        at_hand: Whether it can be loaded without a network.
        summary: What is annotated by whom.
    """

    name: str
    n_items: int | None
    n_annotators: int | None
    n_annotations: int | None
    scheme: str
    n_classes: int
    licence: str
    sensitive: bool
    where: str
    at_hand: bool
    summary: str


def corpora_table() -> tuple[CorpusRow, ...]:
    """What is known of every corpus; none is loaded and nothing is fetched.

    Returns:
        One row a corpus, in the order of `CORPORA`.

    Example:
        >>> [row.name for row in corpora_table() if row.where == "built in"][0]
        'synthetic-plain'
    """
    return tuple(_row(spec) for spec in CORPORA.values())


def _row(spec: CorpusSpec) -> CorpusRow:
    root = find_corpus(spec)
    where = "built in" if not spec.files else f"not found: will be fetched from {spec.home}" if root is None else root
    return CorpusRow(
        name=spec.name,
        n_items=spec.n_items,
        n_annotators=spec.n_annotators,
        n_annotations=spec.n_annotations,
        scheme=spec.scheme.kind,
        n_classes=spec.scheme.n_classes,
        licence=spec.licence,
        sensitive=spec.sensitive,
        where=str(where),
        at_hand=root is not None,
        summary=spec.summary,
    )
