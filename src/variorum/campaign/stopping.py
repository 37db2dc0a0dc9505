"""When to stop before the money is gone, by what a live campaign can see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import oracle_floor
from variorum.labels import fit_polya, normalize

__all__ = ["STOPPING", "StoppingRule", "ValidationView", "budget", "floor", "gain", "plateau"]

_LEAST: Final = 1e-6


@dataclass(frozen=True, eq=False)
class ValidationView:
    """The validation votes bought so far, and what the model of each round predicted for their items.

    Attributes:
        counts: Votes, in the order of the items' first votes, shape (n_items, n_classes).
        rounds: Predictions of every round so far, the present one last; each for the items that had a vote by then,
            shape (at most n_items, n_classes).
        bought: Votes on pool and validation items, shape (n_bought_items, n_classes): they tell how far items vary.
        patience: Rounds without improvement that `plateau` waits for, and rounds worth too little that `gain` does.
        gains: What each round's batch was expected to bring when it was chosen, nats of JS divergence for 1,000 units
            of money, the next one last; nan where there was no model to tell.
        min_gain: The least that `gain` goes on for; ``None`` for anything.
    """

    counts: NDArray[np.float64]
    rounds: Sequence[NDArray[np.float64]]
    bought: NDArray[np.float64]
    patience: int
    gains: Sequence[float] = ()
    min_gain: float | None = None


class StoppingRule(Protocol):
    """Says whether a campaign may end.

    The contract: bought votes alone decide; the same view and generator state give the same answer.
    """

    def __call__(self, view: ValidationView, rng: np.random.Generator) -> str | None:
        """Look at the validation votes after a round.

        Args:
            view: What the campaign may see.
            rng: Source of randomness.

        Returns:
            The reason to stop, one sentence, or ``None`` to go on.
        """
        ...


def cross_entropy(counts: NDArray[np.float64], predicted: NDArray[np.float64]) -> float:
    """Mean over votes of minus the log of the prediction, nats; nan without a vote. A zero counts as 1e-6."""
    total = float(counts.sum())
    return float(-(counts * np.log(np.maximum(predicted, _LEAST))).sum() / total) if total else float("nan")


def budget(view: ValidationView, rng: np.random.Generator) -> str | None:  # noqa: ARG001 - the seat's arguments
    """Go on until the money is gone.

    Args:
        view: Not looked at.
        rng: Not used.

    Returns:
        ``None``.
    """
    return None


def plateau(view: ValidationView, rng: np.random.Generator) -> str | None:  # noqa: ARG001 - the seat's argument
    """Stop when no model of the last rounds predicts validation votes better than an earlier one.

    All models are compared by their cross-entropy on the same votes: those on items that had a vote before the last
    `patience` rounds began. So votes that came later do not pass for a change of the model, and earlier rounds that had
    fewer of these items are not looked at: few votes make a lucky round.

    Args:
        view: What the campaign may see.
        rng: Not used.

    Returns:
        The reason, or ``None``; with `patience` rounds or fewer always ``None``.

    Example:
        >>> votes, good, better = np.eye(2), np.array([[0.6, 0.4], [0.4, 0.6]]), np.array([[0.7, 0.3], [0.3, 0.7]])
        >>> plateau(ValidationView(votes, [good, better, better], votes, 2), np.random.default_rng(0)) is None
        True
        >>> plateau(ValidationView(votes, [better, good, better], votes, 2), np.random.default_rng(0))
        'the validation cross-entropy has not improved for 2 rounds (0.357 nats).'
    """
    before = len(view.rounds) - view.patience
    if before < 1:
        return None
    n = view.rounds[before - 1].shape[0]
    if not n:
        return None
    present = view.rounds[-1]

    now = cross_entropy(view.counts[:n], present[:n])
    early = [cross_entropy(view.counts[:n], then[:n]) for then in view.rounds[:before] if then.shape[0] >= n]
    if min(cross_entropy(view.counts[:n], then[:n]) for then in view.rounds[before:]) < min(early):
        return None
    return f"the validation cross-entropy has not improved for {view.patience} rounds ({now:.3f} nats)."


def floor(view: ValidationView, rng: np.random.Generator) -> str | None:
    """Stop when validation votes cannot tell the model from one that knew the truth.

    The floor is the cross-entropy of the true distributions on these votes, drawn from their posterior under a
    Dirichlet prior that all bought votes give; the campaign ends when the model's lies below the upper end of its 95 %
    interval. The prior needs items with two votes or more: without them the rule never stops.

    Args:
        view: What the campaign may see.
        rng: Source of the draws.

    Returns:
        The reason, or ``None``.

    Source:
        `evaluation.oracle_floor`.
    """
    if not view.counts.sum() or not (view.bought.sum(axis=1) >= 2).any():
        return None
    fitted = fit_polya(view.bought)
    if not fitted.identified:
        return None
    votes = view.counts.sum(axis=1)
    voted = votes > 0
    counts = view.counts[voted]
    weight = votes[voted] / votes[voted].mean()

    def score(human: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.float64]:
        # Every vote counts once, so an item weighs as much as it has votes.
        return np.asarray(-weight * (human * np.log(np.maximum(model, _LEAST))).sum(axis=1), np.float64)

    line = oracle_floor(counts, score, fitted.concentration, rng)
    now = float(score(normalize(counts), view.rounds[-1][voted]).mean())
    if now > line.high:
        return None
    return f"the validation cross-entropy, {now:.3f} nats, is within the noise of its floor, {line.mean:.3f}."


def gain(view: ValidationView, rng: np.random.Generator) -> str | None:  # noqa: ARG001 - the seat's argument
    """Stop before votes that are not expected to be worth their money, the `patience`-th batch of that kind in a row.

    Args:
        view: What the campaign may see.
        rng: Not used.

    Returns:
        The reason, or ``None``; always ``None`` where the next batch, or one of those before it, had no model to tell
        what it is worth.

    Source:
        `acquisition.batch_gain`.

    Example:
        >>> none = np.zeros((0, 2))
        >>> views = [ValidationView(none, [], none, 2, gains, 0.5) for gains in ([0.9, 0.4], [0.9, 0.4, 0.3])]
        >>> [gain(view, np.random.default_rng(0)) for view in views]
        [None, 'the next votes are expected to bring 0.3 nats for 1,000 units of money, and 2 rounds are below 0.5.']
    """
    last = view.gains[-view.patience :]
    if view.min_gain is None or len(last) < view.patience or not all(each < view.min_gain for each in last):
        return None
    rounds = "1 round is" if view.patience == 1 else f"{view.patience} rounds are"
    return (
        f"the next votes are expected to bring {last[-1]:.3g} nats for 1,000 units of money, and {rounds} below "
        f"{view.min_gain:g}."
    )


STOPPING: Final[Mapping[str, StoppingRule]] = {"budget": budget, "plateau": plateau, "floor": floor, "gain": gain}
"""Rules by name."""
