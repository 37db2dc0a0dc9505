"""The tables of the study of annotators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from variorum.reporting.study import Cell, Data, Estimate, Intervals, PValue, Row, Table
from variorum.studies.annotators.cells import SCORES, Cells, Loss, Place, gaps_of
from variorum.studies.annotators.methods import REFERENCE
from variorum.studies.annotators.scoring import THIRDS
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison, estimate

__all__ = [
    "CLAIMS",
    "claims_table",
    "differences_chart",
    "differences_data",
    "group_table",
    "line_table",
    "loss_table",
    "place_text",
    "score_tables",
    "third_table",
]

CLAIMS: Final = {"lower": "better", "higher": "worse", "equivalent": "same", "open": "open"}
"""Claims about a score of which less is better."""

_TABLES: Final = {
    "the population": ("population JS", "population soft CE"),
    "single annotators": ("annotators’ CE", "annotators’ error"),
    "whom it serves worst": ("worst-off annotator", "worst tenth", "worst group"),
}


def place_text(place: Place) -> str:
    """A place as people read it."""
    return f"{place[0]}, {place[1]}"


def claims_table(cells: Cells, split: str) -> Table:
    """For each method and score, in how many corpora it is better, worse, the same or open."""
    held: dict[str, dict[str, list[str]]] = {}
    for place, by_score in cells.items():
        for score, comparisons in by_score.items() if place[1] == split else ():
            for each in comparisons[1:]:
                held.setdefault(each.method, {}).setdefault(score, []).append(CLAIMS[each.claim])
    return Table(
        f"Beside one model for all, by corpora: {split}",
        ("method", *SCORES),
        tuple((method, *(_tally(by_score.get(score, [])) for score in SCORES)) for method, by_score in held.items()),
        "In how many corpora a method is better or worse than one model for all by Holm’s p of .05 within corpus and "
        "score, or the same within the margin (population soft CE alone); in the others it is open.",
    )


def _tally(claims: Sequence[str]) -> str | None:
    return ", ".join(f"{claims.count(name)} {name}" for name in CLAIMS.values() if name in claims) or None


def differences_chart(cells: Cells, split: str, score: str) -> Intervals | None:
    """Differences to one model for all; ``None`` where the score is not defined."""
    rows = tuple(
        Row(place[0], estimate(each.difference), each.method)
        for place, by_score in cells.items()
        if place[1] == split
        for each in by_score.get(score, ())
        if each.difference is not None
    )
    how = (
        "Left of the line is better than one model for all; bars are 95 % intervals over seeds and items or annotators."
    )
    return Intervals(f"{score}: {split}", f"{score} less one model’s, lower is better", rows, how) if rows else None


def score_tables(by_score: Mapping[str, tuple[Comparison, ...]], place: Place) -> tuple[Table, ...]:
    """All scores of a corpus and split, with their tests."""
    tables = []
    for title, scores in _TABLES.items():
        here = [score for score in scores if score in by_score]
        if not here:
            continue
        head = ["method"]
        for score in here:
            head += [score, f"less {REFERENCE}", "Holm p"]
        rows = tuple(
            (several[0].method, *(cell for each in several for cell in _cells(each)))
            for several in zip(*(by_score[score] for score in here), strict=True)
        )
        first = by_score[here[0]][0]
        n_tests = len(by_score[here[0]]) - 1
        smallest = max(each.test.smallest_p for each in by_score[here[0]] if each.test is not None)
        note = (
            f"Mean over {first.n_seeds} paired seeds, lower is better, in brackets the 95 % interval over seeds, and "
            f"items or annotators. Holm’s p over the {n_tests} methods, by two-sided sign flips of the seeds’ means, "
            f"of which so many pairs give no less than {smallest:.4f}."
        )
        tables.append(Table(f"{place[0]}, {place[1]}: {title}", tuple(head), rows, note, 4))
    return tuple(tables)


def _cells(each: Comparison) -> tuple[Cell, ...]:
    apart = None if each.difference is None else estimate(each.difference, signed=True)
    return estimate(each.mean), apart, None if each.test is None else PValue(each.holm_p)


def third_table(
    places: Mapping[Place, Mapping[str, Sequence[Run]]], rng: np.random.Generator, draws: int
) -> Table | None:
    """Cross-entropy by how many votes annotators gave, each method less one model for all; ``None`` without thirds."""
    rows = []
    methods = [name for name in next(iter(places.values())) if name != REFERENCE]
    for place, of_place in places.items():
        for number, third in enumerate(THIRDS):
            base, apart = gaps_of(of_place, ("thirds", number), rng, draws)
            if base is not None:
                rows.append((f"{place_text(place)}, {third} votes", *_gap_cells(base, apart, methods)))
    if not rows:
        return None
    return Table(
        "Annotators by how many votes they gave",
        ("annotators", REFERENCE, *(f"{method}, less" for method in methods)),
        tuple(rows),
        "Mean cross-entropy on annotators’ own test votes, lower is better; thirds of the annotators by their votes in "
        "the whole corpus, in corpora where those of the upper third gave at least twice as many as those of the lower "
        "one. In brackets 95 % intervals over seeds; no tests.",
        4,
    )


def group_table(
    place: Place, methods: Mapping[str, Sequence[Run]], rng: np.random.Generator, draws: int
) -> Table | None:
    """Cross-entropy by group of annotators, each method less one model for all; ``None`` where there are no groups."""
    others = [name for name in methods if name != REFERENCE]
    rows = []
    for field, groups in methods[REFERENCE][0].values["own"]["groups"].items():
        for group in groups:
            base, apart = gaps_of(methods, ("groups", field, group), rng, draws)
            if base is not None:
                rows.append((f"{field}: {group}", *_gap_cells(base, apart, others)))
    if not rows:
        return None
    return Table(
        f"Groups: {place_text(place)}",
        ("group", REFERENCE, *(f"{method}, less" for method in others)),
        tuple(rows),
        "Mean cross-entropy on the own test votes of a group’s annotators, who count equally; lower is better. Groups "
        "of 3 annotators and 250 votes in the corpus. In brackets 95 % intervals over seeds; no tests.",
        4,
    )


def _gap_cells(base: object, apart: Mapping[str, object], methods: Sequence[str]) -> tuple[Cell, ...]:
    return (estimate(base), *(estimate(apart[name], signed=True) for name in methods))  # type: ignore[arg-type]


def loss_table(title: str, losses: Sequence[Loss], other: str, note: str) -> Table:
    """What another answer loses against the mean over annotators."""
    rows = tuple(
        (
            f"{place_text(loss.place)}, {loss.method}",
            loss.own,
            loss.other,
            estimate(loss.difference, signed=True),
            PValue(loss.test.p_value, loss.test.smallest_p),
            PValue(loss.holm_p),
        )
        for loss in losses
    )
    return Table(title, ("where", "mean over annotators", other, "loss", "p", "Holm p"), rows, note, 4)


def line_table(lines: Mapping[str, Sequence[Run]], places: Mapping[Place, Mapping[str, Sequence[Run]]]) -> Table:
    """Reference lines beside one model for all."""
    rows = []
    for corpus, runs in lines.items():
        of_place = places[corpus, "new items"][REFERENCE]
        for score, name in (("js", "population JS"), ("soft-ce", "population soft CE")):
            ours = float(np.mean([np.mean(run.values["own"]["population"][score]) for run in of_place]))
            found = {
                line: [np.array(run.values["lines"][score][line], np.float64) for run in runs]
                for line in runs[0].values["lines"][score]
            }
            cells = [Estimate(*np.mean(each, axis=0).tolist()) for each in found.values()]
            named = dict(zip(found, cells, strict=True))
            rows.append(
                (
                    f"{corpus}, {name}",
                    *(named.get(line) for line in ("oracle floor", "fresh panel", "split half")),
                    ours,
                )
            )
    return Table(
        "Reference lines",
        ("corpus, score", "oracle floor", "fresh panel", "split half", REFERENCE),
        tuple(rows),
        "New items. The oracle floor is what a model that knew each item’s distribution would score against so few "
        "votes; the fresh panel is as many other people; a split half needs 20 votes an item. Means over seeds of the "
        "line and of the ends of its 95 % interval.",
        4,
    )


def differences_data(cells: Cells) -> Data:
    """All comparisons for machines."""
    rows = []
    for (corpus, split), by_score in cells.items():
        for score, comparisons in by_score.items():
            for each in comparisons:
                mean, apart, test = each.mean, each.difference, each.test
                ends = (None, None, None) if apart is None else (apart.mean, apart.low, apart.high)
                p = (None, None, None) if test is None else (test.p_value, test.smallest_p, each.holm_p)
                rows.append((corpus, split, score, each.method, mean.mean, mean.low, mean.high, *ends, *p))
    head = ("mean", "low", "high", "difference", "difference_low", "difference_high", "p", "smallest_p", "holm_p")
    return Data("comparisons", ("corpus", "split", "score", "method", *head), tuple(rows))
