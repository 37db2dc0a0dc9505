"""What holds for the arms of every experiment."""

from __future__ import annotations

from dataclasses import replace

import pytest

from variorum import acquisition, assignment
from variorum.campaign.inputs import learner_of
from variorum.errors import UnknownNameError
from variorum.studies.campaign_experiments import ExperimentArm, ExperimentSettings
from variorum.studies.campaign_experiments.annotator_selection import ACAL, OURS
from variorum.studies.campaign_experiments.annotator_selection import EXPERIMENT as SELECTION
from variorum.studies.campaign_experiments.campaign_losses import EXPERIMENT as LOSSES
from variorum.studies.campaign_experiments.scores import SCORES
from variorum.studies.campaign_experiments.standard_active_learning import EXPERIMENT as STANDARD

SETTINGS = ExperimentSettings(1, ("small",))


@pytest.mark.parametrize("experiment", [STANDARD, LOSSES, SELECTION])
def test_arms_name_what_there_is_and_families_name_arms(experiment):
    for arm in experiment.arms.values():
        assert arm.acquisition in acquisition.METHODS
        assert arm.assignment in assignment.METHODS
        config = replace(SETTINGS.config("small"), learner=arm.learner, learner_options=arm.options, members=2)
        assert learner_of(config).n_members == 2
    for family in experiment.families:
        assert family.reference not in family.arms
        assert {family.reference, *family.arms} <= set(experiment.arms)
    assert set(experiment.tested) <= set(SCORES)


def test_references_run_with_the_arms_that_are_asked_for_and_no_others():
    chosen = replace(SETTINGS, arms=("majority-of-5-random",))
    assert STANDARD.names(chosen) == ("one-vote-random", "soft-of-5", "majority-of-5-random")
    assert STANDARD.names(replace(SETTINGS, arms=("one-vote-random",))) == ("one-vote-random",)
    assert STANDARD.names(SETTINGS) == tuple(STANDARD.arms)
    with pytest.raises(UnknownNameError, match="majority-of-7"):
        STANDARD.names(replace(SETTINGS, arms=("majority-of-7",)))


def test_ours_and_the_four_are_arms():
    assert {*ACAL, *OURS} <= set(SELECTION.arms)
    assert not set(ACAL) & set(OURS)


def test_draws_follow_what_is_asked():
    assert ExperimentArm(overlap=5, options={"hard": True}).arm() == ExperimentArm(overlap=5).arm()
    assert ExperimentArm("entropy").arm() != ExperimentArm().arm()
