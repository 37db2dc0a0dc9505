"""Settings of the study, and its corpora."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, get_args

from variorum.campaign import CampaignConfig
from variorum.checks import as_choice
from variorum.corpora import LlmFlaw
from variorum.corpora.released_models import RELEASED
from variorum.errors import ArgumentError
from variorum.studies.base import need_seeds_and_draws, take_several
from variorum.studies.llm_routing.beside import WHOLE
from variorum.studies.llm_routing.strategies import PEOPLE, STRATEGIES
from variorum.studies.strategies import CONFIRMATION

__all__ = ["CORPORA", "FLAWS", "MODELS", "LlmRoutingSettings"]

CORPORA: Final = ("chaosnli-snli", "hs-brexit", "synthetic-plain")
"""Corpora on which the use of an LLM was developed; nothing that comes out on them confirms anything."""

FLAWS: Final = tuple(flaw + end for end in ("", WHOLE) for flaw in get_args(LlmFlaw))
"""What is wrong with the LLM, as `variorum.corpora.simulated_llm_shares` knows it: it votes, or tells its shares."""

MODELS: Final = {
    "chaosnli-varierr": ("gpt-4", "gpt-3.5", "labels-alone"),
    "anli-verifiers": (
        "bert-r1", "roberta-r2", "roberta-r3", "roberta-large", "bart-large", "xlnet-large", "electra-large",
        "albert-xxlarge",
    ),
}  # fmt: skip
"""Models whose answers were released, by the corpus of people's votes."""

_PRICE: Final = 20

_CONFIRMING_SEED: Final = 100


@dataclass(frozen=True)
class LlmRoutingSettings:
    """Settings of the study.

    Attributes:
        seeds: Seeds, each with a split, a first round, learner's draws and an LLM of its own, which all strategies
            share; from 0, on corpora that confirm from 100.
        corpora: Names of corpora; those of `MODELS` have models whose answers were released, the others simulated LLMs.
        flaws: What is wrong with the simulated LLM, of `FLAWS`.
        models: Names of models, of `MODELS`; each runs on its corpus, if that is among the corpora.
        cheaper: How many times less than a person's an LLM's answer costs. All strategies run at a twentieth, or at the
            first price where that is not among them, and the first strategy at the others.
        strategies: Names of strategies with an LLM; empty takes all. Those that do the same with people alone run, too.
        features: Name of the features; they decide, too, on which half of the items a biased LLM errs.
        votes: Most votes of people to pay for; half of what the pool offers, if that is less.
        stretch: How far beyond that money strategies with an LLM go, as a multiple of it, so that it shows what a
            misleading LLM costs.
        cold_start: Requests to people in the first round.
        batch: Requests to people in each further round.
        members: Draws from the learner's posterior.
        draws: Resamples behind each interval.

    Raises:
        ArgumentError: If a number is out of range, or a list is empty.
        UnknownNameError: If a flaw, a model or a strategy does not exist.

    Example:
        >>> LlmRoutingSettings(10, strategies="prior-random").with_llm
        ('prior-random',)
    """

    seeds: int
    corpora: tuple[str, ...] = CORPORA
    flaws: tuple[str, ...] = ("biased-half", "biased-half-whole", "useless", "adversarial")
    models: tuple[str, ...] = ("gpt-4", "gpt-3.5", "labels-alone", "albert-xxlarge", "bert-r1")
    cheaper: tuple[int, ...] = (20, 5, 100)
    strategies: tuple[str, ...] = ()
    features: str = "minilm"
    votes: int = 1500
    stretch: float = 1.2
    cold_start: int = 100
    batch: int = 50
    members: int = 128
    draws: int = 1000

    def __post_init__(self) -> None:
        take_several(self, "corpora", "flaws", "models", "cheaper", "strategies")
        for flaw in self.flaws:
            as_choice("flaw", flaw, FLAWS)
        for model in self.models:
            as_choice("model", model, [name for names in MODELS.values() for name in names])
        for strategy in self.strategies:
            as_choice("strategy", strategy, [name for name in STRATEGIES if name not in PEOPLE])
        for name in ("corpora", "flaws", "models", "cheaper"):
            if not getattr(self, name):
                raise ArgumentError(f"{name} is empty; give one at least.")
        for corpus in self.corpora:
            if not self.llms(corpus):
                raise ArgumentError(f"none of the models answered {corpus}; add one of {', '.join(MODELS[corpus])}.")
        if not all(isinstance(each, int) and 1 <= each <= 1000 for each in self.cheaper):
            raise ArgumentError(f"cheaper must hold whole numbers from 1 to 1,000, not {self.cheaper}.")
        need_seeds_and_draws(self.seeds, self.draws)
        if self.votes < self.cold_start:
            raise ArgumentError(f"votes = {self.votes} does not pay for the first round of {self.cold_start}.")
        if not 1 <= self.stretch <= 2:
            raise ArgumentError(f"stretch must lie between 1 and 2, not {self.stretch}.")

    @property
    def with_llm(self) -> tuple[str, ...]:
        """Names of the strategies with an LLM."""
        return tuple(name for name in STRATEGIES if name in (self.strategies or STRATEGIES) and name not in PEOPLE)

    @property
    def people(self) -> tuple[str, ...]:
        """Names of the strategies with people alone."""
        return tuple(name for name in PEOPLE if name in {STRATEGIES[each].without for each in self.with_llm})

    @property
    def goal_price(self) -> int:
        """How many times less than a person the LLM of the goal costs: 20, or what was run first instead."""
        return _PRICE if _PRICE in self.cheaper else self.cheaper[0]

    def llms(self, corpus: str) -> tuple[str, ...]:
        """The LLMs that run on a corpus."""
        return tuple(name for name in self.models if name in MODELS[corpus]) if corpus in MODELS else self.flaws

    def arms(self, corpus: str) -> tuple[tuple[str, int, str], ...]:
        """LLM, how many times cheaper than a person it is, and strategy; ``""`` and 0 with people alone."""
        found = [("", 0, name) for name in self.people]
        for cheaper in self.cheaper:
            names = self.with_llm if cheaper == self.goal_price else self.with_llm[:1]
            found += [(llm, cheaper, name) for llm in self.llms(corpus) for name in names]
        return tuple(found)

    def seed(self, corpus: str, number: int) -> int:
        """The seed of a corpus's run by its number, from 0; nothing was developed on corpora with released answers."""
        return number + (_CONFIRMING_SEED if corpus in CONFIRMATION or corpus in RELEASED else 0)

    def config(self, corpus: str, llm: str) -> CampaignConfig:
        """The campaign in which strategies run; a person costs 1, and an LLM what it costs."""
        return CampaignConfig(
            corpus,
            features=self.features,
            price="1",
            cold_start=self.cold_start,
            batch=self.batch,
            validation_share=0.0,
            # Members of exact covariance: what strategies read of them is then not noise of the draws.
            learner_options={"orthogonal": True},
            members=self.members,
            llm=llm,
        )
