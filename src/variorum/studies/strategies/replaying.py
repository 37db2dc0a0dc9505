"""One strategy on one corpus with one seed, and the reference lines of the corpus."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from time import process_time
from typing import Any, Final

import numpy as np

from variorum.campaign import STRATEGIES, Replay, RoundScore, lay_out
from variorum.errors import MissingArrayError
from variorum.features import Cached, featurizer
from variorum.studies.base import Key
from variorum.studies.corpus_parts import open_part
from variorum.studies.strategies.curves import area_weights
from variorum.studies.strategies.scores import ItemScorer, end_scores
from variorum.studies.strategies.settings import StrategiesSettings
from variorum.studies.text_heads import line_means

__all__ = ["LINES", "lines_run", "shared_replay", "strategy_run"]

LINES: Final = "reference lines"
"""Stands for a strategy where a run draws the lines and buys nothing."""

_DIGITS: Final = 6


@lru_cache(maxsize=2)
def shared_replay(corpus: str, features: str, seed: int, settings: StrategiesSettings) -> Replay:
    """What all strategies share on one corpus with one seed; kept, since they follow one another.

    Args:
        corpus: Name of the corpus.
        features: Name of the features.
        seed: The seed.
        settings: Of the benchmark.

    Returns:
        The replay.
    """
    return Replay.of(settings.config(corpus, features), open_part(corpus), seed, Cached(featurizer(features)))


def strategy_run(key: Key, settings: StrategiesSettings) -> dict[str, Any]:
    """Spend the budget by a strategy, and score it.

    Args:
        key: Corpus, features, strategy and seed.
        settings: Of the benchmark.

    Returns:
        ``requests``, ``spent`` (micro-units) and ``js`` by round; ``budget``, and ``price``, the median one; `SCORES`,
        ``area`` from the money of the first round to the budget; under ``items`` those of `ITEMWISE`; assignments, how
        many were forced, and processor time a round in seconds, which alone is no function of the key. Where the
        strategy reads what the corpus lacks: ``left_out``, the reason.
    """
    shared = shared_replay(key["corpus"], key["features"], int(key["seed"]), settings)
    corpus, layout = shared.corpus, shared.scene.layout
    offered = shared.offered
    price = int(np.median(offered))
    budget = min(settings.votes, offered.size // 2) * price
    scorer = ItemScorer(corpus, layout.test)
    strategy = STRATEGIES[key["strategy"]]
    # Votes are weighed by who gave them; where nobody is named all weigh the same.
    weights = strategy.vote_weights if len(corpus.annotators) else "raw"
    config = replace(shared.config, vote_weights=weights)
    replay = replace(shared, config=config, scene=replace(shared.scene, scorer=scorer))
    clock = [process_time()]

    def tick(_: RoundScore) -> None:
        clock.append(process_time())

    try:
        run = replay.run(strategy.arm(key["strategy"]), budget, report=tick)
    except MissingArrayError as error:
        return {"left_out": str(error)}
    spent = np.array([score.spent for score in run.rounds], np.float64)
    items = np.array(scorer.rounds)
    area = area_weights(spent, min(settings.cold_start * price, budget / 2), budget) @ items
    predicted = run.predict(layout.test).mean
    return {
        "requests": [score.requests for score in run.rounds],
        "spent": [score.spent for score in run.rounds],
        "js": items.mean(axis=1).round(_DIGITS),
        "budget": budget,
        "price": price,
        "area": float(area.mean()),
        "final": float(items[-1].mean()),
        **end_scores(corpus, layout.test, scorer.human, predicted),
        "items": {"area": area.round(_DIGITS), "final": items[-1].round(_DIGITS)},
        "assignments": run.n_assignments,
        "forced": run.n_forced,
        "seconds": round((clock[-1] - clock[0]) / len(run.rounds), _DIGITS),
    }


def lines_run(key: Key, settings: StrategiesSettings) -> dict[str, Any]:
    """Reference lines of a seed's test items: what a model that knew the truth, or other people, would score.

    Args:
        key: Corpus and seed.
        settings: Of the benchmark.

    Returns:
        Under ``js`` the mean of each line.
    """
    corpus, seed = open_part(key["corpus"]), int(key["seed"])
    config = settings.config(key["corpus"], settings.features[0])
    test = lay_out(corpus, config.test, config.validation_share, seed).test
    return {"js": line_means(corpus, test, seed)["js"]}
