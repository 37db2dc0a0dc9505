"""The study that runs an experiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from variorum.reporting.study import Findings
from variorum.studies.base import Key, Run, Study, Values
from variorum.studies.campaign_experiments.experiment import Experiment
from variorum.studies.campaign_experiments.findings import experiment_findings
from variorum.studies.campaign_experiments.replaying import arm_run, lines_run
from variorum.studies.campaign_experiments.settings import ExperimentSettings
from variorum.studies.strategies.replaying import LINES
from variorum.studies.strategies.study import own_contents

__all__ = ["study_of"]


def study_of(experiment: Experiment, presets: Mapping[str, ExperimentSettings]) -> Study[ExperimentSettings]:
    """Make a study of an experiment.

    Args:
        experiment: Its arms and comparisons.
        presets: Settings by name.

    Returns:
        The study: a run an arm, corpus and seed, and one a corpus and seed that draws the reference lines.
    """

    def runs(settings: ExperimentSettings) -> Sequence[Key]:
        return [
            {
                "corpus": corpus,
                "arm": arm,
                "seed": settings.seed(corpus, number),
                **own_contents(corpus, settings.features),
            }
            for number in range(settings.seeds)
            for corpus in settings.corpora
            for arm in (LINES, *experiment.names(settings))
        ]

    def run(key: Key, settings: ExperimentSettings) -> Values:
        if key["arm"] == LINES:
            return lines_run(key, settings)
        return arm_run(key, settings, experiment.arms[key["arm"]])

    def findings(settings: ExperimentSettings, runs: Sequence[Run]) -> Findings:
        return experiment_findings(experiment, settings, runs)

    return Study(presets, runs, run, findings, may_change=frozenset({"seeds", "corpora", "arms", "draws"}))
