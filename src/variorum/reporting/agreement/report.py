"""A report of agreement: one HTML file that needs nothing else, no network and no script to be read."""

from __future__ import annotations

import os

from variorum.annotations import Corpus
from variorum.evaluation import AgreementSummary
from variorum.reporting.agreement.findings import caution, headline, notes
from variorum.reporting.agreement.group_section import group_section
from variorum.reporting.agreement.item_sections import item_section, label_section, measure_section
from variorum.reporting.agreement.people_sections import annotator_section, pair_section
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.page import masthead, page, render, write_page
from variorum.reporting.parts import facts
from variorum.reporting.setup_section import setup_section
from variorum.reporting.wording import amount

__all__ = ["agreement_report", "write_agreement_report"]

_TITLES = {
    "measures": "Measures",
    "items": "Items",
    "labels": "Labels",
    "annotators": "Annotators",
    "pairs": "Pairs",
    "groups": "Groups",
    "setup": "Setup",
}


def agreement_report(summary: AgreementSummary, corpus: Corpus) -> str:
    """Write the agreement of a corpus up as one HTML page.

    Args:
        summary: What `variorum.evaluation.agreement_summary` found in the corpus.
        corpus: The corpus.

    Returns:
        The page: self-contained, under a content security policy that allows its own style and script by their hashes
        and nothing else. Every text from the corpus is escaped; texts of a sensitive corpus are closed until opened.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    return render(f"{corpus.name} · agreement report", lambda: _body(summary, corpus))


def write_agreement_report(summary: AgreementSummary, corpus: Corpus, path: str | os.PathLike[str]) -> None:
    """Write a report of agreement to a file, all of it or nothing.

    Args:
        summary: What `variorum.evaluation.agreement_summary` found in the corpus.
        corpus: The corpus.
        path: Where to; what is there is replaced in one step.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    write_page(agreement_report(summary, corpus), path)


def _body(summary: AgreementSummary, corpus: Corpus) -> Markup:
    drawer, cards = Drawer(), CardWriter(corpus)
    sections: dict[str, Markup] = {
        "measures": measure_section(summary, drawer),
        "items": item_section(summary, corpus, drawer, cards),
    }
    if summary.labels is not None:
        sections["labels"] = label_section(summary, drawer)
    if summary.annotators is not None:
        sections["annotators"] = annotator_section(summary, corpus, drawer)
    if summary.pairs is not None:
        sections["pairs"] = pair_section(summary, corpus, drawer)
    if summary.groups is not None:
        sections["groups"] = group_section(summary, drawer)
    sections["setup"] = _setup(summary, corpus)
    warning = caution(summary)
    counts = summary.counts
    spread = f"{counts.fewest:,}" if counts.fewest == counts.most else f"{counts.fewest:,} to {counts.most:,}"
    head = masthead(
        "agreement report",
        corpus.name,
        [(name, _TITLES[name]) for name in sections],
        tag("p", headline(summary, corpus), class_="lede"),
        tag("p", warning, class_="standfirst") if warning else None,
        facts([
            ("items", f"{counts.items:,}"),
            ("answers to each", spread),
            ("answers", f"{counts.answers:,}"),
            ("annotators", f"{counts.annotators:,}" if counts.annotators else "unknown"),
            ("abstained or unsure", f"{counts.abstained + counts.unsure:,}"),
        ]),
    )  # fmt: skip
    closing = "Written by Variorum from the annotations. No interval or p value is corrected for how many there are."
    return page(head, list(sections.values()), closing)


def _setup(summary: AgreementSummary, corpus: Corpus) -> Markup:
    counts = summary.counts
    scheme = corpus.scheme
    labels = ", ".join(scheme.labels) or "{:g} to {:g}".format(*(scheme.bounds or (0, 0)))
    described: list[tuple[str, Child]] = [
        ("labels", f"{scheme.kind}: {labels}"),
        (
            "items",
            f"{len(corpus.items):,}; {counts.items:,} with an answer, {counts.paired_items:,} with two or more",
        ),
        ("annotators", f"{counts.annotators:,} known"),
    ]
    answered: list[tuple[str, Child]] = [
        ("answered", amount(counts.rows, "row")),
        ("answers", f"{counts.answers:,}, each all that an annotator says about an item"),
        ("of several rows", amount(counts.repeated, "answer")),
        ("elicited", f"{amount(counts.elicited, 'row')} with a distribution"),
        ("by unknown", f"{amount(counts.unknown, 'row')}, each taken for somebody else"),
        ("abstained", amount(counts.abstained, "row")),
        ("unsure", amount(counts.unsure, "row")),
        ("resamples", f"{summary.n_draws:,} of the items, intervals of {round(summary.level * 100)}\u00a0%"),
    ]
    return setup_section("What it was computed on", notes(summary), corpus, described, "Answers", answered)
