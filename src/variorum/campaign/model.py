"""The model of one arm and seed: which votes it has learned from, when it is fitted anew, and what it predicts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.campaign.config import CampaignConfig
from variorum.campaign.inputs import learner_of
from variorum.campaign.layout import Layout, stream
from variorum.campaign.llm_desk import LlmDesk
from variorum.campaign.market import Market
from variorum.campaign.vote_weights import Weigher
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

__all__ = ["Model"]


class Model:
    """Fits the learner to the votes bought so far, no oftener than the settings say.

    A model is out of date as soon as there are more votes on pool items, by the share
    `CampaignConfig.refit_growth`, than it has learned from; until then the old one predicts. Votes of LLMs count where
    they stand beside people's. It is fitted when somebody looks, from what was bought when it got out of date: so a
    campaign that goes on after a crash has the same model.

    Args:
        config: The settings.
        seed: The arm's seed.
        layout: Pool and validation items.
        market: What was bought.
        desk: What the learner reads of all items, and LLMs' votes that stand beside people's.
        weigher: Weighs people's votes.
    """

    def __init__(
        self, config: CampaignConfig, seed: int, layout: Layout, market: Market, desk: LlmDesk, weigher: Weigher
    ) -> None:
        self._config, self._seed, self._layout = config, seed, layout
        self._market, self._desk, self._weigher = market, desk, weigher
        self._data: TrainingData | None = None
        self._inputs: Inputs | None = None
        self._predictor: Predictor | None = None
        self._of_pool: Prediction | None = None
        # Votes that were there before the first round count.
        self._round, self._learned = 0, self._votes()
        if self._learned:
            self._keep()

    @property
    def has_votes(self) -> bool:
        """Whether there is anything that it has learned from."""
        return self._learned > 0

    @property
    def behind(self) -> bool:
        """Whether votes were bought that it has not learned from."""
        return self._votes() != self._learned

    def notice(self, round_: int) -> None:
        """New answers came: see whether the model is out of date.

        Args:
            round_: The round that brought them.
        """
        if self._votes() >= (1.0 + self._config.refit_growth) * self._learned:
            self.renew(round_)

    def renew(self, round_: int) -> None:
        """Let the next prediction be that of a model of all votes bought so far.

        Args:
            round_: The round that brought the last of them.
        """
        self._round, self._learned = round_, self._votes()
        self._data = self._predictor = self._of_pool = self._inputs = None
        self._keep()

    def _keep(self) -> None:
        if self._config.refit_growth:
            # Later votes are not for this model, and it may be fitted after they came.
            self._prepare()

    def predict(self, items: NDArray[np.int64]) -> Prediction:
        """The model's prediction; uniform as long as it has no vote to learn from.

        Args:
            items: Positions of items.

        Returns:
            The prediction, one row an item.
        """
        if not self.has_votes:
            n_classes = self._market.counts.shape[1]
            return Prediction(np.full((self._config.members, items.size, n_classes), 1 / n_classes))
        if self._predictor is None:
            data = self._prepare()
            # Keyed by the last round that brought answers, so a model fitted after a restart is the same; not by the
            # arm, so the arms of a seed differ by what they bought and not by the learner's draws.
            self._predictor = learner_of(self._config).fit(data, stream(self._seed, self._round, "learner"))
        of_pool = items is self._layout.pool
        if of_pool and self._of_pool is not None:  # policies and alarms look at the same
            return self._of_pool
        assert self._inputs is not None
        prediction = self._predictor.predict(take_inputs(self._inputs, items))
        if of_pool:
            self._of_pool = prediction
        return prediction

    def _votes(self) -> float:
        of_llms = self._desk.votes()
        return float(self._market.counts[self._layout.pool].sum() + (0.0 if of_llms is None else of_llms.sum()))

    def _prepare(self) -> TrainingData:
        if self._data is None:
            pool, rows = self._layout.pool, self._layout.validation
            self._inputs = self._desk.inputs()
            weighed, by_annotator = self._weigher.weigh(self._by_annotator(learner_of(self._config)))
            of_llms, checked = self._desk.votes(), self._market.counts[rows]
            self._data = TrainingData(
                take_inputs(self._inputs, pool),
                weighed if of_llms is None else weighed + of_llms,
                validation=TrainingData(take_inputs(self._inputs, rows), checked) if checked.sum() else None,
                by_annotator=by_annotator,
                ordinal=self._market.scheme.kind == "ordinal",
            )
        return self._data

    def _by_annotator(self, learner: Learner) -> AnnotatorVotes | None:
        """The votes one by one, for a learner of annotators alone, since telling them apart takes time."""
        if getattr(learner, "annotators", None) is None:
            return None
        return annotator_votes(self._market.bought_for_training(), self._layout.pool)
