"""Pages in a real browser: what they did when they were opened, the marks on them, and what is wrong with them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reporting.contrast import CONTRASTS

# Containers have neither a sandbox nor a graphics card; the rest keeps the browser from calling home.
SWITCHES = (
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
)  # fmt: skip
# A4 less its usual margins, at 96 pixels an inch.
SHEET = 718
_LEAST_CONTRAST = 4.5  # WCAG 2.2, level AA, for text of any size
_OUTSIDE = (
    "w => [...document.querySelectorAll('svg.drawing')].filter(e => e.getClientRects().length)"
    ".flatMap(e => [...e.querySelectorAll('text')]).map(e => [e.getBoundingClientRect(), e.textContent])"
    ".filter(([r]) => r.left < 0 || r.right > w).map(([, t]) => t)"
)


@dataclass
class Seen:
    """A page that was opened, and what it did since."""

    page: Any
    url: str
    messages: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)


# The name of a file, the width of the window, and the scheme: "light" or "dark".
Visit = Callable[[str, int, str], Seen]


def look(page: Any, url: str) -> Seen:
    """Open a page and listen to it."""
    seen = Seen(page, url)

    def close(dialog: Any) -> None:
        seen.messages.append(dialog.message)
        dialog.dismiss()

    page.on("console", lambda message: seen.messages.append(message.text))
    page.on("pageerror", lambda error: seen.messages.append(str(error)))
    page.on("dialog", close)
    page.on("request", lambda request: seen.requests.append(request.url))
    page.goto(url)
    return seen


def point_at(page: Any, mark: Any, position: dict[str, float] | None = None) -> None:
    """Move the pointer to a mark, by default to its middle, and wait for the note there."""
    mark.scroll_into_view_if_needed()
    # Scrolling hides the note, and a page hears of it a frame later.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    mark.hover(position=position)
    page.locator("#tip").wait_for(timeout=5000)


def marks(page: Any, figure: str, group: str, *, hidden: bool = False) -> int:
    """Marks of a group in a figure; on request in drawings too that are for pages of another width."""
    drawing = "svg" if hidden else "svg:visible"
    return int(page.locator(f'[data-figure="{figure}"] {drawing} g.{group}_marks > *').count())


def faults(seen: Seen, width: int) -> list[str]:
    """Whatever keeps a page from being quiet, as wide as its window and readable, closed texts opened; else nothing."""
    page = seen.page
    found = _too_wide(page, width, "closed")
    for summary in page.locator("summary:visible").all():
        summary.evaluate("e => { e.parentElement.open = true; }")
    found += _too_wide(page, width, "open")
    if page.evaluate("window.hacked") is not None:
        found.append("a text was run")
    contrasts = page.evaluate(CONTRASTS)
    found += [f"contrast {ratio:.2f}: {text}" for ratio, text in contrasts if ratio < _LEAST_CONTRAST]
    found += [] if contrasts else ["no text"]
    found += [f"outside of the page: {text}" for text in page.evaluate(_OUTSIDE, width)]
    found += [f"said: {message}" for message in seen.messages]
    return found + ([] if seen.requests == [seen.url] else [f"asked for {seen.requests}"])


def faults_in_print(seen: Seen) -> list[str]:
    """Whatever does not belong on a printed sheet, of a page whose window is as wide as the sheet."""
    seen.page.emulate_media(media="print")
    extra = seen.page.locator("svg.narrow:visible, nav:visible").count()
    return _too_wide(seen.page, SHEET, "printed") + ([f"{extra} parts for the screen"] if extra else [])


def _too_wide(page: Any, width: int, state: str) -> list[str]:
    found = page.evaluate("document.documentElement.scrollWidth")
    return [f"{found} wide where {width} is there, {state}"] if found > width else []
