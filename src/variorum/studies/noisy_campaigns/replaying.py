"""One strategy on one corpus, with one noise, one kind of votes and one seed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from time import process_time
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Corpus
from variorum.campaign import STRATEGIES, ArmRun, Replay
from variorum.campaign.layout import stream
from variorum.evaluation import area_under_roc, js_divergence
from variorum.features import Cached, featurizer
from variorum.studies.base import Key
from variorum.studies.corpus_parts import open_part
from variorum.studies.noisy_campaigns.noise import plant_in_pool, without_errors
from variorum.studies.noisy_campaigns.settings import CLEANED, ORACLE, RAW, NoisyCampaignsSettings
from variorum.studies.strategies.curves import area_weights
from variorum.studies.strategies.scores import ItemScorer

__all__ = ["noisy_corpus", "noisy_run", "shared_replay"]

_DIGITS: Final = 6


@lru_cache(maxsize=2)
def shared_replay(corpus: str, seed: int, settings: NoisyCampaignsSettings) -> Replay:
    """What all runs on one corpus with one seed share; kept, since they follow one another."""
    config = settings.config(corpus, RAW)
    return Replay.of(config, open_part(corpus), seed, Cached(featurizer(settings.features)))


@lru_cache(maxsize=8)
def noisy_corpus(
    corpus: str, kind: str, share: float, seed: int, settings: NoisyCampaignsSettings
) -> tuple[Corpus, NDArray[np.bool_]]:
    """The corpus with errors among the votes of its pool, and which rows they are; test items keep their votes."""
    clean, pool = open_part(corpus), shared_replay(corpus, seed, settings).scene.layout.pool
    if not kind:
        return clean, np.zeros(clean.annotations.n_rows, bool)
    return plant_in_pool(clean, pool, kind, share, stream(seed, "planted errors", kind, share))


def noisy_run(key: Key, settings: NoisyCampaignsSettings) -> dict[str, Any]:
    """Spend the money by a strategy, and score it on clean test votes.

    Args:
        key: Corpus, kind and share of noise, strategy, what the learner gets, and seed.
        settings: Of the study.

    Returns:
        ``requests`` and ``js`` by round; ``area``, the mean JS over test items from the first round's money to all of
        it, and ``final``, when all is spent, and under ``items`` the same of each item; ``truth``, the final JS to the
        known truth; ``auroc`` of the weights against planted errors, and the mean ``weight_planted`` and
        ``weight_others``, nan where there are none; processor time a round in seconds, which alone is no function of
        the key. Where nobody is known who gave a vote, cleaned votes are ``left_out``, with the reason.
    """
    seed, votes = int(key["seed"]), key["votes"]
    shared = shared_replay(key["corpus"], seed, settings)
    noisy, planted = noisy_corpus(key["corpus"], key["noise"], float(key["share"]), seed, settings)
    if votes == CLEANED and not len(noisy.annotators):
        return {"left_out": f"{key['corpus']} names no annotator, and votes are cleaned by who gave them"}
    replayed = without_errors(noisy, planted) if votes == ORACLE else noisy
    scorer = ItemScorer(shared.corpus, shared.scene.layout.test)
    config = settings.config(key["corpus"], votes)
    replay = replace(shared, config=config, corpus=replayed, scene=replace(shared.scene, scorer=scorer))
    price = int(replay.prices[-1])
    budget = min(settings.votes, shared.offered.size // 2) * price
    began = process_time()
    run = replay.run(STRATEGIES[key["strategy"]].arm(key["strategy"]), budget)
    seconds = (process_time() - began) / len(run.rounds)
    spent = np.array([score.spent for score in run.rounds], np.float64)
    items = np.array(scorer.rounds)
    area = area_weights(spent, min(settings.cold_start * price, budget / 2), budget) @ items
    truth = shared.corpus.truth
    test = shared.scene.layout.test
    return {
        "requests": [score.requests for score in run.rounds],
        "js": items.mean(axis=1).round(_DIGITS),
        "area": float(area.mean()),
        "final": float(items[-1].mean()),
        "items": {"area": area.round(_DIGITS), "final": items[-1].round(_DIGITS)},
        "truth": None if truth is None else js_divergence(truth.distribution[test], run.predict(test).mean).mean(),
        **_told(run, replay, planted),
        "seconds": round(seconds, _DIGITS),
    }


def _told(run: ArmRun, replay: Replay, planted: NDArray[np.bool_]) -> dict[str, float]:
    """How well the last weights tell planted errors from other votes."""
    nothing = dict.fromkeys(("auroc", "weight_planted", "weight_others"), float("nan"))
    if replay.config.vote_weights == "raw":
        return nothing
    votes, pool = replay.corpus.annotations, replay.scene.layout.pool
    width = len(votes.annotators) + 1
    errors = np.unique((votes.item.astype(np.int64) * width + votes.annotator)[planted])
    row, annotator, _ = run.market.votes_on(pool)
    known = annotator != UNKNOWN
    is_error = np.isin(pool[row] * width + annotator, errors)[known]
    weights = run.weigher.weights()[known]
    if not is_error.any() or is_error.all():
        return {**nothing, "weight_others": float(weights.mean())}
    return {
        "auroc": area_under_roc(is_error, 1.0 - weights),
        "weight_planted": float(weights[is_error].mean()),
        "weight_others": float(weights[~is_error].mean()),
    }
