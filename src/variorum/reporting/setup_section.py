"""The section that closes a report: the corpus, and beside it what else the numbers depend on."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from variorum.annotations import Corpus
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import facts, section

__all__ = ["setup_section"]


def setup_section(
    title: str,
    sentences: Iterable[Child],
    corpus: Corpus,
    described: Sequence[tuple[str, Child]],
    beside: str,
    used: Sequence[tuple[str, Child]],
) -> Markup:
    """What a report was computed on.

    Args:
        title: Heading of the section.
        sentences: What comes first, a paragraph each.
        corpus: The corpus; its licence, home and notes end its column.
        described: Names and values of the corpus that come before these.
        beside: Heading of the other column.
        used: Names and values in it.

    Returns:
        The section.
    """
    owned: list[tuple[str, Child]] = [("licence", corpus.licence), ("home", _link(corpus.home) if corpus.home else "–")]
    notes = tag("ul", *(tag("li", note) for note in corpus.notes), class_="corpus-notes") if corpus.notes else None
    return section(
        "setup",
        title,
        *(tag("p", sentence, class_="lead-in") for sentence in sentences),
        tag("div",
            tag("div", tag("h3", "Corpus"), facts([*described, *owned], "settings"), notes),
            tag("div", tag("h3", beside), facts(used, "settings")),
            class_="pair"),
    )  # fmt: skip


def _link(home: str) -> Markup:
    # A corpus names its home itself: only the web may be a link, a script never.
    if home.lower().startswith(("http://", "https://")):
        return tag("a", home, href=home, rel="noreferrer noopener")
    return tag("span", home)
