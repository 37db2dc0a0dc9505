"""The goals of the benchmark, and what was measured: better than one-vote random, and votes saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from variorum.campaign import REFERENCE, YARDSTICK
from variorum.reporting.study import Cell, Estimate, Table
from variorum.reporting.study.cells import signed_number
from variorum.reporting.wording import percent
from variorum.studies.strategies.results import Results, Saving

__all__ = ["SAVED", "GoalRow", "goal_rows", "goals_table"]

SAVED: Final = 0.6
"""Share of the budget that is to be saved, median over corpora."""


@dataclass(frozen=True, eq=False)
class GoalRow:
    """What was measured of a strategy.

    Attributes:
        strategy: Its name.
        better: Corpora on which its area is better than one-vote random's.
        worse: Corpora on which it is worse.
        missing: How many corpora it could not run on.
        n_corpora: How many corpora it ran on.
        mean_rank: By area, over corpora; nan where it did not run on all.
        first: Whether no strategy has a better mean rank.
        saving: Median over corpora of the share of the budget saved.
        lead: The least by which it saves more than one-vote random does, over corpora; below 0 is less.
        lead_on: The corpus of that.
    """

    strategy: str
    better: tuple[str, ...]
    worse: tuple[str, ...]
    missing: int
    n_corpora: int
    mean_rank: float
    first: bool
    saving: Saving
    lead: float
    lead_on: str

    @property
    def beats(self) -> bool:
        """Goal 1: worse on no corpus, better on half of them at least, the best mean rank."""
        return not self.missing and not self.worse and 2 * len(self.better) >= self.n_corpora and self.first

    @property
    def saves(self) -> bool:
        """Goal 2: 60 % of the budget saved in the median, and nowhere less than one-vote random saves."""
        return not self.missing and self.saving.share >= SAVED and self.lead >= 0.0


def goal_rows(results: Results, features: str) -> tuple[GoalRow, ...]:
    """Every strategy but one-vote random, in order.

    Args:
        results: Of the benchmark.
        features: Which.

    Returns:
        A row a strategy that ran on a corpus at least.
    """
    corpora, ranking = results.corpora(features), results.ranking(features)
    best = min(ranking.test.mean_ranks.tolist(), default=float("nan"))
    rows = []
    for strategy in results.settings.names:
        claims = results.claims(features, strategy)
        if strategy == REFERENCE or not claims:
            continue
        leads = {
            corpus: results.saving((features, corpus), strategy).share
            - results.saving((features, corpus), REFERENCE).share
            for corpus in claims
        }
        lead_on = min(leads, key=lambda corpus: leads[corpus])
        rank = ranking.rank(strategy)
        rows.append(
            GoalRow(
                strategy=strategy,
                better=tuple(corpus for corpus, claim in claims.items() if claim == "better"),
                worse=tuple(corpus for corpus, claim in claims.items() if claim == "worse"),
                missing=len(corpora) - len(claims),
                n_corpora=len(claims),
                mean_rank=rank,
                first=rank <= best + 1e-9,
                saving=results.median_saving(features, strategy),
                lead=leads[lead_on],
                lead_on=lead_on,
            )
        )
    return tuple(rows)


def goals_table(results: Results, features: str) -> Table:
    """The goals' table, filled in."""
    rows: list[tuple[Cell, ...]] = [
        (
            row.strategy,
            f"{len(row.better)} of {row.n_corpora}",
            f"{len(row.worse)} of {row.n_corpora}",
            row.mean_rank,
            _met(row.beats),
            row.saving.estimate,
            f"{signed_number(Estimate(row.lead, signed=True), 2)} on {row.lead_on}",
            _met(row.saves),
        )
        for row in goal_rows(results, features)
    ]
    head = ("strategy", "better", "worse", "mean rank", "goal 1", "saved", "least lead", "goal 2")
    return Table(
        f"Goals, {features}",
        head,
        tuple(rows),
        f"Better and worse than {REFERENCE} by the area under the JS curve, Holm over the strategies of a corpus. "
        "Goal 1: worse nowhere, better on half of the corpora, the best mean rank of all that ran everywhere. Saved: "
        "share of the budget not yet spent when the mean curve first comes down to "
        f"{YARDSTICK}’s final score, 0 where it does not; the median over corpora, in brackets the 95 % interval over "
        f"seeds. Least lead: saved, less what {REFERENCE} saves, on the corpus where that is least. Goal 2: "
        f"{percent(SAVED)} saved, and no lead below 0.",
        2,
    )


def _met(is_met: bool) -> str:
    return "met" if is_met else "not met"
