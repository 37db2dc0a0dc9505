"""Agreement of a corpus in one go: the measures that fit its label scheme, and everything that they can be split by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations
from variorum.checks import as_choice, as_rng
from variorum.errors import SchemeError
from variorum.evaluation.agreement._answers import Answers, answers_of
from variorum.evaluation.agreement._scale import FloatArray
from variorum.evaluation.agreement._votes import Votes
from variorum.evaluation.agreement.bootstrap import AgreementInterval, interval_of, percentiles, resample
from variorum.evaluation.agreement.cohen import PairwiseKappas, kappas_of
from variorum.evaluation.agreement.groups import GroupAgreement, groups_of
from variorum.evaluation.agreement.measures import measure_of
from variorum.evaluation.agreement.per_label import LabelAgreement
from variorum.evaluation.agreement.raw import of_items
from variorum.evaluation.agreement.rest import AnnotatorAgreement, rest_of

__all__ = [
    "ENOUGH_ITEMS",
    "AgreementSummary",
    "AnswerCounts",
    "LabelIntervals",
    "MeasuredAgreement",
    "agreement_summary",
]

# The first of each leads; distances of pairs, annotators and groups are those of `_DISTANCES`.
_MEASURES: Final = {
    "nominal": ("alpha-nominal", "raw", "fleiss-kappa", "gwet-ac1"),
    "pairwise": ("alpha-nominal", "alpha-interval", "raw", "fleiss-kappa", "gwet-ac1"),
    "ordinal": ("alpha-ordinal", "alpha-interval", "alpha-nominal", "raw", "fleiss-kappa", "gwet-ac2"),
    "numeric": ("alpha-interval", "alpha-ordinal", "alpha-ratio", "difference"),
    "multilabel": ("alpha-masi", "alpha-jaccard", "alpha-nominal", "raw"),
}
_DISTANCES: Final = {"ordinal": "interval", "numeric": "interval", "multilabel": "masi"}
_MOST_PAIRS = 3_000_000

ENOUGH_ITEMS: Final = 10
"""Shared items from which on a kappa is more than chance, so that the lowest one is worth a look."""


@dataclass(frozen=True)
class MeasuredAgreement:
    """A measure over all items.

    Attributes:
        name: Its name in `AGREEMENT`.
        interval: Value and bootstrap interval over items.
    """

    name: str
    interval: AgreementInterval


@dataclass(frozen=True, eq=False)
class LabelIntervals:
    """Agreement of each label against all others together, with intervals of alpha.

    Attributes:
        labels: Names, in class order.
        agreement: Share, specific agreement and alpha.
        low: Lower ends of alpha's bootstrap intervals, shape (n_labels,); nan without draws.
        high: Upper ends, shape (n_labels,).
    """

    labels: tuple[str, ...]
    agreement: LabelAgreement
    low: FloatArray
    high: FloatArray


@dataclass(frozen=True)
class AnswerCounts:
    """What agreement was computed on, and what was left out.

    Attributes:
        items: Items with an answer.
        paired_items: Items with two answers or more; only these can agree.
        fewest: Answers to the item that has fewest, among those with one.
        median: Median number of answers to an item.
        most: Answers to the item that has most.
        annotators: Known annotators with an answer.
        answers: Answers: all rows of one annotator on one item are one.
        rows: Answered rows.
        unknown: Answered rows of unknown annotators, each taken for somebody else.
        repeated: Answers of more than one row.
        elicited: Answered rows with an elicited distribution.
        abstained: Rows that abstained, and are no votes.
        unsure: Rows that were unsure, and are no votes.
    """

    items: int
    paired_items: int
    fewest: int
    median: float
    most: int
    annotators: int
    answers: int
    rows: int
    unknown: int
    repeated: int
    elicited: int
    abstained: int
    unsure: int


@dataclass(frozen=True, eq=False)
class AgreementSummary:
    """How far the annotators of a corpus agree.

    Attributes:
        kind: Kind of the label scheme.
        measures: The measures that fit it, over all items; the first leads.
        distance: How far two answers are apart for items, annotators, pairs and groups: ``nominal``, ``interval`` or
            ``masi``.
        items: Agreement on each item, in [0, 1], shape (n_items,); nan with fewer than two answers. 1 - mean distance;
            for numbers the squared difference is in units of the range.
        item_answers: Answers to each item, shape (n_items,).
        labels: Label by label; ``None`` for numbers.
        annotators: Each annotator against the rest; ``None`` where nobody knows who answered what.
        pairs: Every two annotators who share items; ``None`` there as well, and where they may be more than three
            million.
        groups: Within and between groups; ``None`` unless asked for.
        group_names: Names of the groups, in the order of `groups`.
        attribute: The attribute that makes the groups.
        counts: What it was computed on, and what was left out.
        level: Probability of the intervals.
        n_draws: Resamples behind them.
    """

    kind: str
    measures: tuple[MeasuredAgreement, ...]
    distance: str
    items: FloatArray
    item_answers: NDArray[np.int64]
    labels: LabelIntervals | None
    annotators: AnnotatorAgreement | None
    pairs: PairwiseKappas | None
    groups: GroupAgreement | None
    group_names: tuple[str, ...]
    attribute: str | None
    counts: AnswerCounts
    level: float
    n_draws: int

    @property
    def min_items(self) -> int:
        """Shared items from which on an annotator or a pair is worth ranking: ten, fewer where nobody has as many."""
        most = 0 if self.annotators is None else int(self.annotators.n_items.max(initial=0))
        return max(1, min(ENOUGH_ITEMS, most))

    def measure(self, name: str) -> AgreementInterval:
        """One of the measures.

        Args:
            name: Its name in `AGREEMENT`.

        Returns:
            Value and interval.

        Raises:
            UnknownNameError: If the summary does not hold it.
        """
        as_choice("measure", name, [each.name for each in self.measures])
        return next(each.interval for each in self.measures if each.name == name)


def agreement_summary(
    annotations: Annotations,
    rng: np.random.Generator | int,
    *,
    attribute: str | None = None,
    n_draws: int = 1000,
    level: float = 0.95,
) -> AgreementSummary:
    """How far annotators agree: over all items, by item, label, annotator, pair and group.

    Args:
        annotations: Of any scheme. Only answered rows are votes; the others are counted.
        rng: Source of the resamples.
        attribute: Annotators' attribute whose values are the groups, or ``"kind"``; ``None`` for no groups.
        n_draws: Resamples of items, and random sets of annotators for the groups; 0 for neither.
        level: Probability of the intervals, in (0, 1).

    Returns:
        The summary. An answer is all that one annotator says about one item: rows with several labels share it in equal
        parts, or make one set in a multilabel scheme; an elicited distribution is an answer in parts as large as its
        shares, so that two agree by the chance that labels drawn from them do. Nobody is compared with themselves.

    Raises:
        UnknownNameError: If there is no such attribute.
        SchemeError: If no row is answered.
        ArgumentError: If the number of draws or the level is out of range.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> votes = Annotations(
        ...     LabelScheme.nominal(["no", "yes"]), Items(("a", "b", "c")), Annotators(("x:1", "x:2")),
        ...     item=[0, 0, 1, 1, 2, 2], annotator=[0, 1] * 3, label=[0, 0, 1, 1, 0, 1],
        ... )
        >>> found = agreement_summary(votes, rng=0, n_draws=0)
        >>> round(found.measure("alpha-nominal").value, 3), found.annotators.agreement.round(2)
        (0.444, array([0.67, 0.67]))
    """
    generator = as_rng(rng)
    if not len(annotations):
        raise SchemeError(
            f"none of {annotations.n_rows} rows is answered, and without votes there is no agreement; rows that "
            "abstained or were unsure are no votes."
        )
    codes, names = _groups(annotations, attribute)
    answers = answers_of(annotations)
    votes, distance = answers.votes, _DISTANCES.get(annotations.scheme.kind, "nominal")
    scale, known = answers.scale(distance), bool((votes.annotator >= 0).any())
    measured, labels = _over_items(annotations, answers, generator, n_draws, level)
    items = np.full(len(annotations.items), np.nan)
    items[answers.at] = of_items(answers.tally(distance))
    item_answers = np.zeros(len(annotations.items), np.int64)
    item_answers[answers.at] = votes.answers
    pairs = kappas_of(votes, answers.labels, scale) if known and _most_pairs(votes) <= _MOST_PAIRS else None
    groups = None
    if known and attribute is not None:
        groups = groups_of(votes, answers.labels, scale, codes, len(names), generator, n_draws, level)
    return AgreementSummary(
        kind=annotations.scheme.kind,
        measures=measured,
        distance=distance,
        items=items,
        item_answers=item_answers,
        labels=labels,
        annotators=rest_of(votes, answers.labels, scale) if known else None,
        pairs=pairs,
        groups=groups,
        group_names=names,
        attribute=attribute,
        counts=_counts(annotations, answers),
        level=level,
        n_draws=n_draws,
    )


def _groups(annotations: Annotations, attribute: str | None) -> tuple[NDArray[np.int64], tuple[str, ...]]:
    if attribute is None:
        return np.zeros(0, np.int64), ()
    people = annotations.annotators
    attributes: dict[str, tuple[str | None, ...]] = {"kind": people.kind, **people.attributes}
    values = attributes[as_choice("annotator attribute", attribute, attributes)]
    names = sorted({value for value in values if value is not None})
    place = {name: code for code, name in enumerate(names)}
    return np.array([-1 if value is None else place[value] for value in values], np.int64), tuple(names)


def _over_items(
    annotations: Annotations, answers: Answers, rng: np.random.Generator, n_draws: int, level: float
) -> tuple[tuple[MeasuredAgreement, ...], LabelIntervals | None]:
    """Measures and labels, over the same resamples: what is the same alpha has the same interval."""
    scheme = annotations.scheme
    names = list(_MEASURES[scheme.kind])
    if scheme.bounds is not None and scheme.bounds[0] != 0.0:
        # A ratio means something on a scale that begins at nothing.
        names.remove("alpha-ratio")
    if scheme.kind == "pairwise" and scheme.n_classes < 3:
        # Without a tie there is nothing between the two.
        names.remove("alpha-interval")
    made = [measure_of(name, answers) for name in names]
    functions = [function for function, _ in made]
    sums = answers.label_sums() if scheme.n_classes else None
    if sums is not None:
        functions.append(lambda w: sums.of_draws(w).alpha)
    draws = resample(functions, answers.votes.n_items, rng, n_draws=n_draws, level=level)
    measured = tuple(
        MeasuredAgreement(name, interval_of(value, each, level))
        for name, (_, value), each in zip(names, made, draws, strict=False)
    )
    if sums is None:
        return measured, None
    columns = draws[-1].T if n_draws else np.full((scheme.n_classes, 1), np.nan)
    low, high = np.stack([percentiles(column, level) for column in columns]).T
    return measured, LabelIntervals(scheme.labels, sums.of_draws(None), low, high)


def _most_pairs(votes: Votes) -> float:
    """At least as many pairs of annotators as there can be with an item in common."""
    by_item = np.bincount(votes.item[votes.annotator >= 0]).astype(np.float64)
    n = votes.n_annotators
    return float(min((by_item * (by_item - 1.0)).sum() / 2.0, n * (n - 1.0) / 2.0))


def _counts(annotations: Annotations, answers: Answers) -> AnswerCounts:
    answered = annotations.status == ANSWERED
    people = annotations.annotator[answered]
    n_answers = answers.votes.answers
    elicited = annotations.distribution
    return AnswerCounts(
        items=int(n_answers.size),
        paired_items=int((n_answers >= 2.0).sum()),
        fewest=int(n_answers.min()),
        median=float(np.median(n_answers)),
        most=int(n_answers.max()),
        annotators=int(np.unique(people[people >= 0]).size),
        answers=int(n_answers.sum()),
        rows=len(annotations),
        unknown=int((people < 0).sum()),
        repeated=_n_repeated(annotations.item[answered], people, len(annotations.annotators)),
        elicited=0 if elicited is None else int((~np.isnan(elicited[answered, 0])).sum()),
        abstained=int((annotations.status == ABSTAINED).sum()),
        unsure=int((annotations.status == UNSURE).sum()),
    )


def _n_repeated(item: NDArray[np.int32], annotator: NDArray[np.int32], n_annotators: int) -> int:
    known = annotator >= 0
    key = item[known].astype(np.int64) * max(n_annotators, 1) + annotator[known]
    return int((np.unique(key, return_counts=True)[1] > 1).sum())
