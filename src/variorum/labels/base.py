"""The seats of an aggregation method and of its kernel, and what they return."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import ANSWERED, UNKNOWN, Annotations, LabelScheme, SchemeKind
from variorum.checks import as_vector
from variorum.errors import SchemeError
from variorum.labels.vote_matrix import Rows, VoteMatrix

__all__ = [
    "Aggregator",
    "Fit",
    "Kernel",
    "LabelEstimate",
    "Watch",
    "class_shares",
    "crowd_statement",
    "need_class_scheme",
    "need_classes",
    "need_scheme",
    "population_statement",
]


# What to do with annotations whose scheme a method does not take.
_REMEDIES: Final[Mapping[SchemeKind, str]] = {
    "nominal": 'use the method "soft" or "dawid-skene"',
    "ordinal": 'use the method "soft" or "ordinal-dawid-skene"',
    "multilabel": 'use the method "binary-relevance", which asks of each label whether it was given',
    "numeric": "bin the values to an ordinal scheme first",
    "pairwise": 'use the method "soft" or "bradley-terry"',
}

# Called after each iteration with its number, from 1, and the gain of the objective, nats a vote; nan at first.
Watch = Callable[[int, float], None]


@dataclass(frozen=True, eq=False)
class LabelEstimate:
    """What an aggregation method made of the votes.

    Attributes:
        method: Name of the method.
        posterior: Label distribution of each item, shape (n_items, n_classes), rows sum to one. What it is the
            distribution of depends on the method: the people's answers (soft, dirichlet) or one true label (majority,
            dawid-skene). Items without a vote have no estimate: their rows are nan. For multilabel schemes
            (n_items, n_labels, 2): left out, given.
        priors: Class shares, shape (n_classes,), sum to one; nan if there is no vote at all. For multilabel schemes
            (n_labels, 2).
        population: Whose labels these are, in words: annotators, votes and weights.
        confusion: ``confusion[annotator, true class, label given]``, shape (n_annotators, n_classes, n_classes), rows
            sum to one; nan for annotators without a vote; ``None`` for methods without annotator parameters.
        pooled_confusion: The same for the votes of unknown annotators, shape (n_classes, n_classes), where there are
            any beside known ones.
        skill: One number an annotator, shape (n_annotators,), for methods that weigh annotators so; the method says
            what it is. nan for annotators without a vote.
        pooled_skill: The same for the votes of unknown annotators, where there are any beside known ones.
        bias: How much each annotator leans to higher labels of an ordinal scheme, shape (n_annotators,); nan for
            annotators without a vote; ``None`` for methods without it.
        pooled_bias: The same for the votes of unknown annotators, where there are any beside known ones.
        positions: Where the labels of an ordinal scheme lie as the votes have it, shape (n_classes,), increasing, the
            ends being the scheme's; ``None`` for methods without it.
        strategy: What each annotator answers when not answering the truth, shape (n_annotators, n_classes), rows sum to
            one; nan for annotators without a vote; ``None`` for methods without it.
        easiness: How well an item brings skill out, shape (n_items,), above 0; nan without a vote; ``None`` for methods
            without it.
        by_label: For multilabel schemes, the estimate of each label's own question, length n_labels; what is known of
            annotators stands there.
        contestants: What the items of a pairwise scheme compare, sorted, length n_contestants.
        worth: Log worth of each contestant, shape (n_contestants,); nan for those in no item with a vote.
        tie_odds: Odds of a tie against either of two contestants of equal worth, above 0, for pairwise schemes with a
            tie.
        order_effect: What being shown first adds to the log odds, for methods that were asked to estimate it.
        model_weight: Votes' worth of the classifier, for methods that take its predictions.
        concentration: Dirichlet concentration of the prior, shape (n_classes,), for methods that fit one.
        trace: The objective before each iteration's update, nats, length n_iterations; empty for closed forms.
        converged: Whether the criterion was met; true for closed forms.
        n_iterations: Iterations done; 0 for closed forms.
        notes: What a reader of the numbers must know, one sentence each.
    """

    method: str
    posterior: NDArray[np.float64]
    priors: NDArray[np.float64]
    population: str
    confusion: NDArray[np.float64] | None = None
    pooled_confusion: NDArray[np.float64] | None = None
    skill: NDArray[np.float64] | None = None
    pooled_skill: float | None = None
    bias: NDArray[np.float64] | None = None
    pooled_bias: float | None = None
    positions: NDArray[np.float64] | None = None
    strategy: NDArray[np.float64] | None = None
    easiness: NDArray[np.float64] | None = None
    by_label: tuple[LabelEstimate, ...] | None = None
    contestants: tuple[str, ...] | None = None
    worth: NDArray[np.float64] | None = None
    tie_odds: float | None = None
    order_effect: float | None = None
    model_weight: float | None = None
    concentration: NDArray[np.float64] | None = None
    trace: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    converged: bool = True
    n_iterations: int = 0
    notes: tuple[str, ...] = ()


class Aggregator(Protocol):
    """Turns annotations into one label distribution an item.

    The contract: rows of other statuses than ``answered`` are no votes; the order of rows, items and annotators does
    not matter, and neither do names; a scheme that the method is not made for is refused with a SchemeError that names
    the remedy; items without a vote get rows of nan; equal input gives equal output.
    """

    def __call__(self, annotations: Annotations) -> LabelEstimate:
        """Estimate the label distribution of every item.

        Raises:
            SchemeError: If the method is not made for the scheme; the message names a method that is.
        """
        ...


@dataclass(frozen=True, eq=False)
class Fit:
    """What a kernel found, beside the posterior; fields that `LabelEstimate` has too mean the same.

    Attributes:
        method: Name of the method.
        priors: Shape (n_classes,).
        skill: Shape (n_annotators,).
        pooled_skill: The skill of unknown annotators, where there are any.
        strategy: Shape (n_annotators, n_classes).
        confusion: Shape (n_annotators, n_classes, n_classes).
        pooled_confusion: Shape (n_classes, n_classes).
        trace: Length n_iterations.
        converged: Whether the criterion was met.
        notes: One sentence each.
    """

    method: str
    priors: NDArray[np.float64]
    skill: NDArray[np.float64] | None = None
    pooled_skill: float | None = None
    strategy: NDArray[np.float64] | None = None
    confusion: NDArray[np.float64] | None = None
    pooled_confusion: NDArray[np.float64] | None = None
    trace: NDArray[np.float64] = field(default_factory=lambda: np.empty(0))
    converged: bool = True
    notes: tuple[str, ...] = ()


class Kernel(Protocol):
    """A method that needs nothing but the votes, shard by shard, and a place for its posterior.

    The contract: memory grows with cells x classes and with the largest shard, never with items; each pass reads the
    shards in order, and reads no row of the posterior before writing it in the same pass; options are checked before
    the first shard is read.
    """

    def __call__(self, votes: VoteMatrix, posterior: Rows, watch: Watch, /) -> Fit:
        """Overwrite the posterior and return the rest."""
        ...


def need_classes(annotations: Annotations, what: str, *, for_sets: str = _REMEDIES["multilabel"]) -> None:
    """Refuse schemes in which an answer is not one class out of several.

    Args:
        annotations: The votes.
        what: What refuses, for the error message.
        for_sets: The remedy for multilabel schemes.

    Raises:
        SchemeError: For multilabel and numeric schemes, with the remedy.
    """
    need_class_scheme(annotations.scheme, what, for_sets=for_sets)


def need_class_scheme(scheme: LabelScheme, what: str, *, for_sets: str = _REMEDIES["multilabel"]) -> None:
    """The same for a scheme alone."""
    kind = scheme.kind
    if kind in ("multilabel", "numeric"):
        remedy = for_sets if kind == "multilabel" else _REMEDIES[kind]
        raise SchemeError(f"{what} needs one class an answer, and the scheme is {kind}; {remedy}.")


def need_scheme(annotations: Annotations, what: str, kind: SchemeKind) -> None:
    """Refuse all schemes but those of one kind.

    Args:
        annotations: The votes.
        what: What refuses, for the error message.
        kind: The kind that is taken.

    Raises:
        SchemeError: For schemes of other kinds, with the remedy.
    """
    found = annotations.scheme.kind
    if found != kind:
        order = ""
        if (found, kind) == ("nominal", "ordinal"):
            order = ", or say that the labels have an order with scheme=LabelScheme.ordinal([...])"
        raise SchemeError(
            f"{what} needs a scheme that is {kind}, and the scheme is {found}; {_REMEDIES[found]}{order}."
        )


def population_statement(annotations: Annotations, weights: ArrayLike | None = None) -> str:
    """Say whose labels these are: how many annotators, how many votes, which weights.

    Args:
        annotations: The votes.
        weights: Weight of each annotator, shape (n_annotators,).

    Returns:
        One line without a full stop.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> votes = Annotations(scheme, Items(("a",)), Annotators(("x:1", "x:2")), [0, 0, 0], [0, 1, -1], [1, 0, 1])
        >>> population_statement(votes)
        'equal annotators: 2 annotators with 2 votes and 1 vote of unknown annotators'
    """
    voter = annotations.annotator[annotations.status == ANSWERED]
    given = np.bincount(voter + 1, minlength=len(annotations.annotators) + 1)
    crowd = crowd_statement(int(np.count_nonzero(given[1:])), int(given[1:].sum()), int(given[UNKNOWN + 1]))
    if weights is None:
        return f"equal annotators: {crowd}"
    each = as_vector("weights", weights, length=len(annotations.annotators))
    span = f"{each.min():.4g} to {each.max():.4g}" if each.size else "none"
    return f"annotators weighted {span}: {crowd}"


def crowd_statement(n_known: int, n_votes: int, n_unknown: int) -> str:
    """Say how many annotators and votes there are.

    Args:
        n_known: Annotators with votes.
        n_votes: Their votes.
        n_unknown: Votes of unknown annotators.

    Returns:
        Part of a line.

    Example:
        >>> crowd_statement(1, 2, 1)
        '1 annotator with 2 votes and 1 vote of unknown annotators'
    """
    crowd = f"{n_known} annotator{'s' * (n_known != 1)} with {n_votes} vote{'s' * (n_votes != 1)}"
    return crowd + (f" and {n_unknown} vote{'s' * (n_unknown != 1)} of unknown annotators" if n_unknown else "")


def class_shares(posterior: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the rows that hold an estimate.

    Args:
        posterior: Shape (n_items, n_classes); rows of nan hold none.

    Returns:
        Shape (n_classes,); nan where no row holds an estimate.

    Example:
        >>> class_shares(np.array([[1.0, 0.0], [np.nan, np.nan], [0.5, 0.5]]))
        array([0.75, 0.25])
    """
    rows = posterior[~np.isnan(posterior[:, 0])]
    return np.asarray(rows.mean(axis=0) if len(rows) else np.full(posterior.shape[1], np.nan))
