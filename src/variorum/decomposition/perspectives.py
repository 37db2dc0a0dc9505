"""Perspectives: groups of annotators who read items differently, found from votes alone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_rng, as_vector
from variorum.decomposition.entries import Entries, as_entries
from variorum.decomposition.perspective_model import fit_groups, held_out
from variorum.errors import ArgumentError, ShapeError
from variorum.labels import need_classes

__all__ = ["GroupCount", "Perspectives", "find_perspectives", "group_voters"]

Array = NDArray[np.float64]

# Fewest annotators in a group, and fewest votes an annotator should have, for a group to mean anything.
_LEAST_ANNOTATORS: Final = 2
_LEAST_VOTES: Final = 5
# So many standard errors below one group after a fold, more groups are given up.
_HOPELESS: Final = 2.0
# A vote of less weight says nothing, and could be divided by.
_LEAST_WEIGHT: Final = 1e-3


@dataclass(frozen=True)
class GroupCount:
    """How well so many groups predict votes that they were not fitted to.

    Attributes:
        n_groups: Number of groups.
        log_score: Mean log probability of a held-out vote, nats; over the first folds alone where these were enough to
            see that more groups do not help.
        gain: The same less that of one group on the same votes.
        standard_error: Of the gain, over items.
    """

    n_groups: int
    log_score: float
    gain: float
    standard_error: float


@dataclass(frozen=True, eq=False)
class Perspectives:
    """Groups of annotators, of which one alone is an answer too.

    Attributes:
        membership: Probability of each group for each annotator, shape (n_annotators, n_groups); rows sum to one; nan
            for annotators without a vote, and for those left out.
        counts: What each number of groups would have been worth.
        n_left_out: Annotators with votes who were left out, as careless throughout.
    """

    membership: Array
    counts: tuple[GroupCount, ...]
    n_left_out: int = 0

    @property
    def n_groups(self) -> int:
        """Number of groups; 1 if nothing says that there are more."""
        return int(self.membership.shape[1])

    @property
    def group(self) -> NDArray[np.int64]:
        """Likeliest group of each annotator, -1 where unknown, shape (n_annotators,)."""
        known = ~np.isnan(self.membership[:, 0])
        return np.where(known, np.where(known[:, None], self.membership, 0.0).argmax(axis=1), -1)

    @property
    def share(self) -> Array:
        """Share of the annotators in each group, shape (n_groups,), sums to one; nan if no annotator is in any."""
        known = self.membership[~np.isnan(self.membership[:, 0])]
        return known.mean(axis=0) if known.size else np.full(self.n_groups, np.nan)


def find_perspectives(
    annotations: Annotations,
    rng: np.random.Generator | int,
    *,
    most: int = 4,
    folds: int = 5,
    starts: int = 3,
    careless: NDArray[np.bool_] | None = None,
    weights: ArrayLike | None = None,
) -> Perspectives:
    """Find groups of annotators whose votes on the same items differ in a way that predicts unseen votes.

    Each number of groups is fitted to all folds of the votes but one and scored on the rest, in turn, until one more
    group does not help. The smallest number is taken whose score is within one standard error of the best, so that one
    group is the answer unless more say more; a group that is the likeliest of a single annotator, or of nobody, is
    none.

    Args:
        annotations: The votes of a scheme with classes.
        rng: Draws folds and starts.
        most: Largest number of groups to try.
        folds: Parts that the votes are held out in.
        starts: Starts of each fit.
        careless: Mask of annotators to leave out, shape (n_annotators,): who answers whatever the item has no
            perspective, and a few of them would be taken for one.
        weights: Weight of each annotation, shape (n_rows,), in [0, 1]; 1 by default. `Decomposition.weight` keeps those
            who are careless at times from gathering in a group of their own.

    Returns:
        The groups, largest first.

    Raises:
        SchemeError: For multilabel and numeric schemes.
        ArgumentError: If `most`, `folds` or a weight is out of its range.
        ShapeError: If there is not one weight a row, or one entry of `careless` an annotator.

    Source:
        A mixture over annotators with item distributions shared within groups, fitted by collapsed variational
        inference (Asuncion, Welling, Smyth and Teh 2009); the rule of one standard error: Breiman et al. 1984.

    Example:
        >>> from variorum.corpora import load_corpus
        >>> votes = load_corpus("synthetic-plain").annotations
        >>> find_perspectives(votes.take(votes.item < 200), rng=0, most=2).counts[0].gain
        0.0
    """
    need_classes(annotations, "finding perspectives")
    if most < 1:
        raise ArgumentError(f"most = {most} must be 1 or more groups.")
    if folds < 2:
        raise ArgumentError(f"folds = {folds} must be 2 or more.")
    generator = as_rng(rng)
    n_annotators = len(annotations.annotators)
    if careless is not None and np.shape(careless) != (n_annotators,):
        raise ShapeError(f"careless has shape {np.shape(careless)}; there are {n_annotators} annotators.")
    votes = as_entries(annotations)
    entries = _of_known(votes, careless)
    n_left_out = votes.n_voters - votes.pooled - np.unique(entries.voter).size
    entries = _of_voters(_weighted(entries, weights, annotations.n_rows))
    load = entries.per_voter(entries.weight)
    most = min(most, int(np.count_nonzero(load >= _LEAST_VOTES)) // _LEAST_ANNOTATORS)
    if most < 2:
        everybody = np.full((n_annotators, 1), np.nan)
        everybody[entries.annotator] = 1.0
        return Perspectives(everybody, (), n_left_out)
    fold = _folds(entries, folds, generator)
    alone = _score(entries, 1, fold, generator, starts)
    counts: tuple[GroupCount, ...] = (_count(entries, 1, alone, alone),)
    while len(counts) < most and counts[-1].gain >= max(count.gain for count in counts):
        score = _score(entries, len(counts) + 1, fold, generator, starts, alone)
        counts += (_count(entries, len(counts) + 1, score, alone),)
    best = max(counts, key=lambda count: count.gain)
    enough = best.gain - best.standard_error
    n_groups = next(count.n_groups for count in counts if count.gain >= enough)
    fit = fit_groups(entries, n_groups, generator, starts=starts)
    membership = np.full((n_annotators, n_groups), np.nan)
    membership[entries.annotator] = fit.membership
    return Perspectives(_of_many(membership), counts, n_left_out)


def _folds(entries: Entries, folds: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Fold of each entry; the parts of an elicited distribution are one vote, and stay together."""
    _, first, row = np.unique(entries.row, return_index=True, return_inverse=True)
    each = np.empty(first.size, np.int64)
    each[np.argsort(first)] = rng.integers(folds, size=first.size)
    return np.asarray(each[row])


def _of_many(membership: Array) -> Array:
    """Memberships of groups that are the likeliest of two annotators at least, largest first."""
    known = ~np.isnan(membership[:, 0])
    likeliest = np.bincount(membership[known].argmax(axis=1), minlength=membership.shape[1])
    kept = membership[:, likeliest >= _LEAST_ANNOTATORS]
    # Who is in none of the groups that are left is anywhere.
    kept[known & (kept.sum(axis=1) == 0)] = 1.0
    kept /= kept.sum(axis=1, keepdims=True)
    return kept[:, np.argsort(-kept[known].sum(axis=0), kind="stable")]


def _of_known(entries: Entries, careless: NDArray[np.bool_] | None) -> Entries:
    """Votes of known annotators who are not left out."""
    chosen = np.ones(entries.size, np.bool_)
    if entries.pooled:
        chosen &= entries.voter < entries.n_voters - 1
    if careless is not None:
        known = entries.annotator[: entries.n_voters - entries.pooled]
        left_out = np.append(careless[known], np.zeros(int(entries.pooled), np.bool_))
        chosen &= ~left_out[entries.voter]
    return entries.take(chosen)


def _of_voters(entries: Entries) -> Entries:
    """The same votes without the voters who have none, who would lie among the others when groups are started."""
    seen, voter = np.unique(entries.voter, return_inverse=True)
    return replace(entries, voter=voter, annotator=entries.annotator[seen], pooled=False)


def _weighted(entries: Entries, weights: ArrayLike | None, n_rows: int) -> Entries:
    if weights is None:
        return entries
    given = as_vector("weights", weights, length=n_rows)
    bad = np.flatnonzero((given < 0) | (given > 1))
    if bad.size:
        raise ArgumentError(f"weights[{bad[0]}] = {given[bad[0]]} must lie in [0, 1]; {bad.size} are affected.")
    weight = entries.weight * given[entries.row]
    used = weight > _LEAST_WEIGHT
    return replace(entries.take(used), weight=weight[used])


def _score(
    entries: Entries,
    n_groups: int,
    fold: NDArray[np.int64],
    rng: np.random.Generator,
    starts: int,
    alone: Array | None = None,
) -> Array:
    """Log probability of each vote, held out; nan in folds that were spared since more groups cannot help any more."""
    score = np.full(entries.size, np.nan)
    for k in range(int(fold.max()) + 1):
        test = fold == k
        train = entries.take(~test)
        score[test] = held_out(fit_groups(train, n_groups, rng, starts=starts), train, entries.take(test))
        if alone is not None:
            so_far = _count(entries, n_groups, score, alone)
            if so_far.gain < -_HOPELESS * so_far.standard_error:
                break
    return score


def _count(entries: Entries, n_groups: int, score: Array, alone: Array) -> GroupCount:
    """Means over the votes that were scored."""
    scored = ~np.isnan(score)
    weight, total = entries.weight[scored], float(entries.weight[scored].sum())
    gain = np.bincount(entries.item[scored], weight * (score - alone)[scored], minlength=entries.n_items)
    error = float(np.sqrt(entries.n_items * gain.var()) / total)
    return GroupCount(n_groups, float(weight @ score[scored]) / total, float(gain.sum()) / total, error)


def group_voters(entries: Entries, group: NDArray[np.int64]) -> NDArray[np.int64]:
    """Group of each voter, those of unknown group, and strangers, in the largest one.

    Args:
        entries: The votes.
        group: Group of each annotator, -1 where unknown, shape (n_annotators,).

    Returns:
        Shape (n_voters,), from 0 without gaps.
    """
    known = entries.annotator[: entries.n_voters - entries.pooled]
    of_voter = np.append(group[known], np.full(int(entries.pooled), -1))
    found = np.bincount(of_voter[of_voter >= 0])
    largest = int(found.argmax()) if found.size else 0
    of_voter = np.where(of_voter < 0, largest, of_voter)
    return np.asarray(np.unique(of_voter, return_inverse=True)[1], np.int64)
