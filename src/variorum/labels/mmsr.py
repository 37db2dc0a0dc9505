"""M-MSR: skills from the agreement of pairs, by robust rank-one matrix completion."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import eigsh

from variorum.annotations import Annotations
from variorum.checks import as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.iteration import (
    FLOOR,
    Voters,
    check_stopping,
    entries,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    softmax,
    warn_unconverged,
    weighted_counts,
)
from variorum.labels.vote_matrix import VoteMatrix, vote_matrix

__all__ = ["mmsr"]

# Up to so many annotators all eigenvectors cost less than the search for one.
_SMALL: Final = 200
# Eigenvalues, sums of eigenvectors and agreements that differ by less are the same but for rounding.
_TIE: Final = 1e-9


def mmsr(
    annotations: Annotations,
    *,
    max_iterations: int = 1_000,
    tolerance: float = 1e-10,
    trim: int | None = None,
    start: tuple[ArrayLike, ArrayLike] | None = None,
) -> LabelEstimate:
    """Estimate how often each annotator is right from how often pairs agree, whoever the adversaries among them.

    Over n_classes classes, two annotators who are right more often than chance by factors s and t agree more often than
    chance by s * t. The agreements of all pairs that share an item are fitted by such products; each factor is a mean
    over partners without the `trim` largest and smallest values, so that a few odd partners cannot spoil it. Signs are
    those of the leading eigenvector, chosen so that most annotators help. The label distribution is then Bayes' rule
    with these skills and equal priors; its top class is the vote weighted by the log odds of skill.

    Repeated votes of an annotator on an item count as their shares. An annotator who shares no item with others gets
    the mean skill of those who do. Memory grows with pairs of annotators who share an item.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Change of the fitted matrix (Frobenius norm) below which the iteration ends; 0 or more.
        trim: Values to leave out at either end of each mean, 0 or more; by default half the smallest number of
            partners an annotator has, less one.
        start: First values of both factors, each (n_annotators,), above 0; all 1 by default. Unknown annotators start
            with 1.

    Returns:
        Estimate whose `skill` is the log odds weight of the annotator's vote (0 is chance, below it adverse), and whose
        trace is the change of the fitted matrix.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.
        ShapeError: If the start does not fit the annotators.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Ma and Olshevsky 2020, "Adversarial crowdsourcing through robust rank-one matrix completion", algorithm 1.
        crowd-kit 1.4 scores classes by the sum of weights, which has the same top class; treats pairs that share no
        item as enemies when it finds the signs; and where an annotator has one partner only, keeps the largest value
        instead of all.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 0, 1, 1, 0, 1, 1, 1])
        >>> mmsr(votes).posterior.argmax(axis=1)
        array([0, 1, 1])
    """
    need_classes(annotations, "M-MSR")
    check_stopping(max_iterations, tolerance)
    if trim is not None and trim < 0:
        raise ArgumentError(f"trim = {trim} must be 0 or more.")
    left, right = _first(len(annotations.annotators), start)
    votes = vote_matrix(annotations)
    voters = need_known(votes, "M-MSR", "skill")
    if not votes.n_rows:
        return no_votes("mmsr", annotations)
    pairs = _pairs(votes, voters)
    fit = _fit(pairs, left[voters.annotator], right[voters.annotator], votes.n_rows, trim, max_iterations, tolerance)
    if not fit.converged:
        warn_unconverged("M-MSR", max_iterations, f"the fitted matrix changed by less than {tolerance:g}")
    k, margin = votes.n_classes, 1 / np.sqrt(votes.n_rows)
    signs = _signs(pairs)
    factor = fit.factor * signs
    alone = pairs.size == 0
    factor[alone] = factor[~alone].mean() if not alone.all() else 0.5
    # Estimates from so many items cannot exclude a mistake, nor a hit.
    factor = np.maximum(np.minimum(factor, 1 - margin), -1 / max(1, k - 1) + margin)
    chance = np.clip(factor * (k - 1) / k + 1 / k, FLOOR, 1 - FLOOR)
    skill = np.where(factor == 0, 0.0, np.log(chance * max(1, k - 1) / (1 - chance)))
    posterior = over_items(softmax(weighted_counts(votes, skill[voters.of_cell])), votes, len(annotations.items))
    notes = pooled_note(voters, "skill")
    if (signs == 0).any():
        notes += (f"nothing says on which side {np.count_nonzero(signs == 0)} annotators are; their votes weigh 0",)
    if alone.any():
        notes += (f"{alone.sum()} annotators share no item with others and have their mean skill",)
    return LabelEstimate(
        "mmsr",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=voters.spread(skill, len(annotations.annotators)),
        pooled_skill=float(skill[-1]) if voters.pooled else None,
        trace=np.array(fit.trace),
        converged=fit.converged,
        n_iterations=len(fit.trace),
        notes=notes,
    )


@dataclass(frozen=True, eq=False)
class _Pairs:
    """Agreement beyond chance of every two voters who share an item; a row each, padded to the most partners."""

    excess: Any  # sparse (n_voters, n_voters)
    partner: NDArray[np.int64]  # (n_voters, most partners), 0 where padded
    value: NDArray[np.float64]  # the same shape: size of the excess, infinite where padded
    size: NDArray[np.int64]  # (n_voters,): number of partners


@dataclass(frozen=True, eq=False)
class _Fit:
    factor: NDArray[np.float64]
    trace: list[float]
    converged: bool


def _first(
    n_annotators: int, start: tuple[ArrayLike, ArrayLike] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if start is None:
        return np.ones(n_annotators + 1), np.ones(n_annotators + 1)
    if len(start) != 2:
        raise ShapeError(f"start must have two vectors, not {len(start)}.")
    both = [as_vector(f"start[{side}]", value, length=n_annotators) for side, value in enumerate(start)]
    for side, vector in enumerate(both):
        if not (vector > 0).all():
            bad = int((vector <= 0).argmax())
            raise ArgumentError(f"start[{side}][{bad}] = {vector[bad]} must be above 0.")
    return np.append(both[0], 1.0), np.append(both[1], 1.0)


def _pairs(votes: VoteMatrix, voters: Voters) -> _Pairs:
    row, cell, weight = entries(votes)
    voter, n = voters.of_cell[cell], voters.annotator.size
    given: Any = sparse.csr_array((weight, (row, voter)), shape=(votes.n_rows, n))
    given.sum_duplicates()
    shared = (given != 0).astype(np.float64)
    agree: Any = sparse.csr_array((n, n))
    for label in range(votes.n_classes):
        own = votes.cell_label[cell] == label
        counts: Any = sparse.csr_array((weight[own], (row[own], voter[own])), shape=given.shape)
        share = counts.multiply(given.power(-1)).tocsr()
        agree = agree + share.T @ share
    together: Any = sparse.coo_array(shared.T @ shared)
    other = together.row != together.col
    one, two, n_items = together.row[other], together.col[other], together.data[other]
    k = votes.n_classes
    # Adding nothing at every pair keeps those that never agree.
    agreement = np.asarray(agree.tocsr()[one, two]).ravel() / n_items
    value = (k * agreement - 1) / max(1, k - 1)
    # Pairs at chance are there exactly, not to one side of it by rounding.
    value = np.where(np.abs(value) < _TIE, 0.0, value)
    order = np.lexsort((two, one))
    one, two, value = one[order].astype(np.int64), two[order].astype(np.int64), value[order]
    size = np.bincount(one, minlength=n)
    slot = np.arange(one.size) - np.repeat(np.cumsum(size) - size, size)
    most = int(size.max(initial=0))
    partner, padded = np.zeros((n, most), np.int64), np.full((n, most), np.inf)
    partner[one, slot], padded[one, slot] = two, np.abs(value)
    return _Pairs(sparse.coo_array((value, (one, two)), shape=(n, n)), partner, padded, size)


def _fit(
    pairs: _Pairs,
    left: NDArray[np.float64],
    right: NDArray[np.float64],
    n_items: int,
    trim: int | None,
    max_iterations: int,
    tolerance: float,
) -> _Fit:
    least = int(pairs.size.min())
    n_trimmed = max(0, least // 2 - 1) if trim is None else trim
    trace: list[float] = []
    converged = False
    while not converged and len(trace) < max_iterations:
        before_left, before_right = left, right
        right = _trimmed(pairs, left, right, n_trimmed, n_items)
        left = _trimmed(pairs, right, left, n_trimmed, n_items)
        # Norm of the change of the product, from its two parts: exact where the matrices almost cancel.
        by_left, by_right = left - before_left, right - before_right
        squared = (by_left @ by_left) * (right @ right) + (before_left @ before_left) * (by_right @ by_right)
        squared += 2 * (by_left @ before_left) * (right @ by_right)
        trace.append(math.sqrt(max(0.0, float(squared))))
        converged = trace[-1] < tolerance
    scale = np.sqrt(np.linalg.norm(left) / np.linalg.norm(right))
    return _Fit(left / scale, trace, converged)


def _trimmed(
    pairs: _Pairs, fixed: NDArray[np.float64], current: NDArray[np.float64], trim: int, n_items: int
) -> NDArray[np.float64]:
    """Mean ratio of each voter's excesses to the partners' factors, without the extremes beyond its current value."""
    if not pairs.value.shape[1]:
        return current
    ratio = np.sort(pairs.value / np.maximum(fixed, FLOOR)[pairs.partner], axis=1)
    real = np.isfinite(ratio)
    # The current value often comes from one of the ratios: rounding must not put that one on a side.
    below = np.minimum((ratio < current[:, None] * (1 - _TIE)).sum(axis=1), trim)
    above = np.minimum((real & (ratio > current[:, None] * (1 + _TIE))).sum(axis=1), trim)
    place = np.arange(ratio.shape[1])
    kept = (place >= below[:, None]) & (place < (pairs.size - above)[:, None])
    n_kept = kept.sum(axis=1)
    mean = np.where(kept, ratio, 0.0).sum(axis=1) / np.maximum(n_kept, 1)
    # Nobody is known to be at chance exactly, and a factor of 0 could not be divided by.
    return np.where(n_kept > 0, np.where(mean > 0, mean, 1 / np.sqrt(n_items)), current)


def _signs(pairs: _Pairs) -> NDArray[np.float64]:
    """Sign of each voter: the leading eigenvector's in each group of linked voters, most of it positive.

    It is 0 where agreement does not say which half of a group is the adverse one.
    """
    n = pairs.size.size
    sign = np.ones(n)
    if not (pairs.excess.data < 0).any():
        return sign
    n_groups, group = connected_components(sparse.coo_array((np.ones(pairs.excess.nnz), pairs.excess.coords), (n, n)))
    matrix: Any = pairs.excess.tocsr()
    total = np.bincount(pairs.excess.row, np.abs(pairs.excess.data), minlength=n)
    scale = np.maximum(total, FLOOR) ** -0.5
    matrix = sparse.csr_array(matrix.multiply(scale[:, None]).multiply(scale[None, :]))
    for g in range(n_groups):
        members = np.flatnonzero(group == g)
        block = matrix[members][:, members]
        if (block.data < 0).any():
            vector = _leading(block)
            undecided = abs(vector.sum()) < _TIE
            vector = np.where(np.abs(vector) > _TIE, vector * np.sign(vector.sum()), 0.0)
            sign[members] = 0.0 if undecided else np.where(vector < 0, -1.0, 1.0)
    return sign


def _leading(matrix: Any) -> NDArray[np.float64]:
    """Eigenvector of the largest eigenvalue of a symmetric matrix; zeros where two share it."""
    if matrix.shape[0] <= _SMALL:
        values, vectors = np.linalg.eigh(matrix.toarray())
    else:
        values, vectors = eigsh(matrix, k=2, which="LA", v0=np.ones(matrix.shape[0]))
    order = np.argsort(values)
    tied = values[order[-1]] - values[order[-2]] < _TIE
    return np.zeros(matrix.shape[0]) if tied else np.asarray(vectors[:, order[-1]])
