"""Watches over one arm and seed: keeps what alarms look at, and writes what they say to the record."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.campaign.alarms import Alarm, RoundView, raise_alarms
from variorum.campaign.config import CampaignConfig
from variorum.campaign.layout import Layout
from variorum.campaign.market import Market
from variorum.campaign.oracle import Request
from variorum.campaign.pool_arrays import group_names_of
from variorum.campaign.schedule import n_rounds
from variorum.campaign.stopping import ValidationView

__all__ = ["Watch"]

_DIGITS = 6


class Watch:
    """Counts who and what was asked, and looks at every round.

    Args:
        config: The settings.
        layout: Pool and validation items.
        market: What is for sale, and what was bought.
        groups: Group of each annotator; ``None`` where no attribute is named.
    """

    def __init__(
        self, config: CampaignConfig, layout: Layout, market: Market, groups: NDArray[np.int32] | None
    ) -> None:
        self._layout, self._market, self._groups = layout, market, groups
        empty = market.bought()
        self._labels, self._annotators = empty.scheme.labels, empty.annotators
        self._n_rounds = n_rounds(config, market.budget // market.cheapest)
        self._visits = np.zeros(len(empty.items), np.int64)
        # The last place is the unknown annotator's.
        self._asked = np.zeros(len(self._annotators) + 1, np.int64)
        self._expected = np.zeros(len(self._annotators) + 1)
        self._past: list[NDArray[np.float64]] = []
        self._names: tuple[str, ...] = ()
        self._shares = np.zeros(0)
        if groups is not None and config.annotator_group is not None:
            self._names = group_names_of(self._annotators, config.annotator_group)
            self._shares = _group_shares(market, np.concatenate([layout.pool, layout.validation]), groups)

    def enter(self, requests: Sequence[Request]) -> None:
        """Count requests; to be called before they leave the market."""
        self._visits[np.unique([request.item for request in requests])] += 1
        for request in requests:
            who = self._market.who_can(request.item)
            self._expected[who] += 1 / who.size
            self._asked[request.annotator] += 1

    def look(self, round_: int, predict: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> Mapping[str, Any]:
        """What the record keeps of a round: the alarms, and the present predictions for validation items with a vote.

        Args:
            round_: The round.
            predict: Mean prediction of the present model for items.

        Returns:
            The event.
        """
        view = self._view(round_, predict)
        return {
            "alarms": [
                {**asdict(alarm), "value": _rounded(alarm.value), "threshold": _rounded(alarm.threshold)}
                for alarm in raise_alarms(view)
            ],
            "validation": _kept(view.predicted[view.validates]),
        }

    def enter_event(self, event: Mapping[str, Any]) -> tuple[Alarm, ...]:
        """Take in what `look` made, from now or from the record.

        Args:
            event: The event.

        Returns:
            The round's alarms.
        """
        self._past.append(self._as_array(event["validation"]))
        return tuple(Alarm(**alarm) for alarm in event["alarms"])

    def validation(self, patience: int) -> ValidationView:
        """The validation votes so far, with the predictions of every round looked at."""
        sold = np.concatenate([self._layout.pool, self._layout.validation])
        counts = self._market.counts
        return ValidationView(counts[self._validated()], tuple(self._past), counts[sold], patience)

    def present(self, predict: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> list[list[float]]:
        """Present predictions for validation items with a vote, as the record keeps them."""
        return _kept(predict(self._validated()))

    def replace_last(self, predicted: Sequence[Sequence[float]]) -> None:
        """Take predictions, as `present` gives them, for those of the last round."""
        self._past[-1] = self._as_array(predicted)

    def _as_array(self, predicted: Sequence[Sequence[float]]) -> NDArray[np.float64]:
        return np.array(predicted, np.float64).reshape(-1, len(self._labels))

    def _validated(self) -> NDArray[np.int64]:
        """Validation items with a vote, in the order of their first votes."""
        item = self._voted()
        return item[np.isin(item, self._layout.validation)]

    def _voted(self) -> NDArray[np.int64]:
        """Items with a vote, in the order of their first votes."""
        votes = self._market.bought()
        ids, first = np.unique(votes.item[votes.label >= 0], return_index=True)
        return ids[np.argsort(first)].astype(np.int64)

    def _view(self, round_: int, predict: Callable[[NDArray[np.int64]], NDArray[np.float64]]) -> RoundView:
        votes = self._market.bought()
        voted = votes.label >= 0
        item = self._voted()
        apart = self._market.kept_apart
        row_of = np.full(self._visits.size, -1, np.int64)
        row_of[item] = np.arange(item.size)
        validates = np.isin(item, self._layout.validation)
        rounds = np.zeros(votes.n_rows, np.int64) if votes.round is None else votes.round.astype(np.int64)
        pool = self._layout.pool
        if validates.any():
            of_pool, predicted = None, predict(item)
        else:  # what was bought is of the pool, which is predicted as a whole
            row_of_pool = np.full(self._visits.size, -1, np.int64)
            row_of_pool[pool] = np.arange(pool.size)
            of_pool = predict(pool)
            predicted = of_pool[row_of_pool[item]]
        return RoundView(
            round=round_,
            n_rounds=self._n_rounds,
            labels=self._labels,
            annotators=self._annotators.ids,
            llm=self._annotators.is_llm,
            predicted=predicted,
            validates=validates,
            vote_item=row_of[votes.item[voted]],
            vote_annotator=votes.annotator[voted],
            vote_label=votes.label[voted].astype(np.int64),
            vote_round=rounds[voted],
            vote_apart=np.append(apart, False)[votes.annotator[voted]],
            past=tuple(self._past),
            pool=of_pool,
            visits=self._visits[pool],
            left=self._market.left(pool),
            asked=self._asked[:-1],
            expected=self._expected[:-1],
            groups=self._groups,
            group_names=self._names,
            group_shares=self._expected_shares() if self._market.comes_and_goes else self._shares,
        )

    def _expected_shares(self) -> NDArray[np.float64]:
        """Share of each group if everything asked so far had gone to somebody who was there, at random."""
        if self._groups is None:
            return self._shares
        known = self._groups >= 0
        total = np.bincount(self._groups[known], self._expected[:-1][known], self._shares.size)
        return np.asarray(total / total.sum() if total.sum() else self._shares, np.float64)


def _kept(predicted: NDArray[np.float64]) -> list[list[float]]:
    kept: list[list[float]] = predicted.round(_DIGITS).tolist()
    return kept


def _rounded(value: float) -> float:
    return float(f"{value:.{_DIGITS}g}")


def _group_shares(market: Market, items: NDArray[np.int64], groups: NDArray[np.int32]) -> NDArray[np.float64]:
    """Share of each group among the annotators who can be asked about an item and whose group is known, mean."""
    item, annotator = market.offered(items)
    known = annotator >= 0
    known[known] = groups[annotator[known]] >= 0
    n_groups = int(groups.max(initial=-1)) + 1
    each = np.zeros((items.size, n_groups))
    np.add.at(each, (item[known], groups[annotator[known]]), 1.0)
    total = each.sum(axis=1, keepdims=True)
    found = total[:, 0] > 0
    return np.asarray((each[found] / total[found]).mean(axis=0) if found.any() else np.zeros(n_groups), np.float64)
