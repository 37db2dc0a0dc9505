"""What a campaign is told: one frozen object, the same from Python, TOML and the command line."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any, Self, cast

from variorum.annotations import micro_units
from variorum.errors import ArgumentError, UnknownNameError

__all__ = ["Arm", "CampaignConfig", "read_toml"]


@dataclass(frozen=True)
class Arm:
    """One way to spend the budget.

    Attributes:
        name: Short name, unique in a campaign.
        acquisition: Which item.
        assignment: Which annotator.
        overlap: Votes bought for an item at a time.
        first: Which item in the first round.
    """

    name: str
    acquisition: str
    assignment: str
    overlap: int
    first: str = "random"


@dataclass(frozen=True)
class CampaignConfig:
    """A campaign by replay.

    Attributes:
        corpus: Name of a public corpus, or path of a corpus folder or of a file with annotations.
        features: ``tfidf``, ``minilm``, ``pixels`` or the path of an .npy file with one row an item.
        test: Share of the items held out for scoring, in (0, 1), or the name of an item column in which ``test`` marks
            them.
        budget: Money to spend in each arm and seed, in whole currency units ("50" or "12.50"); ``None`` buys 1,000
            annotations, or all where the pool holds fewer.
        price: Price of one request to a person in currency units; ``None`` takes the annotators' own prices where the
            corpus has them, else 0.05. An LLM with a price of its own keeps it.
        currency: Name of the currency.
        acquisition: Which item to ask about.
        assignment: Which annotator to ask.
        overlap: How many annotators are asked about an item at a time, as far as there are so many.
        seeds: Number of seeds; each draws its own split where `test` is a share.
        first_seed: The first of them.
        cold_start: Requests in the first round.
        first_acquisition: Which item to ask about in the first round, when no model is there yet.
        batch: Requests in each further round; as in the first, the last item's overlap may carry it past.
        batch_growth: How many times as large each further round's batch is as the one before, from 1 to 10.
        warm_up: Rounds, the first included, in which `first_acquisition` chooses and annotators are asked at random,
            before `acquisition` and `assignment` take over.
        refit_growth: The learner is fitted anew as soon as the votes that it learns from are more by this share than at
            the last fit, and at the end; 0 fits after every round.
        quota: The most requests that an annotator may get in an arm and seed, validation included; ``None`` for any
            number. The unknown annotator has none.
        annotator_group: Attribute of the annotators that says who belongs together, for policies that cover groups.
        arrival: Attribute of the annotators that says from which round on each can be asked, to replay people who come
            later; ``None`` where all are there from the beginning.
        validation_share: Share of the requests that go to validation items; they cost like all others, in [0, 0.5].
        learner: The model of the label distribution.
        learner_options: Its settings by name, beside the members; those of its training loop among them.
        members: Draws from the model's posterior that acquisition sees.
        stop: When an arm ends before its money is gone: ``budget`` (never), ``plateau`` or ``floor``, which need
            validation votes, or ``gain``, which needs `min_gain`.
        patience: Rounds without improvement that ``plateau`` waits for, and rounds in a row that are worth too little
            for ``gain``.
        min_gain: For ``gain``: the least expected fall of the error of predicted distributions for which 1,000 units of
            the currency are worth spending, nats of JS divergence, at least 0.
        llm: What becomes of annotators whose kind is ``llm``: ``prior`` (asked beside people, and their votes are a
            prior for people's), ``as-people`` (for sale to every policy, and their votes count as people's),
            ``ignore``, or one of two baselines, ``entropy-split`` and ``tested``.
        llm_trial: Share of what was spent that each LLM may cost before it has shown its worth, in [0, 1].
        vote_weights: What a vote weighs in training: one (``raw``), or 1 less the probability that it is an error, by
            bought votes and features (``decomposition``). Policies and validation read votes as they are.

    Raises:
        ArgumentError: If a number is out of range.

    Example:
        >>> config = CampaignConfig("synthetic-plain", acquisition="bald", overlap=2)
        >>> [arm.name for arm in config.arms()]
        ['bald, 2 votes an item', 'random, one vote an item']
    """

    corpus: str
    features: str = "tfidf"
    test: str = "0.25"
    budget: str | None = None
    price: str | None = None
    currency: str = "EUR"
    acquisition: str = "random"
    assignment: str = "random"
    overlap: int = 1
    seeds: int = 1
    first_seed: int = 0
    cold_start: int = 100
    batch: int = 50
    batch_growth: float = 1.0
    warm_up: int = 1
    refit_growth: float = 0.0
    first_acquisition: str = "random"
    quota: int | None = None
    annotator_group: str | None = None
    arrival: str | None = None
    validation_share: float = 0.1
    learner: str = "softmax-regression"
    learner_options: Mapping[str, Any] = field(default_factory=dict)
    members: int = 20
    stop: str = "budget"
    patience: int = 5
    min_gain: float | None = None
    llm: str = "prior"
    llm_trial: float = 0.04
    vote_weights: str = "raw"

    def __post_init__(self) -> None:
        for name, low in (
            ("overlap", 1),
            ("seeds", 1),
            ("first_seed", 0),
            ("cold_start", 1),
            ("batch", 1),
            ("warm_up", 1),
            ("members", 2),
            *([] if self.quota is None else [("quota", 1)]),
            ("patience", 1),
        ):
            value = getattr(self, name)
            if not isinstance(value, int) or isinstance(value, bool) or value < low:
                raise ArgumentError(f"{name} must be a whole number of at least {low}, not {value!r}.")
        for name, low, high in (
            ("validation_share", 0, 0.5),
            ("llm_trial", 0, 1),
            ("batch_growth", 1, 10),
            ("refit_growth", 0, 10),
            *([] if self.min_gain is None else [("min_gain", 0, 1e9)]),
        ):
            value = getattr(self, name)
            if not isinstance(value, int | float) or isinstance(value, bool) or not low <= value <= high:
                raise ArgumentError(f"{name} must lie between {low} and {high:g}, not {value!r}.")
        for name in (
            "corpus",
            "features",
            "test",
            "currency",
            "acquisition",
            "assignment",
            "learner",
            "first_acquisition",
            "stop",
            "llm",
            "vote_weights",
        ):
            if not isinstance(getattr(self, name), str) or not getattr(self, name):
                raise ArgumentError(f"{name} must be a non-empty text, not {getattr(self, name)!r}.")
        if self.stop in ("plateau", "floor") and not self.validation_share:
            raise ArgumentError(f"stop = {self.stop!r} looks at validation votes, and validation_share is 0.")
        if self.stop == "gain" and self.min_gain is None:
            raise ArgumentError(
                "stop = 'gain' needs min_gain: the nats for which 1,000 units of money are worth spending."
            )
        for name in ("budget", "price"):
            amount = getattr(self, name)
            if amount is not None:
                object.__setattr__(self, name, str(amount))
                if micro_units(amount) <= 0:
                    raise ArgumentError(f"{name} must be more than nothing, not {amount!r}.")

    def arms(self) -> tuple[Arm, ...]:
        """The chosen arm, and beside it one random vote an item; one arm where they are the same."""
        votes = "one vote an item" if self.overlap == 1 else f"{self.overlap} votes an item"
        who = "" if self.assignment == "random" else f" + {self.assignment}"
        begun = "" if self.first_acquisition == "random" else f" after {self.first_acquisition}"
        chosen = Arm(
            f"{self.acquisition}{begun}{who}, {votes}",
            self.acquisition,
            self.assignment,
            self.overlap,
            self.first_acquisition,
        )
        plain = Arm("random, one vote an item", "random", "random", 1)
        return (plain,) if chosen == plain else (chosen, plain)

    def to_json(self) -> dict[str, Any]:
        """All settings as a JSON object."""
        # Through JSON, so that a tuple compares equal to the list that the record reads back.
        return cast("dict[str, Any]", json.loads(json.dumps(asdict(self))))

    @classmethod
    def from_mapping(cls, values: Mapping[str, Any]) -> Self:
        """Read settings from a mapping, for example one parsed from TOML.

        Raises:
            UnknownNameError: If a setting does not exist.
            ArgumentError: If one is out of range, or ``corpus`` is missing.
        """
        known = [f.name for f in fields(cls)]
        unknown = [name for name in values if name not in known]
        if unknown:
            raise UnknownNameError(f"setting {unknown[0]!r} is not known. Settings are: {', '.join(known)}.")
        if "corpus" not in values:
            raise ArgumentError("setting 'corpus' is missing: give a corpus name, a folder or a file.")
        given = dict(values)
        for name in ("test", "budget", "price"):
            if isinstance(given.get(name), int | float):
                given[name] = str(given[name])
        return cls(**given)

    @classmethod
    def from_toml(cls, path: str | Path) -> Self:
        """Read settings from a TOML file.

        Raises:
            ArgumentError: If the file is not TOML.
            UnknownNameError: If a setting does not exist.
        """
        return cls.from_mapping(read_toml(path))


def read_toml(path: str | Path) -> dict[str, Any]:
    """Read a TOML file as it is, before anything overrides it.

    Raises:
        ArgumentError: If the file is not TOML.
    """
    try:
        return tomllib.loads(Path(path).read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ArgumentError(f"{path} is not TOML: {error}.") from None
