"""Wawa: votes weighted by each annotator's agreement with the majority."""

from __future__ import annotations

from typing import get_args

import numpy as np

from variorum.annotations import Annotations
from variorum.checks import as_choice
from variorum.labels.base import LabelEstimate, class_shares, need_classes, population_statement
from variorum.labels.counts import normalize
from variorum.labels.iteration import (
    Ties,
    agreement,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    top_classes,
    votes_of_cells,
    weighted_counts,
)
from variorum.labels.vote_matrix import vote_matrix

__all__ = ["wawa"]


def wawa(annotations: Annotations, *, ties: Ties = "share") -> LabelEstimate:
    """Shares of votes, each weighted by how often its annotator agrees with the majority of the item.

    Repeated votes of an annotator on an item count each; an elicited distribution counts as fractional votes.

    Args:
        annotations: The votes.
        ties: Majorities that tie ``share`` the item, or the ``first`` class in class order takes it.

    Returns:
        Estimate whose `skill` is the share of the annotator's votes that agree with the majority, in [0, 1].

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        UnknownNameError: If `ties` is neither.

    Source:
        Appen (Figure Eight), "worker agreement with aggregate"; crowd-kit 1.4, whose ties go to the first class and
        where an annotator's repetitions of one vote count once for the skill.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1], [0, 1, 2] * 2
        >>> estimate = wawa(Annotations(scheme, Items(("a", "b")), people, item, annotator, [0, 0, 1, 1, 1, 1]))
        >>> estimate.skill
        array([1. , 1. , 0.5])
        >>> estimate.posterior
        array([[0.8, 0.2],
               [0. , 1. ]])
    """
    need_classes(annotations, "Wawa")
    as_choice("ties", ties, get_args(Ties))
    votes = vote_matrix(annotations)
    voters = need_known(votes, "Wawa", "skill")
    if not votes.n_rows:
        return no_votes("wawa", annotations)
    per_cell = votes_of_cells(votes)
    counts = weighted_counts(votes, np.ones(per_cell.size))
    skill = agreement(votes, voters, voters.total(per_cell), top_classes(counts, ties))
    weighted = weighted_counts(votes, skill[voters.of_cell])
    # Who voted for a majority has some skill, so no item weighs nothing.
    posterior = over_items(normalize(weighted), votes, len(annotations.items))
    return LabelEstimate(
        "wawa",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=voters.spread(skill, len(annotations.annotators)),
        pooled_skill=float(skill[-1]) if voters.pooled else None,
        notes=pooled_note(voters, "skill"),
    )
