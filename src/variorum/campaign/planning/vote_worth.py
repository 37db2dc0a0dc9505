"""What a vote bought by a strategy is worth beside one at random, told by replaying a pilot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign.config import CampaignConfig
from variorum.campaign.inputs import learner_of, policy_vectors, reads_of
from variorum.campaign.layout import Layout, stream
from variorum.campaign.loop import Scene
from variorum.campaign.pairs import Pairs
from variorum.campaign.planning.resamples import FOLDS, Resamples
from variorum.campaign.power_law import RATES, fit_lines
from variorum.campaign.prices import prices_of
from variorum.campaign.replay import Replay
from variorum.campaign.scoring import Scorer
from variorum.campaign.strategies import REFERENCE, STRATEGIES, Strategy
from variorum.errors import ArgumentError
from variorum.features import Featurizer
from variorum.training import Inputs

__all__ = ["LEAST_WORTH", "MOST_WORTH", "PilotReplays", "VoteWorth", "fit_worth"]

LEAST_WORTH: Final = 1 / 8
"""The least worth that is looked at: where it is found, the worth is that or less."""

MOST_WORTH: Final = 8.0
"""The most worth that is looked at: where it is found, the worth is that or more."""

_REPEATS = 5
# A strategy that may buy everything chooses nothing, so that replays end with items left.
_BOUGHT, _FIRST, _LATER = 2 / 3, 1 / 4, 1 / 8
# Those nearest to 1 come first: where curves do not fall nothing tells them apart, and the first is taken.
_WORTHS: Final = np.array(sorted(np.geomspace(LEAST_WORTH, MOST_WORTH, 49), key=lambda worth: abs(np.log(worth))))
_MEMBERS: Final = 64


@dataclass(frozen=True, eq=False)
class VoteWorth:
    """How many votes at random, one an item, a vote of the same money bought by a strategy makes up for.

    Attributes:
        strategy: Its name.
        worth: In [1/8, 8]; 1 is as much as one at random.
        drawn: The same for every resample of the pilot, shape (n_resamples,).
        shared: Votes at the start that the strategy buys as they are bought at random, and that are worth 1.
        seen: The fewest votes that its replays looked at; of fewer nothing is known.
        forced: Share of the choices of an annotator that the pilot decided, in [0, 1]: nobody else had voted, or whom
            the strategy wanted had not. In these a strategy of choosing annotators could not show itself.
    """

    strategy: str
    worth: float
    drawn: NDArray[np.float64]
    shared: float
    seen: float
    forced: float

    def votes_for(self, at_random: NDArray[np.float64], worth: NDArray[np.float64]) -> NDArray[np.float64]:
        """Votes that do as much as some votes at random.

        Args:
            at_random: How many at random, one an item, shape (n,).
            worth: The worth, or what was drawn for it, shape (n,).

        Returns:
            Shape (n,), at least `seen`.
        """
        rest = np.maximum(at_random - self.shared, 0.0)
        return np.maximum(self.shared + rest / worth, self.seen)


@dataclass(frozen=True, eq=False)
class _Curve:
    """Money by round, in votes at the median price, and scores by resample and round, those of no resample first."""

    votes: NDArray[np.float64]
    scores: NDArray[np.float64]
    forced: float


class _Predictions(Scorer):
    """Keeps what is predicted after each round, and scores nothing: too few votes are known."""

    def __init__(self, corpus: Corpus, test: NDArray[np.int64]) -> None:
        super().__init__(corpus, test)
        self.rounds: list[NDArray[np.float64]] = []

    def each(self, predicted: NDArray[np.float64]) -> dict[str, NDArray[np.float64]]:
        self.rounds.append(predicted)
        return {}


def fit_worth(
    votes: NDArray[np.float64],
    scores: NDArray[np.float64],
    other_votes: NDArray[np.float64],
    other_scores: NDArray[np.float64],
    *,
    shared: float = 0.0,
    rng: np.random.Generator | None = None,
) -> NDArray[np.float64]:
    """How many votes of one kind a vote of another is worth, by curves that follow one power law of the votes.

    Args:
        votes: Votes of the points of the first curves, shape (n_points,).
        scores: The first curves, lower is better, shape (n_curves, n_points).
        other_votes: Votes of the points of the others, shape (n_others,).
        other_scores: The others, shape (n_curves, n_others).
        shared: The first of the others' votes that are of the first kind.
        rng: Draws by how well it fits, as in `fit_power_law`; without it the best.

    Returns:
        The worth, in [1/8, 8], shape (n_curves,); 1 where curves do not fall, which tell nothing of it.

    Example:
        >>> n = np.array([25.0, 50, 100, 200])
        >>> slow, fast = 0.1 + n**-0.5, 0.1 + (2 * n) ** -0.5
        >>> fit_worth(n, slow[None], n, fast[None]).round(2)
        array([2.])
    """
    grid = [(rate, worth) for worth in _WORTHS for rate in RATES]
    points = [np.concatenate([votes, shared + worth * (other_votes - shared)]) ** -rate for rate, worth in grid]
    chosen, _, _ = fit_lines(points, np.concatenate([scores, other_scores], axis=1), rng)
    return np.array([worth for _, worth in grid])[chosen]


class PilotReplays:
    """A pilot to replay by each strategy and by one random vote an item, so that their learning curves can be compared.

    A quarter of the items is held out in turn, whole groups at a time, and each strategy spends the money for votes on
    two thirds of the others, five times over; all strategies meet the same folds.

    Args:
        pilot: The pilot.
        strategies: Names of `campaign.STRATEGIES`.
        rows: Positions of its items with votes of people, shape (n_rows,).
        counts: People's votes on them, shape (n_rows, n_classes).
        resamples: Of these items.
        config: Features, learner and prices.
        inputs: What the learner reads, of all items.
        features: Makes the features that policies read.
        seed: Seed of replays.

    Raises:
        ArgumentError: If a strategy asks about an item more often than the pilot did, or weighs the votes of people
            whom it does not name.
    """

    def __init__(
        self,
        pilot: Corpus,
        strategies: tuple[str, ...],
        *,
        rows: NDArray[np.int64],
        counts: NDArray[np.float64],
        resamples: Resamples,
        config: CampaignConfig,
        inputs: Inputs,
        features: Featurizer,
        seed: int,
    ) -> None:
        self._pilot, self._rows, self._counts, self._inputs = pilot, rows, counts, inputs
        self._strategies, self._resamples, self._seed = strategies, resamples, seed
        for name in strategies:
            self._need_shown(name, STRATEGIES[name])
        rng = stream(seed, "folds")
        self._folds = [resamples.folds(rng) for _ in range(_REPEATS)]
        # Replays differ, too, and a resample takes some of them oftener.
        drawn = rng.multinomial(_REPEATS, np.full(_REPEATS, 1 / _REPEATS), resamples.chance.size) / _REPEATS
        self._repeats = np.vstack([np.full(_REPEATS, 1 / _REPEATS), drawn])
        fewest = int(min((fold != f).sum() for fold in self._folds for f in range(FOLDS)))
        self._votes = round(_BOUGHT * fewest)
        settings = {"orthogonal": True} if config.learner == "softmax-regression" else {}
        own = pilot.annotators.prices
        self._config = replace(
            config,
            members=_MEMBERS,
            learner_options=settings,
            cold_start=max(1, round(_FIRST * self._votes)),
            batch=max(1, round(_LATER * self._votes)),
            validation_share=0.0,
            llm="ignore",
            # Money is told in votes at the median price, whatever its name; who is paid by the second costs like all.
            currency=own[0].currency if own else config.currency,
            price=None if all(price.per_annotation > 0 for price in own or ()) else "1",
        )
        self._prices = prices_of(self._config, pilot)
        # Policies read features of all items, whichever are held out: nothing of a vote is in them.
        reads = reads_of(learner_of(self._config))
        self._vectors = policy_vectors(pilot.items, reads, inputs, features, rows, None)

    def worths(self) -> tuple[VoteWorth, ...]:
        """Fit one power law of the votes to the curves of a strategy and of one random vote an item.

        Returns:
            One worth a strategy: how often its votes count in that law.

        Raises:
            MissingArrayError: If a strategy reads what the pilot lacks.
        """
        base = self._curve(REFERENCE)
        return tuple(self._worth(name, base) for name in self._strategies)

    def _need_shown(self, name: str, strategy: Strategy) -> None:
        able = float(np.mean(self._counts.sum(axis=1) >= strategy.overlap))
        if able < _BOUGHT:
            raise ArgumentError(
                f"strategy {name!r} asks {strategy.overlap} people about an item, and the pilot has as many votes on "
                f"{100 * able:.0f} % of its items only; give --overlap {strategy.overlap}, which is extrapolated."
            )
        if strategy.vote_weights != "raw" and not len(self._pilot.annotators):
            raise ArgumentError(
                f"strategy {name!r} weighs votes by who gave them, and {self._pilot.name} names no annotator; leave it "
                "out, or name them."
            )

    def _worth(self, name: str, base: _Curve) -> VoteWorth:
        if name == REFERENCE:
            return VoteWorth(name, 1.0, np.ones(self._resamples.chance.size), 0.0, base.votes[0], base.forced)
        curve, strategy = self._curve(name), STRATEGIES[name]
        # The first round of most is that of the reference, and tells nothing of them.
        alike = (strategy.first, strategy.overlap, strategy.vote_weights) == ("random", 1, "raw")
        shared, own = (curve.votes[0], slice(1, None)) if alike else (0.0, slice(None))
        votes, scores = curve.votes[own], curve.scores[:, own]
        best = fit_worth(base.votes, base.scores[:1], votes, scores[:1], shared=shared)
        rng = stream(self._seed, "worth", name)
        drawn = fit_worth(base.votes, base.scores[1:], votes, scores[1:], shared=shared, rng=rng)
        return VoteWorth(name, float(best[0]), drawn, shared, curve.votes[0], curve.forced)

    def _curve(self, name: str) -> _Curve:
        strategy = STRATEGIES[name]
        spent, scores, forced = [], [], []
        for repeat, folds in enumerate(self._folds):
            predicted, money, share = self._replay(name, strategy, folds, self._seed + repeat)
            spent.append(money)
            forced.append(share)
            # The same draws for every strategy, so that they err together.
            each = [
                self._resamples.score(self._counts, of_round, stream(self._seed, "hidden", repeat))
                for of_round in predicted
            ]
            scores.append(np.stack(each, axis=1))
        rounds = min(money.size for money in spent)
        of_repeat = np.stack([score[:, :rounds] for score in scores])
        return _Curve(
            np.mean([money[:rounds] for money in spent], axis=0),
            np.einsum("br,rbp->bp", self._repeats, of_repeat),
            float(np.mean(forced)),
        )

    def _replay(
        self, name: str, strategy: Strategy, folds: NDArray[np.int64], seed: int
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
        """Predictions of all items by round, of models that they were held out from; money by round; share forced."""
        config = replace(self._config, vote_weights=strategy.vote_weights)
        # Where votes are anonymous, which of an item's comes first is chance, too.
        pairs = Pairs.of(self._pilot.annotations, stream(seed, "pairs"))
        runs, kept = [], []
        for fold in range(FOLDS):
            layout = Layout(self._rows[folds != fold], np.zeros(0, np.int64), self._rows[folds == fold], left_out=0)
            scorer = _Predictions(self._pilot, layout.test)
            scene = Scene(seed, layout, self._inputs, self._vectors, None, scorer)
            replay = Replay(config, self._pilot, scene, pairs, self._prices)
            price = int(np.median(replay.offered))
            run = replay.run(strategy.arm(name), self._votes * price)
            runs.append((np.array([score.spent for score in run.rounds]) / price, run.n_forced, run.n_assignments))
            kept.append(scorer.rounds)
        rounds = min(len(each) for each in kept)
        predicted = np.zeros((rounds, *self._counts.shape))
        for fold, each in enumerate(kept):
            predicted[:, folds == fold] = np.stack(each[:rounds])
        money = np.mean([spent[:rounds] for spent, _, _ in runs], axis=0)
        return predicted, money, sum(forced for _, forced, _ in runs) / max(1, sum(n for _, _, n in runs))
