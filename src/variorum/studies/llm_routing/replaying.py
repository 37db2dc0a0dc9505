"""One strategy on one corpus, with one LLM and one seed."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import Any, Final

import numpy as np

from variorum.campaign import Replay
from variorum.features import Cached, featurizer
from variorum.studies.base import Key
from variorum.studies.llm_routing.beside import PERSON, corpus_beside_llm, corpus_of_people
from variorum.studies.llm_routing.settings import LlmRoutingSettings
from variorum.studies.llm_routing.strategies import STRATEGIES
from variorum.studies.strategies.curves import heights_at
from variorum.studies.strategies.scores import ItemScorer

__all__ = ["routing_run", "shared_replay"]

_DIGITS: Final = 6


@lru_cache(maxsize=2)
def shared_replay(corpus: str, llm: str, cheaper: int, use: str, seed: int, settings: LlmRoutingSettings) -> Replay:
    """What strategies share that do the same with the same LLM; kept, since they follow one another.

    Args:
        corpus: Name of the corpus.
        llm: Its name; empty without one.
        cheaper: How many times less than a person it costs.
        use: What becomes of it.
        seed: The seed.
        settings: Of the study.

    Returns:
        The replay.
    """
    features = settings.features
    people = corpus_of_people(corpus)
    opened = corpus_beside_llm(corpus, features, llm, cheaper, seed) if llm else people
    return Replay.of(settings.config(corpus, use), opened, seed, Cached(featurizer(features)))


def routing_run(key: Key, settings: LlmRoutingSettings) -> dict[str, Any]:
    """Spend the money by a strategy, and score it.

    Args:
        key: Corpus, LLM, how many times cheaper it is, strategy and seed.
        settings: Of the study.

    Returns:
        ``money``, what people alone may cost, micro-units; ``requests`` to people, or to an LLM that is taken for one,
        ``spent`` and ``js`` by round; ``final``, the
        mean JS over test items when that money is spent, straight between rounds, and under ``items`` the same of each
        item; ``llm_votes`` and ``llm_spent`` by the end, which is later for strategies with an LLM.
    """
    strategy = STRATEGIES[key["strategy"]]
    shared = shared_replay(key["corpus"], key["llm"], int(key["cheaper"]), strategy.llm, int(key["seed"]), settings)
    layout, pairs = shared.scene.layout, shared.pairs
    # A place more, for the unknown annotator, who is a person.
    is_llm = np.append(shared.corpus.annotators.is_llm, False)
    of_people = np.isin(pairs.item, layout.pool) & ~is_llm[pairs.annotator]
    money = min(settings.votes, int(pairs.quantity[of_people].sum()) // 2) * PERSON
    scorer = ItemScorer(shared.corpus, layout.test)
    replay = replace(shared, scene=replace(shared.scene, scorer=scorer))
    run = replay.run(strategy.arm(), round(settings.stretch * money) if key["llm"] else money)
    spent = np.array([score.spent for score in run.rounds], np.float64)
    items = np.array(scorer.rounds)
    final = heights_at(spent, items, np.array([float(money)]))[0]
    bought = run.market.bought()
    by_llm = is_llm[bought.annotator]
    return {
        "money": money,
        "requests": [score.requests for score in run.rounds],
        "spent": [score.spent for score in run.rounds],
        "js": items.mean(axis=1).round(_DIGITS),
        "final": float(final.mean()),
        "items": {"final": final.round(_DIGITS)},
        "llm_votes": int(by_llm.sum()),
        "llm_spent": 0 if bought.cost is None else int(bought.cost[by_llm].sum()),
    }
