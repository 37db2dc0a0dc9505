"""What a campaign came to, in numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import typer

from variorum.annotations import format_money
from variorum.campaign import CampaignResult, RoundScore
from variorum.cli.output import number, one_line, print_table
from variorum.reporting.campaign.alarm_section import count_alarms

__all__ = ["ArmSummary", "FinalScore", "as_object", "print_alarms", "print_endings", "print_summary", "summarize"]


@dataclass(frozen=True)
class FinalScore:
    """A metric after the last round.

    Attributes:
        mean: Over seeds; nan where one of them is undefined.
        sd: Standard deviation over seeds; nan with one seed.
        by_seed: The score of each seed.
    """

    mean: float
    sd: float
    by_seed: Mapping[int, float]


@dataclass(frozen=True)
class ArmSummary:
    """An arm after the last round.

    Attributes:
        name: Its name.
        spent: Micro-units, mean over seeds.
        requests: Requests made, mean over seeds.
        llm_requests: Requests to LLMs beside people, mean over seeds.
        items: Pool items with an answer, mean over seeds.
        rounds: Rounds of the longest seed.
        scores: By metric.
    """

    name: str
    spent: float
    requests: float
    llm_requests: float
    items: float
    rounds: int
    scores: Mapping[str, FinalScore]


def summarize(result: CampaignResult) -> tuple[ArmSummary, ...]:
    """The last round of every arm and seed.

    Args:
        result: A campaign's result.

    Returns:
        One summary an arm, in the campaign's order.
    """
    return tuple(_summarize(outcome.arm.name, result.rounds) for outcome in result.outcomes)


def _summarize(arm: str, rounds: Sequence[RoundScore]) -> ArmSummary:
    last = {score.seed: score for score in rounds if score.arm == arm}
    metrics = list(dict.fromkeys(name for score in last.values() for name in score.scores))
    return ArmSummary(
        name=arm,
        spent=_mean([score.spent for score in last.values()]),
        requests=_mean([score.requests for score in last.values()]),
        llm_requests=_mean([score.llm_requests for score in last.values()]),
        items=_mean([score.items for score in last.values()]),
        rounds=max((score.round + 1 for score in last.values()), default=0),
        scores={name: _final({seed: score.scores[name] for seed, score in last.items()}) for name in metrics},
    )


def _mean(values: Sequence[float]) -> float:
    return float(np.mean(values)) if values else float("nan")


def _final(by_seed: Mapping[int, float]) -> FinalScore:
    values = np.array(list(by_seed.values()))
    return FinalScore(float(values.mean()), float(values.std(ddof=1)) if values.size > 1 else float("nan"), by_seed)


def as_object(result: CampaignResult) -> dict[str, Any]:
    """The summary for machines."""
    config = result.config
    return {
        "corpus": result.corpus.name,
        "currency": config.currency,
        "budget": format_money(result.budget, config.currency),
        "budget_micro_units": result.budget,
        "population": result.population,
        "items": {"pool": result.n_pool, "validation": result.n_validation, "test": len(result.test)},
        "settings": config.to_json(),
        "arms": [
            {
                "name": arm.name,
                "spent_micro_units": arm.spent,
                "requests": arm.requests,
                "llm_requests": arm.llm_requests,
                "items": arm.items,
                "rounds": arm.rounds,
                "forecasts": [each and asdict(each) for each in outcome.forecasts],
                "scores": {
                    name: {"mean": score.mean, "sd": score.sd, "by_seed": score.by_seed}
                    for name, score in arm.scores.items()
                },
            }
            for arm, outcome in zip(summarize(result), result.outcomes, strict=True)
        ],
        "stopped": [
            {"arm": row.arm, "seed": row.seed, "round": row.round, "reason": row.stopped}
            for row in result.rounds
            if row.stopped
        ],
        "gains": [
            {"arm": row.arm, "seed": row.seed, "round": row.round, "nats_per_1000": row.gain}
            for row in result.rounds
            if not np.isnan(row.gain)
        ],
        "alarms": [
            {"arm": row.arm, "seed": row.seed, **asdict(alarm)} for row in result.alarmed for alarm in row.alarms
        ],
        "lines": {
            metric: [{"name": line.name, "mean": line.mean, "low": line.low, "high": line.high} for line in lines]
            for metric, lines in result.lines.items()
        },
    }


def print_summary(result: CampaignResult) -> None:
    """The summary for people: scores after the last round, an arm a column."""
    arms = summarize(result)
    names = {name: None for arm in arms for name in arm.scores}
    floors = {m: line.mean for m, lines in result.lines.items() for line in lines if line.name == "oracle floor"}
    rows = [
        [name, *(_cell(arm.scores[name]) for arm in arms), number(floors.get(name, float("nan")))] for name in names
    ]
    # A mean over seeds has more digits than anybody paid.
    money = ["spent", *(_money(arm.spent, result.config.currency) for arm in arms), ""]
    asked = [
        "requests",
        *(f"{arm.requests:,.0f} for {arm.items:,.0f} items" if arm.rounds else "-" for arm in arms),
        "",
    ]
    llm = ["requests to LLMs", *(f"{arm.llm_requests:,.0f}" if arm.rounds else "-" for arm in arms), ""]
    extra = [llm] if any(arm.llm_requests > 0 for arm in arms) else []
    columns = ["score on test items", *(arm.name for arm in arms), "oracle floor"]
    print_table(columns, [*rows, money, asked, *extra], right=range(1, len(columns)))


def print_alarms(result: CampaignResult) -> None:
    """One line for every alarm that went off, with what it said first."""
    for count in count_alarms(result.rounds):
        where = f"{count.arm}, round {count.first.round}"
        more = f" ({count.n_rounds} rounds, {count.seeds} seeds)" if count.n_rounds > 1 else ""
        typer.echo(one_line(f"alarm: {count.name} ({where}): {count.first.message}{more}"))


def print_endings(result: CampaignResult) -> None:
    """Why an arm ended early, and what a fifth more requests would have bought it."""
    for row in result.rounds:
        if row.stopped:
            typer.echo(one_line(f"stopped: {row.arm}, seed {row.seed}, round {row.round}: {row.stopped}"))
    for outcome in result.outcomes:
        found = [each for each in outcome.forecasts if each is not None]
        if found:
            first = found[0]
            typer.echo(
                one_line(
                    f"{100 * first.more:.0f} % more ({outcome.arm.name}, one seed): cross-entropy of votes falls by "
                    f"{number(first.gain)} [{number(first.low)}, {number(first.high)}] nats"
                )
            )


def _money(spent: float, currency: str) -> str:
    return "-" if np.isnan(spent) else format_money(round(spent / 10_000) * 10_000, currency)


def _cell(score: FinalScore) -> str:
    return number(score.mean) if np.isnan(score.sd) else f"{number(score.mean)} ± {number(score.sd)}"
