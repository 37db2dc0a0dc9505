"""Mode collapse: predictions drift to uniform, or to one class, away from what people answered."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import entr

from variorum.campaign.alarms.base import Alarm, RoundView
from variorum.campaign.alarms.chance import sum_tail

__all__ = ["mode_collapse"]

_STRATA = 4


def mode_collapse(view: RoundView) -> Alarm | None:
    """Look for predictions that votes contradict in one of two ways.

    *One class*: over the validation votes, the model gives a class more mass than people gave it votes. *Uniform*: the
    model predicts validation votes worse (Brier score) than a reference whose predictions are less flat on the same
    items. References are the shares of the other validation votes, the same for every item, and the model's own
    predictions after each earlier round. A model that is only too sure of itself raises no alarm here.

    Without validation votes those on pool items stand in, weighted so that each quarter of the pool, by the entropy
    predicted, counts in full however often it was bought: this corrects for acquisitions that look at predictions. The
    model has learned from these votes, so less is noticed, and earlier rounds are no reference.

    Args:
        view: What the campaign may see.

    Returns:
        The alarm, or ``None``.

    Source:
        Brier (1950) for the score; sums of votes are tested as `sum_tail` says, Bonferroni over classes and references.

    Example:
        >>> from variorum.campaign.alarms.base import RoundView
        >>> none, votes = np.zeros(0, np.int64), np.zeros(60, np.int64)
        >>> view = RoundView(
        ...     round=5, n_rounds=10, labels=("no", "yes"), annotators=(), llm=np.zeros(0, bool),
        ...     predicted=np.tile([0.1, 0.9], (60, 1)), validates=np.ones(60, bool), vote_item=np.arange(60),
        ...     vote_annotator=np.full(60, -1, np.int32), vote_label=votes, vote_round=votes, past=(), pool=None,
        ...     visits=none, left=none, asked=none, expected=np.zeros(0))
        >>> mode_collapse(view).message
        "predictions give 'yes' 90 % of the mass where validation votes give it 0 %."
    """
    people = view.of_people
    checked = view.validates[view.vote_item] & people
    if checked.any():
        weight = np.ones(int(checked.sum()))
        voters, rows = "validation votes", checked
    elif view.pool is not None and people.any():
        rows = people
        weight = _strata_weights(view.predicted[view.vote_item[rows]], view.pool)
        voters = "bought votes"
    else:
        return None
    item, label = view.vote_item[rows], view.vote_label[rows]
    to_one, message = _to_one_class(view, item, label, weight, voters, int(people.sum() - item.size))
    flat, flat_message = _to_uniform(view, item, label, weight, voters, bool(checked.any()))
    if flat < to_one:
        message = flat_message
    return view.alarm("mode-collapse", min(1.0, 2 * min(flat, to_one)), message)


def _strata_weights(predicted: NDArray[np.float64], pool: NDArray[np.float64]) -> NDArray[np.float64]:
    """Weight of each vote, mean 1: a stratum's share of the pool over its share of the votes."""
    cuts = np.quantile(entr(pool).sum(axis=1), np.linspace(0, 1, _STRATA + 1)[1:-1])
    of_pool = np.bincount(np.searchsorted(cuts, entr(pool).sum(axis=1)), minlength=_STRATA) / pool.shape[0]
    stratum = np.searchsorted(cuts, entr(predicted).sum(axis=1))
    of_votes = np.bincount(stratum, minlength=_STRATA) / stratum.size
    weight = of_pool[stratum] / of_votes[stratum]
    return np.asarray(weight / weight.mean(), np.float64)


def _to_one_class(
    view: RoundView,
    item: NDArray[np.int64],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
    voters: str,
    n_learned: int,
) -> tuple[float, str]:
    p = view.predicted[item]
    answered = np.eye(p.shape[1])[label]
    w = weight[:, None]
    # The shares that the model learned are those of a sample, too.
    more = 1 + item.size / n_learned if n_learned else 1.0
    tails = sum_tail(w * (p - answered) / np.sqrt(more), item, w**2 * p * (1 - p))
    k = int(tails.argmin())
    mass, share = (float(np.average(column, weights=weight)) for column in (p[:, k], answered[:, k]))
    message = (
        f"predictions give {view.labels[k]!r} {100 * mass:.0f} % of the mass where {voters} give it "
        f"{100 * share:.0f} %."
    )
    return min(1.0, float(tails[k]) * tails.size), message


def _to_uniform(
    view: RoundView,
    item: NDArray[np.int64],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
    voters: str,
    validated: bool,
) -> tuple[float, str]:
    references = [(f"the shares of the {voters}", np.arange(item.size), _others(item, label, weight, view))]
    if validated:
        place = np.cumsum(view.validates) - 1
        for round_, then in enumerate(view.past):
            old = np.flatnonzero(place[item] < then.shape[0])
            references.append((f"its own predictions after round {round_}", old, then[place[item[old]]]))
    best, message = 1.0, ""
    for name, rows, reference in references:
        now = view.predicted[item[rows]]
        w = weight[rows]
        flatness = (
            [float(np.average(entr(p).sum(axis=1), weights=w)) for p in (now, reference)] if rows.size else [0, 0]
        )
        if flatness[0] <= flatness[1]:
            continue
        tail = float(_worse(now, reference, item[rows], label[rows], w))
        if tail < best:
            best = tail
            message = (
                f"predictions have become flat: their entropy is {flatness[0]:.2f} nats, and {voters} fit better to "
                f"{name}, of entropy {flatness[1]:.2f}."
            )
    return min(1.0, best * len(references)), message


def _others(
    item: NDArray[np.int64], label: NDArray[np.int64], weight: NDArray[np.float64], view: RoundView
) -> NDArray[np.float64]:
    """For each vote, the class shares of the votes on other items, with one pseudo-vote spread over the classes."""
    n, k = view.predicted.shape
    each = np.zeros((n, k))
    np.add.at(each, (item, label), weight)
    others = each.sum(axis=0) - each[item] + 1 / k
    return np.asarray(others / others.sum(axis=1, keepdims=True), np.float64)


def _worse(
    now: NDArray[np.float64],
    reference: NDArray[np.float64],
    item: NDArray[np.int64],
    label: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> float:
    """Probability that the reference beats the prediction so clearly if in truth it does not."""
    # Brier score of class k less that of the reference; what both have in common drops out.
    loss = ((now**2).sum(axis=1) - (reference**2).sum(axis=1))[:, None] - 2 * (now - reference)
    middle = (now + reference) / 2
    variance = (middle * loss**2).sum(axis=1) - (middle * loss).sum(axis=1) ** 2
    values = weight * loss[np.arange(label.size), label]
    return float(sum_tail(values[:, None], item, (weight**2 * variance)[:, None])[0])
