"""What came out of the study of metrics: tables, charts and sentences, all written by the numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.study import (
    Cell,
    Estimate,
    Findings,
    Intervals,
    Row,
    Scatter,
    Section,
    Series,
    Table,
)
from variorum.reporting.wording import listing, number
from variorum.studies.base import Run
from variorum.studies.metrics.prediction import METRIC_NAMES, Prediction, prediction_from
from variorum.studies.metrics.published import PUBLISHED, SourceRow, corrected

__all__ = ["metrics_findings"]

_LAST: Final = len(METRIC_NAMES) - 1
_MAIN: Final = "all four metrics"
_ENCODERS: Final = ("BERT", "RoBERTa")
_ROWS_TITLES: Final = {
    "all four metrics": "all with four metrics",
    "without the target": "without ChaosNLI itself",
    "model distributions": "language models’ alone",
    "within families": "ranked within families",
    "every printed row": "every printed row",
}

_Found = Mapping[tuple[str, str, str, str], Prediction]


def metrics_findings(settings: Any, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    found: dict[tuple[str, str, str, str], Prediction] = {}
    own = None
    for run in runs:
        if run.key["rows"] == "own sources":
            own = prediction_from(run.values)
        else:
            key = run.key
            at = key["rows"], key["values"], key["encoder"], key["split"]
            found[at] = prediction_from(run.values)
    verdict = [_first(found), _leads(found), _within(found)]
    sections = [_main_section(found), _family_section(found), _sensitivity_section(found)]
    if own is not None:
        verdict.append(_own_sentence(own))
        sections.append(_own_section(own))
    setup = (("resamples", f"{settings.draws:,} of rows, and of families"),)
    return Findings(tuple(verdict), tuple(sections), _notes(own), setup)


def _at(found: _Found, rows: str, encoder: str, split: str = "test", values: str = "recomputed") -> Prediction:
    return found[rows, values, encoder, split]


def _words(prediction: Prediction, metric: int) -> str:
    low, high = prediction.by_rows[metric]
    ends = "" if math.isnan(low) else f" [{number(low, 2)}, {number(high, 2)}]"
    return f"{METRIC_NAMES[metric]} {number(float(prediction.spearman[metric]), 2)}{ends}"


def _clear(ends: NDArray[np.float64]) -> str:
    """Over which of the distances a lead's interval lies above 0."""
    return listing([METRIC_NAMES[k] for k in range(_LAST) if ends[k, 0] > 0]) or "none"


def _first(found: _Found) -> str:
    parts = []
    for encoder in _ENCODERS:
        main = _at(found, _MAIN, encoder)
        best, second = np.argsort(-main.spearman, kind="stable")[:2].tolist()
        parts.append(f"for {encoder}, {_words(main, best)}, then {_words(main, second)}")
    n = _at(found, _MAIN, "BERT").n
    over = f"Over the {n} printed rows with all four metrics, the highest rank correlations with test F1 are"
    return f"{over}, {'; '.join(parts)}."


def _leads(found: _Found) -> str:
    """Over which distances distance correlation's lead is more than resamples of rows, and of families, would give."""
    both = [_at(found, _MAIN, encoder) for encoder in _ENCODERS]
    leads = [float(main.lead[k]) for main in both for k in range(_LAST)]
    said = [
        f"for {encoder} it lies above 0 over {_clear(main.lead_by_rows)} by intervals over rows, and over "
        f"{_clear(main.lead_by_families)} by those over families"
        for encoder, main in zip(_ENCODERS, both, strict=True)
    ]
    span = f"{number(min(leads), 2)} to {number(max(leads), 2)}"
    return f"The lead of D.Corr over the three distances is {span}: {'; '.join(said)}."


def _within(found: _Found) -> str:
    said, shrinks = [], True
    for encoder in _ENCODERS:
        inside = _at(found, "within families", encoder)
        shrinks &= bool((inside.lead[:_LAST] < _at(found, _MAIN, encoder).lead[:_LAST]).all())
        values = ", ".join(f"{METRIC_NAMES[k]} {number(float(inside.spearman[k]), 2)}" for k in (_LAST, *range(_LAST)))
        said.append(f"{encoder}’s are {values}, a lead above 0 over {_clear(inside.lead_by_rows)}")
    why = " The rest of the lead goes with differences between people, language models and tables." if shrinks else ""
    return f"Ranked within families, where who gave the distributions cannot matter, {'; '.join(said)}.{why}"


def _cells(prediction: Prediction, *, lead: bool = False) -> list[Cell]:
    values, ends = (prediction.lead, prediction.lead_by_rows) if lead else (prediction.spearman, prediction.by_rows)
    kept = range(_LAST) if lead else range(len(METRIC_NAMES))
    return [_estimate(values[k], ends[k], signed=lead) for k in kept]


def _estimate(value: Any, ends: Any, *, signed: bool = False) -> Estimate:
    return Estimate(float(value), float(ends[0]), float(ends[1]), signed)


def _main_section(found: _Found) -> Section:
    rows: list[tuple[Cell, ...]] = []
    leads: list[tuple[Cell, ...]] = []
    dots: list[Row] = []
    for encoder in _ENCODERS:
        for split in ("test", "dev"):
            main = _at(found, _MAIN, encoder, split)
            families = [_estimate(main.spearman[k], main.by_families[k]) for k in range(len(METRIC_NAMES))]
            rows.append((f"{encoder}, {split}, over rows", main.n, *_cells(main)))
            rows.append((f"{encoder}, {split}, over families", main.n_families, *families))
            lead = [_estimate(main.lead[k], main.lead_by_families[k], signed=True) for k in range(_LAST)]
            leads.append((f"{encoder}, {split}, over rows", main.n, *_cells(main, lead=True)))
            leads.append((f"{encoder}, {split}, over families", main.n_families, *lead))
        main = _at(found, _MAIN, encoder)
        dots += [Row(name, cell, encoder) for name, cell in zip(METRIC_NAMES, _cells(main), strict=True)
                 if isinstance(cell, Estimate)]  # fmt: skip
    return Section(
        "Which metric goes along with F1",
        "Sources of label distributions for NLI, from people and from three language models, each with four numbers on "
        "how near it is to a hundred people’s votes, and with the weighted F1 of models that were fine-tuned on it.",
        (
            Intervals(
                "Rank correlation with test F1",
                "Spearman, higher is better",
                tuple(dots),
                "A dot at 1 would be a metric that orders all sources as F1 does. Bars are 95 % intervals over rows.",
            ),
            *(_scatter(metric) for metric in ("distance correlation", "JS distance")),
            Table(
                "Rank correlation with weighted F1",
                ("encoder, split, interval", "rows or families", *METRIC_NAMES),
                tuple(rows),
                "Spearman of nearness to people (KL, JS and TVD with their signs turned) with weighted F1. In brackets "
                "the 95 % interval, over rows or over whole families; a family is a language model, or people, in one "
                "table.",
                2,
            ),
            Table(
                "Lead of distance correlation",
                ("encoder, split, interval", "rows or families", *(f"over {name}" for name in METRIC_NAMES[:_LAST])),
                tuple(leads),
                "Difference of two Spearman correlations, with its paired 95 % bootstrap interval.",
                2,
            ),
        ),
    )


def _scatter(metric: str) -> Scatter:
    column = {"distance correlation": "distance_correlation", "JS distance": "js"}[metric]
    rows = [corrected(row) for row in PUBLISHED if not math.isnan(row.distance_correlation)]
    families = list(dict.fromkeys(row.family for row in rows))
    return Scatter(
        f"RoBERTa’s test F1 by {metric}",
        metric,
        "weighted F1",
        tuple(_series(family, [row for row in rows if row.family == family], column) for family in families),
        "A point a printed row. A metric that predicts F1 within a colour tells good sources from bad ones of the same "
        "kind; one that only tells colours apart says who gave the distributions.",
    )


def _series(family: str, rows: Sequence[SourceRow], column: str) -> Series:
    return Series(
        family,
        tuple(getattr(row, column) for row in rows),
        tuple(row.roberta_test for row in rows),
        tuple(f"{row.family}, {row.source} ({row.table})" for row in rows),
    )


def _selected(found: _Found, names: Sequence[str]) -> list[tuple[Cell, ...]]:
    return [
        (f"{_ROWS_TITLES.get(name, name)}, {encoder}", _at(found, name, encoder).n, *_cells(_at(found, name, encoder)))
        for name in names
        for encoder in _ENCODERS
    ]


def _family_section(found: _Found) -> Section:
    names = ("within families", "people", "Mixtral", "Llama3", "GPT-4o")
    return Section(
        "Within families",
        "Rows come in families, and a correlation over families can be confounded: if one language model’s "
        "distributions are both farther from people and worse to learn from, for whatever reason, every metric of "
        "nearness looks good. The first rows rank within each table and language model and pool the deviations; the "
        "others take one language model, or people, at a time, over tables.",
        (
            Table(
                "Rank correlation with test F1, within families",
                ("rows, encoder", "n", *METRIC_NAMES),
                tuple(_selected(found, names)),
                "In brackets the 95 % interval over rows; none with fewer than ten, where resamples repeat themselves.",
                2,
            ),
        ),
    )


def _sensitivity_section(found: _Found) -> Section:
    names = ("without the target", "model distributions", "EMNLP 2024", "ACL 2025", "ACL 2025, 100 items")
    printed: list[tuple[Cell, ...]] = [
        (f"as printed, {encoder}", _at(found, _MAIN, encoder, values="printed").n,
         *_cells(_at(found, _MAIN, encoder, values="printed")))
        for encoder in _ENCODERS
    ]  # fmt: skip
    dots = [
        Row(f"{_ROWS_TITLES.get(name, name)}", _estimate(inside.lead[k], inside.lead_by_rows[k]), METRIC_NAMES[k])
        for name in (_MAIN, *names[:-1], "within families")
        for inside in (_at(found, name, "RoBERTa"),)
        for k in range(_LAST)
    ]
    return Section(
        "Other rows, and the cells as printed",
        "Three printed cells do not follow from the released data (JS and TVD of MNLI’s distribution, TVD of "
        "VariErr’s); everything else here uses what does, and the first rows use them as they were printed. ChaosNLI "
        "itself is the target, at distance 0 from itself by definition.",
        (
            Table(
                "Rank correlation with test F1, other selections",
                ("rows, encoder", "n", *METRIC_NAMES),
                (*printed, *_selected(found, (*names, "every printed row"))),
                "In brackets the 95 % interval over rows, where there are ten. Of twelve rows no D.Corr was printed.",
                2,
            ),
            Intervals(
                "Lead of distance correlation over each distance, RoBERTa’s test F1",
                "difference of Spearman correlations; above 0, distance correlation is ahead",
                tuple(dots),
                "Bars are paired 95 % intervals over rows.",
            ),
        ),
    )


def _own_sentence(own: Prediction) -> str:
    said = ", ".join(_words(own, k) for k in range(len(METRIC_NAMES)))
    return f"Over {own.n} models fine-tuned on {own.n_families} sources of our own: {said}."


def _own_section(own: Prediction) -> Section:
    by_source = [_estimate(own.spearman[k], own.by_families[k]) for k in range(len(METRIC_NAMES))]
    lead: tuple[Cell, ...] = ("lead of D.Corr, over models", own.n, *_cells(own, lead=True), None)
    return Section(
        "Our own sources",
        "The same of models that we fine-tuned; several models of one source are kin.",
        (
            Table(
                "Rank correlation with weighted F1, own sources",
                ("interval", "models or sources", *METRIC_NAMES),
                (("over models", own.n, *_cells(own)), ("over sources", own.n_families, *by_source), lead),
                "Spearman of nearness to people with weighted F1; in brackets the 95 % interval.",
                2,
            ),
        ),
    )


def _notes(own: Prediction | None) -> tuple[str, ...]:
    limits = (
        "Printed rows are no random sample of sources: two papers of one group chose them, most with explanations.",
        "Intervals over rows take rows for independent, which rows of one language model are not, and are too narrow; "
        "those over families rest on seven families, and are rough.",
        "Each printed F1 is one fine-tuned model with one seed; its noise lowers all correlations alike.",
        "Both encoders, and both splits, saw the same sources: they are no independent confirmations of each other.",
        "Rows of the table of 100 items have distances over other items than the rest.",
        "Four distributions stand in both papers, with models fine-tuned anew.",
    )
    return limits if own is not None else (*limits, "Our own sources are not among these rows: give --sources DIR.")
