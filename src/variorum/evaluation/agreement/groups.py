"""Agreement within groups of annotators and between them: does the group tell who agrees with whom?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_rng
from variorum.evaluation._codes import as_codes, number_of_codes
from variorum.evaluation.agreement._group_sums import Across, GroupSums, Within
from variorum.evaluation.agreement._scale import Distance, FloatArray, Scale, class_scale
from variorum.evaluation.agreement._votes import IntArray, Votes, as_votes
from variorum.evaluation.agreement.bootstrap import check_draws, percentiles, resample

__all__ = ["GroupAgreement", "group_agreement", "groups_of"]

# Up to so many sets of annotators that could be the group, all of them are counted.
_EXACT = 5000
_SLACK = 1e-12


@dataclass(frozen=True, eq=False)
class GroupAgreement:
    """Agreement of annotators within each group, and with those of other groups.

    Attributes:
        within: Krippendorff's alpha among the annotators of each group, shape (n_groups,); nan where no item has two of
            them, or all give one and the same label.
        within_interval: Its bootstrap interval over items, shape (n_groups, 2); nan without draws.
        outside: The same between a group's annotators and all those of other groups together, shape (n_groups,).
        outside_interval: Its bootstrap interval, shape (n_groups, 2).
        between: The same between two groups, shape (n_groups, n_groups), symmetric; nan on the diagonal.
        ratio: ``within / outside``, shape (n_groups,): above 1, people of the group agree more with one another than
            with others; nan unless both are positive.
        p_value: Two-sided p of ``within - outside``, shape (n_groups,), if the group were a random set of as many
            annotators; nan where undefined or without draws. Not corrected for the number of groups: see `holm`.
        smallest_p: The least p that so many annotators, or draws, could give, shape (n_groups,): above the level, no
            test can pass.
        n_sets: Random sets drawn, or all that there are, shape (n_groups,).
        is_exact: Whether these are all, shape (n_groups,).
        n_annotators: Annotators with answers, shape (n_groups,).
        n_answers: Their answers, shape (n_groups,).
        n_items: Items with two annotators or more of the group, shape (n_groups,).
        n_without: Answers of annotators without a group, which are left out.
        level: Probability of the intervals.
        n_draws: Resamples behind the intervals.
    """

    within: FloatArray
    within_interval: FloatArray
    outside: FloatArray
    outside_interval: FloatArray
    between: FloatArray
    ratio: FloatArray
    p_value: FloatArray
    smallest_p: FloatArray
    n_sets: IntArray
    is_exact: NDArray[np.bool_]
    n_annotators: IntArray
    n_answers: IntArray
    n_items: IntArray
    n_without: int
    level: float
    n_draws: int


def group_agreement(
    items: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    groups: ArrayLike,
    rng: np.random.Generator | int,
    *,
    distance: Distance = "nominal",
    positions: ArrayLike | None = None,
    n_groups: int | None = None,
    n_classes: int | None = None,
    n_draws: int = 1000,
    level: float = 0.95,
) -> GroupAgreement:
    """Agreement within groups of annotators, between them, and whether the difference is more than chance.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown, which is left out and counted.
        labels: Label code of each vote, shape (n_votes,).
        groups: Group code of each annotator, shape (n_annotators,); -1 for none, which is left out and counted.
        rng: Source of resampled items and random sets of annotators.
        distance: How far two labels are apart, as in `cohen_kappas`.
        positions: Where each class lies, shape (n_classes,); ``None`` for 0, 1, 2, ...
        n_groups: How many groups there are; ``None`` takes the largest code plus one.
        n_classes: How many classes there are; ``None`` takes the largest code plus one.
        n_draws: Resamples of items, and random sets of annotators; 0 for neither intervals nor p values.
        level: Probability of the intervals, in (0, 1).

    Returns:
        Alphas, intervals and p values. The test takes annotators for exchangeable: where groups were shown different
        items, a difference may come from the items.

    Raises:
        ShapeError: If the lengths differ, or positions or matrix do not fit the classes.
        ArgumentError: If a code is out of range, the matrix is no distance, or the number of draws or the level is.
        UnknownNameError: If there is no distance of that name.

    Source:
        Between: cross-replication reliability, Wong, Paritosh and Aroyo 2021 (ACL), equations 9 and 10. Ratio: the
            group
        association index of Prabhakaran et al. 2024 (GRASP, NAACL). They test the ratio, which has no mean where the
        denominator may be 0; the difference is tested here. Up to 5,000 sets all are counted.

    Example:
        >>> labels = [0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0]
        >>> found = group_agreement(np.repeat(range(4), 4), [0, 1, 2, 3] * 4, labels, [0, 0, 1, 1], rng=0)
        >>> found.within, found.outside.round(2), found.smallest_p.round(2)
        (array([1., 1.]), array([-1., -1.]), array([0.67, 0.67]))
    """
    check_draws(n_draws, level)
    codes = as_codes("groups", groups, upper=n_groups, unknown=True)
    votes = as_votes(items, annotators, n_annotators=codes.size)
    label = as_codes("labels", labels, length=votes.item.size, upper=n_classes)
    size = number_of_codes(label, n_classes)
    scale = class_scale(distance, size, positions)
    return groups_of(votes, label, scale, codes, number_of_codes(codes, n_groups), as_rng(rng), n_draws, level)


def groups_of(
    votes: Votes,
    labels: IntArray,
    scale: Scale,
    groups: IntArray,
    n_groups: int,
    rng: np.random.Generator,
    n_draws: int,
    level: float,
) -> GroupAgreement:
    """Agreement of groups for votes on any scale.

    Args:
        votes: The votes.
        labels: Label of each, or row of the scale's moments, shape (n_votes,).
        scale: With distances in [0, 1].
        groups: Group code of each annotator, shape (n_annotators,); -1 for none.
        n_groups: Number of groups.
        rng: Source of randomness.
        n_draws: Resamples and random sets.
        level: Probability of the intervals.

    Returns:
        The agreement.
    """
    sums = GroupSums.of_votes(votes, labels, scale)
    people = np.flatnonzero((groups >= 0) & (sums.n_answers > 0))
    members = np.stack([groups == g for g in range(n_groups)]) if n_groups else np.zeros((0, groups.size), np.bool_)
    heaps = [sums.heap(members[g : g + 1]) for g in range(n_groups)]
    everybody = sums.heap((groups >= 0)[None])
    inside = [Within(heap) for heap in heaps]
    across = [Across(heap, everybody.less(heap)) for heap in heaps]
    within = np.array([each.alpha(None)[0] for each in inside])
    outside = np.array([each.alpha(None)[0] for each in across])
    between = np.full((n_groups, n_groups), np.nan)
    for g, h in combinations(range(n_groups), 2):
        between[g, h] = between[h, g] = Across(heaps[g], heaps[h]).alpha(None)[0]
    measures = [*(each.alpha for each in inside), *(each.alpha for each in across)]
    draws = resample(measures, votes.n_items, rng, n_draws=n_draws, level=level)
    ends = np.array([percentiles(each.ravel(), level) for each in draws]).reshape(2, n_groups, 2)
    tests = [
        _test(sums, people, int(members[g, people].sum()), float(within[g] - outside[g]), rng, n_draws)
        for g in range(n_groups)
    ]
    positive = (within > 0.0) & (outside > 0.0)
    return GroupAgreement(
        within=within,
        within_interval=ends[0],
        outside=outside,
        outside_interval=ends[1],
        between=between,
        ratio=np.divide(within, outside, out=np.full(n_groups, np.nan), where=positive),
        p_value=np.array([test.p_value for test in tests], np.float64),
        smallest_p=np.array([test.smallest_p for test in tests], np.float64),
        n_sets=np.array([test.n_sets for test in tests], np.int64),
        is_exact=np.array([test.is_exact for test in tests], np.bool_),
        n_annotators=np.array([int(m[people].sum()) for m in members], np.int64),
        n_answers=np.array([int(sums.n_answers[m].sum()) for m in members], np.int64),
        n_items=np.array([int((heap.answers >= 2.0).sum()) for heap in heaps], np.int64),
        n_without=int(votes.answers.sum()) - int(sums.n_answers[groups >= 0].sum()),
        level=level,
        n_draws=n_draws,
    )


@dataclass(frozen=True)
class _Test:
    """Columns of `GroupAgreement` for one group."""

    p_value: float = float("nan")
    smallest_p: float = float("nan")
    n_sets: int = 0
    is_exact: bool = False


def _test(
    sums: GroupSums, people: IntArray, size: int, observed: float, rng: np.random.Generator, n_draws: int
) -> _Test:
    if not n_draws or np.isnan(observed) or not 0 < size < people.size:
        return _Test()
    is_exact = comb(people.size, size) <= _EXACT
    everybody = sums.heap(np.isin(np.arange(sums.n_annotators), people)[None])
    found = []
    for chosen in _sets(people, size, sums, rng, None if is_exact else n_draws):
        inside = sums.heap(chosen)
        found.append(Within(inside).alpha(None) - Across(inside, everybody.less(inside)).alpha(None))
    values = np.concatenate(found)
    values = values[~np.isnan(values)]
    if not values.size:
        return _Test()
    # With random sets, the observed one counts as one more of them, which keeps the level.
    extra = 0 if is_exact else 1
    total = values.size + extra

    def tail(value: float) -> float:
        above = np.count_nonzero(values >= value - _SLACK) + extra
        below = np.count_nonzero(values <= value + _SLACK) + extra
        return min(1.0, 2.0 * min(above, below) / total)

    smallest = min(tail(values.min()), tail(values.max())) if is_exact else min(1.0, 2.0 / total)
    return _Test(tail(observed), smallest, int(values.size), is_exact)


def _sets(
    people: IntArray, size: int, sums: GroupSums, rng: np.random.Generator, n_draws: int | None
) -> Iterator[NDArray[np.bool_]]:
    """Sets of annotators as masks, some at a time: all of them, or so many at random."""
    chunk = sums.n_sets_at_once
    if n_draws is None:
        each = list(combinations(range(people.size), size))
    else:
        each = [tuple(rng.permutation(people.size)[:size]) for _ in range(n_draws)]
    for start in range(0, len(each), chunk):
        part = each[start : start + chunk]
        chosen = np.zeros((len(part), sums.n_annotators), np.bool_)
        chosen[np.repeat(np.arange(len(part)), size), people[np.array(part).ravel()]] = True
        yield chosen
