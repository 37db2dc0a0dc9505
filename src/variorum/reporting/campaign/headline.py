"""What a campaign found, in plain sentences that its numbers wrote."""

from __future__ import annotations

import math

from variorum.annotations import format_money
from variorum.campaign import Arm, CampaignResult
from variorum.reporting.campaign.curves import Comparison, compare_arms, metric_names
from variorum.reporting.campaign.metric_info import MetricInfo, info, order
from variorum.reporting.wording import amount, difference, listing, number, p_value

__all__ = ["headline", "main_metric", "reference_sentence", "verdict"]

_LEVEL = 0.05
_CENT = 10_000
_SMALL = 0.001


def main_metric(result: CampaignResult) -> str | None:
    """The metric that leads the page: JS divergence where it was scored; ``None`` without any score."""
    names = order(metric_names(result))
    return names[0] if names else None


def headline(result: CampaignResult) -> str:
    """One sentence: how well the chosen arm predicts people in the end, and whether it beats the random arm.

    Args:
        result: The campaign.

    Returns:
        Plain text.
    """
    key = main_metric(result)
    if key is None:
        return "No round was scored."
    metric, found = info(key), compare_arms(result, key)
    paid = _final_spending(result, result.outcomes[0].arm.name)
    spent = round(sum(paid) / len(paid))
    # Rounding could make a difference of 0.0002 look like one of 0.001.
    tied = abs(found.chosen - found.random) < _SMALL
    chosen, random = (number(score, 4 if tied else 3) for score in (found.chosen, found.random))
    ways = [_way(outcome.arm) for outcome in result.outcomes]
    cents = round(spent, -4) if spent > _CENT else spent
    verb = "brings" if metric.best == "higher" else "leaves"
    about = "about " if max(paid) - min(paid) > _CENT else ""
    start = f"After {about}{format_money(cents, result.config.currency)}, choosing items {ways[0]} {verb}"
    sentence = f"{start} people and model at {_article(metric.title)} of {chosen} ({metric.direction})"
    return f"{sentence}; choosing them {ways[1]}, {random}." if len(ways) > 1 else f"{sentence}."


def _final_spending(result: CampaignResult, arm: str) -> list[int]:
    seeds: dict[int, int] = {}
    for row in result.rounds:
        if row.arm == arm:
            seeds[row.seed] = max(row.spent, seeds.get(row.seed, 0))
    return list(seeds.values())


def _article(title: str) -> str:
    return f"{'an' if title[0] in 'AEIOU' else 'a'} {title}"


def _way(arm: Arm) -> str:
    how = "at random" if arm.acquisition == "random" else f"by {arm.acquisition}"
    who = "" if arm.assignment == "random" else f", annotators by {arm.assignment}"
    votes = "one vote each" if arm.overlap == 1 else f"{arm.overlap} votes each"
    return f"{how} ({votes}{who})"


def verdict(comparison: Comparison, metric: MetricInfo) -> str:
    """Whether a difference between the arms can be claimed, and why not where it cannot.

    Args:
        comparison: The two arms in the end.
        metric: What was compared.

    Returns:
        Plain text; empty without a random arm.
    """
    if math.isnan(comparison.random):
        return ""
    if comparison.difference is None or comparison.test is None:
        seeds = "one seed" if comparison.n_seeds == 1 else "no seed in common"
        return f"No difference can be claimed with {seeds}."
    found, test = comparison.difference, comparison.test
    size = f"chosen − random = {difference(found.mean)}"
    interval = f"{round(found.level * 100)}\u00a0% interval {difference(found.low)} to {difference(found.high)}"
    seeds = amount(comparison.n_seeds, "paired seed")
    if test.smallest_p > _LEVEL:
        return (
            f"No difference can be claimed with {amount(comparison.n_seeds, 'seed')}: {size}, and the smallest p that "
            f"{comparison.n_seeds} pairs can give is {test.smallest_p:.3g}."
        )
    least = f"smallest possible {test.smallest_p:.2g}"
    detail = f"{size}, {interval} over {seeds} and their items, sign-flip {p_value(test.p_value)} ({least})"
    if test.p_value > _LEVEL:
        return f"No difference can be claimed: {detail}."
    if metric.best == "zero":
        return f"The arms differ: {detail}."
    better = (found.mean < 0) == (metric.best == "lower")
    return f"The chosen arm is {'better' if better else 'worse'} than one random vote an item: {detail}."


def reference_sentence(result: CampaignResult, key: str) -> str:
    """What people themselves would score on the same votes.

    Args:
        result: The campaign.
        key: Name of the metric.

    Returns:
        Plain text; empty where no line is finite.
    """
    if result.human_votes.max(initial=0.0) <= 1.0:
        return "No test item has two votes, so nothing tells what a model that knew the truth would score."
    words = {
        "oracle floor": "a model that knew the truth would score {}",
        "fresh panel": "a fresh panel of people {}",
        "split half": "one half of the votes against the other {}",
    }
    known = [line for line in result.lines.get(key, ()) if math.isfinite(line.mean)]
    parts = [words.get(line.name, line.name + " {}").format(number(line.mean)) for line in known]
    return f"Against the same votes, {listing(parts)}." if parts else ""
