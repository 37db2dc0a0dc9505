"""One arm with one seed: pick, assign, ask, learn, score, watch; round after round until the money is gone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum import acquisition, assignment
from variorum.annotations import Assignments, Picks
from variorum.campaign.alarms import Alarm
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.forecast import GainForecast, forecast_gain
from variorum.campaign.inputs import learner_of
from variorum.campaign.layout import Layout, stream
from variorum.campaign.llm_desk import LlmDesk
from variorum.campaign.market import Market
from variorum.campaign.oracle import Oracle, Request
from variorum.campaign.pool_arrays import pool_arrays
from variorum.campaign.record import Record, answers_from_rows, answers_to_rows
from variorum.campaign.result import RoundScore
from variorum.campaign.scoring import Scorer
from variorum.campaign.stopping import STOPPING
from variorum.campaign.vote_weights import Weigher
from variorum.campaign.watch import Watch
from variorum.evaluation import soft_cross_entropy
from variorum.labels import normalize
from variorum.training import (
    AnnotatorVotes,
    Inputs,
    Learner,
    Prediction,
    Predictor,
    TrainingData,
    annotator_votes,
    take_inputs,
)

__all__ = ["ArmRun", "Progress", "Scene"]

_OF_A_MODEL = frozenset({"members", "by_annotator", "annotator_effects", "error_rates"})


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


@dataclass(frozen=True, eq=False)
class Scene:
    """What the arms of a seed have in common.

    Attributes:
        seed: The seed.
        layout: Who is pool, validation and test.
        inputs: Of all items, as the learner reads them.
        vectors: Features of all items, as policies read them; ``None`` where no policy does.
        groups: Group of each annotator; ``None`` where none is named.
        scorer: Scores on the test items; nothing of it flows back. ``None`` where nobody knows the truth.
    """

    seed: int
    layout: Layout
    inputs: Inputs
    vectors: NDArray[np.float64] | None
    groups: NDArray[np.int32] | None
    scorer: Scorer | None


class ArmRun:
    """The loop of one arm and seed; every decision is a function of the settings, the seed and bought votes.

    Args:
        config: The settings.
        arm: Which items, which annotators, how many at a time.
        scene: The seed, and what its arms share.
        market: What is for sale, and what was bought.
        oracle: Who answers.
        record: Where everything is written, and remembered from.

    Attributes:
        market: What is for sale, and what was bought.
        weigher: Weighs what was bought.
    """

    def __init__(
        self, config: CampaignConfig, arm: Arm, scene: Scene, market: Market, oracle: Oracle, record: Record
    ) -> None:
        self._config, self._arm, self._seed = config, arm, scene.seed
        self._layout, self._scorer = scene.layout, scene.scorer
        self._vectors, self._groups = scene.vectors, scene.groups
        self.market, self._oracle, self._record = market, oracle, record
        self._predictor: Predictor | None = None
        self._of_pool: Prediction | None = None
        self._round = self._learned = 0
        self._empty = market.bought()
        self._checks = market.sequence(scene.layout.validation, stream(scene.seed, "validation"))
        self._desk = LlmDesk(config, scene.seed, scene.layout.pool, scene.inputs, market, self._empty.annotators)
        items, people = self._empty.items, self._empty.annotators
        self.weigher = Weigher(config, market, items, scene.layout.pool, scene.vectors, people, scene.seed)
        self._watch = Watch(config, scene.layout, market, scene.groups)
        self._n_checks = self.n_assignments = self.n_forced = 0
        self.rounds: list[RoundScore] = []
        self.forecast: GainForecast | None = None

    def run(self, report: Callable[[RoundScore], None]) -> None:
        """Spend the budget.

        Args:
            report: Called after every round.
        """
        while self._buy():
            score = replace(self._score(), alarms=self._look())
            score = replace(score, stopped=self._stop())
            self.rounds.append(score)
            report(score)
            self._round += 1
            if score.stopped:
                break
        if self.rounds:
            self.forecast = self._forecast()

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
            learner = learner_of(self._config)
            weighed, by_annotator = self.weigher.weigh(self._by_annotator(learner))
            data = TrainingData(
                take_inputs(self._desk.inputs(), pool),
                weighed,
                validation=self._validation(),
                by_annotator=by_annotator,
                ordinal=self._empty.scheme.kind == "ordinal",
            )
            # Keyed by the last round that brought answers, so a model fitted after a restart is the same; not by the
            # arm, so the arms of a seed differ by what they bought and not by the learner's draws.
            rng = stream(self._seed, self._learned, "learner")
            self._predictor = learner.fit(data, rng)
        of_pool = items is self._layout.pool
        if of_pool and self._of_pool is not None:  # policies and alarms look at the same
            return self._of_pool
        prediction = self._predictor.predict(take_inputs(self._desk.inputs(), items))
        if of_pool:
            self._of_pool = prediction
        return prediction

    def _stream(self, purpose: str) -> np.random.Generator:
        # The arms of a seed begin alike, so the first round's streams leave the arm out.
        return stream(self._seed, self._arm.name if self._round else "cold start", self._round, purpose)

    def _key(self, event: str) -> dict[str, Any]:
        return {"event": event, "arm": self._arm.name, "seed": self._seed, "round": self._round}

    def _validation(self) -> TrainingData | None:
        rows = self._layout.validation
        counts = self.market.counts[rows]
        return TrainingData(take_inputs(self._desk.inputs(), rows), counts) if counts.sum() else None

    def _by_annotator(self, learner: Learner) -> AnnotatorVotes | None:
        """The votes one by one, for a learner of annotators alone, since telling them apart takes time."""
        if getattr(learner, "annotators", None) is None:
            return None
        return annotator_votes(self.market.bought_for_training(), self._layout.pool)

    def _buy(self) -> bool:
        """Ask, pay and enter the answers; False once nothing can be bought."""
        asked = self._record.event(self._key("requests"), self._choose)
        items, annotators = self._empty.items.index, self._empty.annotators.index
        requests = [
            Request(entry["id"], items[entry["item"]], _position(annotators, entry["annotator"]), entry["price"])
            for entry in asked["requests"]
        ]
        n_llm = asked.get("llm", 0)
        self._pass_checks(len(requests) - n_llm - asked["assigned"])
        self.n_assignments += asked["assigned"]
        self.n_forced += asked["forced"]
        if not requests:
            return False
        self._watch.enter(requests[: len(requests) - n_llm])
        self.market.enter_requests(requests)
        answered = self._record.event(
            self._key("annotations"), lambda: {"rows": answers_to_rows(self._oracle.ask(requests), requests)}
        )
        self.market.enter_answers(answers_from_rows(answered["rows"], self._empty, self._round))
        self._predictor, self._of_pool, self._learned = None, None, self._round
        self._desk.refresh()
        return True

    def _choose(self) -> Mapping[str, Any]:
        """Decide what to ask: validation requests at random, training requests by the arm's policies."""
        money = self.market.budget - self.market.spent
        size = self._config.cold_start if self._round == 0 else self._config.batch
        size = min(size, money // self.market.cheapest)
        # A share of what people are asked: requests to LLMs, which are many, are not among them.
        people = self._n_checks + self.n_assignments + size
        due = math.floor(people * self._config.validation_share) - self._n_checks
        # Half of the money at most, or dear validation could leave nothing to train on.
        checks = self._validate(min(due, size), money // 2)
        wanted = size - len(checks)
        made, training = self._train(wanted, money - sum(request.price for request in checks), checks)
        if wanted and not training:
            # Validation alone teaches nothing: what it took of somebody's quota trains, or the campaign is over.
            checks = []
            made, training = self._train(size, money, checks)
        asked = [*checks, *training]
        spare = money - sum(request.price for request in asked)
        llm = self._desk.choose(spare, asked, f"{self._prefix}/llm", self._stream("llm")) if training else []
        return {
            "assigned": len(training),
            "forced": int(made.forced[: len(training)].sum()),
            **({"llm": len(llm)} if llm else {}),
            "requests": [self._to_json(request) for request in [*asked, *llm]],
        }

    def _validate(self, n: int, money: int) -> list[Request]:
        """The next n of a random sequence that is the same for all arms of a seed."""
        item, annotator = self._checks
        next_ = np.flatnonzero(self.market.within_quota(annotator))[: max(n, 0)]
        return self.market.affordable(item[next_], annotator[next_], f"{self._prefix}/check", money)

    def _pass_checks(self, n: int) -> None:
        """Leave behind n requests of the sequence, and whom their quota did not allow before the last of them."""
        self._n_checks += n
        if n:
            item, annotator = self._checks
            passed = np.flatnonzero(self.market.within_quota(annotator))[:n].max(initial=-1) + 1
            self._checks = item[passed:], annotator[passed:]

    def _train(self, n: int, money: int, checks: Sequence[Request]) -> tuple[Assignments, list[Request]]:
        items = self._layout.pool
        # There is no model in the first round, so that nobody may read one.
        first = self._round == 0
        name = self._arm.first if first else self._arm.acquisition
        who = "random" if first else self._arm.assignment
        reads = acquisition.READS[name] | assignment.READS[who]
        prediction = self.predict(items) if reads & _OF_A_MODEL and not first else None
        nothing = np.full((1, items.size, self._empty.scheme.n_classes), 1 / self._empty.scheme.n_classes)
        vectors = None if self._vectors is None else self._vectors[items]
        arrays = pool_arrays(reads, self.market, items, prediction, vectors, len(self._empty.annotators))
        if "groups" in reads and self._groups is not None:
            arrays["groups"] = self._groups
        members = nothing if prediction is None else prediction.members
        view = self.market.view(items, members, money, checks, **arrays)
        picks = acquisition.METHODS[name](view, n, self._stream("acquisition"))
        if picks.annotator is not None:
            alone = np.diff(view.pair_start)[picks.item[:n]] == 1
            chosen = Assignments(picks.item[:n], picks.annotator[:n], alone)
        else:
            repeated = _repeat(picks, self._arm.overlap, n, view.left)
            chosen = assignment.METHODS[who](repeated, view, self._stream("assignment"))
        prefix = f"{self._prefix}/train"
        return chosen, self.market.affordable(items[chosen.item], chosen.annotator, prefix, money, checks)

    @property
    def _prefix(self) -> str:
        return f"{self._arm.name}/{self._seed}/{self._round}"

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

    def _look(self) -> tuple[Alarm, ...]:
        made = self._record.event(
            self._key("alarms"), lambda: self._watch.look(self._round, lambda items: self.predict(items).mean)
        )
        return self._watch.enter_event(made)

    def _stop(self) -> str:
        if self._config.stop == "budget":
            return ""
        rule, view = STOPPING[self._config.stop], self._watch.validation(self._config.patience)
        made = self._record.event(self._key("stop"), lambda: {"reason": rule(view, self._stream("stop")) or ""})
        return str(made["reason"])

    def _forecast(self) -> GainForecast | None:
        requests = np.array([row.requests for row in self.rounds], np.int64)
        view = self._watch.validation(self._config.patience)

        def make() -> dict[str, Any]:
            found = forecast_gain(requests, view, self._stream("forecast"))
            # Rounded, so that the record holds no noise of the last bits.
            return {"gain": None if found is None else {name: round(v, 8) for name, v in asdict(found).items()}}

        made = self._record.event(self._key("forecast"), make)
        return None if made["gain"] is None else GainForecast(**made["gain"])

    def _scores(self) -> Mapping[str, Any]:
        bought = self.market.counts[self._layout.pool].sum(axis=1)
        return {
            "votes": {
                "requests": self.market.requests,
                "spent": self.market.spent,
                "items": int(np.count_nonzero(bought)),
            },
            "scores": {} if self._scorer is None else self._scorer.scores(self.predict(self._scorer.test).mean),
            "validation": self._validation_score(),
        }

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


def _repeat(picks: Picks, overlap: int, n: int, left: NDArray[np.int64]) -> Picks:
    """As many items as bring n requests, each as often as it is to be asked but no oftener than it can be."""
    times = np.minimum(overlap, left[picks.item])
    times[np.cumsum(times) - times >= n] = 0
    return Picks(np.repeat(picks.item, times), np.repeat(picks.score, times))
