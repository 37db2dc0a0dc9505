"""A made-up campaign in which nothing is wrong: calibrated predictions that learn, items and people asked at random."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from variorum.campaign.alarms import RoundView

LABELS = ("no", "maybe", "yes")


@dataclass(frozen=True)
class Healthy:
    """Settings of a campaign.

    Attributes:
        n_items: Pool items; a tenth as many validate.
        n_rounds: Rounds.
        batch: Requests in each.
        n_annotators: Annotators; the first is an LLM with a bias that stays.
        available: How many of them can be asked about an item.
        base: Class shares of the population.
        validation: Share of the requests that validate.
        prefer: Weight of annotator 1 where the others have 1: more is a bias.
        repeat: Share of the pool that is asked about; the rest starves.
        flatten: From the middle on, predictions move so far to uniform, in [0, 1].
        lean: From the middle on, predictions move so far to the last class, in [0, 1].
        sharpness: How far each round moves the predictions; larger is less.
        drift: The LLM's share of "yes" grows by this much a round.
    """

    n_items: int = 400
    n_rounds: int = 15
    batch: int = 50
    n_annotators: int = 30
    available: int = 6
    base: tuple[float, ...] = (0.5, 0.3, 0.2)
    validation: float = 0.1
    prefer: float = 1.0
    repeat: float = 1.0
    flatten: float = 0.0
    lean: float = 0.0
    sharpness: float = 60.0
    drift: float = 0.0


def views(made: Healthy, seed: int) -> Iterator[RoundView]:
    """The views of a campaign, round by round."""
    rng = np.random.default_rng(seed)
    n, n_checks, k = made.n_items, made.n_items // 10, len(made.base)
    total = n + n_checks
    # Each step draws the next prediction around the one before: a martingale, so that every one is calibrated.
    steps = [np.tile(made.base, (total, 1))]
    for _ in range(made.n_rounds):
        steps.append(_dirichlet(made.sharpness * steps[-1], rng))
    truth = _dirichlet(5 * steps[-1], rng)
    able = np.argsort(rng.random((total, made.n_annotators)), axis=1)[:, : made.available]
    groups = (np.arange(made.n_annotators) % 3).astype(np.int32)
    shares = np.eye(3)[groups[able]].mean(axis=(0, 1))
    open_items = np.arange(max(1, int(n * made.repeat)))
    visits, asked = np.zeros(n, np.int64), np.zeros(made.n_annotators, np.int64)
    left, expected = np.full(n, 10**6), np.zeros(made.n_annotators)
    votes: list[np.ndarray] = []
    past: list[np.ndarray] = []
    for r in range(made.n_rounds):
        n_valid = int(made.batch * made.validation)
        picked = np.concatenate([
            rng.choice(open_items, min(made.batch - n_valid, open_items.size), replace=False),
            n + rng.choice(n_checks, n_valid, replace=False),
        ])  # fmt: skip
        weight = np.where(able[picked] == 1, made.prefer, 1.0)
        # The largest of log weight plus Gumbel noise is a draw by the weights.
        chosen = (np.log(weight) + rng.gumbel(size=weight.shape)).argmax(axis=1)
        who = able[picked, chosen]
        more = np.where(who == 0, min(0.15 + made.drift * r, 1.0), 0.0)[:, None]
        p = (1 - more) * truth[picked] + more * np.eye(k)[-1]
        label = (rng.random((picked.size, 1)) > p.cumsum(axis=1)[:, :-1]).sum(axis=1)
        votes.append(np.stack([picked, who, label, np.full(picked.size, r)]))
        np.add.at(expected, able[picked], 1 / made.available)
        asked += np.bincount(who, minlength=made.n_annotators)
        visits[np.unique(picked[picked < n])] += 1
        item, annotator, label, round_ = np.concatenate(votes, axis=1)
        ids, first, codes = np.unique(item, return_index=True, return_inverse=True)
        order = np.argsort(first)
        now = _broken(steps[r + 1], made, late=r >= made.n_rounds // 2)
        seen = ids[order]
        yield RoundView(
            round=r, n_rounds=made.n_rounds, labels=LABELS, annotators=tuple(f"a{a}" for a in range(made.n_annotators)),
            llm=np.arange(made.n_annotators) == 0, predicted=now[seen], validates=seen >= n,
            vote_item=np.argsort(order)[codes], vote_annotator=annotator.astype(np.int32), vote_label=label,
            vote_round=round_, past=tuple(past), pool=None if (seen >= n).any() else now[:n], visits=visits.copy(),
            left=left, asked=asked.copy(), expected=expected.copy(), groups=groups, group_names=("x", "y", "z"),
            group_shares=shares,
        )  # fmt: skip
        past.append(now[seen[seen >= n]])


def _dirichlet(concentration: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    drawn = rng.gamma(np.maximum(concentration, 1e-6)) + 1e-12
    return drawn / drawn.sum(axis=1, keepdims=True)


def _broken(p: np.ndarray, made: Healthy, *, late: bool) -> np.ndarray:
    if not late:
        return p
    p = (1 - made.flatten) * p + made.flatten / p.shape[1]
    return (1 - made.lean) * p + made.lean * np.eye(p.shape[1])[-1]
