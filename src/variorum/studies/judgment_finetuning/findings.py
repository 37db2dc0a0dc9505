"""What came out of the study of judgment fine-tuning: sentences that the numbers write, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from variorum.corpora.anli import ANLI_ROUNDS
from variorum.reporting.study import Findings, Intervals, Row, Scatter, Section, Series
from variorum.reporting.wording import amount, difference, listing, number, p_value
from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL, Comparison, estimate
from variorum.studies.judgment_finetuning.published import PRINTED_CHAOSNLI
from variorum.studies.judgment_finetuning.sources import REFERENCE
from variorum.studies.judgment_finetuning.tables import (
    F1_MARGIN,
    KL_MARGIN,
    MEAN_LINE,
    UNTUNED,
    Found,
    anli_table,
    comparison_tables,
    comparisons,
    distance_table,
    line_table,
    machine_table,
    people_table,
    printed_again_table,
    printed_table,
    score_table,
)

__all__ = ["judgment_findings"]

_FEWEST_SEEDS: Final = 10  # below, nothing is claimed, whatever a test says
_EPOCHS, _EVERY = 5, 20  # of the published recipe


def judgment_findings(settings: Any, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    found = Found.of(runs)
    of_f1, of_kl = comparisons(found)
    verdict = (
        _ranking(found, of_f1),
        *_claims(of_f1, of_kl),
        _nearness(found, of_kl),
        _order(found),
        _transfer(found),
    )
    sections = (
        _main_section(found, of_f1, of_kl),
        Section(
            "Beside the published tables",
            "The recipe of the papers with " + _what_ran(settings) + ".",
            (printed_table(found, settings.encoder), printed_again_table(found, settings.encoder)),
        ),
        _source_section(found),
        Section(
            "Out of distribution",
            "Adversarial NLI was written to deceive models; one label an item.",
            (anli_table(found),),
        ),
        Section(
            "What the numbers stand beside",
            "Answers that need no training, and people.",
            (line_table(found), people_table(found), score_table(found, "test"), score_table(found, "dev")),
        ),
    )
    setup = (
        ("items", ", ".join(f"{name} {n:,}" for name, n in found.lines["items"].items())),
        ("models a source", str(len(found.seeds))),
        ("what ran", _what_ran(settings)),
    )
    return Findings(verdict, sections, _notes(settings, found), setup, (machine_table(found),))


def _ranking(found: Found, of_f1: Sequence[Comparison]) -> str:
    ranked = sorted(of_f1, key=lambda each: -each.mean.mean)
    said = listing([f"{each.method} {_interval(each)}" for each in ranked])
    constant = found.lines["constants"][MEAN_LINE]["test"]["weighted_f1"]
    untuned = float(np.mean(found.values(UNTUNED, "test", "weighted_f1")))
    return (
        f"Mean weighted F1 on the test items over {amount(len(found.seeds), 'seed')}, by what a model was fine-tuned "
        f"on: {said}. Always answering the most frequent label has {number(constant)}, the untuned head "
        f"{number(untuned)}."
    )


def _claims(of_f1: Sequence[Comparison], of_kl: Sequence[Comparison]) -> tuple[str, ...]:
    """What the tests say, or that they cannot say anything."""
    tests = [each.test for each in (*of_f1, *of_kl) if each.test is not None]
    smallest, n = min(test.smallest_p for test in tests), of_f1[0].n_seeds
    if n < _FEWEST_SEEDS or smallest * len(tests) > LEVEL:
        return (
            f"No difference between sources is claimed: {amount(n, 'paired seed')} can give no p below "
            f"{number(smallest, 4)}, and there are {len(tests)} tests. What is printed is an illustration.",
        )
    return (
        _claim("Weighted F1", of_f1, f"{F1_MARGIN:g}"),
        _claim("KL divergence", of_kl, f"{KL_MARGIN:g} nats"),
    )


def _claim(score: str, found: Sequence[Comparison], margin: str) -> str:
    parts = []
    for claim, words in (
        ("higher", "higher with"),
        ("lower", "lower with"),
        ("equivalent", f"the same within {margin} with"),
        ("open", "not shown to differ, nor to be the same, with"),
    ):
        named = [_difference(each) for each in found if each.claim == claim]
        if named:
            parts.append(f"{words} {listing(named)}")
    against = f"against models fine-tuned on {REFERENCE}’s own distributions"
    return f"{score} on the test items, {against}, is {'; '.join(parts)}."


def _difference(each: Comparison) -> str:
    assert each.difference is not None
    assert each.equivalence is not None
    shown = difference(each.difference.mean)
    p = each.equivalence.p_value if each.claim == "equivalent" else each.holm_p
    return f"{each.method} ({shown}, {p_value(p)})"


def _nearness(found: Found, of_kl: Sequence[Comparison]) -> str:
    ranked = sorted(of_kl, key=lambda each: each.mean.mean)
    constant = found.lines["constants"][MEAN_LINE]["test"]["kl"]
    said = listing([f"{each.method} {_interval(each)}" for each in ranked])
    beside = ""
    if len(found.seeds) >= _FEWEST_SEEDS:
        better = [each.method for each in ranked if each.mean.high < constant]
        worse = [each.method for each in ranked if each.mean.low > constant]
        sides = (("lower", better), ("higher", worse))
        parts = [f"after {listing(names)} it is {word}" for word, names in sides if names]
        beside = f" ({'; '.join(parts)}, by the whole interval)" if parts else " (no interval lies on one side of it)"
    return (
        f"Mean KL divergence on the test items: {said}, nats; one and the same distribution for all items has "
        f"{number(constant)}{beside}."
    )


def _order(found: Found) -> str:
    """The order of the sources that were printed, here and there."""
    sources = [source for source in dict.fromkeys(row.source for row in PRINTED_CHAOSNLI) if source in found.models]
    ours = sorted(sources, key=lambda source: -float(np.mean(found.values(source, "test", "weighted_f1"))))
    said = []
    for encoder in ("BERT", "RoBERTa"):
        theirs = {row.source: row.f1[1] for row in PRINTED_CHAOSNLI if row.encoder == encoder}
        order = sorted(sources, key=lambda source: -theirs[source])
        said.append(f"{encoder}’s was {'the same' if order == ours else ', '.join(order)}")
    return (
        f"By test F1 the sources that were printed come here in the order {', '.join(ours)}; {'; '.join(said)} (2024)."
    )


def _transfer(found: Found) -> str:
    said = []
    for name in ANLI_ROUNDS:
        means = {source: float(np.mean(found.values(source, name, "weighted_f1"))) for source in found.models}
        best = max(means, key=lambda source: means[source])
        said.append(f"{name.upper()} {number(min(means.values()))} to {number(means[best])} ({best})")
    return f"On ANLI’s development sets mean weighted F1 is {', '.join(said)}; guessing three labels gives a third."


def _main_section(found: Found, of_f1: Sequence[Comparison], of_kl: Sequence[Comparison]) -> Section:
    how = "Mean over seeds with its 95 % interval over seeds and items; the line is one answer for all items."
    constant = found.lines["constants"][MEAN_LINE]["test"]
    charts = tuple(
        Intervals(
            title,
            axis,
            tuple(Row(each.method, estimate(each.mean)) for each in rows),
            how,
            reference,
        )
        for title, axis, rows, reference in (
            ("Weighted F1 on the test items", "weighted F1, higher is better", of_f1, constant["weighted_f1"]),
            ("KL divergence on the test items", "nats an item, lower is better", of_kl, constant["kl"]),
        )
    )
    return Section(
        "Which labels teach best",
        "Models fine-tuned on the same items with other label distributions, from the same heads, in the same order; "
        "scored against 100 votes on each of the test items.",
        (*charts, *comparison_tables(of_f1, of_kl)),
    )


def _source_section(found: Found) -> Section:
    rows = {source: models[0]["distances"] for source, models in found.models.items()}
    scatter = Scatter(
        "Test F1 by distance correlation of the source",
        "distance correlation of the source with people",
        "weighted F1",
        tuple(
            Series(
                source,
                tuple(float(near["distance_correlation"]) for _ in found.seeds),
                tuple(found.values(source, "test", "weighted_f1")),
                tuple(f"{source}, seed {seed}" for seed in found.seeds),
            )
            for source, near in rows.items()
        ),
        "A point a model. The study “metrics” correlates these with --sources and this folder.",
    )
    return Section(
        "Near to people, and good to learn from",
        "Whether sources that are nearer to people make better models; a few sources cannot settle it.",
        (scatter, distance_table(found)),
    )


def _interval(each: Comparison) -> str:
    return f"{number(each.mean.mean)} [{number(each.mean.low)}, {number(each.mean.high)}]"


def _what_ran(settings: Any) -> str:
    first = "no stage one" if settings.stage_one is None else f"stage one on {settings.stage_one}"
    return (
        f"the encoder {settings.encoder}, {first}, {amount(settings.epochs, 'epoch')} of stage two, evaluated every "
        f"{amount(settings.evaluate_every, 'step')}"
    )


def _notes(settings: Any, found: Found) -> tuple[str, ...]:
    shared, n = found.lines["shared_premises"], found.lines["items"]
    notes = [
        "The papers fine-tuned BERT and RoBERTa on MNLI first; "
        + (
            f"here the encoder {settings.encoder} had its general weights and a new head, and no stage one, since MNLI "
            "was not at hand: no number here repeats one of theirs."
            if settings.stage_one is None
            else f"here stage one is one model on {settings.stage_one}, the same for every seed."
        ),
        "The published dev and test items are used as released: their premises are not kept apart "
        f"({shared['dev']} of {n['dev']} development and {shared['test']} of {n['test']} test items share a premise "
        "with a training item).",
        "The weights are those with the best macro F1 against the development items’ 100 votes, whatever the source, "
        "as in the recipe; a practitioner with few votes has no such choice.",
        "Seeds vary head, order and dropout; the items and the encoder are the same, so that nothing speaks of other "
        "items than by the intervals over test items.",
        "ANLI: development sets here, test sets in the papers.",
    ]
    if (settings.epochs, settings.evaluate_every) != (_EPOCHS, _EVERY):
        notes.append(
            f"To save time, {amount(settings.epochs, 'epoch')} with an evaluation every "
            f"{amount(settings.evaluate_every, 'step')}; the papers have {_EPOCHS} and {_EVERY}, so that theirs chose "
            "among other weights."
        )
    if settings.stage_one is None:
        notes.append("The head’s bias starts at the training labels’ mean distribution, the papers’ after stage one.")
    if settings.items is not None or settings.held_out is not None or settings.anli is not None:
        few = ", ".join(f"{name} {count:,}" for name, count in n.items())
        notes.append(f"Items were chosen at random, once for all seeds: {few}.")
    return tuple(notes)
