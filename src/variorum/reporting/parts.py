"""The parts that every section of a page is made of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from variorum.reporting.markup import Child, Markup, tag

__all__ = ["facts", "figure", "key", "section", "table"]


def section(name: str, title: str, *children: Child) -> Markup:
    """A section with a heading that can be linked to."""
    return tag("section", tag("h2", title), *children, id=name)


def figure(name: str, drawings: Iterable[Markup], *, caption: Child, how: Child = None, class_: str = "") -> Markup:
    """A figure: what it is, the drawing, and how to read it.

    Args:
        name: Its name in ``data-figure``.
        drawings: One or more drawings; several of class ``wide`` and ``narrow`` take turns with the page's width.
        caption: What it shows.
        how: How to read it.
        class_: Class of the figure.

    Returns:
        A ``figure``.
    """
    explained = tag("p", tag("b", "How to read this. "), how, class_="how") if how else None
    inside = tag("div", *drawings, class_="drawings")
    return tag("figure", tag("figcaption", caption), inside, explained, data_figure=name, class_=class_ or None)


def key(entries: Sequence[tuple[str, str, str]]) -> Markup:
    """A key to a drawing without room for labels: class of the swatch, name, value."""
    rows = [
        tag("li", tag("span", class_=f"swatch {kind}"), tag("span", name), tag("span", value, class_="n"))
        for kind, name, value in entries
    ]
    return tag("ul", *rows, class_="key")


def facts(pairs: Iterable[tuple[str, Child]], class_: str = "facts") -> Markup:
    """Names with their values."""
    return tag("dl", *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs), class_=class_)


def table(
    head: Sequence[Child], rows: Iterable[Sequence[Child]], *, numeric: Iterable[int] = (), class_: str = ""
) -> Markup:
    """A table in a frame that scrolls on its own where the page is narrow; the first column names the row.

    Args:
        head: Column heads.
        rows: Cells of each row.
        numeric: Columns set flush right.
        class_: Class of the table.

    Returns:
        The framed table.
    """
    right = set(numeric)

    def cell(name: str, k: int, child: Child) -> Markup:
        scope = {"td": None, "th": "row", "th head": "col"}[name]
        return tag(name.split()[0], child, class_="n" if k in right else None, scope=scope)

    top = tag("thead", tag("tr", *(cell("th head", k, child) for k, child in enumerate(head))))
    body = tag("tbody", *(tag("tr", *(cell("td" if k else "th", k, c) for k, c in enumerate(row))) for row in rows))
    return tag("div", tag("table", top, body, class_=class_ or None), class_="frame", tabindex=0)
