"""One arm on one corpus with one seed, and the reference lines of the corpus."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from variorum.annotations import UNKNOWN
from variorum.campaign import Replay, of_people
from variorum.features import Cached, featurizer
from variorum.studies.base import Key
from variorum.studies.campaign_experiments.experiment import MAJORITY, ExperimentArm
from variorum.studies.campaign_experiments.majority_oracle import asking_the_majority
from variorum.studies.campaign_experiments.scores import distances
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.corpus_parts import open_part
from variorum.studies.strategies.curves import area_weights
from variorum.studies.strategies.scores import ItemScorer, end_scores
from variorum.studies.text_heads import line_means

__all__ = ["VOTE", "arm_run", "lines_run", "shared_replay"]

VOTE: Final = 1_000_000
"""Micro-units of a vote."""

_DIGITS: Final = 6


@lru_cache(maxsize=2)
def shared_replay(corpus: str, seed: int, settings: ExperimentSettings) -> Replay:
    """What all arms share on one corpus with one seed; kept, since they follow one another.

    Args:
        corpus: Name of the corpus.
        seed: The seed.
        settings: Of the experiment.

    Returns:
        The replay, with people for sale.
    """
    return Replay.of(settings.config(corpus), open_part(corpus), seed, Cached(featurizer(settings.features)))


def arm_run(key: Key, settings: ExperimentSettings, arm: ExperimentArm) -> dict[str, Any]:
    """Spend the budget by an arm, and score it.

    Args:
        key: Corpus, arm and seed.
        settings: Of the experiment.
        arm: The arm.

    Returns:
        ``votes``, what was spent in votes, and ``js`` by round; ``budget``, in votes; `SCORES`, ``area`` from the first
        round's votes to the budget; under ``items`` those of `ITEMWISE`; how many ``labelled`` items and ``asked``
        annotators there are at the end; ``behind``, how many votes of people stand behind what was bought;
        ``assignments``, and how many were ``forced``.
    """
    shared = shared_replay(key["corpus"], int(key["seed"]), settings)
    corpus, test = shared.corpus, shared.scene.layout.test
    # In votes of people under every oracle, so that all arms have the same money.
    budget = min(settings.votes, shared.offered.size // 2)
    replay = asking_the_majority(shared) if arm.oracle == MAJORITY else shared
    scorer = ItemScorer(corpus, test)
    config = replace(replay.config, learner=arm.learner, learner_options=arm.options)
    replay = replace(replay, config=config, scene=replace(replay.scene, scorer=scorer))
    run = replay.run(arm.arm(), budget * VOTE)
    votes = np.array([score.spent for score in run.rounds], np.float64) / VOTE
    items = np.array(scorer.rounds)
    predicted = run.predict(test).mean
    each = {
        "area": area_weights(votes, min(settings.cold_start, budget / 2), budget) @ items,
        "final": items[-1],
        **distances(scorer.human, predicted),
    }
    bought = run.market.bought()
    labelled = np.unique(bought.item)
    behind = of_people(corpus.annotations).counts()[labelled].sum() if arm.oracle == MAJORITY else bought.n_rows
    return {
        "votes": votes,
        "js": items.mean(axis=1).round(_DIGITS),
        "budget": budget,
        **{name: float(values.mean()) for name, values in each.items()},
        **end_scores(corpus, test, scorer.human, predicted),
        "items": {name: values.round(_DIGITS) for name, values in each.items()},
        "labelled": labelled.size,
        "asked": np.unique(bought.annotator[bought.annotator != UNKNOWN]).size,
        "behind": int(behind),
        "assignments": run.n_assignments,
        "forced": run.n_forced,
    }


def lines_run(key: Key, settings: ExperimentSettings) -> dict[str, Any]:
    """Reference lines of a seed's test items: what a model that knew the truth, or other people, would score.

    Args:
        key: Corpus and seed.
        settings: Of the experiment.

    Returns:
        Under ``js`` the mean of each line.
    """
    seed = int(key["seed"])
    shared = shared_replay(key["corpus"], seed, settings)
    return {"js": line_means(shared.corpus, shared.scene.layout.test, seed)["js"]}
