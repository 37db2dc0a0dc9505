"""KOS: belief passing between items and annotators, for two classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_vector
from variorum.errors import SchemeError
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.iteration import (
    check_stopping,
    entries,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    warn_unconverged,
)
from variorum.labels.vote_matrix import vote_matrix

__all__ = ["kos"]


def kos(
    annotations: Annotations, *, max_iterations: int = 100, tolerance: float = 1e-6, start: ArrayLike | None = None
) -> LabelEstimate:
    """Find one true label an item by messages along the votes, for schemes of two classes.

    A vote is +1 for the second class and -1 for the first. Along each vote runs a message to the item, how reliable the
    annotator's other votes look, and one to the annotator, what the item's other votes say. Messages are scaled to a
    mean square of 1 after each round, which changes no label and lets the iteration run to its fixed point. Where few
    annotators share many items, and disagree, there need be none: the messages then circle, and the labels with them,
    which the warning reports. The score has no scale of its own, so the label is hard.

    A vote is silent if its annotator gave no other; an item that hears nothing is a tie. An elicited distribution is
    one fractional vote for each class; votes of unknown annotators beside known ones are taken for one annotator's.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Root mean square change of the messages at which the iteration ends; 0 or more.
        start: First message of each vote to its item, shape (n_entries,), in the order of items and within an item of
            rows; all 1 by default.

    Returns:
        Estimate whose posterior rows are 1 on one class, or 1/2 on both that tie; `skill` is the annotator's mean
        agreement with the other votes' messages (1 would be average, below 0 adverse), and the trace is the root mean
        square change of the messages.

    Raises:
        SchemeError: For schemes of other than two classes, and where no annotator is known.
        ArgumentError: If an option is out of its range.
        ShapeError: If there is not one starting message a vote.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Karger, Oh and Shah 2014, "Budget-optimal task allocation for reliable crowdsourcing systems", algorithm 1;
        crowd-kit 1.4 starts from normal messages and does not rescale.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3", "x:4"))
        >>> item, annotator = [0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2], [0, 1, 2, 3] * 3
        >>> label = [0, 0, 0, 1, 1, 1, 1, 0, 1, 1, 1, 0]
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, label)
        >>> kos(votes).posterior
        array([[1., 0.],
               [0., 1.],
               [0., 1.]])
        >>> kos(votes).skill.round(3)
        array([ 1.,  1.,  1., -1.])
    """
    need_classes(annotations, "KOS")
    if annotations.scheme.n_classes != 2:
        raise SchemeError(
            f"KOS needs two classes, and the scheme has {annotations.scheme.n_classes}; "
            'use the method "dawid-skene", "one-coin" or "mmsr".'
        )
    check_stopping(max_iterations, tolerance)
    votes = vote_matrix(annotations)
    voters = need_known(votes, "KOS", "reliability")
    row, cell, weight = entries(votes)
    message = np.ones(row.size) if start is None else as_vector("start", start, length=row.size)
    if not votes.n_rows:
        return no_votes("kos", annotations)
    voter = voters.of_cell[cell]
    vote = np.where(votes.cell_label[cell] == 1, weight, -weight)
    trace: list[float] = []
    converged = False
    while not converged and len(trace) < max_iterations:
        before, message = message, _scaled(vote, row, voter, message)
        trace.append(float(np.sqrt(np.mean((message - before) ** 2))))
        converged = trace[-1] <= tolerance
    if not converged:
        warn_unconverged("KOS", max_iterations, f"the messages changed by {tolerance:g} at most")
    score = np.bincount(row, vote * message, minlength=votes.n_rows)
    # Rounding must not decide a tie.
    scale = np.bincount(row, np.abs(vote * message), minlength=votes.n_rows)
    sign = np.where(np.abs(score) > 1e-9 * scale, np.sign(score), 0.0)
    posterior = over_items(np.column_stack(((1 - sign) / 2, (1 + sign) / 2)), votes, len(annotations.items))
    heard = vote * _others(vote * message, row)
    size = np.sqrt(np.mean(heard**2))
    skill = np.bincount(voter, heard) / np.bincount(voter, weight)
    skill = skill / size if size else skill
    return LabelEstimate(
        "kos",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=voters.spread(skill, len(annotations.annotators)),
        pooled_skill=float(skill[-1]) if voters.pooled else None,
        trace=np.array(trace),
        converged=converged,
        n_iterations=len(trace),
        notes=pooled_note(voters, "reliability"),
    )


def _others(value: NDArray[np.float64], group: NDArray[np.int64]) -> NDArray[np.float64]:
    """Sum of the other values of each one's group."""
    others = np.bincount(group, value)[group] - value
    # A single vote has no others, and rounding must not give it any.
    others[np.bincount(group)[group] == 1] = 0
    return np.asarray(others)


def _scaled(
    vote: NDArray[np.float64], row: NDArray[np.int64], voter: NDArray[np.int64], message: NDArray[np.float64]
) -> NDArray[np.float64]:
    """One round: messages to annotators, messages back to items, scaled to a mean square of 1 unless all are 0."""
    to_item = _others(vote * _others(vote * message, row), voter)
    size = np.sqrt(np.mean(to_item**2))
    return np.asarray(to_item / size if size else to_item)
