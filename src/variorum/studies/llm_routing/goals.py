"""The goal: a good half is worth money, and a misleading LLM costs little; and what was measured."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from variorum.reporting.study import Cell, Estimate, Table
from variorum.reporting.study.cells import interval_text
from variorum.reporting.wording import listing, percent
from variorum.studies.llm_routing.beside import WHOLE
from variorum.studies.llm_routing.results import Place, Results
from variorum.studies.llm_routing.settings import MODELS
from variorum.studies.llm_routing.strategies import STRATEGIES

__all__ = ["MOST", "GoalRow", "goal_rows", "goal_sentences", "goals_table", "released_rows", "released_sentences"]

_FLAWS: Final = {"biased-half": 0.60, "useless": 1.05, "adversarial": 1.05}

MOST: Final = {flaw + end: most for flaw, most in _FLAWS.items() for end in ("", WHOLE)}
"""Share of people's money for people's final score that is allowed at most, by the LLM's flaw; released models have no
such bound."""


@dataclass(frozen=True)
class GoalRow:
    """What was measured of a strategy with an LLM on a corpus.

    Attributes:
        place: Where.
        money: Share of people's money for the final score of the same strategy with people alone; nan is more than was
            spent.
    """

    place: Place
    money: Estimate

    @property
    def met(self) -> bool:
        """Whether the mean curve over seeds keeps to the goal."""
        return self.money.value <= MOST[self.place.llm]

    @property
    def surely(self) -> bool:
        """Whether the whole interval does."""
        return self.met and self.money.high <= MOST[self.place.llm]


def goal_rows(results: Results) -> tuple[GoalRow, ...]:
    """Every strategy with an LLM, with every flaw that the goal speaks of, on every corpus.

    Args:
        results: Of the study.

    Returns:
        A row a place, strategies outermost.
    """
    return tuple(row for row in _rows(results) if row.place.llm in MOST)


def released_rows(results: Results) -> tuple[GoalRow, ...]:
    """The same for models whose answers were released, of which the goal names no bound.

    Args:
        results: Of the study.

    Returns:
        A row a place, strategies outermost.
    """
    return tuple(row for row in _rows(results) if row.place.corpus in MODELS)


def _rows(results: Results) -> list[GoalRow]:
    """Every strategy with an LLM at the goal's price: strategies, then LLMs, then corpora."""
    price = results.settings.goal_price
    places = [place for corpus in results.corpora for place in results.places(corpus, price)]
    names, llms = list(results.settings.with_llm), [*MOST, *(place.llm for place in places)]
    places.sort(key=lambda place: (names.index(place.strategy), llms.index(place.llm)))
    return [GoalRow(place, results.money(place, STRATEGIES[place.strategy].without)) for place in places]


def goal_sentences(results: Results) -> tuple[str, ...]:
    """What came out, a sentence a strategy.

    Args:
        results: Of the study.

    Returns:
        Sentences that name every corpus.
    """
    price, rows = results.settings.goal_price, goal_rows(results)
    said = []
    for strategy in results.settings.with_llm:
        parts = []
        for flaw, most in MOST.items():
            mine = [row for row in rows if (row.place.strategy, row.place.llm) == (strategy, flaw)]
            if mine:
                each = listing([f"{_share(row.money.value, results)} on {row.place.corpus}" for row in mine])
                met, sure = sum(row.met for row in mine), sum(row.surely for row in mine)
                parts.append(
                    f"{flaw}: {each} (at most {percent(most)} on {met} of {len(mine)}, by the whole interval on {sure})"
                )
        if parts:
            without = STRATEGIES[strategy].without
            said.append(
                f"With an LLM at 1/{price} of a person’s price, {strategy} needs of the money of {without} for its "
                f"final score: {'; '.join(parts)}."
            )
    return tuple(said)


def released_sentences(results: Results) -> tuple[str, ...]:
    """What came out with released answers, a sentence a corpus.

    Args:
        results: Of the study.

    Returns:
        Sentences that name every model and strategy; empty without such a corpus.
    """
    rows, said = released_rows(results), []
    for corpus in dict.fromkeys(row.place.corpus for row in rows):
        mine = [row for row in rows if row.place.corpus == corpus]
        parts = []
        for llm in dict.fromkeys(row.place.llm for row in mine):
            each = [f"{row.place.strategy} {_share(row.money.value, results)}" for row in mine if row.place.llm == llm]
            parts.append(f"{llm}: {listing(each)}")
        said.append(
            f"With released answers on {corpus}, at 1/{results.settings.goal_price} of a person’s price, the same "
            f"score takes of people’s money: {'; '.join(parts)}."
        )
    return tuple(said)


def goals_table(results: Results) -> Table:
    """The goal's table, filled in."""
    rows: list[tuple[Cell, ...]] = [
        (
            row.place.strategy,
            row.place.llm,
            row.place.corpus,
            f"{_share(row.money.value, results)} {interval_text(row.money, 2)}".strip(),
            percent(MOST[row.place.llm]),
            "met" if row.met else "not met",
            "yes" if row.surely else "no",
        )
        for row in goal_rows(results)
    ]
    head = ("strategy", "LLM", "corpus", "money for people’s final score", "at most", "goal", "whole interval")
    return Table(
        f"The goal, LLM at 1/{results.settings.goal_price} of a person’s price",
        head,
        tuple(rows),
        "Share of people’s money with which the mean curve over seeds first comes down to the final score of the same "
        "strategy with people alone; in brackets the 95 % interval over seeds, – for an end beyond "
        f"{percent(results.settings.stretch)}, where spending stopped.",
        2,
    )


def _share(share: float, results: Results) -> str:
    return f"more than {percent(results.settings.stretch)}" if math.isnan(share) else percent(share)
