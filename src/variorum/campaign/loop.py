"""One arm with one seed: pick, assign, ask, learn, score; round after round until the money is gone."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum import acquisition, assignment
from variorum.annotations import Annotations, Assignments, Picks
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.journal import AppendOnlyFile
from variorum.campaign.layout import Layout, stream
from variorum.campaign.market import Market
from variorum.campaign.oracle import Oracle, Request
from variorum.campaign.record import Record, answers_from_rows, answers_to_rows
from variorum.campaign.result import RoundScore
from variorum.campaign.scoring import Judge
from variorum.evaluation import soft_cross_entropy
from variorum.labels import normalize
from variorum.training import METHODS as LEARNERS
from variorum.training import Prediction, Predictor, TrainingData

__all__ = ["ArmRun", "Progress"]


@dataclass(frozen=True)
class Progress:
    """How far a campaign is; what it sees was bought.

    Attributes:
        arm: Name of the arm at work.
        seed: Its seed.
        round: The round just finished.
        requests: Requests made in this arm and seed.
        spent: Micro-units spent in this arm and seed.
        total_spent: Micro-units spent over all arms and seeds.
        total_budget: Micro-units to spend over all arms and seeds.
        validation: Soft cross-entropy of the validation votes, nats; nan without any.
    """

    arm: str
    seed: int
    round: int
    requests: int
    spent: int
    total_spent: int
    total_budget: int
    validation: float


class ArmRun:
    """The loop of one arm and seed; every decision is a function of the settings, the seed and bought votes.

    Args:
        config: The settings.
        arm: Which items, which annotators, how many at a time.
        seed: The seed.
        inputs: Features of all items, shape (n_items, n_features).
        layout: Who is pool, validation and test.
        market: What is for sale, and what was bought.
        oracle: Who answers.
        judge: Scores on the test items; nothing of it flows back.
        record: Where everything is written, and remembered from.
        timings: Where wall-clock seconds go, which the record must not hold.
    """

    def __init__(
        self,
        config: CampaignConfig,
        arm: Arm,
        seed: int,
        inputs: NDArray[np.float64],
        layout: Layout,
        market: Market,
        oracle: Oracle,
        judge: Judge,
        record: Record,
        timings: AppendOnlyFile,
    ) -> None:
        self._config, self._arm, self._seed = config, arm, seed
        self._inputs, self._layout, self.market = inputs, layout, market
        self._oracle, self._judge, self._record, self._timings = oracle, judge, record, timings
        self._predictor: Predictor | None = None
        self._round = self._learned = 0
        self._empty = market.bought()
        self.n_assignments = 0
        self.n_forced = 0
        self.rounds: list[RoundScore] = []

    def run(self, report: Callable[[RoundScore], None]) -> None:
        """Spend the budget.

        Args:
            report: Called after every round.
        """
        while self._buy():
            score = self._score()
            self.rounds.append(score)
            report(score)
            self._round += 1

    def predict(self, items: NDArray[np.int64]) -> Prediction:
        """The current model's prediction; uniform as long as no vote was bought.

        Args:
            items: Positions of items.

        Returns:
            The prediction, one row an item.
        """
        votes = self.market.counts[self._layout.pool]
        if not votes.sum():
            shape = (self._config.members, items.size, votes.shape[1])
            return Prediction(np.full(shape, 1 / votes.shape[1]))
        if self._predictor is None:
            pool = self._layout.pool
            data = TrainingData(self._inputs[pool], votes, validation=self._validation())
            learner = LEARNERS[self._config.learner](n_members=self._config.members)
            # Keyed by the last round that brought answers, so a model fitted after a restart is the same; not by the
            # arm, so the arms of a seed differ by what they bought and not by the learner's draws.
            rng = stream(self._seed, self._learned, "learner")
            self._predictor = learner.fit(data, rng)
        return self._predictor.predict(self._inputs[items])

    def _stream(self, purpose: str) -> np.random.Generator:
        # The arms of a seed begin alike, so the first round's streams leave the arm out.
        return stream(self._seed, self._arm.name if self._round else "cold start", self._round, purpose)

    def _key(self, event: str) -> dict[str, Any]:
        return {"event": event, "arm": self._arm.name, "seed": self._seed, "round": self._round}

    def _validation(self) -> TrainingData | None:
        rows = self._layout.validation
        counts = self.market.counts[rows]
        return TrainingData(self._inputs[rows], counts) if counts.sum() else None

    def _buy(self) -> bool:
        """Ask, pay and enter the answers; False once nothing can be bought."""
        asked = self._record.event(self._key("requests"), self._choose)
        items, annotators = self._empty.items.index, self._empty.annotators.index
        requests = [
            Request(entry["id"], items[entry["item"]], _position(annotators, entry["annotator"]), entry["price"])
            for entry in asked["requests"]
        ]
        self.n_assignments += asked["assigned"]
        self.n_forced += asked["forced"]
        if not requests:
            return False
        self.market.enter_requests(requests)
        answered = self._record.event(
            self._key("annotations"), lambda: {"rows": answers_to_rows(self._oracle.ask(requests), requests)}
        )
        self.market.enter_answers(answers_from_rows(answered["rows"], self._empty, self._round))
        self._predictor, self._learned = None, self._round
        return True

    def _choose(self) -> Mapping[str, Any]:
        """Decide what to ask: validation requests at random, training requests by the arm's policies."""
        started = time.perf_counter()
        size = self._config.cold_start if self._round == 0 else self._config.batch
        share = self._config.validation_share if self._layout.validation.size else 0.0
        so_far = self._config.cold_start + self._round * self._config.batch - self._config.batch if self._round else 0
        checks = self._validate(math.floor((so_far + size) * share) - math.floor(so_far * share))
        training = self._train(size - len(checks))
        prefix = f"{self._arm.name}/{self._seed}/{self._round}"
        money = self.market.budget - self.market.spent
        checked = self.market.affordable(checks, self._layout.validation, f"{prefix}/check", money)
        money -= sum(request.price for request in checked)
        trained = self.market.affordable(training, self._layout.pool, f"{prefix}/train", money)
        # Validation alone teaches nothing: without a training request the campaign is over.
        requests = [*checked, *trained] if trained else []
        self._timings.append({**self._key("choose"), "seconds": round(time.perf_counter() - started, 6)})
        return {
            "assigned": len(trained),
            "forced": int(training.forced[: len(trained)].sum()),
            "requests": [self._to_json(request) for request in requests],
        }

    def _validate(self, n: int) -> Assignments:
        # Both arms of a seed validate on the same requests, so the stream leaves the arm out.
        items = self._layout.validation
        rng = stream(self._seed, "validation", self._round)
        members = np.zeros((1, items.size, self._empty.scheme.n_classes))
        view = self.market.view(items, members)
        picks = acquisition.METHODS["random"](view, n, rng)
        return assignment.METHODS["random"](picks, view, rng)

    def _train(self, n: int) -> Assignments:
        items = self._layout.pool
        name = "random" if self._round == 0 else self._arm.acquisition
        # The random arm needs no prediction, and the first round has none.
        members = np.zeros((1, items.size, self._empty.scheme.n_classes))
        if name != "random":
            members = self.predict(items).members
        extras = {"features": self._inputs[items]}
        view = self.market.view(items, members, extras)
        picks = acquisition.METHODS[name](view, math.ceil(n / self._arm.overlap), self._stream("acquisition"))
        repeated = _repeat(picks, self._arm.overlap, view.left)
        policy = assignment.METHODS[self._arm.assignment]
        made = policy(repeated, view, self._stream("assignment"))
        return Assignments(made.item[:n], made.annotator[:n], made.forced[:n])

    def _to_json(self, request: Request) -> dict[str, Any]:
        who = None if request.annotator < 0 else self._empty.annotators.ids[request.annotator]
        item = self._empty.items.ids[request.item]
        return {"id": request.id, "item": item, "annotator": who, "price": request.price}

    def _score(self) -> RoundScore:
        entry = self._record.event(self._key("scores"), self._scores)
        nan = float("nan")
        return RoundScore(
            arm=self._arm.name,
            seed=self._seed,
            round=self._round,
            requests=entry["votes"]["requests"],
            spent=entry["votes"]["spent"],
            items=entry["votes"]["items"],
            scores={name: nan if value is None else value for name, value in entry["scores"].items()},
            validation=nan if entry["validation"] is None else entry["validation"],
        )

    def _scores(self) -> Mapping[str, Any]:
        started = time.perf_counter()
        predicted = self.predict(self._judge.test).mean
        fitted = time.perf_counter()
        scores = self._judge.scores(predicted)
        bought = self.market.counts[self._layout.pool].sum(axis=1)
        entry = {
            "votes": {
                "requests": self.market.requests,
                "spent": self.market.spent,
                "items": int(np.count_nonzero(bought)),
            },
            "scores": scores,
            "validation": self._validation_score(),
        }
        done = time.perf_counter()
        seconds = {"learn": round(fitted - started, 6), "score": round(done - fitted, 6)}
        self._timings.append({**self._key("scores"), **seconds})
        return entry

    def _validation_score(self) -> float | None:
        rows = self._layout.validation
        rows = rows[self.market.counts[rows].sum(axis=1) > 0]
        if not rows.size:
            return None
        counts = self.market.counts[rows]
        each = soft_cross_entropy(normalize(counts), self.predict(rows).mean)
        # Every vote counts once, so an item weighs as much as it has votes.
        score = float(np.average(each, weights=counts.sum(axis=1)))
        return round(score, 10) if math.isfinite(score) else None


def _position(index: Mapping[str, int], name: str | None) -> int:
    return -1 if name is None else index[name]


def _repeat(picks: Picks, overlap: int, left: NDArray[np.int64]) -> Picks:
    """Each item as often as it is to be asked, but no oftener than it can be."""
    times = np.minimum(overlap, left[picks.item])
    return Picks(np.repeat(picks.item, times), np.repeat(picks.score, times))


def empty_like(annotations: Annotations) -> Annotations:
    """No rows, with the items, annotators and scheme of a table."""
    none = np.empty(0, np.int32)
    return Annotations(annotations.scheme, annotations.items, annotations.annotators, none, none, none)
