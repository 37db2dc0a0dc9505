"""The benchmark: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from variorum import corpora, features
from variorum.studies.base import Key, Study
from variorum.studies.judgment_finetuning.starting import content_digest
from variorum.studies.strategies.findings import strategies_findings
from variorum.studies.strategies.replaying import LINES, lines_run, strategy_run
from variorum.studies.strategies.settings import StrategiesSettings

__all__ = ["STUDY", "own_contents"]


def _runs(settings: StrategiesSettings) -> Sequence[Key]:
    keys: list[Key] = []
    for seed in settings.seed_range:
        for corpus in settings.places:
            keys.append({"corpus": corpus, "features": "", "strategy": LINES, "seed": seed, **own_contents(corpus)})
            keys += [
                {
                    "corpus": corpus,
                    "features": vectors,
                    "strategy": strategy,
                    "seed": seed,
                    **own_contents(corpus, vectors),
                }
                for vectors in settings.features
                for strategy in settings.names
            ]
    return keys


def own_contents(*places: str) -> dict[str, str]:
    """What files of one's own hold, so that runs on other contents are other runs.

    Args:
        places: Names of corpora or features, or paths.

    Returns:
        An entry for the key of a run; none where all are names.
    """
    known = {*corpora.CORPORA, *features.METHODS}
    own = [place for place in places if place not in known and Path(place).exists()]
    return {"content": "-".join(map(content_digest, own))} if own else {}


def _run(key: Key, settings: StrategiesSettings) -> dict[str, Any]:
    return (lines_run if key["strategy"] == LINES else strategy_run)(key, settings)


STUDY: Final = Study(
    presets={
        "quick": StrategiesSettings(
            2, corpora=("synthetic-plain",), features=("tfidf",), votes=300, members=32, draws=100
        ),
        "cpu": StrategiesSettings(10, draws=400),
        "paper": StrategiesSettings(20, features=("tfidf", "minilm")),
    },
    runs=_runs,
    run=_run,
    findings=strategies_findings,
    may_change=frozenset({"seeds", "corpora", "strategies", "features", "draws"}),
)
"""The study."""
