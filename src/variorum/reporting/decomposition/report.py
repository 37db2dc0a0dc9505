"""A report of decomposition: one HTML file that needs nothing else, no network and no script to be read."""

from __future__ import annotations

import os

import numpy as np

from variorum.reporting.decomposition.annotator_section import annotator_section
from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.decomposition.findings import flagged, groups, headline, hypothesis, notes
from variorum.reporting.decomposition.group_section import group_section
from variorum.reporting.decomposition.item_sections import (
    card_writer,
    contested_section,
    disagreement_section,
    suspect_section,
)
from variorum.reporting.drawing import Drawer
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.page import masthead, page, render, write_page
from variorum.reporting.parts import facts, section
from variorum.reporting.setup_section import setup_section
from variorum.reporting.wording import amount, number, percent

__all__ = ["decomposition_report", "write_decomposition_report"]

_TITLES = {
    "disagreement": "Disagreement",
    "annotators": "Annotators",
    "suspects": "Likely errors",
    "contested": "Contested items",
    "groups": "Perspectives",
    "meaning": "Meaning",
    "setup": "Setup",
}
_FEW = 10


def decomposition_report(found: Decomposed) -> str:
    """Write up what in a corpus is variation and what is error, as one HTML page.

    Args:
        found: What `variorum.studies.decompose_corpus` found.

    Returns:
        The page: self-contained, under a content security policy that allows its own style and script by their hashes
        and nothing else. Every text from the corpus is escaped; texts of a sensitive corpus are closed until opened.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    return render(f"{found.corpus.name} · decomposition report", lambda: _body(found))


def write_decomposition_report(found: Decomposed, path: str | os.PathLike[str]) -> None:
    """Write a report of decomposition to a file, all of it or nothing.

    Args:
        found: What `variorum.studies.decompose_corpus` found.
        path: Where to; what is there is replaced in one step.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    write_page(decomposition_report(found), path)


def _body(found: Decomposed) -> Markup:
    drawer, cards, parts = Drawer(), card_writer(found), found.decomposition
    sections: dict[str, Markup] = {"disagreement": disagreement_section(found, drawer, cards)}
    known = int(np.count_nonzero(~np.isnan(parts.annotators.error_rate)))
    if known:
        sections["annotators"] = annotator_section(found, drawer)
    sections["suspects"] = suspect_section(found, cards)
    sections["contested"] = contested_section(found, cards)
    if groups(found):
        sections["groups"] = group_section(found, cards)
    sections["meaning"] = _meaning(found)
    sections["setup"] = _setup(found)
    error = parts.error[~np.isnan(parts.error)]
    weight = parts.one_truth_weight
    head = masthead(
        "decomposition report",
        found.corpus.name,
        [(name, _TITLES[name]) for name in sections],
        tag("p", headline(found), class_="lede"),
        tag("p", " ".join(filter(None, (hypothesis(found), flagged(found)))), class_="standfirst"),
        facts([
            ("items", f"{int(np.count_nonzero(~np.isnan(parts.items.error_share))):,}"),
            ("votes", f"{error.size:,}"),
            ("annotators", f"{known:,}" if known else "unknown"),
            ("errors expected", f"{percent(float(error.mean()))} of the votes"),
            ("weight of one truth", "–" if np.isnan(weight) else number(weight, 2)),
        ]),
    )  # fmt: skip
    closing = (
        "Written by Variorum from the annotations. Nothing here was checked by a person: an error is a probability."
    )
    return page(head, list(sections.values()), closing)


def _meaning(found: Decomposed) -> Markup:
    parts, people = found.decomposition, found.decomposition.annotators
    said = {
        "Error": "a vote that was made whatever the item. Careless clicks that happen to be right count as errors too, "
        "so that the rate is higher than the share of wrong labels.",
        "Variation": "what people read in an item, errors apart. A reading that is rare, or that you do not share, is "
        "no error as long as it depends on the item.",
        "Dissent": "reading in a way of one’s own, consistently. It counts in the population like any other reading.",
        "Population": f"whose distribution this is: {parts.population}. Who answers whatever the item has no weight.",
    }
    if np.isnan(parts.one_truth_weight):
        said["Unknown annotators"] = (
            "nobody’s votes can be compared with their other votes. A share of errors is assumed, not found: the "
            "numbers say which votes are unusual, and no more."
        )
    else:
        said["One truth"] = (
            "the weight compares two explanations by how well they predict votes. It is no proof: where there is one "
            "truth and annotators are biased in ways of their own, they look like people who differ."
        )
        if np.nanmin(people.n_votes) < _FEW:
            said["Few votes"] = (
                f"of annotators with fewer than {_FEW} votes, one vote in ten is taken for an error until their votes "
                "say otherwise; the intervals show how little is known."
            )
    rows = [tag("li", tag("b", f"{name}: "), text) for name, text in said.items()]
    return section("meaning", "What these numbers mean, and what they do not", tag("ul", *rows, class_="meaning"))


def _setup(found: Decomposed) -> Markup:
    corpus, parts = found.corpus, found.decomposition
    scheme = corpus.scheme
    described: list[tuple[str, Child]] = [
        ("labels", f"{scheme.kind}: {', '.join(scheme.labels)}"),
        ("items", f"{len(corpus.items):,}"),
        ("annotators", f"{len(corpus.annotators):,} known"),
    ]
    used: list[tuple[str, Child]] = [
        ("population", parts.population),
        ("features", found.features or "none: votes alone"),
        ("evidence", ", ".join(found.evidence) or "none but the votes"),
        ("groups", ", ".join(found.group_names) if len(found.group_names) > 1 else "one"),
        ("fit", f"{amount(parts.n_iterations, 'round')}, {'converged' if parts.converged else 'not converged'}"),
    ]
    return setup_section("What it was computed on", notes(found), corpus, described, "What was used", used)
