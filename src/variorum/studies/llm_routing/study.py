"""The study: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from variorum.studies.base import Key, Study
from variorum.studies.llm_routing.findings import routing_findings
from variorum.studies.llm_routing.replaying import routing_run
from variorum.studies.llm_routing.settings import CORPORA, LlmRoutingSettings
from variorum.studies.llm_routing.strategies import PEOPLE
from variorum.studies.strategies import CONFIRMATION
from variorum.studies.strategies.study import own_contents

__all__ = ["STUDY"]


def _runs(settings: LlmRoutingSettings) -> Sequence[Key]:
    llms = [("", 0, strategy) for strategy in PEOPLE]
    llms += [
        (flaw, cheaper, strategy)
        for cheaper in settings.cheaper
        for flaw in settings.flaws
        for strategy in settings.with_llm
    ]
    return [
        {
            "corpus": corpus,
            "flaw": flaw,
            "cheaper": cheaper,
            "strategy": strategy,
            "seed": settings.seed(corpus, number),
            **own_contents(corpus, settings.features),
        }
        for number in range(settings.seeds)
        for corpus in settings.corpora
        for flaw, cheaper, strategy in llms
    ]


STUDY: Final = Study(
    presets={
        "quick": LlmRoutingSettings(
            2,
            corpora=("synthetic-plain",),
            flaws=("biased-half", "useless"),
            cheaper=(20,),
            features="tfidf",
            votes=300,
            members=32,
            draws=100,
        ),
        "cpu": LlmRoutingSettings(10, draws=400),
        "paper": LlmRoutingSettings(20, corpora=(*CORPORA, *CONFIRMATION)),
    },
    runs=_runs,
    run=routing_run,
    findings=routing_findings,
    may_change=frozenset({"seeds", "corpora", "flaws", "cheaper", "strategies", "draws"}),
)
"""The study."""
