"""Where the money went: round by round, and annotator by annotator, as arrays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ABSTAINED, ANSWERED, UNKNOWN, UNSURE, Annotations, Corpus, format_money
from variorum.evaluation import agreement_with_rest
from variorum.reporting.campaign.curves import Curve
from variorum.reporting.theme import CHOSEN, FAINT, PEOPLE, RANDOM, Chart, altair, marks
from variorum.reporting.wording import amount

__all__ = [
    "AnnotatorTable",
    "RoundTable",
    "agreement_chart",
    "annotator_table",
    "coverage_chart",
    "round_chart",
    "round_table",
]

_MICRO = 1_000_000


@dataclass(frozen=True, eq=False)
class RoundTable:
    """What was bought in each round of one arm and seed.

    Attributes:
        round: Round numbers, increasing, shape (n_rounds,).
        training: Micro-units paid to people for pool items, shape (n_rounds,).
        validation: Micro-units paid to people for validation items, shape (n_rounds,); 0 where these are not known.
        llm: Micro-units paid to LLMs, shape (n_rounds,).
        answered: Rows that people answered, shape (n_rounds,).
        abstained: Rows on which people abstained, shape (n_rounds,).
        unsure: Rows on which people were unsure, shape (n_rounds,).
        by_llm: Rows of LLMs, shape (n_rounds,).
    """

    round: NDArray[np.int64]
    training: NDArray[np.int64]
    validation: NDArray[np.int64]
    llm: NDArray[np.int64]
    answered: NDArray[np.int64]
    abstained: NDArray[np.int64]
    unsure: NDArray[np.int64]
    by_llm: NDArray[np.int64]


def round_table(bought: Annotations, validation: NDArray[np.int64] | None) -> RoundTable:
    """Sum up purchases by round.

    Args:
        bought: Annotations with cost and round; rows without a round count as round 0, without a cost as free.
        validation: Positions of the validation items; ``None`` where unknown.

    Returns:
        The table; a row of people on a validation item counts as validation.
    """
    n = bought.n_rows
    rounds = np.zeros(n, np.int64) if bought.round is None else np.maximum(bought.round, 0).astype(np.int64)
    cost = np.zeros(n, np.int64) if bought.cost is None else bought.cost
    checked = np.zeros(n, bool) if validation is None else np.isin(bought.item, validation)
    # A place more, for the unknown annotator, who is a person.
    llm = np.append(bought.annotators.is_llm, False)[bought.annotator]
    numbers, which = np.unique(rounds, return_inverse=True)

    def total(values: NDArray[np.int64], rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        sums = np.zeros(numbers.size, np.int64)
        np.add.at(sums, which[rows], values[rows])
        return sums

    ones = np.ones(n, np.int64)
    return RoundTable(
        round=numbers,
        training=total(cost, ~checked & ~llm),
        validation=total(cost, checked & ~llm),
        llm=total(cost, llm),
        answered=total(ones, ~llm & (bought.status == ANSWERED)),
        abstained=total(ones, ~llm & (bought.status == ABSTAINED)),
        unsure=total(ones, ~llm & (bought.status == UNSURE)),
        by_llm=total(ones, llm),
    )


def round_chart(
    table: RoundTable,
    parts: tuple[tuple[str, NDArray[np.int64], str], ...],
    *,
    title: str,
    unit: str,
    width: int,
    scale: int = 1,
) -> Chart:
    """Stacked bars, one a round.

    Args:
        table: The rounds.
        parts: Name, value in each round and colour of each part, from the bottom up.
        title: Title of the vertical axis.
        unit: Unit of the values, for the tips.
        width: Width of the plot in pixels.
        scale: Values are divided by it.

    Returns:
        The chart; group ``bars``, a mark for every part above 0 of every round.
    """  # fmt: skip
    alt = altair()
    base = np.zeros(table.round.size)
    rows = []
    for name, values, colour in parts:
        for k, value in enumerate(values):
            if value:
                tip = f"round {table.round[k]}\n{name}: {value / scale:,.6g} {unit}".rstrip()
                start = float(base[k]) / scale
                rows.append({"x": float(table.round[k]) - 0.42, "x2": float(table.round[k]) + 0.42, "y": start,
                             "y2": start + float(value) / scale, "colour": colour, "tip": tip})  # fmt: skip
        base = base + values
    last = int(table.round[-1]) if table.round.size else 0
    x = alt.X("x:Q", title="round", scale=alt.Scale(domain=[-0.6, last + 0.6], nice=False),
              axis=alt.Axis(grid=False, format="d", values=_whole_ticks(last)))  # fmt: skip
    y = alt.Y("y:Q", title=title, axis=alt.Axis(tickCount=4), scale=alt.Scale(domainMin=0))
    return (
        marks(rows, "bars")
        .mark_rect()
        .encode(x=x, x2="x2:Q", y=y, y2="y2:Q", fill=alt.Fill("colour:N", scale=None), description="tip:N")
        .properties(width=width, height=190)
    )


def _whole_ticks(last: int) -> list[int]:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, max(1, last)) if last / s <= 8 or s >= last)
    return list(range(0, last + 1, step))


def coverage_chart(curves: Sequence[Curve], *, currency: str, width: int) -> Chart:
    """How many pool items have an answer against money spent, a line an arm.

    Args:
        curves: At most two arms, the chosen one first; mean over seeds.
        currency: Its name.
        width: Width of the plot in pixels.

    Returns:
        The chart; groups ``line`` and ``points``, a point a round and arm.
    """
    alt = altair()
    x = alt.X("x:Q", title=f"{currency} spent", axis=alt.Axis(grid=False, tickCount=4), scale=alt.Scale(domainMin=0))
    y = alt.Y("y:Q", title="items with an answer", axis=alt.Axis(tickCount=4), scale=alt.Scale(domainMin=0))
    rows = [
        {"x": spent / _MICRO, "y": items, "colour": colour,
         "tip": f"{curve.arm}\n{items:,.6g} items after {format_money(round(spent), currency)}"}
        for curve, colour in reversed(list(zip(curves, (CHOSEN, RANDOM), strict=False)))
        for spent, items in zip(curve.spent.tolist(), curve.mean.tolist(), strict=True)
    ]  # fmt: skip
    line = (
        marks(rows, "line")
        .mark_line(aria=False, strokeWidth=2.25)
        .encode(x=x, y=y, stroke=alt.Stroke("colour:N", scale=None))
    )
    points = marks(rows, "points").mark_point(filled=True, size=26, opacity=1)
    points = points.encode(x=x, y=y, fill=alt.Fill("colour:N", scale=None), description="tip:N")
    return alt.layer(line, points).properties(width=width, height=190)


@dataclass(frozen=True, eq=False)
class AnnotatorTable:
    """What each annotator did for one arm and seed, those who answered most first.

    Attributes:
        code: Position in the corpus, -1 for all unknown annotators together, shape (n_rows,).
        answered: Rows bought and answered, shape (n_rows,).
        abstained: Rows bought and abstained, shape (n_rows,).
        unsure: Rows bought and unsure, shape (n_rows,).
        cost: Micro-units, shape (n_rows,).
        annotations: Answered rows in the whole corpus, shape (n_rows,).
        agreement: Agreement with the rest over the whole corpus, among people, in [0, 1], shape (n_rows,); nan where
            undefined, and for LLMs.
    """

    code: NDArray[np.int64]
    answered: NDArray[np.int64]
    abstained: NDArray[np.int64]
    unsure: NDArray[np.int64]
    cost: NDArray[np.int64]
    annotations: NDArray[np.int64]
    agreement: NDArray[np.float64]


def annotator_table(bought: Annotations, corpus: Corpus) -> AnnotatorTable:
    """Sum up purchases by annotator.

    Args:
        bought: Annotations bought, over the corpus' own items and annotators.
        corpus: What they were bought from; agreement is measured on all of it.

    Returns:
        The table: every annotator of whom something was bought or who is in the corpus.
    """
    votes, n = corpus.annotations, len(corpus.annotators)

    def tally(codes: NDArray[np.int32], values: NDArray[np.int64] | None = None) -> NDArray[np.int64]:
        sums = np.zeros(n + 1, np.int64)
        np.add.at(sums, codes, 1 if values is None else values)
        return sums

    answered, abstained, unsure = (
        tally(bought.annotator[bought.status == status]) for status in (ANSWERED, ABSTAINED, UNSURE)
    )
    cost = np.zeros(n + 1, np.int64) if bought.cost is None else tally(bought.annotator, bought.cost)
    # Among people: how far an LLM agrees with them is no measure of theirs.
    people = ~np.append(corpus.annotators.is_llm, False)[votes.annotator]
    labelled = (votes.status == ANSWERED) & (votes.label >= 0) & people
    agreement = np.full(n + 1, np.nan)
    if labelled.any():
        agreement[:n] = agreement_with_rest(
            votes.item[labelled], votes.annotator[labelled], votes.label[labelled], n_annotators=n
        )
    everything = tally(votes.annotator[votes.status == ANSWERED])
    asked = answered + abstained + unsure
    # Code -1 is the last cell of every tally.
    codes = np.append(np.arange(n), UNKNOWN)
    order = np.lexsort((codes, -everything, -asked))
    order = order[(asked + everything)[order] > 0]
    return AnnotatorTable(
        code=codes[order].astype(np.int64),
        answered=answered[order],
        abstained=abstained[order],
        unsure=unsure[order],
        cost=cost[order],
        annotations=everything[order],
        agreement=agreement[order],
    )


def agreement_chart(table: AnnotatorTable, ids: list[str], *, width: int) -> Chart:
    """Agreement with the rest against the number of annotations, a dot an annotator.

    Args:
        table: The annotators.
        ids: Name of each row.
        width: Width of the plot in pixels.

    Returns:
        The chart; groups ``annotators`` (those with a defined agreement) and ``typical`` (their median).
    """
    alt = altair()
    known = np.flatnonzero(~np.isnan(table.agreement))
    rows = [
        {"x": int(table.annotations[k]), "y": float(table.agreement[k]),
         "tip": f"{ids[k]}\n{amount(int(table.annotations[k]), 'annotation')}\nagreement {table.agreement[k]:.2f}"}
        for k in known
    ]  # fmt: skip
    most = int(table.annotations[known].max(initial=1))
    least = int(table.annotations[known].min(initial=most))
    wide = most > 20 * max(1, least)
    scale = (
        alt.Scale(type="log", domain=[max(0.8, least * 0.8), most * 1.25], nice=False)
        if wide
        else alt.Scale(domain=[0, most * 1.08], nice=False)
    )
    axis = alt.Axis(grid=False, tickCount=4, tickMinStep=1, format=",d")
    x = alt.X("x:Q", scale=scale, title="annotations in the corpus", axis=axis)
    y = alt.Y("y:Q", scale=alt.Scale(domain=[0, 1], nice=False), title="agreement with the rest",
              axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f"))  # fmt: skip
    middle = [{"y": float(np.median(table.agreement[known]))}] if known.size else []
    return alt.layer(
        marks(middle, "typical").mark_rule(aria=False, stroke=FAINT, strokeDash=[4, 4]).encode(y=y),
        marks(rows, "annotators")
        .mark_circle(fill=PEOPLE, fillOpacity=0.55, size=42, opacity=1)
        .encode(x=x, y=y, description="tip:N"),
    ).properties(width=width, height=round(width * 0.8))
