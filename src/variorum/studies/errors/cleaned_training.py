"""Study: does it help a learner of label distributions if votes are cleaned first?"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Corpus, group_codes, grouped_split
from variorum.campaign import open_corpus
from variorum.decomposition import decompose
from variorum.evaluation import EquivalenceTest, SignFlipTest, equivalence_test, js_divergence, sign_flip_test
from variorum.features import Cached, featurizer
from variorum.studies.errors.ours import ours
from variorum.studies.errors.planting import Noise, plant, split_votes
from variorum.studies.errors.rivals import rival_labels
from variorum.training import SoftmaxRegression, TrainingData, cross_fitted

__all__ = ["TRAINED", "TrainingResult", "cleaned_training"]

Array = NDArray[np.float64]

TRAINED: Final = {
    "chaosnli-snli": 5,
    "hs-brexit": 4,
    "synthetic-plain": 10,
    "synthetic-perspectives": 10,
    "md-agreement": 3,
    "chaosnli-mnli": 5,
}
"""Corpora with the votes an item that are bought."""

_MARGIN: Final = 0.002
_TEST: Final = 0.25


@dataclass(frozen=True)
class TrainingResult:
    """A learner trained on votes cleaned in several ways, over seeds.

    Attributes:
        corpus: Its name.
        votes: Votes an item.
        noise: Kind of noise.
        share: Share of the training votes replaced.
        n_seeds: Paired seeds; a seed draws split, votes and noise.
        js: Mean JS divergence on clean test items by what the learner was trained on, nats.
        against_raw: Ours less raw votes, paired.
        equivalence: The same with a margin of .002 nats.
        recovered: Share of the gap between raw and oracle-cleaned votes that ours closes; nan if there is none.
    """

    corpus: str
    votes: int
    noise: str
    share: float
    n_seeds: int
    js: dict[str, float]
    against_raw: SignFlipTest
    equivalence: EquivalenceTest
    recovered: float


def cleaned_training(
    corpora: dict[str, int] | None = None,
    *,
    noises: Sequence[Noise] = ("random", "one-label"),
    shares: Sequence[float] = (0.0, 0.1, 0.2, 0.3),
    seeds: int = 10,
    features: str = "tfidf",
    progress: Callable[[str], None] | None = None,
) -> tuple[TrainingResult, ...]:
    """Run the study.

    Args:
        corpora: Names with votes an item; `TRAINED` by default. Items need texts.
        noises: Kinds of noise; without noise one stands for all.
        shares: Shares of the training votes to replace.
        seeds: Paired seeds.
        features: Features of items, as in `features.featurizer`.
        progress: Called before each run.

    Returns:
        One result for each corpus, noise and share. A learner is trained on ``raw`` votes; each item's ``majority``,
        and ``Dawid-Skene``'s posterior, with as many votes; votes weighted by ``ours`` (1 less the error) and ``ours,
        votes alone``; our distributions with as many votes; and votes without the planted ones (``oracle-cleaned``).
    """
    results = []
    for name, votes in (TRAINED if corpora is None else corpora).items():
        corpus = open_corpus(name)
        inputs = Cached(featurizer(features)).fit_transform(corpus.items, np.arange(len(corpus.items)))
        for share in shares:
            for noise in noises if share else noises[:1]:
                runs = []
                for seed in range(seeds):
                    if progress is not None:
                        progress(f"{name}, {noise} {share:g}, seed {seed}")
                    runs.append(_run(corpus, inputs, votes, noise, share, seed))
                results.append(_result(name, votes, noise, share, runs))
    return tuple(results)


def _run(corpus: Corpus, inputs: Array, votes: int, noise: Noise, share: float, seed: int) -> dict[str, float]:
    rng = np.random.default_rng(seed)
    split = split_votes(corpus, votes, rng)
    test = grouped_split(corpus.items, _TEST, rng)
    train_rows = ~test[split.annotations.item]
    planted, replaced = plant(split.annotations.take(train_rows), noise, share, rng)
    scored = test & ~np.isnan(split.target[:, 0])
    return {
        name: float(js_divergence(split.target[scored], _learn(inputs, counts, scored, rng)).mean())
        for name, counts in _trained_on(planted, replaced, inputs, rng).items()
    }


def _trained_on(
    planted: Annotations, replaced: NDArray[np.bool_], inputs: Array, rng: np.random.Generator
) -> dict[str, Array]:
    counts = planted.counts()
    total = counts.sum(axis=1, keepdims=True)
    groups = group_codes(planted.items)
    bought = np.flatnonzero(total[:, 0] > 0)
    prior = np.full(counts.shape, 1 / counts.shape[1])
    prior[bought] = cross_fitted(inputs[bought], counts[bought], groups[bought], rng)
    cleaned = ours(planted, rng, prior).found
    return {
        "raw": counts,
        "majority": total * rival_labels("majority", planted, None),
        "Dawid-Skene": total * rival_labels("Dawid-Skene", planted, None),
        "ours": cleaned.counts,
        "ours, votes alone": decompose(planted).counts,
        "ours, distributions": total * np.nan_to_num(cleaned.distribution),
        "oracle-cleaned": planted.take(~replaced).counts(),
    }


def _learn(inputs: Array, counts: Array, scored: NDArray[np.bool_], rng: np.random.Generator) -> Array:
    bought = counts.sum(axis=1) > 0
    fit = SoftmaxRegression(n_members=1).fit(TrainingData(inputs[bought], counts[bought]), rng)
    return fit.mode.probabilities(inputs[scored])


def _result(corpus: str, votes: int, noise: str, share: float, runs: list[dict[str, float]]) -> TrainingResult:
    mean = {name: float(np.mean([run[name] for run in runs])) for name in runs[0]}
    mine, raw = [run["ours"] for run in runs], [run["raw"] for run in runs]
    gap = mean["raw"] - mean["oracle-cleaned"]
    return TrainingResult(
        corpus, votes, noise, share, len(runs), mean,
        sign_flip_test(mine, raw, 0),
        equivalence_test(mine, raw, _MARGIN, 0),
        (mean["raw"] - mean["ours"]) / gap if share and gap > 0 else float("nan"),
    )  # fmt: skip
