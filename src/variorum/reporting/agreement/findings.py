"""What a summary of agreement says, in plain sentences that its numbers wrote."""

from __future__ import annotations

import math

import numpy as np

from variorum.annotations import Corpus
from variorum.evaluation import AGREEMENT, AgreementInterval, AgreementSummary
from variorum.reporting.wording import amount, clip_text, number, percent

__all__ = ["caution", "headline", "interval_words", "notes", "short_title"]

# Above this raw agreement and below this alpha, a reader wonders how both can be.
_HIGH, _LOW = 0.75, 0.5


def short_title(name: str) -> str:
    """What a measure is called where there is little room.

    Example:
        >>> short_title("alpha-nominal"), short_title("gwet-ac1")
        ('alpha, nominal', 'AC1')
    """
    return AGREEMENT[name].title.removeprefix("Krippendorff’s ").removeprefix("Gwet’s ").removesuffix(", quadratic")


def interval_words(interval: AgreementInterval, digits: int = 2) -> str:
    r"""A value with its interval, as in a sentence.

    Example:
        >>> interval_words(AgreementInterval(0.347, 0.308, 0.389, 0.95, 1000, 0)).replace("\xa0", " ")
        '0.35 (95 % interval 0.31 to 0.39)'
    """
    value = number(interval.value, digits)
    if math.isnan(interval.low):
        return value
    ends = f"{number(interval.low, digits)} to {number(interval.high, digits)}"
    return f"{value} ({round(interval.level * 100)}\u00a0% interval {ends})"


def headline(summary: AgreementSummary, corpus: Corpus) -> str:
    """One or two sentences: how often people agree, how often they would by chance, and what is left of it.

    Args:
        summary: Of the corpus.
        corpus: The corpus.

    Returns:
        Plain text.
    """
    main = summary.measures[0]
    if not summary.counts.paired_items:
        return "No item has two answers, so that nobody can agree or disagree."
    title = "{} ({})".format(*AGREEMENT[main.name].title.split(", "))
    left = f"{title} is {interval_words(main.interval)}"
    if math.isnan(main.interval.value):
        left = f"{title} is undefined, since everybody gives the same answer"
    if summary.kind == "numeric":
        low, high = corpus.scheme.bounds or (0.0, 1.0)
        apart = summary.measure("difference").value * (high - low)
        return f"Two annotators of an item typically differ by {apart:.3g} on a scale from {low:g} to {high:g}. {left}."
    same = "choose exactly the same labels" if summary.kind == "multilabel" else "give the same label"
    start = f"Two annotators of an item {same} {percent(summary.measure('raw').value)} of the time"
    if summary.kind == "multilabel" or summary.labels is None:
        return f"{start}. {left}."
    chance = float(np.square(summary.labels.agreement.share).sum())
    return f"{start}; if labels were drawn by lot, as often as they are given, it would be {percent(chance)}. {left}."


def caution(summary: AgreementSummary) -> str:
    """What a reader of the headline should know: why raw agreement is high and alpha low, or what a low one means.

    Args:
        summary: Of a corpus.

    Returns:
        Plain text; empty where there is nothing to warn of.
    """
    main, labels = summary.measures[0].interval.value, summary.labels
    if math.isnan(main):
        return ""
    if labels is not None and summary.kind in ("nominal", "ordinal", "pairwise"):
        raw = summary.measure("raw").value
        first = int(np.argmax(labels.agreement.share))
        if raw >= _HIGH and main < _LOW:
            measure = "gwet-ac1" if summary.kind != "ordinal" else "gwet-ac2"
            share, name = percent(float(labels.agreement.share[first])), clip_text(labels.labels[first], 40)
            return (
                f"High raw agreement with a low alpha is no contradiction: {share} of the answers are “{name}”, and "
                f"most of the agreement is agreement on it. {AGREEMENT[measure].title}, which expects less by chance, "
                f"is {number(summary.measure(measure).value, 2)}."
            )
    if main < 0.667:
        all_agree = summary.items[~np.isnan(summary.items)]
        share = percent(float((all_agree > 1.0 - 1e-9).mean()))
        return (
            f"All agree on {share} of the {amount(summary.counts.paired_items, 'item')} with two answers or more. A "
            "low alpha does not tell slips from readings: where people differ for reasons, more votes and their "
            "distribution say more than one label would."
        )
    return ""


def notes(summary: AgreementSummary) -> list[str]:
    """What was left out, and what stands for what, a sentence each.

    Args:
        summary: Of a corpus.

    Returns:
        Plain texts.
    """
    counts, said = summary.counts, []
    if summary.kind == "pairwise" and "alpha-interval" in [each.name for each in summary.measures]:
        said.append("For alpha, interval, a tie lies half way between the two.")
    if counts.repeated:
        how = (
            "make one set of labels"
            if summary.kind == "multilabel"
            else "share the weight of one answer in equal parts"
        )
        said.append(
            f"{amount(counts.repeated, 'answer')} of more than one row: the rows of one annotator on one item {how}, "
            "and nobody is compared with themselves."
        )
    if counts.elicited:
        said.append(
            f"{amount(counts.elicited, 'answer')} given as a distribution: two of them agree by the chance that labels "
            "drawn from both do, so that even equal ones agree in part alone."
        )
    if counts.abstained or counts.unsure:
        said.append(
            f"{amount(counts.abstained, 'row')} that abstained and {counts.unsure:,} that were unsure are no votes, "
            "and left out."
        )
    if summary.annotators is None:
        said.append("Nobody knows who gave which vote, so that annotators and pairs cannot be told apart.")
    elif summary.pairs is None:
        said.append("There may be more than three million pairs of annotators; they are left out.")
    alone = counts.items - counts.paired_items
    if alone:
        said.append(f"{amount(alone, 'item')} with one answer, which pairs with nothing.")
    return said
