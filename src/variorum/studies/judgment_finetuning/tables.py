"""Tables of the study of judgment fine-tuning."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.corpora.anli import ANLI_ROUNDS
from variorum.reporting.study import Cell, Data, Estimate, Table
from variorum.studies.base import Run, Values
from variorum.studies.comparison import Comparison, adjusted, compare, comparison_table, mean_and_range
from variorum.studies.judgment_finetuning.published import PRINTED_ANLI, PRINTED_CHAOSNLI
from variorum.studies.judgment_finetuning.scores import f1_interval
from variorum.studies.judgment_finetuning.sources import REFERENCE, UNIFORM
from variorum.studies.metrics.published import PUBLISHED

__all__ = [
    "F1_MARGIN",
    "KL_MARGIN",
    "LINES",
    "MEAN_LINE",
    "STAGE_ONE",
    "UNTUNED",
    "Found",
    "anli_table",
    "comparison_tables",
    "comparisons",
    "distance_table",
    "line_table",
    "machine_table",
    "people_table",
    "printed_again_table",
    "printed_table",
    "score_table",
]

LINES: Final = "reference lines"
UNTUNED: Final = "untuned head"
STAGE_ONE: Final = "stage one alone"
MEAN_LINE: Final = "ChaosNLI’s mean distribution"

F1_MARGIN: Final = 0.02
KL_MARGIN: Final = 0.01
"""Differences that count as none, stated before any score was looked at: weighted F1, nats an item."""

_N_CLASSES: Final = 3
_ENCODERS: Final = ("BERT", "RoBERTa")


@dataclass(frozen=True)
class Found:
    """The runs, by what they are.

    Attributes:
        models: Of each source the values of its runs, in the order of seeds.
        untuned: Of the encoder with a new head.
        stage_one: Of stage one alone; ``None`` if there was none.
        lines: What needs no model.
        seeds: Models a source.
    """

    models: Mapping[str, Sequence[Values]]
    untuned: Sequence[Values]
    stage_one: Values | None
    lines: Values
    seeds: tuple[int, ...]

    @classmethod
    def of(cls, runs: Sequence[Run]) -> Found:
        """Sort all runs of a study."""
        by_source: dict[str, list[Values]] = {}
        for run in runs:
            by_source.setdefault(run.key["source"], []).append(run.values)
        [lines], untuned = by_source.pop(LINES), by_source.pop(UNTUNED)
        alone = by_source.pop(STAGE_ONE, [None])
        seeds = tuple(dict.fromkeys(int(run.key["seed"]) for run in runs if "seed" in run.key))
        return cls(by_source, untuned, alone[0], lines, seeds)

    def values(self, source: str, split: str, score: str) -> list[float]:
        """A score of every model of a source."""
        models = self.untuned if source == UNTUNED else self.models[source]
        return [_number(model[split][score]) for model in models]

    def labels(self, source: str) -> NDArray[np.int64]:
        """Labels that a source's models predict of the test items, shape (n_seeds, n_items)."""
        return np.array([model["test_label"] for model in self.models[source]], np.int64)


def comparisons(found: Found) -> tuple[tuple[Comparison, ...], tuple[Comparison, ...]]:
    """Every source beside ChaosNLI's own distributions on the test items: weighted F1, and KL; one family.

    Args:
        found: The runs.

    Returns:
        One comparison a source each. F1 is no mean over items: its intervals are of `f1_interval`.
    """
    gold = np.array(found.lines["gold"], np.int64)
    of_f1 = compare(
        {source: found.values(source, "test", "weighted_f1") for source in found.models}, REFERENCE, 0, margin=F1_MARGIN
    )
    rng, base = np.random.default_rng(0), found.labels(REFERENCE)
    of_f1 = tuple(
        replace(
            each,
            mean=f1_interval(gold, found.labels(each.method), rng),
            difference=each.difference and f1_interval(gold, found.labels(each.method), rng, less=base),
        )
        for each in of_f1
    )
    kl = {source: [np.array(model["test_kl"]) for model in models] for source, models in found.models.items()}
    of_kl = compare(kl, REFERENCE, 0, same_items=True, margin=KL_MARGIN)
    one, two = adjusted([of_f1, of_kl])
    return one, two


def comparison_tables(of_f1: Sequence[Comparison], of_kl: Sequence[Comparison]) -> tuple[Table, Table]:
    """The comparisons as tables."""
    note = "Holm’s correction is over both tables; “same” is not corrected."
    return (
        comparison_table("Weighted F1 on the test items", of_f1, score="weighted F1, higher is better", note=note),
        comparison_table(
            "KL divergence on the test items",
            of_kl,
            score="KL(people || model), nats an item, lower is better",
            note=note,
        ),
    )


def score_table(found: Found, split: str) -> Table:
    """All scores of the models on the development or the test items."""
    rows: list[tuple[Cell, ...]] = [
        (
            source,
            mean_and_range(found.values(source, split, "weighted_f1")),
            mean_and_range(found.values(source, split, "macro_f1")),
            mean_and_range(found.values(source, split, "kl")),
            mean_and_range([value / _N_CLASSES for value in found.values(source, split, "kl")]),
            mean_and_range(found.values(source, split, "cross_entropy")),
            mean_and_range(found.values(source, split, "distance_correlation")),
        )
        for source in (*found.models, UNTUNED)
    ]
    if found.stage_one is not None:
        alone = found.stage_one[split]
        kl = _number(alone["kl"])
        rows.append(
            (STAGE_ONE, alone["weighted_f1"], alone["macro_f1"], kl, kl / _N_CLASSES, alone["cross_entropy"],
             _number(alone["distance_correlation"]))
        )  # fmt: skip
    which = {"dev": "development", "test": "test"}[split]
    return Table(
        f"All scores on the {which} items",
        ("fine-tuned on", "weighted F1", "macro F1", "KL", "KL as printed", "cross-entropy", "D.Corr"),
        tuple(rows),
        f"{found.lines['items'][split]} items. Mean over seeds, in brackets the lowest and the highest seed. KL and "
        "cross-entropy are nats an item; “as printed” is KL divided by the number of classes, as the papers have it. "
        "D.Corr is the distance correlation of the model’s distributions with people’s."
        + (" These items chose the weights, by macro F1." if split == "dev" else ""),
    )


def line_table(found: Found) -> Table:
    """What answers without reading the items score."""
    rows: list[tuple[Cell, ...]] = []
    for name, splits in found.lines["constants"].items():
        test = splits["test"]
        f1 = None if name == UNIFORM else test["weighted_f1"]
        rows.append((name, f1, test["kl"], test["kl"] / _N_CLASSES, test["cross_entropy"], test["js"]))
    rows.append(
        (UNTUNED, *(mean_and_range(found.values(UNTUNED, "test", score)) for score in ("weighted_f1", "kl")),
         mean_and_range([value / _N_CLASSES for value in found.values(UNTUNED, "test", "kl")]),
         *(mean_and_range(found.values(UNTUNED, "test", score)) for score in ("cross_entropy", "js")))
    )  # fmt: skip
    return Table(
        "Without reading the items, and without training",
        ("answer", "weighted F1", "KL", "KL as printed", "cross-entropy", "JS divergence"),
        tuple(rows),
        "On the test items. A uniform answer names no label. The untuned head is the one that every source starts "
        "from, on the encoder as it comes; in brackets the lowest and the highest seed.",
    )


def people_table(found: Found) -> Table:
    """People against people on the test items."""
    people = found.lines["people"]
    names = list(people["js"])
    rows = tuple((name, *(Estimate(*people[score][name]) for score in ("accuracy", "js"))) for name in names)
    models: tuple[tuple[Cell, ...], ...] = tuple(
        (f"model: {source}", *(mean_and_range(found.values(source, "test", score)) for score in ("accuracy", "js")))
        for source in found.models
    )
    return Table(
        "People against people on the test items",
        ("line", "accuracy", "JS divergence"),
        (*rows, *models),
        "Three reference lines from 100 votes an item: what a model that knew each item’s true distribution would "
        "score, a fresh panel of 100, and half of the votes against the other half; in brackets 95 % over draws. "
        "Models: mean over seeds, in brackets the lowest and the highest.",
    )


def printed_table(found: Found, encoder: str) -> Table:
    """Our scores beside those of the first paper."""
    rows: list[tuple[Cell, ...]] = []
    for source in found.models:
        printed = {row.encoder: row for row in PRINTED_CHAOSNLI if row.source == source}
        for split, at in (("dev", 0), ("test", 1)):
            theirs = [
                cell
                for row in (printed[name] for name in _ENCODERS if name in printed)
                for cell in (row.f1[at], row.kl[at], row.cross_entropy[at])
            ]
            if theirs:
                kl = _mean(found, source, split, "kl") / _N_CLASSES
                ours = _mean(found, source, split, "weighted_f1"), kl, _mean(found, source, split, "cross_entropy")
                rows.append((f"{source}, {split}", *ours, *theirs))
    return Table(
        "Beside the tables of 2024",
        (
            "fine-tuned on, items",
            *(f"{name}: {score}" for name in (f"{encoder}, here", *_ENCODERS) for score in ("F1", "KL / 3", "CE")),
        ),
        tuple(rows),
        "Printed: one model with one seed each, fine-tuned on MNLI before (Chen et al. 2024). Here: mean over seeds. "
        "F1 is weighted, KL divided by the number of classes as they print it.",
    )


def printed_again_table(found: Found, encoder: str) -> Table:
    """Our weighted F1 beside that of the second paper, whose models were fine-tuned anew."""
    again = {row.source: row for row in PUBLISHED if row.table == "ACL 2025" and row.source in found.models}
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (source, *(_mean(found, source, split, "weighted_f1") for split in ("dev", "test")),
         row.bert_dev, row.bert_test, row.roberta_dev, row.roberta_test)
        for source, row in again.items()
    )  # fmt: skip
    return Table(
        "Beside the table of 2025, weighted F1",
        (
            "fine-tuned on",
            *(f"{name}, {split}" for name in (f"{encoder}, here", *_ENCODERS) for split in ("dev", "test")),
        ),
        rows,
        "As above, of models that Chen et al. 2025 fine-tuned anew: what their two numbers for one source differ by is "
        "what a rerun can differ by.",
    )


def anli_table(found: Found) -> Table:
    """Out of distribution: the three rounds of ANLI, ours on the development sets, theirs on the test sets."""
    names = [*found.models, UNTUNED, *([STAGE_ONE] if found.stage_one is not None else [])]
    rows: list[tuple[Cell, ...]] = []
    for source in names:
        if source == STAGE_ONE and found.stage_one is not None:
            ours: list[Cell] = [found.stage_one[name]["weighted_f1"] for name in ANLI_ROUNDS]
        else:
            ours = [mean_and_range(found.values(source, name, "weighted_f1")) for name in ANLI_ROUNDS]
        printed = {row.encoder: row.rounds for row in PRINTED_ANLI if row.source == source}
        theirs = [cell for name in _ENCODERS for cell in printed.get(name, (None, None, None))]
        rows.append((source, *ours, *theirs))
    rounds = tuple(name.upper() for name in ANLI_ROUNDS)
    n = ", ".join(str(found.lines["items"][name]) for name in ANLI_ROUNDS)
    return Table(
        "ANLI, weighted F1",
        ("fine-tuned on", *(f"{name} dev, here" for name in rounds),
         *(f"{name} test, {encoder}" for encoder in _ENCODERS for name in rounds)),
        tuple(rows),
        f"Here: {n} items of the development sets, mean over seeds, in brackets the lowest and the highest. Printed "
        "(Chen et al. 2025): the test sets, and a score without a name, presumably weighted F1. Other items: the two "
        "are not comparable.",
    )  # fmt: skip


def distance_table(found: Found) -> Table:
    """How near each source is to people, and how well its models do."""
    columns = ("kl", "js", "tvd", "distance_correlation")
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            source,
            *(_number(models[0]["distances"][name]) for name in columns),
            mean_and_range(found.values(source, "test", "weighted_f1")),
            mean_and_range(found.values(source, "test", "kl")),
        )
        for source, models in found.models.items()
    )
    return Table(
        "Sources against people",
        ("source", "KL", "JS distance", "TVD", "D.Corr", "test F1", "test KL"),
        rows,
        f"The sources’ distributions of the {found.lines['items']['train']} training items against ChaosNLI’s: "
        "KL(people || source) with a floor of 1e-10, the square root of the JS divergence, natural logarithms. Scores "
        "of models: mean over seeds, in brackets the lowest and the highest.",
    )


def machine_table(found: Found) -> Data:
    """A row a model; the study of metrics reads it as own sources."""
    columns = ("source", "seed", "kl", "js", "tvd", "distance_correlation", "weighted_f1", "test_kl",
               "test_cross_entropy", "dev_weighted_f1", "step",
               *(f"anli_{name}_f1" for name in ANLI_ROUNDS))  # fmt: skip
    rows: list[tuple[str | int | float | None, ...]] = []
    for source, models in found.models.items():
        for seed, model in zip(found.seeds, models, strict=True):
            near, test = model["distances"], model["test"]
            rows.append(
                (source, seed, near["kl"], near["js"], near["tvd"], near["distance_correlation"], test["weighted_f1"],
                 test["kl"], test["cross_entropy"], model["dev"]["weighted_f1"], model["step"],
                 *(model[name]["weighted_f1"] for name in ANLI_ROUNDS))
            )  # fmt: skip
    return Data("sources", columns, tuple(rows))


def _mean(found: Found, source: str, split: str, score: str) -> float:
    return float(np.mean(found.values(source, split, score)))


def _number(value: Any) -> float:
    return float("nan") if value is None else float(value)
