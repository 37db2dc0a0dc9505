"""Why an arm ended with money left, and what further votes were expected to bring."""

from __future__ import annotations

import math

from variorum.campaign import CampaignResult
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import table
from variorum.reporting.wording import number

__all__ = ["endings"]


def endings(result: CampaignResult) -> tuple[Markup, ...]:
    """What a campaign that may stop early says of it.

    Args:
        result: The campaign.

    Returns:
        The reasons, and a table of expected gains by round and arm, first seed; each only where there is something to
        say.
    """
    said = [
        tag("li", f"{row.arm}, seed {row.seed}, after round {row.round}: {row.stopped}")
        for row in result.rounds
        if row.stopped
    ]
    reasons = (tag("h3", "Ended with money left"), tag("ul", *said)) if said else ()
    first = [row for row in result.rounds if row.seed == result.config.first_seed]
    if all(math.isnan(row.gain) for row in first):
        return reasons
    arms = [outcome.arm.name for outcome in result.outcomes]
    of = {(row.arm, row.round): row.gain for row in first}
    rows: list[list[Child]] = [
        [str(round_), *(_shown(of.get((arm, round_), math.nan)) for arm in arms)]
        for round_ in sorted({row.round for row in first})
    ]
    how = (
        "By the model of the round before, first seed: the fall of the expected JS divergence of the pool’s "
        f"distributions, nats for 1,000 {result.config.currency} spent on training votes. It is an expectation of the "
        "model about itself, and as good as its posterior."
    )
    return (
        *reasons,
        tag(
            "details",
            tag("summary", "What each round’s votes were expected to bring"),
            table(["round", *arms], rows, numeric=range(1, len(arms) + 1)),
            tag("p", how, class_="note"),
        ),
    )


def _shown(gain: float) -> str:
    return "–" if math.isnan(gain) else number(gain)
