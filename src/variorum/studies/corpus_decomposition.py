"""Pipeline: a corpus in, its disagreement taken apart with all that it holds out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from variorum.annotations import ANSWERED, Annotations, Corpus, group_codes
from variorum.checks import as_choice
from variorum.decomposition import (
    Decomposition,
    Perspectives,
    ValidityModel,
    decompose,
    find_perspectives,
    fit_validity,
    item_label_pairs,
)
from variorum.errors import ArgumentError
from variorum.features import Cached, Featurizer, featurizer
from variorum.labels import need_classes
from variorum.studies.reason_evidence import reason_evidence
from variorum.studies.vote_evidence import Evidence, vote_evidence
from variorum.training import cross_fitted

__all__ = ["CorpusDecomposition", "decompose_corpus", "validity_features"]

Array = NDArray[np.float64]

# A probability of error nearer to 0 or 1 than this says no more.
_CERTAIN: Final = 1e-4
_OF_TEXTS: Final = ("tfidf", "minilm")


@dataclass(frozen=True, eq=False)
class CorpusDecomposition:
    """A corpus with its disagreement taken apart.

    Attributes:
        corpus: The corpus.
        decomposition: What is variation and what is error.
        perspectives: Groups of annotators found from votes alone; ``None`` if they were not looked for.
        group_names: Name of each group that was used, length n_groups.
        prior: The classifier's out-of-sample predictions, shape (n_items, n_classes), where items have features.
        features: Name of the features; ``None`` without.
        evidence: Names of what else was used: of votes, then of reasons and judgments.
        validity: The model of the validity round, where the corpus has one.
    """

    corpus: Corpus
    decomposition: Decomposition
    perspectives: Perspectives | None
    group_names: tuple[str, ...]
    prior: Array | None = None
    features: str | None = None
    evidence: tuple[str, ...] = field(default=())
    validity: ValidityModel | None = None


def decompose_corpus(
    corpus: Corpus, *, features: str | None = "auto", groups: str | None = "find", seed: int = 0
) -> CorpusDecomposition:
    """Tell variation from error in a corpus, with its texts, reasons, times and judgments where it has them.

    Args:
        corpus: The corpus, of a nominal, ordinal or pairwise scheme.
        features: Features of the items for the prior and of the reasons, as in `features.featurizer`; ``auto`` takes
            TF-IDF where every item has a text, and nothing else; ``None`` uses votes alone. Features that are not of
            texts are of the items alone, and the reasons have TF-IDF.
        groups: ``find`` looks for perspectives and uses them if there are several; the name of an annotators' attribute
            uses its groups; ``None`` takes annotators for one group.
        seed: Seed of folds and starts.

    Returns:
        The decomposition and what it was made from.

    Raises:
        SchemeError: For multilabel and numeric schemes.
        UnknownNameError: If there are no such features, or no such attribute.
        ArgumentError: If there is no vote, or items lack what the features read.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> corpus = synthetic_corpus(Population("small", seed=1, n_items=60, votes_per_item=(5, 5)))
        >>> decompose_corpus(corpus, groups=None).decomposition.distribution.shape
        (60, 3)
    """
    annotations = corpus.annotations
    need_classes(annotations, "telling variation from error")
    rng = np.random.default_rng(seed)
    name = _feature_name(corpus, features)
    of_items = None if name is None else featurizer(name)
    prior = None if of_items is None else _prior(annotations, of_items, rng)
    of_votes = vote_evidence(annotations)
    seen = None if of_votes is None else of_votes.values
    found = decompose(annotations, prior=prior, evidence=seen)
    perspectives, group, names = _groups(annotations, groups, found, rng)
    if len(names) > 1:
        found = decompose(annotations, prior=prior, evidence=seen, groups=group)
    validity, used = None, () if of_votes is None else of_votes.names
    if corpus.validity is not None and len(corpus.validity):
        about = validity_features(annotations, found, None if name is None else _of_reasons(name), rng)
        validity = fit_validity(annotations, corpus.validity, features=about.values)
        added = _logit(validity.rejection) - _logit(found.error)
        found = decompose(annotations, prior=prior, evidence=seen, log_odds=added, groups=group)
        used += (*about.names, "validity judgments")
    return CorpusDecomposition(corpus, found, perspectives, names, prior, name, used, validity)


def validity_features(
    annotations: Annotations, found: Decomposition, of_texts: Featurizer | None, rng: np.random.Generator
) -> Evidence:
    """What the validity model looks at beside judgments: votes, labels and reasons.

    Args:
        annotations: The annotations.
        found: Their decomposition by votes.
        of_texts: Featurizer of reasons; ``None`` leaves reasons out.
        rng: Draws folds.

    Returns:
        ``votes`` (log odds of error by votes alone), ``given by 1``, ``2`` and ``3 or more`` annotators, ``unsure``
        (annotators unsure about the item), each label, and the features of the reason.
    """
    pairs = item_label_pairs(annotations)
    n_given = np.where(pairs.of_row >= 0, pairs.n_annotators[np.maximum(pairs.of_row, 0)], 0)
    unsure = np.bincount(annotations.item[annotations.status != ANSWERED], minlength=len(annotations.items))
    names = ["votes", "given by 1", "given by 2", "given by 3 or more", "unsure", *annotations.scheme.labels]
    columns = [_logit(found.error), n_given == 1, n_given == 2, n_given >= 3, unsure[annotations.item]]
    columns += [annotations.label == k for k in range(annotations.scheme.n_classes)]
    reasons = None if of_texts is None else reason_evidence(annotations, of_texts, rng)
    if reasons is not None:
        names += [f"reason: {name}" for name in reasons.names]
        columns += list(reasons.values.T)
    return Evidence(tuple(names), np.column_stack(columns).astype(np.float64))


def _logit(probability: Array) -> Array:
    return np.asarray(logit(np.clip(probability, _CERTAIN, 1 - _CERTAIN)))


def _feature_name(corpus: Corpus, features: str | None) -> str | None:
    if features != "auto":
        return features
    text, second = corpus.items.text, corpus.items.second_text
    readable = text is not None and all(text) and (second is None or all(second))
    return "tfidf" if readable and np.unique(group_codes(corpus.items)).size > 1 else None


def _of_reasons(name: str) -> Featurizer:
    """A featurizer of texts: vectors and pictures of items say nothing of a reason."""
    return featurizer(name if name in _OF_TEXTS else "tfidf")


def _prior(annotations: Annotations, of_items: Featurizer, rng: np.random.Generator) -> Array:
    items = annotations.items
    inputs = Cached(of_items).fit_transform(items, np.arange(len(items)))
    return cross_fitted(inputs, annotations.counts(), group_codes(items), rng)


def _groups(
    annotations: Annotations, groups: str | None, found: Decomposition, rng: np.random.Generator
) -> tuple[Perspectives | None, NDArray[np.int64] | None, tuple[str, ...]]:
    if groups is None:
        return None, None, ("all",)
    if groups == "find":
        perspectives = find_perspectives(annotations, rng, careless=found.annotators.throughout, weights=found.weight)
        if perspectives.n_groups == 1:
            return perspectives, None, ("all",)
        names = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"[g] for g in range(perspectives.n_groups))
        return perspectives, perspectives.group, names
    attributes = annotations.annotators.attributes
    if not attributes:
        raise ArgumentError(f"groups = {groups!r} names an attribute of the annotators, and nothing is known of them.")
    column = attributes[as_choice("attribute", groups, attributes)]
    voted = np.isin(np.arange(len(column)), annotations.annotator[annotations.status == ANSWERED])
    known = sorted({value for value, v in zip(column, voted, strict=True) if value is not None and v})
    code = np.array([known.index(value) if value in known else -1 for value in column], np.int64)
    return None, code, tuple(known) or ("all",)
