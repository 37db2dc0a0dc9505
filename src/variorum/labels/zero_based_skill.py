"""Zero-based skill: weighted votes and skills that agree with each other."""

from __future__ import annotations

from typing import Final, get_args

import numpy as np

from variorum.annotations import Annotations
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.counts import normalize
from variorum.labels.iteration import (
    Ties,
    agreement,
    check_stopping,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    top_classes,
    votes_of_cells,
    warn_unconverged,
    weighted_counts,
)
from variorum.labels.vote_matrix import vote_matrix

__all__ = ["zero_based_skill"]

# Skills start so much above chance.
_MARGIN: Final = 1e-5


def zero_based_skill(
    annotations: Annotations,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-9,
    rate: float = 1.0,
    halve_every: int = 20,
    ties: Ties = "share",
) -> LabelEstimate:
    """Shares of votes weighted by skill, each skill drawn towards the agreement with the label so weighted.

    All skills start equal. Each iteration finds every item's label by the weighted vote, and moves each annotator's
    skill towards the share of votes that agree with it by the learning rate. Skills and labels need not settle: labels
    can take turns, which the falling rate slows and the warning reports.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Largest difference of skill and agreement at which the iteration ends; 0 or more.
        rate: First learning rate, in (0, 1].
        halve_every: The rate is halved at each multiple of so many iterations, 1 or more.
        ties: Labels that tie ``share`` the item, or the ``first`` class in class order takes it.

    Returns:
        Estimate whose `skill` is the annotator's, in [0, 1], and whose trace is the mean squared difference of skill
        and agreement over annotators before each iteration's update.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.
        UnknownNameError: If `ties` is neither.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        crowd-kit 1.4, ZeroBasedSkill, which runs all iterations, gives ties to the first class and counts an
        annotator's repetitions of one vote once.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1], [0, 1, 2] * 2
        >>> estimate = zero_based_skill(
        ...     Annotations(scheme, Items(("a", "b")), people, item, annotator, [0, 0, 1, 1, 1, 1])
        ... )
        >>> estimate.skill
        array([1. , 1. , 0.5])
    """
    need_classes(annotations, "zero-based skill")
    as_choice("ties", ties, get_args(Ties))
    check_stopping(max_iterations, tolerance)
    if not 0 < rate <= 1:
        raise ArgumentError(f"rate = {rate} must be above 0 and at most 1.")
    if halve_every < 1:
        raise ArgumentError(f"halve_every = {halve_every} must be 1 or more.")
    votes = vote_matrix(annotations)
    voters = need_known(votes, "zero-based skill", "skill")
    if not votes.n_rows:
        return no_votes("zero-based-skill", annotations)
    n_votes = voters.total(votes_of_cells(votes))
    skill = np.full(n_votes.size, 1 / votes.n_classes + _MARGIN)
    trace: list[float] = []
    converged = False
    while not converged and len(trace) < max_iterations:
        if (len(trace) + 1) % halve_every == 0:
            rate /= 2
        label = top_classes(weighted_counts(votes, skill[voters.of_cell]), ties)
        gap = agreement(votes, voters, n_votes, label) - skill
        skill = skill + rate * gap
        trace.append(float(np.mean(gap**2)))
        # The rate alone must not make a gap look closed.
        converged = bool(np.abs(gap).max() <= tolerance)
    if not converged:
        warn_unconverged("zero-based skill", max_iterations, f"skills and agreement differed by {tolerance:g} at most")
    weighted = weighted_counts(votes, skill[voters.of_cell])
    posterior = over_items(normalize(weighted), votes, len(annotations.items))
    return LabelEstimate(
        "zero-based-skill",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=voters.spread(skill, len(annotations.annotators)),
        pooled_skill=float(skill[-1]) if voters.pooled else None,
        trace=np.array(trace),
        converged=converged,
        n_iterations=len(trace),
        notes=pooled_note(voters, "skill"),
    )
