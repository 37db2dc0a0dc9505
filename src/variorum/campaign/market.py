"""One arm's and seed's state: what was asked, what it brought, what is still for sale."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Annotations, LabelScheme, PoolView
from variorum.campaign.oracle import Request
from variorum.campaign.pairs import Pairs
from variorum.campaign.presence import Presence

__all__ = ["Market"]


class Market:
    """Requests made and answers bought; policies see it through `view`, which holds bought votes alone.

    Args:
        empty: Annotations without rows, for their items, annotators and scheme.
        pairs: What can be sold.
        prices: Micro-units of a request to each annotator, the unknown one last, shape (n_annotators + 1,).
        budget: Micro-units to spend.
        quota: The most requests that each known annotator may get; ``None`` for any number.
        apart: Annotators whom no policy may ask and whose votes and requests are kept apart, shape (n_annotators,);
            ``None`` for nobody.
        presence: Who can be asked in which round; ``None`` for everybody in all of them.
    """

    def __init__(
        self,
        empty: Annotations,
        pairs: Pairs,
        prices: NDArray[np.int64],
        budget: int,
        quota: int | None = None,
        apart: NDArray[np.bool_] | None = None,
        presence: Presence | None = None,
    ) -> None:
        self._empty, self._pairs, self._prices = empty, pairs, prices
        # What was not sold yet, and of it what those who are there can still be asked.
        self._stock = pairs.quantity.copy()
        self._left = pairs.quantity.copy()
        self._bought: list[Annotations] = []
        self._asked_item: list[int] = []
        self._asked_annotator: list[int] = []
        self._counts = np.zeros((len(empty.items), empty.scheme.n_classes))
        self.budget, self.spent = budget, 0
        self.requests = self.requests_apart = 0
        self._quota, self._presence = quota, presence
        # A place more, for the unknown annotator.
        self._apart = np.append(np.zeros(len(empty.annotators), bool) if apart is None else apart, False)
        self._votes_apart = {int(who): np.zeros_like(self._counts) for who in np.flatnonzero(self._apart)}
        self._spent_on = np.zeros(self._apart.size, np.int64)
        self._had = np.zeros(self._apart.size, np.int64)

    def begin(self, round_: int) -> None:
        """Let those be asked who are there in a round; to be called when it begins."""
        if self._presence is not None:
            there = np.append(self._presence.at(round_), True)[self._pairs.annotator]
            self._left = np.where(there, self._stock, 0)

    @property
    def comes_and_goes(self) -> bool:
        """Whether not everybody is there in every round."""
        return self._presence is not None

    @property
    def scheme(self) -> LabelScheme:
        """Which labels there are."""
        return self._empty.scheme

    @property
    def cheapest(self) -> int:
        """Price of a request to the cheapest annotator whom policies may ask, micro-units."""
        return int(self._prices[~self._apart].min())

    def price_of(self, annotator: int) -> int:
        """Price of a request to an annotator, micro-units."""
        return int(self._prices[annotator])

    def spent_on(self, annotator: int) -> int:
        """Micro-units paid to an annotator so far."""
        return int(self._spent_on[annotator])

    def votes_of(self, annotator: int) -> NDArray[np.float64]:
        """The votes of an annotator who is kept apart, shape (n_items, n_classes)."""
        return self._votes_apart[annotator]

    def can_sell(self, items: NDArray[np.int64], annotator: int) -> NDArray[np.bool_]:
        """Which of some items can still be asked of an annotator."""
        mine = (self._pairs.annotator == annotator) & (self._left > 0)
        return np.isin(items, self._pairs.item[mine])

    def sequence(
        self, items: NDArray[np.int64], rng: np.random.Generator
    ) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """All that is for sale of some items, at random, no item twice before each was asked once, and so on.

        Args:
            items: Positions of the items.
            rng: Source of randomness.

        Returns:
            Positions of items, and annotators.
        """
        mine = np.flatnonzero(np.isin(self._pairs.item, items) & ~self._apart[self._pairs.annotator])
        mine = np.repeat(mine, self._pairs.quantity[mine])
        mine = mine[np.lexsort((rng.random(mine.size), self._pairs.item[mine]))]
        item = self._pairs.item[mine]
        level = np.arange(mine.size) - np.searchsorted(item, item)
        mine = mine[np.lexsort((rng.random(mine.size), level))]
        return self._pairs.item[mine], self._pairs.annotator[mine]

    def still_for_sale(self, item: NDArray[np.int64], annotator: NDArray[np.int32]) -> NDArray[np.bool_]:
        """What of a `sequence` can be asked now: not sold yet, by somebody who is there and not at their quota.

        Args:
            item: Positions of items.
            annotator: Annotator of each. The unknown annotator stands as often as there are votes, of which those that
                come first were sold first.
        """
        width = len(self._empty.annotators) + 1
        key = item * width + annotator + 1
        at = np.searchsorted(self._pairs.item * width + self._pairs.annotator + 1, key)
        order = np.argsort(key, kind="stable")
        nth = np.empty(key.size, np.int64)
        nth[order] = np.arange(key.size) - np.searchsorted(key[order], key[order])
        sold = self._pairs.quantity[at] - self._stock[at]
        open_ = (nth >= sold) & (self._left[at] > 0)
        open_[open_] = self.within_quota(annotator[open_])
        return open_

    @property
    def kept_apart(self) -> NDArray[np.bool_]:
        """Annotators whom no policy may ask and whose votes are kept apart, shape (n_annotators,)."""
        return self._apart[:-1]

    def quota_left(self, promised: Sequence[Request] = ()) -> NDArray[np.int64] | None:
        """How many further requests each annotator takes, shape (n_annotators,); ``None`` without a quota.

        Args:
            promised: Requests of this round that are not entered yet.
        """
        if self._quota is None:
            return None
        more = np.array([request.annotator for request in promised], np.int64)
        had = self._had + np.bincount(more % self._had.size, minlength=self._had.size)
        return np.asarray(np.maximum(self._quota - had[:-1], 0), np.int64)

    def within_quota(self, annotator: NDArray[np.int32], promised: Sequence[Request] = ()) -> NDArray[np.bool_]:
        """Which requests, made in this order, would go to people who still take one.

        Args:
            annotator: Annotator of each request.
            promised: Requests of this round that are not entered yet.

        Returns:
            True for the unknown annotator, who may be many people, and for everybody without a quota.
        """
        left = self.quota_left(promised)
        if left is None:
            return np.ones(annotator.size, bool)
        order = np.argsort(annotator, kind="stable")
        nth = np.empty(annotator.size, np.int64)
        nth[order] = np.arange(annotator.size) - np.searchsorted(annotator[order], annotator[order])
        within: NDArray[np.bool_] = (annotator == UNKNOWN) | (nth < np.append(left, 0)[annotator])
        return within

    def who_can(self, item: int) -> NDArray[np.int32]:
        """The annotators who can still be asked about an item and whom the money left can pay."""
        low, high = int(self._pairs.start[item]), int(self._pairs.start[item + 1])
        who = self._pairs.annotator[low:high]
        affordable = self._prices[who] <= self.budget - self.spent
        can = (self._left[low:high] > 0) & affordable & ~self._apart[who]
        quota = self.quota_left()
        if quota is not None:
            can &= np.append(quota, 1)[who] > 0
        return np.asarray(who[can], np.int32)

    def offered(self, items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """All pairs of some items, sold or not.

        Args:
            items: Positions of the items.

        Returns:
            Position in `items`, and annotator of each.
        """
        row_of = self._rows_of(items)
        mine = (row_of[self._pairs.item] >= 0) & ~self._apart[self._pairs.annotator]
        return row_of[self._pairs.item[mine]], self._pairs.annotator[mine]

    def left(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """How many further requests each of some items allows."""
        total = np.concatenate(([0], np.cumsum(np.where(self._apart[self._pairs.annotator], 0, self._left))))
        return np.asarray(total[self._pairs.start[items + 1]] - total[self._pairs.start[items]], np.int64)

    def affordable(
        self,
        item: NDArray[np.int64],
        annotator: NDArray[np.int32],
        prefix: str,
        money: int,
        promised: Sequence[Request] = (),
    ) -> list[Request]:
        """Turn wishes into requests, in order, up to the first one that the money does not cover.

        Whoever is at their quota is passed over.

        Args:
            item: Positions of items.
            annotator: Annotator of each.
            prefix: Beginning of the requests' ids.
            money: Micro-units to spend.
            promised: Requests of this round that are not entered yet; they count for the quota.

        Returns:
            The requests.
        """
        requests: list[Request] = []
        within = self.within_quota(annotator, promised)
        for number, (what, who) in enumerate(zip(item[within], annotator[within], strict=True)):
            price = int(self._prices[who])
            if price > money:
                break
            money -= price
            requests.append(Request(f"{prefix}/{number}", int(what), int(who), price))
        return requests

    def enter_requests(self, requests: Sequence[Request]) -> None:
        """Take requests off what is for sale; they are paid for when they are answered."""
        for request in requests:
            pair = self._pairs.find(request.item, request.annotator)
            if pair is not None:
                self._stock[pair] -= 1
                self._left[pair] -= 1
            self._asked_item.append(request.item)
            self._asked_annotator.append(request.annotator)
            self._had[request.annotator] += 1
            if self._apart[request.annotator]:
                self.requests_apart += 1
            else:
                self.requests += 1

    def enter_answers(self, answers: Annotations) -> None:
        """Add what came back, and pay for it."""
        self._bought.append(answers)
        self.spent += 0 if answers.cost is None else int(answers.cost.sum())
        paid = np.zeros(answers.n_rows) if answers.cost is None else answers.cost
        self._spent_on += np.bincount(answers.annotator % self._apart.size, paid, self._apart.size).astype(np.int64)
        if not self._votes_apart:
            self._counts += answers.counts()
            return
        self._counts += answers.take(~self._apart[answers.annotator]).counts()
        for who, votes in self._votes_apart.items():
            votes += answers.take(answers.annotator == who).counts()

    @property
    def counts(self) -> NDArray[np.float64]:
        """Votes bought so far, but for those kept apart; shape (n_items, n_classes)."""
        return self._counts

    def bought(self) -> Annotations:
        """Every annotation bought so far, in order."""
        if len(self._bought) > 1:  # joined once, not with every look
            self._bought = [joined(self._empty, self._bought)]
        return self._bought[0] if self._bought else self._empty

    def bought_for_training(self) -> Annotations:
        """The same without the rows kept apart."""
        votes = self.bought()
        return votes.take(~self._apart[votes.annotator]) if self._votes_apart else votes

    def view(
        self,
        items: NDArray[np.int64],
        members: NDArray[np.float64],
        money: int,
        promised: Sequence[Request] = (),
        **more: NDArray[Any],
    ) -> PoolView:
        """The arrays that a policy sees of some items.

        Args:
            items: Positions of the items, increasing; they become the rows of the view.
            members: Predictive draws for them, shape (n_members, len(items), n_classes).
            money: Micro-units to spend; who costs more cannot be asked.
            promised: Requests of this round that are not entered yet; they count for the quota.
            more: Further arrays of the view, by name.

        Returns:
            The view.
        """
        row_of = self._rows_of(items)
        open_ = (self._left > 0) & (row_of[self._pairs.item] >= 0) & (self._prices[self._pairs.annotator] <= money)
        open_ &= ~self._apart[self._pairs.annotator]
        quota_left = self.quota_left(promised)
        if quota_left is not None:
            open_ &= np.append(quota_left, 1)[self._pairs.annotator] > 0
        pair_row = row_of[self._pairs.item[open_]]
        asked_row = row_of[np.array(self._asked_item, np.int64)]
        asked_who = np.array(self._asked_annotator, np.int32)
        mine = (asked_row >= 0) & ~self._apart[asked_who]
        voted_item, voter, label = self.votes_on(items)
        return PoolView(
            members=members,
            counts=self._counts[items],
            asked=np.bincount(asked_row[mine], minlength=items.size).astype(np.int64),
            pair_start=np.searchsorted(pair_row, np.arange(items.size + 1)).astype(np.int64),
            pair_annotator=self._pairs.annotator[open_],
            pair_left=self._left[open_],
            asked_item=asked_row[mine],
            asked_annotator=asked_who[mine],
            prices=self._prices,
            vote_item=voted_item,
            vote_annotator=voter,
            vote_label=label,
            quota_left=quota_left,
            **more,
        )

    def votes_on(self, items: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]]:
        """The votes bought on some items, one by one in order; abstentions are none, nor are votes kept apart.

        Args:
            items: Positions of the items, increasing.

        Returns:
            Position in `items`, annotator and class of each.
        """
        item, annotator, label = (
            np.concatenate([getattr(part, name)[part.label >= 0] for part in self._bought] or [np.zeros(0, np.int32)])
            for name in ("item", "annotator", "label")
        )
        row_of = self._rows_of(items)
        mine = (row_of[item] >= 0) & ~self._apart[annotator]
        return row_of[item][mine], annotator[mine].astype(np.int32), label[mine].astype(np.int64)

    def _rows_of(self, items: NDArray[np.int64]) -> NDArray[np.int64]:
        """The row of each item of the corpus among some, -1 for the others; shape (n_items,)."""
        row_of = np.full(len(self._empty.items), -1, np.int64)
        row_of[items] = np.arange(items.size)
        return row_of


def empty_like(annotations: Annotations) -> Annotations:
    """No rows, with the items, annotators and scheme of a table."""
    none = np.empty(0, np.int32)
    return Annotations(annotations.scheme, annotations.items, annotations.annotators, none, none, none)


def joined(empty: Annotations, parts: Sequence[Annotations]) -> Annotations:
    """Tables over the same items and annotators, one after the other; a column that a part lacks is absent there."""
    if not parts:
        return empty
    absent: dict[str, Any] = {"seconds": np.nan, "confidence": np.nan, "time": np.nan, "round": -1, "cost": 0}
    columns: dict[str, Any] = {}
    for name in {name: None for part in parts for name in part.row_columns()}:
        pieces = []
        for part in parts:
            column = part.row_columns().get(name)
            if column is None:
                column = _absent(name, part, absent)
            pieces.append(column)
        columns[name] = sum(pieces, ()) if name == "explanation" else np.concatenate(pieces)
    return Annotations(empty.scheme, empty.items, empty.annotators, **columns)


def _absent(name: str, part: Annotations, values: Mapping[str, Any]) -> Any:
    if name == "explanation":
        return (None,) * part.n_rows
    if name == "distribution":
        return np.full((part.n_rows, part.scheme.n_classes), np.nan)
    return np.full(part.n_rows, values.get(name, UNKNOWN))
