from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from reporting.parsed import Parsed
from variorum.campaign import ALARMS, Alarm, CampaignResult
from variorum.reporting import campaign_report
from variorum.reporting.campaign.alarm_section import _MEANINGS, alarm_section, count_alarms

Make = Callable[..., CampaignResult]


def _alarm(name: str, round_: int, message: str = "said.") -> Alarm:
    return Alarm(name, round_, 0.0001, 0.005, message)


def test_alarms_are_counted_an_arm_and_name_with_the_first_one(make_result: Make) -> None:
    rounds = make_result().rounds
    first, other = rounds[0].arm, rounds[-1].arm
    went = {(first, 0, 4): "starvation", (first, 0, 5): "starvation", (first, 1, 3): "starvation",
            (other, 2, 9): "mode-collapse"}  # fmt: skip
    rows = [
        replace(r, alarms=(_alarm(went[r.arm, r.seed, r.round], r.round),)) if (r.arm, r.seed, r.round) in went else r
        for r in rounds
    ]
    counts = count_alarms(rows)
    assert [(c.name, c.arm, c.seeds, c.n_rounds, c.first.round) for c in counts] == [
        ("starvation", first, 2, 3, 3),
        ("mode-collapse", other, 1, 1, 9),
    ]


def test_the_page_says_what_went_off_as_text(make_result: Make) -> None:
    result = make_result(seeds=1)
    rows = (replace(result.rounds[0], alarms=(_alarm("llm-drift", 0, "<b>gpt</b> drifts."),)), *result.rounds[1:])
    parsed = Parsed(campaign_report(replace(result, rounds=rows)))
    assert "<b>gpt</b> drifts." in parsed.text


def test_silence_is_said_too(make_result: Make) -> None:
    assert "None went off." in Parsed(str(alarm_section(make_result(seeds=1)))).text


def test_every_alarm_has_a_meaning() -> None:
    assert list(_MEANINGS) == list(ALARMS)
