from __future__ import annotations

import pytest

from variorum.campaign import REFERENCE
from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.noisy_campaigns import STUDY, NoisyCampaignsSettings
from variorum.studies.strategies import CONFIRMATION


def test_one_name_is_a_list_of_one():
    settings = NoisyCampaignsSettings(1, corpora="hs-brexit", kinds="sleepy", shares=0.2, strategies=REFERENCE)
    assert settings.corpora == ("hs-brexit",)
    assert settings.noises == (("", 0.0), ("sleepy", 0.2))
    assert settings.strategies == (REFERENCE,)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"seeds": 0}, "seeds must be at least 1 and draws at least 20, not 0 and 1000"),
        ({"draws": 3}, "not 1 and 3"),
        ({"votes": 100}, "votes = 100 must be more than the first round's 100"),
        ({"shares": (0.0, 0.1)}, r"shares must lie above 0 and be at most 0\.5, not 0\.0; 0 always runs"),
        ({"shares": (0.7,)}, r"not 0\.7"),
        ({"kinds": ()}, "kinds is empty; give one at least"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, message):
    with pytest.raises(ArgumentError, match=message):
        NoisyCampaignsSettings(**{"seeds": 1, **changes})


def test_unknown_names_are_refused():
    with pytest.raises(UnknownNameError, match="kind of noise"):
        NoisyCampaignsSettings(1, kinds=("loud",))
    with pytest.raises(UnknownNameError, match="strategy"):
        NoisyCampaignsSettings(1, strategies=("chance",))


def test_without_noise_no_oracle_runs_and_seeds_come_first():
    settings = NoisyCampaignsSettings(2, corpora=("hs-brexit",), shares=(0.1, 0.2))
    keys = STUDY.runs(settings)
    # Raw and cleaned without noise, and the oracle, too, with each of two shares; three strategies.
    assert len(keys) == 2 * 3 * (2 + 2 * 3)
    assert [key["seed"] for key in keys] == [0] * (len(keys) // 2) + [1] * (len(keys) // 2)
    assert not [key for key in keys if not key["noise"] and key["votes"] == "oracle"]


def test_no_preset_looks_at_corpora_that_confirm():
    for settings in STUDY.presets.values():
        assert not set(settings.corpora) & set(CONFIRMATION)
