"""Vote counts, the rows they become, and weights that make annotators stand for a population."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations, Annotators
from variorum.checks import as_choice, as_counts
from variorum.errors import ArgumentError, NotCountsError, UnknownNameError
from variorum.labels.base import need_classes

__all__ = ["normalize", "population_weights", "vote_counts"]


def vote_counts(annotations: Annotations, weights: ArrayLike | None = None) -> NDArray[np.float64]:
    """How often each class was given to each item.

    Args:
        annotations: The votes; rows that were not answered do not count.
        weights: The population: weight of each annotator, shape (n_annotators,), 0 or more; equal by default. Votes of
            unknown annotators weigh 1.

    Returns:
        Shape (n_items, n_classes); an elicited distribution counts as itself.

    Raises:
        SchemeError: For multilabel and numeric schemes.
        ArgumentError: If a weight is negative.

    Example:
        >>> from variorum.annotations import Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a", "b")), Annotators(("x:1", "x:2")), [0, 0, 1], [0, 1, 0], [1, 0, 1])
        >>> vote_counts(votes, weights=[1, 3])
        array([[3., 1.],
               [0., 1.]])
    """
    by_label = "aggregate each label by itself: annotations.counts()[:, label, :] are counts of (left out, given)"
    need_classes(annotations, "vote_counts", for_sets=by_label)
    return annotations.counts(weights)


def normalize(counts: ArrayLike, *, empty: Literal["nan", "uniform", "error"] = "nan") -> NDArray[np.float64]:
    """Turn rows of counts into rows that sum to one.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more.
        empty: What a row without a vote becomes: ``nan``, ``uniform``, or an ``error``.

    Returns:
        Vote shares, shape (n_items, n_classes), in [0, 1].

    Raises:
        NotCountsError: If a count is negative or not finite, or a row is empty and `empty` is ``error``.
        UnknownNameError: If `empty` is none of the three.

    Example:
        >>> normalize([[3, 1], [0, 0]])
        array([[0.75, 0.25],
               [ nan,  nan]])
    """
    as_choice("empty", empty, ("nan", "uniform", "error"))
    array = as_counts("counts", counts)
    total = array.sum(axis=1)
    rows = np.flatnonzero(total == 0)
    if rows.size and empty == "error":
        raise NotCountsError(
            f"counts[{rows[0]}] holds no vote; {rows.size} of {array.shape[0]} rows are affected. "
            'Choose empty="nan" or empty="uniform", or leave these items out.'
        )
    shares = array / np.where(total == 0, 1.0, total)[:, None]
    shares[rows] = np.nan if empty == "nan" else 1.0 / array.shape[1]
    return shares


def population_weights(
    annotators: Annotators, attribute: str, shares: Mapping[str, float], *, other: float | None = None
) -> NDArray[np.float64]:
    """Weigh annotators so that groups of them reach target shares.

    The shares hold among annotators. Groups that vote more often per head still have more votes, and an item that only
    one group saw keeps that group's votes.

    Args:
        annotators: The annotators.
        attribute: The attribute that defines the groups, or ``kind``.
        shares: Target share of each group, each 0 or more, together 1.
        other: Weight of annotators who are in none of the groups or whose attribute is unknown; without it, such
            annotators are an error.

    Returns:
        Weights, shape (n_annotators,), for `Annotations.counts`. Within the groups they are equal for members of a
        group and average 1 over all members of the groups.

    Raises:
        UnknownNameError: If there is no such attribute.
        ArgumentError: If shares are negative or do not sum to one, a group has no annotator, `other` is negative, or
            annotators are in no group and `other` is not given.

    Example:
        >>> people = Annotators(("x:1", "x:2", "x:3", "x:4"), attributes={"group": ("a", "a", "a", "b")})
        >>> population_weights(people, "group", {"a": 0.5, "b": 0.5})
        array([0.66666667, 0.66666667, 0.66666667, 2.        ])
    """
    columns = {"kind": annotators.kind, **annotators.attributes}
    if attribute not in columns:
        raise UnknownNameError(f"annotators have no attribute {attribute!r}; there are: {', '.join(columns)}.")
    target = np.array([shares[group] for group in shares], np.float64)
    if not (np.all(target >= 0) and abs(target.sum() - 1) <= 1e-6):
        raise ArgumentError(f"shares = {dict(shares)} must be 0 or more and sum to one (sum {target.sum():.6g}).")
    if other is not None and not (0 <= other < np.inf):
        raise ArgumentError(f"other = {other} must be a finite weight of 0 or more.")
    names = {group: position for position, group in enumerate(shares)}
    member = np.array([-1 if value is None else names.get(value, -1) for value in columns[attribute]], np.int64)
    outside = np.flatnonzero(member < 0)
    if outside.size and other is None:
        raise ArgumentError(
            f"annotator {annotators.ids[outside[0]]!r} has {attribute} = {columns[attribute][outside[0]]!r}, which no "
            f"share names; {outside.size} of {len(annotators)} annotators are affected. Give their weight as other."
        )
    size = np.bincount(member[member >= 0], minlength=len(names))
    if (size == 0).any():
        group = list(names)[int((size == 0).argmax())]
        raise ArgumentError(f"shares names {attribute} {group!r}, which no annotator has; leave it out and rescale.")
    each = np.append(target * size.sum() / size, 0.0 if other is None else other)
    return each[member]
