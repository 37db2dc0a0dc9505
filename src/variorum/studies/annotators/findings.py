"""What came out of the study of annotators: sections and sentences, all written by the numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np

from variorum.reporting.study import Findings, Part, Section, Table
from variorum.reporting.wording import amount, listing, number
from variorum.studies.annotators.cells import MARGIN, Cells, Loss, by_place, cells_of, losses_of, truth_of
from variorum.studies.annotators.methods import LINES, REFERENCE, TRUTHS
from variorum.studies.annotators.scoring import MIN_VOTES
from variorum.studies.annotators.tables import (
    CLAIMS,
    claims_table,
    differences_chart,
    differences_data,
    group_table,
    line_table,
    loss_table,
    place_text,
    score_tables,
    third_table,
)
from variorum.studies.base import Run

__all__ = ["annotator_findings"]

_LEVEL: Final = 0.05
_CHARTS: Final = ("annotators’ CE", "population soft CE", "worst tenth")
_LEADS: Final = {
    "new items": "Items that no method has seen, by annotators whom all of them know; items that share a post or a "
    "context stay on one side.",
    "new votes": "Votes held out one by one, of items and annotators that are both known: what a method would fill in. "
    "Few votes of an item are held out, often one, which makes the population JS large for every method alike.",
}


def annotator_findings(settings: Any, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    rng = np.random.default_rng(0)
    of_methods = [run for run in runs if run.key["method"] != LINES]
    lines: dict[str, list[Run]] = {}
    for run in runs:
        if run.key["method"] == LINES:
            lines.setdefault(run.key["corpus"], []).append(run)
    places = by_place(of_methods)
    cells = cells_of(of_methods, rng, settings.draws)
    truths = losses_of(of_methods, "truth", rng, settings.draws)
    by_votes = losses_of(of_methods, "by votes", rng, settings.draws)
    splits = list(dict.fromkeys(split for _, split in places))
    sections = [_overview(cells, split) for split in splits]
    sections.append(_truth_section(truths))
    served = _served_section(places, rng, settings.draws)
    sections += [served] if served.parts else []
    sections.append(_weight_section(by_votes))
    if lines:
        table = line_table(lines, places)
        sections.append(Section("Reference lines", "How near to the votes any model could come.", (table,)))
    sections += [
        Section(f"All scores: {place_text(place)}", _votes_text(places[place]), score_tables(by_score, place))
        for place, by_score in cells.items()
    ]
    verdict = [_power(cells)] if not _can_pass(cells) else []
    verdict += [_claims(cells, split, score) for split in splits for score in ("annotators’ CE", "population soft CE")]
    verdict += [_claims(cells, splits[0], score) for score in ("worst tenth", "worst group")]
    verdict += [_lost(truths, "reading off the posited truth", "costs the population")]
    return Findings(
        tuple(sentence for sentence in verdict if sentence),
        tuple(sections),
        _notes(cells),
        (("population weights", "equal annotators among those with a training vote"),),
        (differences_data(cells),),
    )


def _smallest(cells: Cells) -> float:
    """The least p that a test of this study can give; the largest of the least where seeds are equal by chance."""
    every = [each.test for by_score in cells.values() for of_score in by_score.values() for each in of_score]
    return max(0.5 ** (test.n_pairs - 1) for test in every if test is not None)


def _can_pass(cells: Cells) -> bool:
    return all(
        _smallest(cells) * (len(of_score) - 1) <= _LEVEL
        for by_score in cells.values()
        for of_score in by_score.values()
    )


def _power(cells: Cells) -> str:
    n_seeds = next(iter(next(iter(cells.values())).values()))[0].n_seeds
    return f"With {amount(n_seeds, 'paired seed')} no difference can pass a corrected test: this is an illustration."


def _claims(cells: Cells, split: str, score: str) -> str:
    """Which methods are better or worse than one model for all, where, and by how much."""
    held: dict[str, dict[str, list[tuple[str, float]]]] = {}
    corpora = [place[0] for place, by_score in cells.items() if place[1] == split and score in by_score]
    for corpus in corpora:
        for each in cells[corpus, split][score][1:]:
            if each.difference is not None:
                by_claim = held.setdefault(each.method, {})
                by_claim.setdefault(CLAIMS[each.claim], []).append((corpus, each.difference.mean))
    if not corpora:
        return ""
    own = [name for name in held if name not in map(truth_of, TRUTHS)]
    said = []
    for claim, words in (("better", "better than"), ("worse", "worse than"), ("same", f"within {MARGIN:g} of")):
        parts = [f"{name} {_where(held[name][claim], len(corpora))}" for name in own if claim in held[name]]
        if parts:
            said.append(f"{words} one model for all: {'; '.join(parts)}")
    rest = [name for name in own if set(held[name]) == {"open"}]
    if rest:
        said.append(f"open everywhere: {listing(rest)}")
    start = f"{split[0].upper()}{split[1:]}, {score}, {amount(len(corpora), 'corpus', 'corpora')}"
    return f"{start}: {'. '.join(_capital(said))}."


def _capital(sentences: Sequence[str]) -> list[str]:
    return [sentences[0], *(f"{each[0].upper()}{each[1:]}" for each in sentences[1:])]


def _where(found: Sequence[tuple[str, float]], n_corpora: int) -> str:
    names = "in all" if len(found) == n_corpora > 1 else f"in {listing([corpus for corpus, _ in found])}"
    return f"{names} ({_span([gap for _, gap in found], signed=True)})"


def _span(values: Sequence[float], *, signed: bool = False) -> str:
    """The least and the largest of some values, or the one that they all are."""
    said = [f"+{number(value)}" if signed and value > 0 else number(value) for value in (min(values), max(values))]
    return " to ".join(dict.fromkeys(said))


def _lost(losses: Sequence[Loss], what: str, costs: str) -> str:
    """What another answer costs, by its tests."""
    if not losses:
        return ""
    worse = [loss for loss in losses if loss.holm_p <= _LEVEL and loss.difference.mean > 0]
    better = [loss for loss in losses if loss.holm_p <= _LEVEL and loss.difference.mean < 0]
    start = f"In place of the mean over annotators, {what}"
    if not worse and not better:
        return f"{start} shows no loss or gain that passes a test, in {amount(len(losses), 'case')}."
    said = []
    for found, words in ((worse, costs), (better, "brings the population nearer by")):
        if found:
            gaps = [abs(loss.difference.mean) for loss in found]
            said.append(
                f"{words} {_span(gaps)} nats of soft CE in {len(found)} of "
                f"{amount(len(losses), 'case')} (method, corpus and split)"
            )
    return f"{start} {', and '.join(said)}."


def _overview(cells: Cells, split: str) -> Section:
    charts = [chart for score in _CHARTS if (chart := differences_chart(cells, split, score)) is not None]
    parts: tuple[Part, ...] = (claims_table(cells, split), *charts)
    return Section(f"{split[0].upper()}{split[1:]}", _LEADS[split], parts)


def _truth_section(losses: Sequence[Loss]) -> Section:
    note = (
        "Soft cross-entropy against the population, lower is better; two-sided sign flips of the seeds’ means, Holm "
        "over the rows. Differences come with 95 % intervals over seeds and items."
    )
    return Section(
        "What a posited truth loses",
        "Crowd layer and MaDL explain annotators as distortions of one true label. Its distribution is what is usually "
        "read off them; here it stands beside the mean over annotators of the very same model.",
        (loss_table("The truth in place of the mean over annotators", losses, "posited truth", note),),
    )


def _served_section(
    places: Mapping[tuple[str, str], Mapping[str, Sequence[Run]]], rng: np.random.Generator, draws: int
) -> Section:
    new_items = {place: of_place for place, of_place in places.items() if place[1] == next(iter(places))[1]}
    tables: list[Table | None] = [third_table(new_items, rng, draws)]
    tables += [group_table(place, of_place, rng, draws) for place, of_place in new_items.items()]
    return Section(
        "Who is served",
        "Annotators with few votes have little to learn from, and groups differ in how far they are from the mean.",
        tuple(filter(None, tables)),
    )


def _weight_section(losses: Sequence[Loss]) -> Section:
    note = (
        "Soft cross-entropy of new weights against the population, less that of equal weights; below 0, weights by "
        "votes are nearer. Two-sided sign flips of the seeds’ means, Holm over the rows."
    )
    return Section(
        "Population weights",
        "A model of annotators answers for the population with a mean of its annotators. Everything here weighs those "
        "with a training vote equally; who votes on an item is more often who votes a lot.",
        (loss_table("Annotators weighted by their votes in place of equally", losses, "weighted by votes", note),),
    )


def _votes_text(methods: Mapping[str, Sequence[Run]]) -> str:
    runs = methods[REFERENCE]
    votes = [run.values["votes"] for run in runs]
    mean = {name: float(np.mean([each[name] for each in votes])) for name in votes[0]}
    epochs = ", ".join(
        f"{name} {number(float(np.mean([run.values['epoch'] for run in each])), 1)}" for name, each in methods.items()
    )
    considered = float(np.mean([run.values["own"]["considered"] for run in runs]))
    return (
        f"On average {mean['training']:,.0f} training votes and {mean['test']:,.0f} test votes on {mean['items']:,.0f} "
        f"items; {considered:,.0f} annotators have {MIN_VOTES} test votes. Epochs kept: {epochs}."
    )


def _notes(cells: Cells) -> tuple[str, ...]:
    comparisons = next(iter(next(iter(cells.values())).values()))
    n = sum(len(by_score) for by_score in cells.values())
    return (
        f"{amount(comparisons[0].n_seeds, 'paired seed')}; the smallest p of one test is {_smallest(cells):.4f}. "
        f"Holm’s correction is within corpus, split and score, of which there are {n}; over corpora nothing is "
        "claimed.",
        "The checkpoint is chosen by the population’s JS on validation votes for every method; one chosen for single "
        "annotators could serve them better.",
        "Targets are shares of few votes, whose noise adds to every method’s scores; what is compared are differences.",
        "One model for all learns from every vote (repeated labelling), and answers alike for every annotator.",
        "The worst-off annotator is partly worst by chance; the worst tenth is steadier.",
        "Synthetic perspectives are simulated annotators with planted perspectives: a check that models of annotators "
        "find what is there, no evidence about people.",
    )
