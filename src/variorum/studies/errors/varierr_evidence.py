"""VariErr with all that a method may look at, and the gold that it must not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray
from scipy.special import logit

from variorum.annotations import Annotations, Corpus, ValidityJudgments, group_codes
from variorum.decomposition import ItemLabelPairs, PairEvidence, decompose, fit_validity, item_label_pairs, judged_own
from variorum.features import Cached, Featurizer
from variorum.labels import normalize
from variorum.studies.corpus_decomposition import validity_features
from variorum.studies.errors.trajectories import training_trajectories
from variorum.training import cross_fitted

__all__ = ["VariErr", "varierr_gold"]

Array = NDArray[np.float64]


def varierr_gold(corpus: Corpus, pairs: ItemLabelPairs) -> NDArray[np.bool_]:
    """Whether each pair's label is among the published ``error_labels`` of its item, shape (n_pairs,)."""
    published = [set(json.loads(str(names))) for names in corpus.items.column("error_labels")]
    labels = corpus.scheme.labels
    return np.array([labels[k] in published[i] for i, k in zip(pairs.item, pairs.label, strict=True)])


@dataclass(frozen=True, eq=False)
class VariErr:
    """The corpus, its evidence and its gold.

    Attributes:
        corpus: The corpus.
        annotations: Its annotations.
        validity: All judgments, authors' own included.
        pairs: Labels that somebody gave.
        evidence: What scorers may look at; nobody's judgment of their own annotations.
        gold: Whether a pair's label is an error, shape (n_pairs,).
        crowd: ChaosNLI's votes, shape (n_items, n_classes).
        texts: Featurizer of texts and reasons.
        prior: Out-of-sample predictions from texts, shape (n_items, n_classes).
        seed: Of whatever is drawn.
    """

    corpus: Corpus
    annotations: Annotations
    validity: ValidityJudgments
    pairs: ItemLabelPairs
    evidence: PairEvidence
    gold: NDArray[np.bool_]
    crowd: Array
    texts: Featurizer
    prior: Array
    seed: int

    @classmethod
    def of(cls, corpus: Corpus, texts: Featurizer, rng: np.random.Generator) -> VariErr:
        """Arrange the corpus.

        Args:
            corpus: VariErr.
            texts: Featurizer of single texts and of pairs.
            rng: Draws folds and batches.
        """
        annotations, validity = corpus.annotations, corpus.validity
        assert validity is not None
        pairs = item_label_pairs(annotations)
        others = ~judged_own(annotations, validity)
        n_rows = annotations.n_rows
        about = validity.annotation[others]
        crowd = np.array([json.loads(str(c)) for c in corpus.items.column("chaosnli_counts")], np.float64)
        inputs = Cached(texts).fit_transform(corpus.items, np.arange(len(corpus.items)))
        groups = group_codes(corpus.items)
        given = annotations.counts() > 0
        gold = varierr_gold(corpus, pairs)
        evidence = PairEvidence(
            pairs,
            crowd=crowd,
            trajectories=training_trajectories(inputs, given, rng),
            judgments=np.bincount(about, minlength=n_rows).astype(np.float64),
            accepted=np.bincount(about, validity.makes_sense[others], minlength=n_rows).astype(np.float64),
            errors=gold,
            groups=groups,
        )
        prior = cross_fitted(inputs, annotations.counts(), groups, rng)
        return cls(corpus, annotations, validity, pairs, evidence, gold, crowd, texts, prior, int(rng.integers(2**31)))

    @cached_property
    def by_author(self) -> NDArray[np.bool_]:
        """Whether each annotator gave the label, shape (n_pairs, n_annotators)."""
        gave = np.zeros((len(self.pairs), len(self.annotations.annotators)), np.bool_)
        rows = self.pairs.of_row >= 0
        gave[self.pairs.of_row[rows], self.annotations.annotator[rows]] = True
        return gave

    def of_pairs(self, per_row: Array) -> Array:
        """Log probability that all rows of a pair are errors, shape (n_pairs,)."""
        return self.pairs.total(np.log(np.clip(np.nan_to_num(per_row, nan=1.0), 1e-12, 1.0)))

    def rejection(
        self,
        *,
        annotations: Annotations | None = None,
        validity: ValidityJudgments | None = None,
        crowd: bool = False,
        known_authors: bool = True,
        learn_from: NDArray[np.bool_] | None = None,
    ) -> Array:
        """Probability that each annotation's author rejects it, by the validity model, shape (n_rows,).

        Args:
            annotations: In place of the corpus's, with other annotators.
            validity: In place of the corpus's, with other judges.
            crowd: Whether ChaosNLI's votes may be looked at.
            known_authors: Whether the author's own leniency may be used.
            learn_from: Judgments that parameters are learned from, shape (n_judgments,).
        """
        votes = annotations or self.annotations
        rng = np.random.default_rng(self.seed)
        found = decompose(votes, prior=self.prior)
        about = validity_features(votes, found, self.texts, rng)
        values = about.values
        if crowd:
            share = normalize(self.crowd + 0.5)[votes.item, np.maximum(votes.label, 0)]
            values = np.column_stack([values, logit(share)])
        return fit_validity(
            votes,
            validity or self.validity,
            features=values,
            known_authors=known_authors,
            learn_from=learn_from,
        ).rejection
