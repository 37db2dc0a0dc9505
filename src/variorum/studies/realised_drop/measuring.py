"""One corpus with one seed: what a vote on each candidate would bring, and what every score says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import RidgeCV

from variorum.annotations import PoolView
from variorum.campaign import Arm, Replay
from variorum.campaign.inputs import learner_of
from variorum.campaign.layout import of_people, stream
from variorum.campaign.pool_arrays import pool_arrays
from variorum.evaluation import entropy, js_divergence
from variorum.features import Cached, featurizer
from variorum.labels import normalize
from variorum.studies.base import Key
from variorum.studies.corpus_parts import open_part
from variorum.studies.realised_drop.refits import Refits
from variorum.studies.realised_drop.scores import READS, SCORES
from variorum.studies.realised_drop.settings import RealisedDropSettings
from variorum.training import Prediction, SoftmaxRegression, TrainingData

__all__ = ["LOOKAHEADS", "VoteDrops", "drop_run", "lookahead", "vote_drops"]

Array = NDArray[np.float64]

LOOKAHEADS: Final = {
    "refits, nothing known": "every possible vote is refitted; votes and test items are as the model expects them",
    "refits, votes known": "the same, with the item's own votes in place of expected ones",
    "refits, test items known": "the drop on the test items, with expected votes in place of the item's own",
    "people’s entropy": "entropy of all votes on the item, which nobody knows before they are bought",
    "learned from drops": "a ridge regression on features, prediction and all scores, taught the drops of nine tenths "
    "of the candidates and asked about the others",
}
"""Scores that nobody can have, beside those that one can: where a score loses."""

_FLOOR: Final = 1e-3
_FOLDS: Final = 10
_PENALTIES: Final = np.geomspace(1e0, 1e5, 11)
_DIGITS: Final = 7


def drop_run(key: Key, settings: RealisedDropSettings) -> dict[str, Any]:
    """Measure drops and scores at every moment.

    Args:
        key: Corpus, features and seed.
        settings: Of the study.

    Returns:
        ``pool`` and ``test``, numbers of items; under ``moments`` for each ``votes``, ``js`` (of the model then, nats),
        ``precision`` (of the prior), ``asked`` (how often each candidate was); ``drops`` by name, each of shape
        (n_candidates,), nats: ``expected``, on the ``first`` and ``second`` half of the test items, for one vote
        ``drawn``, of the ``mode``; and ``scores`` by name, those of `LOOKAHEADS` among them.
    """
    corpus, seed = open_part(key["corpus"]), int(key["seed"])
    whole = Replay.of(settings.config(key["corpus"], 1), corpus, seed, Cached(featurizer(key["features"])))
    layout = whole.scene.layout
    moments = [_moment(whole, votes, settings, key["corpus"]) for votes in settings.moments(layout.pool.size)]
    return {"pool": layout.pool.size, "test": layout.test.size, "moments": moments}


def _moment(whole: Replay, votes: int, settings: RealisedDropSettings, corpus: str) -> dict[str, Any]:
    scene, config = whole.scene, settings.config(corpus, votes)
    pool, test, seed = scene.layout.pool, scene.layout.test, scene.seed
    replay = Replay(config, whole.corpus, scene, whole.pairs, whole.prices)
    market = replay.run(Arm("one-vote-random", "random", "random", 1), votes * int(whole.prices.min())).market
    inputs = cast("Array", scene.inputs)
    data = TrainingData(inputs[pool], market.counts[pool])
    refits = Refits.of(cast("SoftmaxRegression", learner_of(config)), data, (seed, votes))
    prediction = refits.predictor.predict(inputs[pool])
    arrays = pool_arrays(READS, market, pool, prediction, scene.vectors, len(whole.corpus.annotators))
    view = market.view(pool, prediction.members, int(whole.prices.max()), (), **arrays)
    everybody = of_people(whole.corpus.annotations).counts()
    unsold = np.maximum(everybody - market.counts, 0.0)[pool]
    rows = _candidates(view, unsold, settings, stream(seed, votes, "candidates"))
    half = stream(seed, "halves").permutation(test.size) < test.size // 2
    human = normalize(everybody[test])
    found = vote_drops(refits, inputs[pool[rows]], inputs[test], human, half)
    next_vote = normalize(unsold[rows])
    drawn = stream(seed, votes, "vote").random(rows.size)
    label = np.minimum((drawn[:, None] > next_vote.cumsum(axis=1)).sum(axis=1), next_vote.shape[1] - 1)
    first, second = ((found.drop[:, :, side] * next_vote).sum(axis=1) for side in (0, 1))
    share = np.array([half.mean(), 1.0 - half.mean()])
    whole_drop = found.drop @ share
    expected = prediction.mean[rows]
    model = lookahead(refits.predictor.predict(inputs[test]), prediction.members[:, rows], found.after)
    scores = {name: score(view, stream(seed, votes, name))[rows] for name, score in SCORES.items()}
    truth = (whole_drop * next_vote).sum(axis=1)
    known = (
        (model * expected).sum(axis=1),
        (model * next_vote).sum(axis=1),
        (whole_drop * expected).sum(axis=1),
        entropy(normalize(everybody[pool[rows]])),
        _learned(np.column_stack([inputs[pool[rows]], expected, *scores.values()]), truth),
    )
    drops = {
        "expected": truth,
        "first": first,
        "second": second,
        "drawn": whole_drop[np.arange(rows.size), label],
        "mode": (found.of_mode * next_vote).sum(axis=1),
    }
    return {
        "votes": int(market.counts[pool].sum()),
        "js": found.js,
        "precision": refits.predictor.mode.precision,
        "asked": view.asked[rows],
        "drops": {name: _short(values) for name, values in drops.items()},
        "scores": {
            name: _short(values) for name, values in {**scores, **dict(zip(LOOKAHEADS, known, strict=True))}.items()
        },
    }


def _candidates(
    view: PoolView, unsold: Array, settings: RealisedDropSettings, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Rows of the pool that can be asked, and would be answered: some new ones, and some asked before."""
    open_ = (view.left > 0) & (unsold.sum(axis=1) > 0)
    chosen = [
        rng.permutation(np.flatnonzero(open_ & (view.asked > 0 if again else view.asked == 0)))[:n]
        for again, n in ((False, settings.unasked), (True, settings.asked))
    ]
    return np.concatenate(chosen)


@dataclass(frozen=True, eq=False)
class VoteDrops:
    """What one more vote would bring.

    Attributes:
        js: Mean JS divergence of people and model on the test items, before any further vote, nats.
        drop: How far it falls after a vote of each class on each candidate, on either half of the test items, shape
            (n_candidates, n_classes, 2); below 0 where it rises.
        of_mode: The same on all test items, predicted by the mode in place of the posterior mean, shape (n_candidates,
            n_classes).
        after: Predictions for the test items after each vote, shape (n_candidates, n_classes, n_test, n_classes).
    """

    js: float
    drop: Array
    of_mode: Array
    after: NDArray[np.float32]


def vote_drops(refits: Refits, candidates: Array, test: Array, human: Array, half: NDArray[np.bool_]) -> VoteDrops:
    """Refit with a vote of every class on every candidate.

    Args:
        refits: The model before.
        candidates: Features of the candidates, shape (n_candidates, n_features).
        test: Features of the test items, shape (n_test, n_features).
        human: Label distribution of people on them, shape (n_test, n_classes).
        half: Which test items are the first half, shape (n_test,), some and not all.

    Returns:
        The drops.
    """
    n, (n_test, n_classes) = len(candidates), human.shape
    drop, of_mode = np.empty((n * n_classes, 2)), np.empty(n * n_classes)
    after = np.empty((n * n_classes, n_test, n_classes), np.float32)
    before = js_divergence(human, refits.predictor.predict(test).mean)
    mode_before = js_divergence(human, refits.predictor.mode.probabilities(test))
    votes = np.tile(np.eye(n_classes), (n, 1))
    for k, predictor in enumerate(refits.after(np.repeat(candidates, n_classes, axis=0), votes)):
        after[k] = mean = predictor.predict(test).mean
        fall = before - js_divergence(human, mean)
        drop[k] = fall[half].mean(), fall[~half].mean()
        of_mode[k] = (mode_before - js_divergence(human, predictor.mode.probabilities(test))).mean()
    shape = (n, n_classes)
    return VoteDrops(
        float(before.mean()), drop.reshape(*shape, 2), of_mode.reshape(shape), after.reshape(*shape, *human.shape)
    )


def lookahead(now: Prediction, members: Array, after: NDArray[np.floating[Any]]) -> Array:
    """What the model itself expects a vote to bring, if it is refitted as it will be.

    Each member may be the truth, the likelier the more it expected the vote. To second order, JS divergence is a
    weighted square, of which the members' spread drops out.

    Args:
        now: Predictions for the test items, of shape (n_members, n_test, n_classes).
        members: Of the candidates, shape (n_members, n_candidates, n_classes).
        after: Predictions for the test items after each vote, shape (n_candidates, n_classes, n_test, n_classes).

    Returns:
        Nats after a vote of each class, shape (n_candidates, n_classes).
    """
    n_members, n_test, n_classes = now.members.shape
    weight = members / members.sum(axis=0)
    mean, found = now.mean, np.empty(members.shape[1:])
    scale = 1.0 / (8.0 * np.maximum(mean, _FLOOR))
    flat = now.members.reshape(n_members, -1)
    for label in range(n_classes):
        truth = (weight[:, :, label].T @ flat).reshape(-1, n_test, n_classes)
        gain = np.square(truth - mean) - np.square(truth - after[:, label])
        found[:, label] = (gain * scale).sum(axis=2).mean(axis=1)
    return found


def _learned(visible: Array, drop: Array) -> Array:
    """Drops as a regression on what can be seen of the candidates tells them, every tenth of them from the others."""
    spread = visible.std(axis=0)
    inputs = ((visible - visible.mean(axis=0)) / np.where(spread > 0, spread, 1.0))[:, spread > 0]
    found, fold = np.empty(drop.size), np.arange(drop.size) % _FOLDS
    for k in np.unique(fold):
        found[fold == k] = RidgeCV(_PENALTIES).fit(inputs[fold != k], drop[fold != k]).predict(inputs[fold == k])
    return found


def _short(values: Array) -> list[float]:
    """Seven digits, which is more than ranks need."""
    return [float(f"{value:.{_DIGITS}g}") for value in values]
