"""The seat of an oracle, and the one that replays a corpus."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations
from variorum.campaign.journal import AppendOnlyFile
from variorum.campaign.pairs import Pairs
from variorum.errors import OracleError, RecordError

__all__ = ["Answers", "Oracle", "ReplayOracle", "Request"]


@dataclass(frozen=True)
class Request:
    """One annotation asked for.

    Attributes:
        id: Unique in a campaign; the oracle sells a request once, however often it is sent.
        item: Position of the item in the corpus.
        annotator: Position of the annotator; -1 is unknown.
        price: Micro-units that it costs.
    """

    id: str
    item: int
    annotator: int
    price: int


@dataclass(frozen=True, eq=False)
class Answers:
    """What came back.

    Attributes:
        annotations: The rows, with their cost; a request may bring several (two labels with two reasons).
        request: Position of the request that each row answers, shape (n_rows,).
    """

    annotations: Annotations
    request: NDArray[np.int64]


class Oracle(Protocol):
    """Answers requests: people, an LLM or the record of people.

    The contract: each request brings at least one row, the first of which carries its cost, in the order of the
    requests; a request sent again (after a crash) brings the same rows and is not charged again. A request that was
    withdrawn brings no row, and costs nothing.
    """

    def ask(self, requests: Sequence[Request]) -> Answers:
        """Answer some requests.

        Args:
            requests: What is asked for.

        Returns:
            The answers.

        Raises:
            OracleError: If a request cannot be answered.
            WaitingForAnswers: If people have not answered yet; asked again later, they may have.
        """
        ...


class ReplayOracle:
    """Sells the votes of a finished corpus, pair by pair, and keeps a call log of every sale.

    Args:
        annotations: The corpus.
        pairs: Its pairs.
        log: The call log: a line a sale, written before the answer is given out.
        world: Prefix of the request ids of one arm and seed: within it a pair is sold once.
        answered: Ids of requests that were answered before; with a log that lacks one nothing more is sold.

    Raises:
        RecordError: If a line of the log is not a sale.
    """

    def __init__(
        self,
        annotations: Annotations,
        pairs: Pairs,
        log: AppendOnlyFile,
        world: str,
        answered: Collection[str] = (),
    ) -> None:
        self._annotations, self._pairs, self._log = annotations, pairs, log
        self._sales: dict[str, dict[str, Any]] = {}
        self._times: dict[int, int] = {}
        for number, entry in enumerate(log.entries, 1):
            if entry.keys() != {"request", "item", "annotator", "rows"}:
                raise RecordError(f"line {number} of the oracle's call log is not a sale; the file was edited.")
            if entry["request"].startswith(world):
                self._sales[entry["request"]] = entry
                pair = self._pairs.find(entry["item"], entry["annotator"])
                if pair is not None:
                    self._times[pair] = self._times.get(pair, 0) + 1
        self._lost = sorted(set(answered).difference(entry["request"] for entry in log.entries))

    def ask(self, requests: Sequence[Request]) -> Answers:
        """Sell what is asked for; see `Oracle.ask`."""
        if self._lost:
            raise OracleError(
                f"the record holds an answer to request {self._lost[0]} and the oracle's call log does not; "
                f"{len(self._lost)} are missing. Bring oracle.jsonl back, or begin in another folder: what was sold "
                "without a trace might be sold twice."
            )
        fresh = [request for request in requests if not self._is_sold(request)]
        sales = {
            request.id: {
                "request": request.id,
                "item": request.item,
                "annotator": request.annotator,
                "rows": self._sell(request),
            }
            for request in fresh
        }
        self._log.append(*sales.values())
        self._sales.update(sales)
        rows_of = [self._sales[request.id]["rows"] for request in requests]
        taken = np.array([row for some in rows_of for row in some], np.int64)
        sizes = [len(some) for some in rows_of]
        # The first row of a request carries its price; a second label by the same person costs nothing more.
        cost = np.zeros(taken.size, np.int64)
        cost[np.cumsum([0, *sizes[:-1]])] = [request.price for request in requests]
        answers = replace(self._annotations.take(taken), cost=cost)
        return Answers(answers, np.repeat(np.arange(len(sizes)), sizes).astype(np.int64))

    def _is_sold(self, request: Request) -> bool:
        sale = self._sales.get(request.id)
        if sale is not None and (sale["item"], sale["annotator"]) != (request.item, request.annotator):
            raise OracleError(
                f"request {request.id} was sold before for item {self._annotations.items.ids[sale['item']]!r}, not "
                f"{self._annotations.items.ids[request.item]!r}; oracle.jsonl belongs to another run."
            )
        return sale is not None

    def _sell(self, request: Request) -> list[int]:
        pair = self._pairs.find(request.item, request.annotator)
        times = 0 if pair is None else self._times.get(pair, 0)
        if pair is None or times >= self._pairs.quantity[pair]:
            item = self._annotations.items.ids[request.item]
            raise OracleError(
                f"request {request.id}: the corpus has no further annotation of item {item!r} by annotator "
                f"{request.annotator}; a replay sells only what people really gave."
            )
        self._times[pair] = times + 1
        return [int(row) for row in self._pairs.rows_of(pair, times)]
