from __future__ import annotations

import pytest

from variorum import acquisition, assignment, corpora
from variorum.campaign import REFERENCE, STRATEGIES, YARDSTICK
from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies.strategies.settings import CONFIRMATION, DEVELOPMENT, GROUPS, StrategiesSettings


@pytest.mark.parametrize("name", STRATEGIES)
def test_strategies_name_methods(name):
    arm = STRATEGIES[name].arm(name)
    assert arm.name == name
    assert {arm.acquisition, arm.first} <= set(acquisition.METHODS)
    assert arm.assignment in assignment.METHODS
    assert arm.overlap >= 1


def test_no_two_strategies_are_the_same():
    assert len(set(STRATEGIES.values())) == len(STRATEGIES)


def test_what_the_others_are_compared_with_always_runs_first():
    assert StrategiesSettings(1, strategies=("bald", REFERENCE)).names == (REFERENCE, YARDSTICK, "bald")
    assert set(StrategiesSettings(1).names) == set(STRATEGIES)


def test_parts_are_disjoint_in_corpora_and_seeds():
    assert not set(DEVELOPMENT) & set(CONFIRMATION)
    assert set(DEVELOPMENT) | set(CONFIRMATION) - {"multipico-english"} <= set(corpora.CORPORA)
    assert {name for name in corpora.CORPORA if name.startswith("synthetic-")} < set(DEVELOPMENT)
    assert set(GROUPS) < {*DEVELOPMENT, *CONFIRMATION}
    first, second = (StrategiesSettings(20, part) for part in ("development", "confirmation"))
    assert first.places == DEVELOPMENT
    assert second.places == CONFIRMATION
    assert not set(first.seed_range) & set(second.seed_range)


def test_one_name_is_a_list_of_one():
    settings = StrategiesSettings(1, corpora="hs-brexit", features="tfidf")
    assert (settings.places, settings.features) == (("hs-brexit",), ("tfidf",))


def test_all_strategies_run_in_one_campaign():
    config = StrategiesSettings(1, members=8).config("hs-brexit", "tfidf")
    assert (config.validation_share, config.price, config.members, config.annotator_group) == (0.0, None, 8, "group")
    assert StrategiesSettings(1).config("dices-350", "tfidf").annotator_group is None


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"part": "all"}, UnknownNameError, "part 'all'"),
        ({"strategies": ("badl",)}, UnknownNameError, "'badl'"),
        ({"features": ()}, ArgumentError, "features is empty"),
        ({"draws": 5}, ArgumentError, "draws at least 20, not 1 and 5"),
        ({"votes": 50}, ArgumentError, "votes = 50 does not pay for the first round of 100"),
    ],
)
def test_settings_out_of_range(change, error, message):
    with pytest.raises(error, match=message):
        StrategiesSettings(1, **change)
