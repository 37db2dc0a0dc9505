from __future__ import annotations

import dataclasses
import math
from collections.abc import Callable

import pytest

from reporting.parsed import Parsed
from variorum.campaign import CampaignResult
from variorum.reporting import campaign_report

Make = Callable[..., CampaignResult]


@pytest.fixture(scope="module")
def result(make_result: Make) -> CampaignResult:
    return make_result(("no", "yes"), seeds=1, hostile=False)


def test_a_campaign_that_spent_its_money_says_nothing_of_it(result: CampaignResult) -> None:
    text = Parsed(campaign_report(result)).text
    assert "Ended with money left" not in text
    assert "expected to bring" not in text


def test_reasons_and_gains_stand_in_the_report(result: CampaignResult) -> None:
    reason = "the next votes are expected to bring <0.3> nats."
    rounds = [
        dataclasses.replace(row, gain=math.nan if row.round == 0 else 1.25 + row.round)
        for row in result.rounds
    ]  # fmt: skip
    rounds[-1] = dataclasses.replace(rounds[-1], stopped=reason)
    text = Parsed(campaign_report(dataclasses.replace(result, rounds=tuple(rounds)))).text
    last = rounds[-1]
    assert f"{last.arm}, seed {last.seed}, after round {last.round}: {reason}" in text
    assert "What each round’s votes were expected to bring" in text
    assert "2.25" in text
