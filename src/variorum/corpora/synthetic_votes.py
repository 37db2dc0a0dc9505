"""Who the synthetic annotators are, and what they answer: readings, slips, traps, spam, shared answers, drift."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.corpora.synthetic_sentences import picked

__all__ = ["N_SPAMMERS", "Crew", "Votes", "cast_votes", "hire"]

N_SPAMMERS = 4
_FATIGUE, _LEARNING = 0.6, 0.8


@dataclass(frozen=True, eq=False)
class Crew:
    """The synthetic annotators; every column has the shape (n_annotators,).

    Attributes:
        perspective: Which perspective each reads with.
        error_first: Error rate at the annotator's first item.
        error_last: Error rate at the last; the same where nobody drifts.
        favourite: The label a constant spammer gives, and a drifting annotator slips to.
        spam: 0 honest, 1 answers at random, 2 gives the favourite to everything.
        clique: Clique of each, -1 for none.
        style: Position of the style of explanation.
        activity: How often each is chosen, relative to the others.
        pace: Tenths of a second a word.
        price: Micro-units of EUR an annotation.
    """

    perspective: NDArray[np.int32]
    error_first: NDArray[np.float64]
    error_last: NDArray[np.float64]
    favourite: NDArray[np.int64]
    spam: NDArray[np.int64]
    clique: NDArray[np.int64]
    style: NDArray[np.int64]
    activity: NDArray[np.float64]
    pace: NDArray[np.int64]
    price: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Votes:
    """The answers in order of items; every column has the shape (n_rows,).

    Attributes:
        item: Position of the item.
        annotator: Position of the annotator.
        label: Class index, -1 where unsure.
        is_error: Whether it is a slip, a trap's victim or spam, rather than a reading.
        unsure: Whether the annotator answered that they do not know.
        tenths: Active time in tenths of a second.
        start: When the annotator saw the item, tenths of a second since the annotator's first.
    """

    item: NDArray[np.int64]
    annotator: NDArray[np.int64]
    label: NDArray[np.int64]
    is_error: NDArray[np.bool_]
    unsure: NDArray[np.bool_]
    tenths: NDArray[np.int64]
    start: NDArray[np.int64]


def hire(
    n_annotators: int,
    shares: tuple[float, ...],
    drift: bool,
    n_cliques: int,
    clique_size: int,
    n_styles: int,
    rng: np.random.Generator,
) -> Crew:
    """Draw the annotators.

    Args:
        n_annotators: How many.
        shares: Share of each perspective.
        drift: Whether error rates move: three in five tire, one in five learns, one in five stays.
        n_cliques: Number of cliques among the honest.
        clique_size: Annotators in a clique.
        n_styles: Number of styles of explanation.
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        The annotators; the share of each perspective is exact up to rounding.
    """
    u = rng.random((n_annotators, 11))
    bounds = np.round(np.cumsum(shares) * n_annotators).astype(np.int64)
    perspective = np.searchsorted(bounds, _rank(u[:, 0]), side="right").astype(np.int32)
    seat = _rank(u[:, 1])
    spam = np.where(seat < N_SPAMMERS, 1 + seat % 2, 0)
    clique = np.where((seat >= N_SPAMMERS) & (seat < N_SPAMMERS + n_cliques * clique_size), seat - N_SPAMMERS, -1)
    clique = np.where(clique >= 0, clique // max(1, clique_size), -1)
    # One honest annotator in seven is careless.
    low = np.round(np.where(u[:, 2] < 1 / 7, 0.18 + 0.14 * u[:, 3], 0.02 + 0.10 * u[:, 3]), 3)
    high = np.round(low + 0.25 + 0.2 * u[:, 4], 3)
    tires, learns = drift & (u[:, 5] < _FATIGUE), drift & (u[:, 5] >= _FATIGUE) & (u[:, 5] < _LEARNING)
    # Those who slip less ask for more, with noise.
    cents = 4 + 8 * u[:, 6] + np.where(low < 0.08, 2, 0)
    return Crew(
        perspective=perspective,
        error_first=np.where(learns, high, low),
        error_last=np.where(tires, high, low),
        favourite=picked(u[:, 7], 3),
        spam=spam,
        clique=clique,
        style=picked(u[:, 8], n_styles),
        activity=0.5 + u[:, 9],
        pace=np.where(spam > 0, 1, 4 + picked(u[:, 10], 5)),
        price=np.round(cents * 10).astype(np.int64) * 1000,
    )


def _rank(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.argsort(np.argsort(values, kind="stable"), kind="stable")


def cast_votes(
    readings: NDArray[np.float64],
    crew: Crew,
    votes_per_item: tuple[int, int],
    lure: NDArray[np.int64],
    pull: NDArray[np.float64],
    clique_share: float,
    n_words: NDArray[np.int64],
    rng: np.random.Generator,
) -> Votes:
    """Let annotators answer.

    Each first has a reading, drawn from the distribution of the own perspective. A slip replaces it by another label,
    a trap by the lure of the item; both are errors, unless the trap's lure was the reading. Members of a clique use
    the same uniform numbers for an item: each alone still answers as the own distribution says, and together they say
    less than as many independent annotators.

    Args:
        readings: Distribution of each perspective and item, shape (n_perspectives, n_items, 3).
        crew: The annotators.
        votes_per_item: Fewest and most votes an item.
        lure: The label that a trap leads to, shape (n_items,).
        pull: Probability that it does, shape (n_items,).
        clique_share: How often a member of a clique answers with the clique.
        n_words: Length of each item, shape (n_items,).
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        The votes.
    """
    n_items, n_annotators = readings.shape[1], crew.spam.size
    low, high = votes_per_item
    wanted = low + picked(rng.random((n_items,)), high - low + 1)
    # Smallest exponential waiting times: weighted sampling without replacement.
    waiting = np.round(-np.log1p(-rng.random((n_items, n_annotators))) / crew.activity, 9)
    chosen = np.argsort(waiting, axis=1, kind="stable")[:, :high]
    taken = np.arange(high) < wanted[:, None]
    item = np.repeat(np.arange(n_items), wanted)
    who = chosen[taken]

    u = rng.random((item.size, 9))
    clique = crew.clique[who]
    shared = rng.random((n_items, max(1, int(crew.clique.max(initial=-1)) + 1), 4))
    together = (clique >= 0) & (u[:, 8] < clique_share)
    # Reading, slip, its direction and trap are what a clique shares.
    u[together, :4] = shared[item[together], clique[together]]

    order = np.lexsort((u[:, 4], who))
    done = np.arange(item.size) - np.searchsorted(who[order], who[order])
    progress = np.empty(item.size)
    load = np.bincount(who, minlength=n_annotators)
    progress[order] = done / np.maximum(1, load[who[order]] - 1)

    own = readings[crew.perspective[who], item]
    reading = (u[:, 0] >= own[:, 0]).astype(np.int64) + (u[:, 0] >= own[:, 0] + own[:, 1])
    first, last = crew.error_first[who], crew.error_last[who]
    slip = u[:, 1] < first + (last - first) * progress
    other = (reading + 1 + picked(u[:, 2], 2)) % 3
    # Drifting annotators come to slip to their favourite.
    favours = (first != last) & (u[:, 5] < 0.7) & (crew.favourite[who] != reading)
    label = np.where(slip, np.where(favours, crew.favourite[who], other), reading)
    trapped = (u[:, 3] < pull[item]) & (lure[item] != reading)
    label = np.where(trapped, lure[item], label)
    spam = crew.spam[who]
    label = np.where(spam == 1, picked(u[:, 0], 3), np.where(spam == 2, crew.favourite[who], label))
    unsure = (spam == 0) & (u[:, 6] < 0.01)

    tenths = crew.pace[who] * n_words[item] + picked(u[:, 7], 60)
    start = np.empty(item.size, np.int64)
    total = np.cumsum(tenths[order])
    before = total - tenths[order]
    start[order] = before - before[np.searchsorted(who[order], who[order])]
    return Votes(
        item=item,
        annotator=who,
        label=np.where(unsure, -1, label),
        is_error=~unsure & (slip | trapped | (spam > 0)),
        unsure=unsure,
        tenths=tenths,
        start=start,
    )
