"""A study for tests of the frame: scores drawn from the key, and settings that make runs stumble."""

from __future__ import annotations

import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_info

from variorum.reporting.study import Data, Findings, Section
from variorum.studies.base import Key, Run, Study, Values, digest
from variorum.studies.catalogue import StudyEntry
from variorum.studies.comparison import compare, comparison_table

ENTRY = {"small": StudyEntry("Is hard worse than soft?", "studies.small_study:STUDY")}


@dataclass(frozen=True)
class Settings:
    """Settings; a run fails if its method is in `failing`, kills its process or waits."""

    seeds: int = 3
    shift: float = 0.5
    failing: tuple[str, ...] = ()
    deadly: int = -1
    waits: float = 0.0
    # Each run leaves a line here, so that a test can count how often it was executed.
    trace: str | None = None


def _runs(settings: Settings) -> Sequence[Key]:
    return [{"method": method, "seed": seed} for seed in range(settings.seeds) for method in ("soft", "hard")]


def _run(key: Key, settings: Settings) -> Values:
    if settings.trace is not None:
        with Path(settings.trace).open("a") as file:
            file.write(f"{key['method']} {key['seed']} {os.getpid()}\n")
    time.sleep(settings.waits)
    if key["seed"] == settings.deadly:
        os._exit(3)
    if key["method"] in settings.failing and key["seed"] == 1:
        raise ZeroDivisionError("nothing to divide by")
    rng = np.random.default_rng(int(digest(key), 16))
    # A matrix product, which libraries would spread over threads.
    wide = rng.normal(size=(300, 300))
    shift = settings.shift if key["method"] == "hard" else 0.0
    return {
        "score": rng.random(20) + shift + 1e-6 * (wide @ wide.T).sum(),
        "undefined": float("nan"),
        "threads": os.environ.get("OMP_NUM_THREADS"),
    }


def _findings(settings: Settings, runs: Sequence[Run]) -> Findings:
    scores = {
        method: [np.array(run.values["score"]) for run in runs if run.key["method"] == method]
        for method in ("soft", "hard")
    }
    found = compare(scores, "soft", 0, draws=50)
    table = comparison_table("Scores", found, score="score, lower is better")
    rows = tuple((run.key["method"], run.key["seed"], float(np.mean(run.values["score"]))) for run in runs)
    return Findings(
        (f"Hard is {found[1].claim}.",),
        (Section("All", "Everything.", (table,)),),
        data=(Data("scores", ("method", "seed", "score"), rows),),
    )


STUDY = Study(
    presets={"quick": Settings(), "cpu": Settings(6), "paper": Settings(10)},
    runs=_runs,
    run=_run,
    findings=_findings,
)


def _threads(key: Key, settings: Settings) -> Values:
    if key["seed"] == 1:
        return {"kl": np.array([0.5, np.inf])}
    return {"threads": max(pool["num_threads"] for pool in threadpool_info())}


THREADS = replace(STUDY, run=_threads)
"""Tells how many threads a run has; with seed 1 it comes to what no record can hold."""
