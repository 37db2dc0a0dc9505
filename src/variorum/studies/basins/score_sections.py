"""Sections on scores: by votes, by image, over seeds, and the illustrations."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import paired_bootstrap
from variorum.reporting.study import Cell, Curve, Curves, Estimate, Intervals, Row, Section, Table
from variorum.reporting.wording import number
from variorum.studies.basins.results import Results, variance_components
from variorum.studies.basins.scores import HIGHER, SCORES, STRATA
from variorum.studies.basins.settings import ALL, HARD, BasinsSettings
from variorum.studies.basins.tested import Tested
from variorum.studies.comparison import Comparison, comparison_table, estimate

__all__ = ["illustration_section", "main_section", "over_seeds", "seeds_section", "where_section"]

Array = NDArray[np.float64]

_DRAWN = ("soft", "majority", *HARD, "repeated-labelling", "label-smoothing", "mixup")


def over_seeds(values: Array, draws: int, *, signed: bool = False) -> Estimate:
    """Mean over splits with its interval.

    Args:
        values: Shape (n_splits,); undefined ones are left out.
        draws: Resamples.
        signed: Whether it is a difference.

    Returns:
        The estimate; without ends for one split.
    """
    kept = values[np.isfinite(values)]
    if kept.size < 2:
        return Estimate(float(kept.mean()) if kept.size else float("nan"), signed=signed)
    return estimate(paired_bootstrap(kept, np.zeros(kept.size), 0, n_draws=draws), signed=signed)


def main_section(results: Results, found: Tested, settings: BasinsSettings) -> Section:
    """Soft NLL and other scores by votes and delivery."""
    parts: list[Curves | Intervals | Table] = [_curves(results, found)]
    dots = [
        Row(f"{votes} votes", estimate(each.difference), each.method)
        for votes, cell in found.hard.items()
        for each in cell
        if each.difference is not None
    ]
    if dots:
        parts.append(
            Intervals(
                "Hard delivery less soft labels",
                "difference of soft NLL in nats; below 0, hard delivery is better",
                tuple(dots),
                "Bars are 95 % intervals over splits and images.",
            )
        )
    for title, kept in (("few votes", [v for v in found.hard if v != ALL]), ("all votes", [ALL])):
        rows = [_named(each, votes) for votes in kept for each in found.hard.get(votes, ())]
        if rows:
            size = sum(each.test is not None for cell in found.hard.values() for each in cell)
            note = f"Holm’s correction runs over the {size} comparisons of hard delivery with soft labels."
            parts.append(comparison_table(f"Hard delivery and soft labels, {title}", rows, score=_NLL, note=note))
    for votes, cell in found.others.items():
        note = "Holm’s correction runs over this table."
        parts.append(comparison_table(f"Other deliveries and soft labels, {_of(votes)}", cell, score=_NLL, note=note))
    parts += [_all_scores(results, settings), *_secondary(found)]
    lead = (
        "Soft NLL is the cross-entropy of the prediction to the votes of all people on test images, in nats; lower is "
        "better. With one vote an image, soft labels, majority, SLS, multipass, its control and repeated labelling "
        "hand over the same targets: they are one method there, trained once. A difference of KL is that of soft NLL, "
        "since the entropy of people is the same for all. Label smoothing (.1) and mixup (Beta .2) start from the "
        "majority of the given votes. All deliveries share the learner’s settings, which were chosen for soft labels."
    )
    return Section("Scores by number of votes", lead, tuple(parts))


_NLL = "soft NLL, lower is better"


def _of(votes: str) -> str:
    return "1 vote" if votes == "1" else f"{votes} votes"


def _named(each: Comparison, votes: str) -> Comparison:
    return replace(each, method=f"{_of(votes)}, {each.method}")


def _curves(results: Results, found: Tested) -> Curves:
    means: dict[str, list[tuple[float, Estimate]]] = {}
    for votes in results.votes:
        cells = (*found.hard.get(votes, ()), *found.others.get(votes, ()))
        known = {each.method: estimate(each.mean) for each in cells}
        for name in _DRAWN:
            at = name if name in known else "soft" if votes == "1" and results.has(votes, name) else None
            if at in known:
                means.setdefault(name, []).append((results.n_votes(votes), known[at]))
    curves = [
        Curve(name, tuple(x for x, _ in each), tuple(e.value for _, e in each), tuple(e.low for _, e in each),
              tuple(e.high for _, e in each))
        for name, each in means.items()
    ]  # fmt: skip
    lines = results.lines().get("soft-ce", {})
    said = "; ".join(f"{name} {number(float(ends[0]))}" for name, ends in lines.items())
    how = "Bars are 95 % intervals over splits and images; the last point is all votes."
    how += f" Reference lines of soft NLL: {said}." if said else ""
    x_title = "votes an image (logarithmic)"
    return Curves("Soft NLL by votes", x_title, "soft NLL, nats, lower is better", tuple(curves), how, log_x=True)


def _all_scores(results: Results, settings: BasinsSettings) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for votes in results.votes:
        for name in results.deliveries(votes):
            cells = [over_seeds(results.scores(votes, name, score).mean(axis=1), settings.draws) for score in SCORES]
            rows.append((f"{_of(votes)}, {name}", results.n_splits(votes), *cells))
    for name in results.lines().get("soft-ce", {}):
        ends = [results.lines()[score][name].tolist() for score in ("soft-ce", "kl")]
        cells = [Estimate(mean, low, high) for mean, low, high in ends]
        rows.append((name, None, *cells, *[None] * (len(SCORES) - 2)))
    note = (
        "Means over splits, in brackets 95 % intervals over splits. Accuracy and ECE (equal mass) are against the "
        "majority of people, the entropy correlation is Spearman’s. The last rows are reference lines of the test "
        "images’ own votes; their brackets are means over splits of each one’s own 95 % interval."
    )
    return Table("All scores", ("votes, delivery", "splits", *SCORES), tuple(rows), note, 4)


def _secondary(found: Tested) -> list[Table]:
    tables = []
    for score, cells in found.secondary.items():
        rows = [_named(each, votes) for votes, cell in cells.items() for each in cell]
        if rows:
            way = "higher" if score in HIGHER else "lower"
            note = "Scores of whole splits: intervals are over splits alone. Holm’s correction runs over this table."
            tables.append(
                comparison_table(
                    f"Hard delivery and soft labels: {score}", rows, score=f"{score}, {way} is better", note=note
                )
            )
    return tables


def where_section(results: Results, settings: BasinsSettings) -> Section:
    """Soft NLL by how much people disagree."""
    rows: list[tuple[Cell, ...]] = []
    for votes in results.votes:
        soft = results.strata(votes, "soft")
        for name in results.deliveries(votes):
            values = results.strata(votes, name)
            gaps = values if name == "soft" else values - soft
            cells = [over_seeds(gaps[:, k], settings.draws, signed=name != "soft") for k in range(len(STRATA))]
            rows.append((f"{_of(votes)}, {name}{'' if name == 'soft' else ' less soft'}", *cells))
    note = "In brackets 95 % intervals over splits; nothing is tested here. Strata are those of all images at once."
    lead = (
        "Test images by the entropy of people: unanimous, up to the median entropy of the others, and above. Rows of "
        "soft labels hold their soft NLL, the others differences to it."
    )
    table = Table("Soft NLL by disagreement", ("votes, delivery", *STRATA), tuple(rows), note, 4)
    return Section("Where: by disagreement of people", lead, (table,))


def seeds_section(results: Results) -> Section:
    """How much of the spread is split, and how much initialisation."""
    rows: list[tuple[Cell, ...]] = []
    for votes in results.votes:
        soft = results.scores(votes, "soft", "soft NLL")
        for name in results.deliveries(votes):
            values = results.scores(votes, name, "soft NLL")
            own = variance_components(values)
            apart = None if name == "soft" else variance_components(values - soft)
            gap = (None, None) if apart is None else (apart.split, apart.initialisation)
            rows.append((f"{_of(votes)}, {name}", own.split, own.initialisation, *gap))
    head = ("votes, delivery", "split", "initialisation", "split, less soft", "initialisation, less soft")
    note = (
        f"Standard deviations of soft NLL by analysis of variance over {max(map(results.n_splits, results.votes))} "
        f"splits (fewer where the table of all scores says so) and {results.arm.initialisations} initialisations of "
        "each; undefined with one. A split has its own test images and its own draw of votes; an initialisation has "
        "its own weights and order of images, the same for all deliveries."
    )
    lead = "A seed is a split and an initialisation. Tests run over splits, on means over initialisations."
    return Section("Seeds", lead, (Table("Components of variance", head, tuple(rows), note, 4), _checkpoints(results)))


def _checkpoints(results: Results) -> Table:
    """When each delivery was at its best."""
    rows: list[tuple[Cell, ...]] = []
    for votes in results.votes:
        for name in results.deliveries(votes):
            epochs = results.checkpoints(votes, name) * results.arm.epochs
            rows.append((f"{_of(votes)}, {name}", float(epochs.mean()), float(epochs.min()), float(epochs.max())))
    note = (
        f"Of {results.arm.epochs} epochs, or as many steps, by the validation images' votes. A delivery can only do "
        "another thing than soft labels in epochs that the kept weights have seen."
    )
    return Table("Epoch of the kept weights", ("votes, delivery", "mean", "earliest", "latest"), tuple(rows), note, 1)


def illustration_section(results: Results) -> Section:
    """An arm without claims."""
    rows: list[tuple[Cell, ...]] = []
    for votes in results.votes:
        soft = results.scores(votes, "soft", "soft NLL").mean(axis=1)
        for name in results.deliveries(votes):
            values = results.scores(votes, name, "soft NLL").mean(axis=1)
            accuracy = float(results.scores(votes, name, "accuracy").mean())
            lower = None if name == "soft" else f"{int((values < soft).sum())} of {soft.size}"
            gap = None if name == "soft" else Estimate(float((values - soft).mean()), signed=True)
            rows.append((f"{_of(votes)}, {name}", soft.size, float(values.mean()), gap, lower, accuracy))
    arm = results.arm
    size = "all images" if arm.images is None else f"a fixed subset of {arm.images:,} images"
    head = ("votes, delivery", "splits", "soft NLL", "less soft", "lower in", "accuracy")
    note = "An illustration: so few splits can carry no test, and nothing is claimed from it."
    lead = f"The network {arm.network}, trained on the pictures themselves, {size}, {arm.epochs} epochs."
    return Section(f"Illustration: {arm.network}", lead, (Table(f"{arm.network}", head, tuple(rows), note, 4),))
