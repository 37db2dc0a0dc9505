from __future__ import annotations

from pathlib import Path

import pytest

from variorum.campaign import CampaignConfig
from variorum.errors import ArgumentError, UnknownNameError


def test_a_random_campaign_has_one_arm_and_any_other_has_two() -> None:
    assert len(CampaignConfig("x").arms()) == 1
    assert [arm.name for arm in CampaignConfig("x", assignment="round-robin").arms()] == [
        "random + round-robin, one vote an item",
        "random, one vote an item",
    ]


def test_toml_and_mapping_agree(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text('corpus = "synthetic-plain"\nbudget = 12.5\ntest = 0.3\noverlap = 2\nacquisition = "entropy"\n')
    expected = CampaignConfig("synthetic-plain", budget="12.5", test="0.3", overlap=2, acquisition="entropy")
    assert CampaignConfig.from_toml(path) == expected
    assert CampaignConfig.from_mapping(expected.to_json()) == expected


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        ({"corpus": "x", "overlaps": 2}, UnknownNameError, "setting 'overlaps' is not known"),
        ({"overlap": 2}, ArgumentError, "setting 'corpus' is missing"),
        ({"corpus": "x", "overlap": 0}, ArgumentError, "overlap must be a whole number of at least 1, not 0"),
        ({"corpus": "x", "quota": 0}, ArgumentError, "quota must be a whole number of at least 1, not 0"),
        ({"corpus": "x", "quota": "5"}, ArgumentError, "quota must be a whole number of at least 1, not '5'"),
        ({"corpus": "x", "seeds": True}, ArgumentError, "seeds must be a whole number"),
        ({"corpus": "x", "validation_share": 0.9}, ArgumentError, "between 0 and 0.5"),
        ({"corpus": "x", "validation_share": "0.1"}, ArgumentError, "between 0 and 0.5, not '0.1'"),
        ({"corpus": "x", "budget": "-3"}, ArgumentError, "non-negative"),
        ({"corpus": "x", "budget": "0"}, ArgumentError, "more than nothing"),
        ({"corpus": "x", "price": "cheap"}, ArgumentError, "is not a number of currency units"),
        ({"corpus": ""}, ArgumentError, "corpus must be a non-empty text"),
    ],
)
def test_wrong_settings_are_named(values: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        CampaignConfig.from_mapping(values)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    path = tmp_path / "run.toml"
    path.write_text("corpus = ")
    with pytest.raises(ArgumentError, match=r"run\.toml is not TOML"):
        CampaignConfig.from_toml(path)
