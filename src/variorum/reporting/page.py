"""One HTML file that needs nothing else: style and script inside, under a policy that allows these two alone."""

from __future__ import annotations

import base64
import hashlib
import os
from collections.abc import Callable, Sequence
from importlib import resources
from pathlib import Path
from string import Template

from variorum.annotations.files.places import atomically
from variorum.checks import need_extra
from variorum.reporting.markup import Child, Markup, escape, join, tag

__all__ = ["masthead", "page", "render", "write_page"]


def render(title: str, body: Callable[[], Markup]) -> str:
    """Let `body` make the inside of a page, and make the page.

    Args:
        title: What the browser's tab says.
        body: Makes what `page` takes.

    Returns:
        The page: self-contained, under a content security policy that allows its own style and script by their hashes
        and nothing else.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    # Checking every part of every chart against its schema takes longer than all the rest; the tests check them.
    with need_extra("report", "altair").utils.schemapi.debug_mode(False):
        inside = body()
    style, script = _asset("style.css"), _asset("script.js")
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    values = {"policy": policy, "title": escape(title), "style": style, "script": script, "body": inside}
    return Template(_asset("page.html")).substitute(values)


def page(head: Markup, sections: Sequence[Child], closing: str) -> Markup:
    """The inside of a page: its head, its sections, a closing line, and the place for what the pointer shows."""
    return join(
        head,
        tag("main", *sections),
        tag("footer", tag("p", closing)),
        tag("div", id="tip", role="status", hidden=True),
    )


def masthead(kind: str, title: str, sections: Sequence[tuple[str, str]], *children: Child) -> Markup:
    """The head of a page.

    Args:
        kind: What kind of report it is ("campaign report").
        title: Of what.
        sections: Name and title of each section, for the links.
        *children: What stands between the title and the links.

    Returns:
        A ``header``.
    """
    links = [tag("a", name_of, href=f"#{name}") for name, name_of in sections]
    return tag(
        "header",
        tag("p", "Variorum", tag("span", f" {kind}"), class_="kicker"),
        tag("h1", title),
        *children,
        tag("nav", *links, aria_label="Sections"),
        class_="masthead",
    )


def write_page(text: str, path: str | os.PathLike[str]) -> None:
    """Write a page to a file, all of it or nothing; what is there is replaced in one step.

    Raises:
        OSError: If the file cannot be written.
    """
    with atomically(Path(path)) as part:
        part.write_text(text, encoding="utf-8", newline="\n")


def _asset(name: str) -> str:
    return resources.files("variorum.reporting").joinpath(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"
