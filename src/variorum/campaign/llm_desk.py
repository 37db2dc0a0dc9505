"""When an LLM is asked beside people, and what its votes are to the learner."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotators
from variorum.campaign.config import CampaignConfig
from variorum.campaign.layout import stream
from variorum.campaign.llm_prior import LlmPrior, evidence_for, llm_prior
from variorum.campaign.market import Market
from variorum.campaign.oracle import Request
from variorum.errors import ArgumentError
from variorum.training import Inputs, kind_of

__all__ = ["LLM_USES", "LlmDesk", "LlmUse", "set_apart"]

LlmUse = Literal["prior", "as-people", "ignore", "entropy-split", "tested"]

LLM_USES: Final = get_args(LlmUse)
"""What becomes of annotators whose kind is ``llm``.

``prior``: asked beside people, and its votes are a prior for theirs (`llm_prior`); ``as-people``: for sale to every
policy, and its votes count as people's; ``ignore``: never asked. Two baselines: ``entropy-split``, it labels the half
of the pool of which it is surest and people the rest; ``tested``, it counts as a person if it passes the alternative
annotator test on a paired sample, and is not asked again if it does not.
"""

_EVIDENCE = 1.0  # nats by which people's votes must be likelier with the LLM's than without
_SHARE = 0.5  # of what a round of people costs, for an LLM that has shown its worth
_WHOLE = 5.0  # votes that a whole label distribution is worth to the model of what the LLM would say


def set_apart(annotators: Annotators, use: str) -> NDArray[np.bool_]:
    """Which annotators no policy may ask, and whose votes are not counted as people's; shape (n_annotators,)."""
    return annotators.is_llm & (use != "as-people")


class LlmDesk:
    """Asks LLMs in one arm and seed, and turns their votes into inputs of the learner.

    Each LLM is on trial first: it may cost `CampaignConfig.llm_trial` of what was spent so far. As soon as people's
    votes are likelier with its votes than without, by more than one nat of marginal likelihood, it may cost half as
    much as a round's people. An LLM that tells nothing stays on trial, and costs no more than that. Items are drawn at
    random, each once. An answer may be a vote or a whole label distribution, which holds no noise of drawing and
    teaches as much as five votes.

    Args:
        config: The settings.
        seed: The arm's seed.
        pool: Positions of the pool items.
        inputs: Of all items, as the learner reads them without an LLM.
        market: What is for sale, and what was bought.
        annotators: All annotators.

    Raises:
        ArgumentError: If an LLM's votes are to be a prior and the learner reads no features.
    """

    def __init__(
        self,
        config: CampaignConfig,
        seed: int,
        pool: NDArray[np.int64],
        inputs: Inputs,
        market: Market,
        annotators: Annotators,
    ) -> None:
        self._config, self._seed, self._pool = config, seed, pool
        self._plain, self._market = inputs, market
        apart = set_apart(annotators, config.llm) & (config.llm != "ignore")
        self._llms: list[int] = np.flatnonzero(apart).tolist()
        if self._llms and kind_of(inputs) != "features":
            raise ArgumentError(
                f"llm = {config.llm!r} takes a learner of features, and {config.learner!r} reads {kind_of(inputs)}. "
                "Choose another learner, or --llm as-people or --llm ignore."
            )
        self._inputs: Inputs | None = None
        self._evidence: dict[int, float] = {}

    def inputs(self) -> Inputs:
        """What the learner reads of all items: features, and beside them what LLMs would say once they voted."""
        if self._inputs is None:
            votes = {llm: _worth(self._said(llm)) for llm in self._llms}
            votes = {llm: each for llm, each in votes.items() if each.any()}
            if not votes:
                return self._plain
            features = np.asarray(self._plain, np.float64)
            prior = llm_prior(features[self._pool], list(votes.values()), self._rng())
            self._weigh(features[self._pool], votes, prior)
            self._inputs = prior.inputs(features)
        return self._inputs

    def _weigh(self, features: NDArray[np.float64], votes: Mapping[int, NDArray[np.float64]], prior: LlmPrior) -> None:
        """Evidence for each LLM: how much likelier people's votes are with all LLMs than with all others."""
        human = self._market.counts[self._pool]
        if not human.any():
            return
        whole = evidence_for(prior, features, human, self._rng())
        for llm in votes:
            others = [each for other, each in votes.items() if other != llm]
            rest = llm_prior(features, others, self._rng()) if others else None
            without = 0.0 if rest is None else evidence_for(rest, features, human, self._rng())
            self._evidence[llm] = whole - without

    def _rng(self) -> np.random.Generator:
        # Of the seed alone, so that a run that goes on draws the same.
        return stream(self._seed, "llm prior")

    def refresh(self) -> None:
        """New answers came: what was learned from the old ones is out of date."""
        self._inputs = None

    def choose(self, money: int, people: Sequence[Request], prefix: str, rng: np.random.Generator) -> list[Request]:
        """Requests to LLMs in a round.

        Args:
            money: Micro-units left after this round's people.
            people: This round's requests to people.
            prefix: Beginning of the requests' ids.
            rng: Source of randomness.

        Returns:
            The requests.
        """
        requests: list[Request] = []
        if not self._llms:
            return requests
        self.inputs()
        cost = sum(request.price for request in people)
        for llm in self._llms:
            before = self._market.spent_on(llm)
            allowed = self._config.llm_trial * (self._market.spent + cost) - before
            if self._evidence.get(llm, 0.0) > _EVIDENCE:
                allowed = max(allowed, _SHARE * cost)
            price = self._market.price_of(llm)
            most = max(int(min(allowed, money)), 0) // price
            made = self._ask(llm, self._pool, most * price, prefix, len(requests), rng)
            money -= len(made) * price
            requests += made
        return requests

    def votes(self) -> NDArray[np.float64] | None:
        """Votes of LLMs that count as people's, shape (n_pool, n_classes); ``None`` without any."""
        return None

    @property
    def for_people(self) -> NDArray[np.bool_]:
        """Pool items about which people are asked, shape (n_pool,)."""
        return np.ones(self._pool.size, bool)

    @property
    def overlap(self) -> int:
        """Fewest people who are asked about an item at a time."""
        return 1

    def _said(self, llm: int) -> NDArray[np.float64]:
        """An LLM's answers to the pool items so far, shape (n_pool, n_classes)."""
        return self._market.votes_of(llm)[self._pool]

    def _ask(
        self, llm: int, items: NDArray[np.int64], money: int, prefix: str, begun: int, rng: np.random.Generator
    ) -> list[Request]:
        """Requests to an LLM about some items in random order, each once, as far as money and quota go."""
        price, quota = self._market.price_of(llm), self._market.quota_left()
        most = money // price
        if quota is not None:
            most = min(most, int(quota[llm]))
        chosen = rng.permutation(items[self._market.can_sell(items, llm)])[:most]
        return [Request(f"{prefix}/{begun + n}", int(item), llm, price) for n, item in enumerate(chosen)]


def _worth(votes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Answers as votes, those that name several classes being whole distributions."""
    whole = votes.max(axis=1) < votes.sum(axis=1)
    return np.asarray(votes * np.where(whole, _WHOLE, 1.0)[:, None])
