"""The study: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from variorum.studies.base import Key, Study
from variorum.studies.noisy_campaigns.findings import noisy_findings
from variorum.studies.noisy_campaigns.replaying import noisy_run
from variorum.studies.noisy_campaigns.settings import KINDS, NoisyCampaignsSettings
from variorum.studies.strategies.study import own_contents

__all__ = ["STUDY"]


def _runs(settings: NoisyCampaignsSettings) -> Sequence[Key]:
    return [
        {
            "corpus": corpus,
            "noise": noise,
            "share": share,
            "strategy": strategy,
            "votes": votes,
            "seed": seed,
            **own_contents(corpus, settings.features),
        }
        for seed in range(settings.seeds)
        for corpus in settings.corpora
        for noise, share, votes in settings.cells
        for strategy in settings.strategies
    ]


STUDY: Final = Study(
    presets={
        "quick": NoisyCampaignsSettings(
            2, corpora=("synthetic-plain",), shares=(0.3,), features="tfidf", votes=400, members=32, draws=100
        ),
        "cpu": NoisyCampaignsSettings(10, draws=400),
        "paper": NoisyCampaignsSettings(20, kinds=KINDS, votes=1500, batch=50),
    },
    runs=_runs,
    run=noisy_run,
    findings=noisy_findings,
    may_change=frozenset({"seeds", "corpora", "kinds", "shares", "strategies", "draws"}),
)
"""The study."""
