"""The study: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from variorum.studies.base import Key, Study
from variorum.studies.llm_routing.findings import routing_findings
from variorum.studies.llm_routing.replaying import routing_run
from variorum.studies.llm_routing.settings import CORPORA, FLAWS, MODELS, LlmRoutingSettings
from variorum.studies.strategies import CONFIRMATION
from variorum.studies.strategies.study import own_contents

__all__ = ["STUDY"]


def _runs(settings: LlmRoutingSettings) -> Sequence[Key]:
    return [
        {
            "corpus": corpus,
            "llm": llm,
            "cheaper": cheaper,
            "strategy": strategy,
            "seed": settings.seed(corpus, number),
            **own_contents(corpus, settings.features),
        }
        for number in range(settings.seeds)
        for corpus in settings.corpora
        for llm, cheaper, strategy in settings.arms(corpus)
    ]


STUDY: Final = Study(
    presets={
        "quick": LlmRoutingSettings(
            2,
            corpora=("synthetic-plain",),
            flaws=("biased-half", "useless"),
            strategies=("prior-random", "as-people-cost-aware", "entropy-split", "tested-as-person"),
            cheaper=(20,),
            features="tfidf",
            votes=300,
            members=32,
            draws=100,
        ),
        "cpu": LlmRoutingSettings(
            10,
            corpora=("chaosnli-snli", "hs-brexit", "chaosnli-varierr", "anli-verifiers"),
            strategies=("prior-random", "as-people-cost-aware", "entropy-split", "tested-as-person"),
            models=("gpt-4", "labels-alone", "albert-xxlarge", "bert-r1"),
            draws=400,
        ),
        "paper": LlmRoutingSettings(
            20,
            corpora=(*CORPORA, *CONFIRMATION, *MODELS),
            flaws=FLAWS,
            models=tuple(name for names in MODELS.values() for name in names),
        ),
    },
    runs=_runs,
    run=routing_run,
    findings=routing_findings,
    may_change=frozenset({"seeds", "corpora", "flaws", "models", "cheaper", "strategies", "draws"}),
)
"""The study."""
