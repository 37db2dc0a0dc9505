from __future__ import annotations

import pytest

from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.base import digest
from variorum.studies.basins.settings import (
    ALIKE_AT_ONE,
    ALL,
    PRESETS_OF_BASINS,
    Arm,
    BasinsSettings,
    basins_keys,
    deliveries_at,
)


@pytest.mark.parametrize("preset", PRESETS_OF_BASINS)
def test_keys_are_unique_with_splits_outermost(preset):
    keys = basins_keys(PRESETS_OF_BASINS[preset])
    assert len({digest(key) for key in keys}) == len(keys)
    assert [key["split"] for key in keys] == sorted(key["split"] for key in keys)


def test_sizes_of_the_presets():
    # cpu: ten splits x five numbers of votes, and three splits of the illustration x two.
    assert len(basins_keys(PRESETS_OF_BASINS["cpu"])) == 10 * 5 + 3 * 2
    # paper: ten splits with all votes, five with each of seven others.
    assert len(basins_keys(PRESETS_OF_BASINS["paper"])) == 10 + 5 * 7


def test_with_one_vote_equals_are_trained_once():
    arm = PRESETS_OF_BASINS["cpu"].arms[0]
    assert deliveries_at(arm, "1") == ("soft", "shuffled-sls", "label-smoothing", "mixup")
    assert set(ALIKE_AT_ONE) < set(deliveries_at(arm, "3"))
    assert deliveries_at(arm, ALL)[-3:] == ("stale-sls-5", "stale-sls-10", "stale-sls-50")


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"network": "vgg"}, UnknownNameError, "network 'vgg' is not known"),
        ({"deliveries": ("soft", "hard")}, UnknownNameError, "delivery 'hard' is not known"),
        ({"deliveries": ("sls",)}, ArgumentError, "deliveries start with 'soft'"),
        ({"votes": ("0",)}, ArgumentError, "votes are whole numbers above 0, or 'all', not '0'"),
        ({"epochs": 0}, ArgumentError, "epochs and initialisations are at least 1"),
    ],
)
def test_an_arm_refuses(changes, error, message):
    with pytest.raises(error, match=message):
        Arm(**({"network": "mlp", "votes": ("5",)} | changes))


def test_settings_refuse_two_arms_of_one_network_and_no_margin():
    arm = Arm("mlp", ("5",))
    with pytest.raises(ArgumentError, match="each with a network of its own"):
        BasinsSettings(1, (arm, arm))
    with pytest.raises(ArgumentError, match="margin must be above 0 nats"):
        BasinsSettings(1, (arm,), margin=0.0)
