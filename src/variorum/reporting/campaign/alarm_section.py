"""What went wrong, as far as a campaign can see it from the votes it bought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from variorum.campaign import ALARMS, Alarm, CampaignResult, RoundScore
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import section, table
from variorum.reporting.wording import amount, listing

__all__ = ["AlarmCount", "alarm_section", "count_alarms"]

_MEANINGS = {
    "mode-collapse": "predictions drift to uniform or to one class",
    "bias-amplification": "votes concentrate on one annotator or group",
    "starvation": "items or annotators are never asked",
    "llm-drift": "an LLM’s votes move away from people’s",
}


@dataclass(frozen=True)
class AlarmCount:
    """How often an alarm went off in an arm.

    Attributes:
        name: A name of `ALARMS`.
        arm: The arm.
        seeds: Seeds in which it went off.
        n_rounds: Rounds in which it went off, over all seeds.
        first: The first of them.
    """

    name: str
    arm: str
    seeds: int
    n_rounds: int
    first: Alarm


def count_alarms(rounds: Iterable[RoundScore]) -> tuple[AlarmCount, ...]:
    """The alarms of a campaign, one an arm and name.

    Args:
        rounds: The rounds of all arms and seeds.

    Returns:
        The counts, in the order of arms and of `ALARMS`.
    """
    found: dict[tuple[str, str], list[tuple[int, Alarm]]] = {}
    arms: dict[str, int] = {}
    for row in rounds:
        arms.setdefault(row.arm, len(arms))
        for alarm in row.alarms:
            found.setdefault((row.arm, alarm.name), []).append((row.seed, alarm))
    places = list(ALARMS)
    order = sorted(found, key=lambda key: (arms[key[0]], places.index(key[1])))
    return tuple(
        AlarmCount(
            name,
            arm,
            len({seed for seed, _ in found[arm, name]}),
            len(found[arm, name]),
            min((alarm for _, alarm in found[arm, name]), key=lambda alarm: alarm.round),
        )
        for arm, name in order
    )


def alarm_section(result: CampaignResult) -> Markup:
    """The alarms that went off, or that none did.

    Args:
        result: The campaign.

    Returns:
        The section.
    """
    counts = count_alarms(result.rounds)
    looked = listing([f"{name} ({meaning})" for name, meaning in _MEANINGS.items()])
    lead = (
        f"After every round {amount(len(_MEANINGS), 'test')} looked at the votes bought so far, each at a level that "
        f"gives at most one false alarm in twenty campaigns: {looked}."
    )
    if not counts:
        return section("alarms", "What to worry about", tag("p", f"{lead} None went off.", class_="lead-in"))
    rows: list[list[Child]] = [
        [count.name, count.arm, f"{count.seeds:,}", f"{count.n_rounds:,}", f"{count.first.round:,}",
         count.first.message] for count in counts
    ]  # fmt: skip
    head = ["alarm", "arm", "seeds", "rounds", "first", "what it said first"]
    said = "An alarm is a reason to look, not a verdict: a policy may prefer somebody on purpose."
    return section(
        "alarms",
        "What to worry about",
        tag("p", lead, class_="lead-in"),
        table(head, rows, numeric=range(2, 5), class_="alarms"),
        tag("p", said, class_="note"),
    )
