"""One arm with one seed: pick, assign, ask, learn, score, watch; round after round until the money is gone."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum import acquisition, assignment
from variorum.annotations import Assignments, Picks, PoolView
from variorum.campaign.alarms import Alarm
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.forecast import GainForecast, forecast_gain
from variorum.campaign.layout import Layout, stream
from variorum.campaign.llm_uses import desk_of
from variorum.campaign.market import Market
from variorum.campaign.model import Model
from variorum.campaign.oracle import Oracle, Request
from variorum.campaign.pool_arrays import pool_arrays
from variorum.campaign.record import Record, answers_from_rows, answers_to_rows
from variorum.campaign.result import RoundScore
from variorum.campaign.schedule import is_warm_up, round_size
from variorum.campaign.scoring import Scorer
from variorum.campaign.stopping import STOPPING, ValidationView
from variorum.campaign.vote_weights import Weigher
from variorum.campaign.watch import Watch
from variorum.evaluation import soft_cross_entropy
from variorum.labels import normalize
from variorum.training import Inputs, Prediction

__all__ = ["ArmRun", "Progress", "Scene"]

_THOUSAND_UNITS = 1e9  # in micro-units
_OF_A_MODEL = frozenset({"members", "by_annotator", "annotator_effects", "error_rates"})


@dataclass(frozen=True)
class Progress:
    """How far a campaign is; what it sees was bought.

    Attributes:
        arm: Name of the arm at work.
        seed: Its seed.
        round: The round just finished.
        requests: Requests made in this arm and seed, but for those to LLMs beside people.
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
        self._round = self._answered = 0
        self._empty = market.bought()
        self._checks = market.sequence(scene.layout.validation, stream(scene.seed, "validation"))
        self._desk = desk_of(config.llm)(
            config, scene.seed, scene.layout.pool, scene.inputs, market, self._empty.annotators
        )
        items, people = self._empty.items, self._empty.annotators
        self.weigher = Weigher(config, market, items, scene.layout.pool, scene.vectors, people, scene.seed)
        self._model = Model(config, scene.seed, scene.layout, market, self._desk, self.weigher)
        self._watch = Watch(config, scene.layout, market, scene.groups)
        self._gains: list[float] = []
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
            self._finish()
            self.forecast = self._forecast()

    def predict(self, items: NDArray[np.int64]) -> Prediction:
        """The current model's prediction; uniform as long as no vote was bought.

        Args:
            items: Positions of items.

        Returns:
            The prediction, one row an item.
        """
        return self._model.predict(items)

    def catch_up(self) -> None:
        """Let the model learn from all votes bought so far, if it has not."""
        if self._model.behind:
            self._model.renew(self._answered)

    def _finish(self) -> None:
        """The last scores are those of a model of all votes, whenever the learner was fitted last."""
        if not self._model.behind:
            return
        self.catch_up()
        made = self._record.event(
            self._key("refit"),
            lambda: {**self._scores(), "predicted": self._watch.present(lambda items: self.predict(items).mean)},
        )
        self._watch.replace_last(made["predicted"])
        self.rounds[-1] = replace(self.rounds[-1], **_read_scores(made))

    def _stream(self, purpose: str) -> np.random.Generator:
        # The arms of a seed begin alike, so the first rounds' streams leave the arm out.
        begun = is_warm_up(self._config, self._round)
        return stream(self._seed, "cold start" if begun else self._arm.name, self._round, purpose)

    def _key(self, event: str) -> dict[str, Any]:
        return {"event": event, "arm": self._arm.name, "seed": self._seed, "round": self._round}

    def _buy(self) -> bool:
        """Ask, pay and enter the answers; False once nothing can be bought."""
        self.market.begin(self._round)
        asked = self._record.event(self._key("requests"), self._choose)
        items, annotators = self._empty.items.index, self._empty.annotators.index
        requests = [
            Request(entry["id"], items[entry["item"]], _position(annotators, entry["annotator"]), entry["price"])
            for entry in asked["requests"]
        ]
        n_llm = asked.get("llm", 0)
        self._n_checks += len(requests) - n_llm - asked["assigned"]
        self.n_assignments += asked["assigned"]
        self.n_forced += asked["forced"]
        self._gains.append(asked.get("gain", math.nan))
        if not requests:
            if self.rounds and "stop" in asked:
                self.rounds[-1] = replace(self.rounds[-1], stopped=asked["stop"])
            return False
        self._watch.enter(requests[: len(requests) - n_llm])
        self.market.enter_requests(requests)
        answered = self._record.event(
            self._key("annotations"), lambda: {"rows": answers_to_rows(self._oracle.ask(requests), requests)}
        )
        self.market.enter_answers(answers_from_rows(answered["rows"], self._empty, self._round))
        self._desk.refresh()
        self._answered = self._round
        self._model.notice(self._round)
        return True

    def _choose(self) -> Mapping[str, Any]:
        """Decide what to ask: validation requests at random, training requests by the arm's policies."""
        money = self.market.budget - self.market.spent
        size = round_size(self._config, self._round, money // self.market.cheapest)
        # A share of what people are asked: requests to LLMs, which are many, are not among them.
        people = self._n_checks + self.n_assignments + size
        due = math.floor(people * self._config.validation_share) - self._n_checks
        # Half of the money at most, or dear validation could leave nothing to train on.
        checks = self._validate(min(due, size), money // 2)
        wanted = size - len(checks)
        made, training, gain = self._train(wanted, money - sum(request.price for request in checks), checks)
        if wanted and not training:
            # Validation alone teaches nothing: what it took of somebody's quota trains, or the campaign is over.
            checks = []
            made, training, gain = self._train(size, money, checks)
        found = {} if math.isnan(gain) else {"gain": gain}
        reason = self._withhold(gain)
        if reason:
            return {"assigned": 0, "forced": 0, **found, "stop": reason, "requests": []}
        asked = [*checks, *training]
        spare = money - sum(request.price for request in asked)
        llm = self._desk.choose(spare, asked, f"{self._prefix}/llm", self._stream("llm")) if training else []
        return {
            "assigned": len(training),
            "forced": int(made.forced[: len(training)].sum()),
            **({"llm": len(llm)} if llm else {}),
            **found,
            "requests": [self._to_json(request) for request in [*asked, *llm]],
        }

    def _validate(self, n: int, money: int) -> list[Request]:
        """The next n of a random sequence that is the same for all arms of a seed."""
        item, annotator = self._checks
        next_ = np.flatnonzero(self.market.still_for_sale(item, annotator))[: max(n, 0)]
        return self.market.affordable(item[next_], annotator[next_], f"{self._prefix}/check", money)

    def _withhold(self, gain: float) -> str:
        """Why a batch with this expected gain is not bought; empty where it is."""
        if self._config.stop != "gain":
            return ""
        view = replace(self._seen(), gains=(*self._gains, gain), min_gain=self._config.min_gain)
        return STOPPING["gain"](view, self._stream("stop")) or ""

    def _seen(self) -> ValidationView:
        return self._watch.validation(self._config.patience)

    def _train(self, n: int, money: int, checks: Sequence[Request]) -> tuple[Assignments, list[Request], float]:
        """Assignments, the requests that they lead to, and what these are expected to bring (nan unless it matters)."""
        open_ = self._desk.for_people
        # The pool itself where all of it is open, whose prediction is kept.
        items = self._layout.pool if open_.all() else self._layout.pool[open_]
        begun = is_warm_up(self._config, self._round)
        name = self._arm.first if begun else self._arm.acquisition
        who = "random" if begun else self._arm.assignment
        reads = acquisition.READS[name] | assignment.READS[who]
        weighs = self._config.stop == "gain" and self._model.has_votes
        # There is no model in the first round, so that nobody may read one.
        read = (reads & _OF_A_MODEL or weighs) and self._round
        prediction = self.predict(items) if read else None
        nothing = np.full((1, items.size, self._empty.scheme.n_classes), 1 / self._empty.scheme.n_classes)
        vectors = None if self._vectors is None else self._vectors[items]
        arrays = pool_arrays(reads, self.market, items, prediction, vectors, len(self._empty.annotators))
        if "groups" in reads and self._groups is not None:
            arrays["groups"] = self._groups
        if prediction is not None and not open_.all():
            # Items that people are not asked about are predicted for all that.
            arrays["target_members"] = self.predict(self._layout.pool).members
        members = nothing if prediction is None else prediction.members
        view = self.market.view(items, members, money, checks, **arrays)
        picks = acquisition.METHODS[name](view, n, self._stream("acquisition"))
        if picks.annotator is not None and self._desk.overlap == 1:
            alone = np.diff(view.pair_start)[picks.item[:n]] == 1
            chosen = Assignments(picks.item[:n], picks.annotator[:n], alone)
        else:
            repeated = _repeat(picks, max(self._arm.overlap, self._desk.overlap), n, view.left)
            chosen = assignment.METHODS[who](repeated, view, self._stream("assignment"))
        requests = self.market.affordable(items[chosen.item], chosen.annotator, f"{self._prefix}/train", money, checks)
        return chosen, requests, _gain_of(requests, items, view) if weighs and read else math.nan

    @property
    def _prefix(self) -> str:
        return f"{self._arm.name}/{self._seed}/{self._round}"

    def _to_json(self, request: Request) -> dict[str, Any]:
        who = None if request.annotator < 0 else self._empty.annotators.ids[request.annotator]
        item = self._empty.items.ids[request.item]
        return {"id": request.id, "item": item, "annotator": who, "price": request.price}

    def _score(self) -> RoundScore:
        entry = self._record.event(self._key("scores"), self._scores)
        return RoundScore(
            arm=self._arm.name,
            seed=self._seed,
            round=self._round,
            requests=entry["votes"]["requests"],
            llm_requests=entry["votes"].get("llm_requests", 0),
            spent=entry["votes"]["spent"],
            items=entry["votes"]["items"],
            gain=self._gains[-1],
            **_read_scores(entry),
        )

    def _look(self) -> tuple[Alarm, ...]:
        made = self._record.event(
            self._key("alarms"), lambda: self._watch.look(self._round, lambda items: self.predict(items).mean)
        )
        return self._watch.enter_event(made)

    def _stop(self) -> str:
        # A rule that weighs the next batch looks when it is chosen.
        if self._config.stop in ("budget", "gain"):
            return ""
        rule, view = STOPPING[self._config.stop], self._seen()
        made = self._record.event(self._key("stop"), lambda: {"reason": rule(view, self._stream("stop")) or ""})
        return str(made["reason"])

    def _forecast(self) -> GainForecast | None:
        requests = np.array([row.requests for row in self.rounds], np.int64)
        view = self._seen()

        def make() -> dict[str, Any]:
            found = forecast_gain(requests, view, self._stream("forecast"))
            # Rounded, so that the record holds no noise of the last bits.
            return {"gain": None if found is None else {name: round(v, 8) for name, v in asdict(found).items()}}

        made = self._record.event(self._key("forecast"), make)
        return None if made["gain"] is None else GainForecast(**made["gain"])

    def _scores(self) -> Mapping[str, Any]:
        bought, llm = self.market.counts[self._layout.pool].sum(axis=1), self.market.requests_apart
        return {
            "votes": {
                "requests": self.market.requests,
                **({"llm_requests": llm} if llm else {}),
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


def _read_scores(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Scores as they stand in the record, where null is nan."""
    nan = float("nan")
    return {
        "scores": {name: nan if value is None else value for name, value in entry["scores"].items()},
        "validation": nan if entry["validation"] is None else entry["validation"],
    }


def _gain_of(requests: Sequence[Request], items: NDArray[np.int64], view: PoolView) -> float:
    """What requests are expected to bring, nats for 1,000 units of money; nan without any."""
    rows = np.searchsorted(items, [request.item for request in requests])
    who = np.array([request.annotator for request in requests], np.int32)
    gain = acquisition.batch_gain(view, rows, who)
    if math.isnan(gain):
        return gain
    # Six digits, so that the record holds no noise of the last bits.
    return float(f"{gain * _THOUSAND_UNITS / sum(request.price for request in requests):.6g}")


def _position(index: Mapping[str, int], name: str | None) -> int:
    return -1 if name is None else index[name]


def _repeat(picks: Picks, overlap: int, n: int, left: NDArray[np.int64]) -> Picks:
    """As many items as bring n requests, each as often as it is to be asked but no oftener than it can be."""
    times = np.minimum(overlap, left[picks.item])
    times[np.cumsum(times) - times >= n] = 0
    return Picks(np.repeat(picks.item, times), np.repeat(picks.score, times))
