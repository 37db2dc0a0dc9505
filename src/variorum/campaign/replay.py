"""One corpus with one seed, made ready for arms that replay it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign.choices import check_votes
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.inputs import learner_inputs, learner_of, policy_vectors, reads_of
from variorum.campaign.journal import AppendOnlyFile
from variorum.campaign.layout import lay_out, stream
from variorum.campaign.llm_desk import set_apart
from variorum.campaign.loop import ArmRun, Scene
from variorum.campaign.market import Market, empty_like
from variorum.campaign.oracle import ReplayOracle
from variorum.campaign.pairs import Pairs
from variorum.campaign.pool_arrays import group_codes_of
from variorum.campaign.presence import Presence
from variorum.campaign.prices import offered_prices, prices_of
from variorum.campaign.record import Record
from variorum.campaign.result import RoundScore
from variorum.campaign.scoring import Scorer
from variorum.features import Featurizer

__all__ = ["Replay"]


@dataclass(frozen=True, eq=False)
class Replay:
    """What all arms of a corpus and a seed share; arms leave it as it is, so that it can be kept for the next.

    Attributes:
        config: The settings; those of the chosen arm are not looked at.
        corpus: What is replayed.
        scene: Split, inputs, groups and scorer.
        pairs: What can be sold.
        prices: Micro-units of a request to each annotator, the unknown one last, shape (n_annotators + 1,).
    """

    config: CampaignConfig
    corpus: Corpus
    scene: Scene
    pairs: Pairs
    prices: NDArray[np.int64]

    @classmethod
    def of(
        cls, config: CampaignConfig, corpus: Corpus, seed: int, features: Featurizer, arms: Iterable[Arm] | None = None
    ) -> Replay:
        """Split a corpus, and make features of its items.

        Args:
            config: The settings.
            corpus: The corpus.
            seed: The seed.
            features: How items become vectors, fitted on the pool.
            arms: Those that will run, so that nothing is made that none of them reads; ``None`` for any.

        Returns:
            The replay.

        Raises:
            ArgumentError: If the settings cannot work on this corpus.
            UnknownNameError: If a column or an attribute does not exist.

        Example:
            >>> from variorum.campaign import open_corpus
            >>> from variorum.features import ArrayFeatures
            >>> corpus = open_corpus("synthetic-plain")
            >>> features = ArrayFeatures(np.eye(len(corpus.items), 2))
            >>> replay = Replay.of(CampaignConfig("synthetic-plain", price="1"), corpus, 0, features)
            >>> run = replay.run(Arm("random", "random", "random", 1), 120_000_000)
            >>> [score.requests for score in run.rounds]
            [100, 120]
        """
        check_votes(config, corpus.annotations)
        prices, reads = prices_of(config, corpus), reads_of(learner_of(config))
        layout = lay_out(corpus, config.test, config.validation_share, seed)
        inputs = learner_inputs(corpus.items, reads, features, layout.pool)
        # Weighing votes reads features, too.
        readers = arms if config.vote_weights == "raw" else None
        vectors = policy_vectors(corpus.items, reads, inputs, features, layout.pool, readers)
        groups = group_codes_of(corpus.annotators, config.annotator_group) if config.annotator_group else None
        scene = Scene(seed, layout, inputs, vectors, groups, Scorer(corpus, layout.test))
        pairs = Pairs.of(corpus.annotations, stream(seed, "pairs"))
        return cls(config, corpus, scene, pairs, prices)

    @property
    def scorer(self) -> Scorer:
        """Scores on the test items, by everybody's votes."""
        return cast("Scorer", self.scene.scorer)

    @property
    def apart(self) -> NDArray[np.bool_]:
        """LLMs whom no policy may ask, shape (n_annotators,)."""
        return set_apart(self.corpus.annotators, self.config.llm)

    @property
    def offered(self) -> NDArray[np.int64]:
        """The price of everything that policies can buy, micro-units, one entry a request."""
        return offered_prices(self.pairs, self.prices, self.for_sale, self.apart, self.config.quota)

    @property
    def for_sale(self) -> NDArray[np.int64]:
        """Positions of the items that can be asked about: pool and validation."""
        return np.concatenate([self.scene.layout.pool, self.scene.layout.validation])

    def run(
        self,
        arm: Arm,
        budget: int,
        record: Record | None = None,
        log: AppendOnlyFile | None = None,
        *,
        answered: Collection[str] = (),
        report: Callable[[RoundScore], None] = lambda _: None,
    ) -> ArmRun:
        """Run an arm to its end.

        Args:
            arm: Which items, which annotators, how many at a time.
            budget: Micro-units to spend.
            record: Where everything is written, and remembered from; ``None`` keeps it in memory.
            log: The oracle's call log; ``None`` keeps it in memory.
            answered: Ids of requests that were answered before.
            report: Called after every round.

        Returns:
            The arm, at its end.

        Raises:
            OracleError: If the call log lacks what was answered before.
            RecordError: If the record holds other events.
        """
        votes = self.corpus.annotations
        empty, arrival = empty_like(votes), self.config.arrival
        presence = None if arrival is None else Presence.by_attribute(empty.annotators, arrival)
        market = Market(empty, self.pairs, self.prices, budget, self.config.quota, self.apart, presence)
        sales = AppendOnlyFile(None) if log is None else log
        oracle = ReplayOracle(votes, self.pairs, sales, f"{arm.name}/{self.scene.seed}/", answered)
        written = Record(None, AppendOnlyFile(None)) if record is None else record
        run = ArmRun(self.config, arm, self.scene, market, oracle, written)
        run.run(report)
        return run
