"""Study: which labels of VariErr would their authors take back?

The gold is self-rejection: a label is an error if none of its reasons is validated by its own author. Authors differ in
that far more than their labels do, so a score that knows how strict an author is ranks well without knowing anything of
the labels. Every method is therefore scored overall, within authors, and without knowing who they are. Nothing looks at
authors' judgments of their own annotations but the gold.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import open_corpus
from variorum.decomposition import judged_own
from variorum.evaluation import average_precision, precision_at
from variorum.features import featurizer
from variorum.studies.errors.varierr_evidence import VariErr
from variorum.studies.errors.varierr_scores import THREE_TERMS, Score, all_scores

__all__ = ["AuthorCalibration", "VariErrRow", "author_calibration", "varierr_errors"]

Array = NDArray[np.float64]

_LEVEL: Final = 0.95


@dataclass(frozen=True)
class VariErrRow:
    """One way to rank the labels.

    Attributes:
        name: What it is.
        sees: Evidence that it looks at.
        ap: Average precision over all labels that somebody gave.
        ap_interval: Its 95 % bootstrap interval over items.
        precision_100: Precision among the first 100.
        single: Average precision among labels that one annotator alone gave.
        within: Average precision within authors: each author's labels ranked by themselves, authors weighted by their
            errors.
        within_interval: Its interval.
        against_three_terms: Within authors, less the three-term score's, and its paired interval.
    """

    name: str
    sees: str
    ap: float
    ap_interval: tuple[float, float]
    precision_100: float
    single: float
    within: float
    within_interval: tuple[float, float]
    against_three_terms: tuple[float, float, float]


@dataclass(frozen=True)
class AuthorCalibration:
    """Predicted and actual self-rejections of an author.

    Attributes:
        author: Annotator id.
        predicted: Expected number.
        actual: Number.
        judged: Annotations that the author judged.
    """

    author: str
    predicted: float
    actual: int
    judged: int


def varierr_errors(
    *, features: str = "tfidf", seed: int = 0, n_draws: int = 1000, progress: Callable[[str], None] | None = None
) -> tuple[VariErrRow, ...]:
    """Run the study.

    Args:
        features: Features of texts and reasons, as in `features.featurizer`.
        seed: Of folds, batches, shuffles and resamples.
        n_draws: Resamples of the items behind each interval.
        progress: Called with the name of each row.

    Returns:
        A row for each scorer of the literature, alone and re-ranked; for the predictions that were released with the
        paper, where they lie beside the corpus, on the pairs that they hold; for simple sums; and for ours, by what it
        may see.
    """
    rng = np.random.default_rng(seed)
    study = VariErr.of(open_corpus("varierr"), featurizer(features), rng)
    scores = []
    for score in all_scores(study):
        if progress is not None:
            progress(f"{score.name} ({score.sees})")
        scores.append(score)
    baseline = next(score for score in scores if score.name == THREE_TERMS)
    n_items = len(study.corpus.items)
    draws = [_drawn(study, rng.integers(n_items, size=n_items)) for _ in range(n_draws)]
    return tuple(_row(study, score, baseline, draws) for score in scores)


def author_calibration(*, features: str = "tfidf", seed: int = 0) -> tuple[AuthorCalibration, ...]:
    """How many of their annotations authors are predicted to reject, and how many they did.

    Args:
        features: Features of texts and reasons.
        seed: Of folds.

    Returns:
        One row an author.
    """
    study = VariErr.of(open_corpus("varierr"), featurizer(features), np.random.default_rng(seed))
    rejection = study.rejection()
    own = judged_own(study.annotations, study.validity)
    row, stood = study.validity.annotation[own], study.validity.makes_sense[own]
    author = study.annotations.annotator[row]
    return tuple(
        AuthorCalibration(
            name, float(rejection[row[author == a]].sum()), int((~stood[author == a]).sum()), int((author == a).sum())
        )
        for a, name in enumerate(study.corpus.annotators.ids)
    )


def _drawn(study: VariErr, items: NDArray[np.int64]) -> NDArray[np.int64]:
    """Pairs of the drawn items, as often as they were drawn."""
    times = np.bincount(items, minlength=len(study.corpus.items))[study.pairs.item]
    return np.repeat(np.arange(len(study.pairs)), times)


def _within(study: VariErr, values: Array, rows: NDArray[np.int64]) -> float:
    """Average precision of each author's labels by themselves, weighted by the author's errors."""
    found = []
    for author in range(study.by_author.shape[1]):
        mine = rows[study.by_author[rows, author]]
        errors = int(study.gold[mine].sum())
        if errors:
            found.append((average_precision(study.gold[mine], values[mine]), errors))
    return float(np.average([ap for ap, _ in found], weights=[n for _, n in found])) if found else float("nan")


def _row(study: VariErr, score: Score, baseline: Score, draws: list[NDArray[np.int64]]) -> VariErrRow:
    values = score.values
    known = np.flatnonzero(~np.isnan(values))
    single = known[study.pairs.n_annotators[known] == 1]
    ap, within, gain = [], [], []
    for rows in draws:
        kept = rows[~np.isnan(values[rows])]
        ap.append(average_precision(study.gold[kept], values[kept]))
        within.append(_within(study, values, kept))
        gain.append(within[-1] - _within(study, baseline.values, kept))
    here = _within(study, values, known)
    return VariErrRow(
        score.name, score.sees,
        average_precision(study.gold[known], values[known]), _ends(np.array(ap)),
        precision_at(study.gold[known], values[known], 100),
        average_precision(study.gold[single], values[single]),
        here, _ends(np.array(within)),
        (here - _within(study, baseline.values, known), *_ends(np.array(gain))),
    )  # fmt: skip


def _ends(draws: Array) -> tuple[float, float]:
    low, high = np.quantile(draws, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)
