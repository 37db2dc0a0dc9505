"""The study of losses: its presets, and what is run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from variorum.studies.base import Key, Study
from variorum.studies.corpus_parts import open_part
from variorum.studies.losses.findings import losses_findings
from variorum.studies.losses.settings import SAME, LossesSettings, methods_of
from variorum.studies.losses.training import lines_run, loss_run

__all__ = ["STUDY"]


def _runs(settings: LossesSettings) -> Sequence[Key]:
    methods = {name: methods_of(open_part(name).scheme.kind == "ordinal") for name in settings.corpora}
    keys: list[Key] = []
    for seed in range(settings.seeds):
        for name in settings.corpora:
            checks = tuple(SAME) if seed < settings.check_seeds else ()
            keys.append({"arm": "lines", "corpus": name, "seed": seed})
            keys += [
                {"arm": "heads", "corpus": name, "method": each, "seed": seed} for each in (*methods[name], *checks)
            ]
    return keys


def _run(key: Key, settings: LossesSettings) -> dict[str, Any]:
    return {"lines": lines_run, "heads": loss_run}[key["arm"]](key, settings)


STUDY: Final = Study(
    presets={
        "quick": LossesSettings(
            2,
            ("synthetic-plain",),
            (1e-2,),
            check_seeds=1,
            features="tfidf",
            hidden=16,
            steps=30,
            evaluations=3,
            draws=100,
        ),
        "cpu": LossesSettings(10),
        "paper": LossesSettings(30, draws=2000),
    },
    runs=_runs,
    run=_run,
    findings=losses_findings,
)
"""The study."""
