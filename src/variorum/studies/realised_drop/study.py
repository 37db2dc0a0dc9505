"""The study: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from variorum.studies.base import Key, Study
from variorum.studies.realised_drop.findings import drop_findings
from variorum.studies.realised_drop.measuring import drop_run
from variorum.studies.realised_drop.settings import RealisedDropSettings
from variorum.studies.strategies.study import own_contents

__all__ = ["STUDY"]


def _runs(settings: RealisedDropSettings) -> Sequence[Key]:
    contents = {corpus: own_contents(corpus, settings.features) for corpus in settings.corpora}
    return [
        {"corpus": corpus, "features": settings.features, "seed": seed, **contents[corpus]}
        for seed in range(settings.seeds)
        for corpus in settings.corpora
    ]


STUDY: Final = Study(
    presets={
        "quick": RealisedDropSettings(
            2,
            corpora=("synthetic-plain",),
            features="tfidf",
            votes=(100, 200),
            unasked=48,
            asked=12,
            best=10,
            members=64,
            draws=200,
        ),
        "cpu": RealisedDropSettings(6, draws=400),
        "paper": RealisedDropSettings(20),
    },
    runs=_runs,
    run=drop_run,
    findings=drop_findings,
    may_change=frozenset({"seeds", "corpora", "best", "draws"}),
)
"""The study."""
