"""Charts as drawings inside a page: vector graphics without a script, real text, one name space for all."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator
from typing import Any, Final

from variorum.checks import need_extra
from variorum.reporting.markup import Markup, escape
from variorum.reporting.theme import CONFIG, Chart

__all__ = ["Drawer"]

_WIDE: Final = 690
_NARROW: Final = 330

_SIZE = re.compile(r'^<svg [^>]*?width="([\d.]+)" height="([\d.]+)" viewBox="([^"]*)">')
# Every attribute value in these drawings is escaped, so that a pattern never runs into a text.
_NOISE = re.compile(
    r' aria-roledescription="[^"]*"| role="graphics-(?:symbol|object)"| font-family="sans-serif"'
    r'| stroke-miterlimit="10"| pointer-events="none"'
)
# A disc is a path of two arcs; a circle says the same in a third of the letters.
_DISC = re.compile(
    r'<path((?: aria-label="[^"]*")?) transform="translate\(([-\d.]+),([-\d.]+)\)"'
    r' d="M([\d.]+),0A\4,\4,0,1,1,-\4,0A\4,\4,0,1,1,\4,0"((?: [\w-]+="[^"]*")*)/>'
)
_LONG_NUMBER = re.compile(r'(?<= transform="translate\()(-?[\d.]+),(-?[\d.]+)(?=\))')
_GROUP = re.compile(r'(?<= class="mark-)([^"]*)_\d+_marks(?=")')
_NAMED = re.compile(r'(?<= id=")(clip|gradient)(?=\d)|(?<=="url\(#)(clip|gradient)(?=\d)')


class Drawer:
    """Draws charts for one page; names inside the drawings never meet.

    Example:
        >>> from variorum.reporting.theme import marks
        >>> dots = marks([{"x": 1}, {"x": 2}], "dots").mark_circle().encode(x="x:Q")
        >>> drawing = Drawer().draw(dots, "Two dots")
        >>> drawing.startswith("<svg"), "dots_marks" in drawing
        (True, True)
    """

    def __init__(self) -> None:
        self._numbers: Iterator[int] = itertools.count(1)

    def draw(self, chart: Chart, description: str, *, class_: str = "") -> Markup:
        """Draw a chart.

        Args:
            chart: Without theme.
            description: What it shows, for those who do not see it.
            class_: Class of the drawing.

        Returns:
            An ``svg`` element that shrinks with the page and never grows.

        Raises:
            MissingExtraError: If the extra ``report`` is not installed.
        """
        converter: Any = need_extra("report", "vl_convert")
        spec = chart.to_dict() | {"config": CONFIG}
        svg = converter.vegalite_to_svg(_clean(spec), vl_version=_version(spec["$schema"], converter))
        size = _SIZE.match(svg)
        assert size is not None
        width, height, box = size.groups()
        body = _NOISE.sub("", svg[size.end() :])
        body = _GROUP.sub(r"\1_marks", body)
        body = _LONG_NUMBER.sub(lambda m: f"{float(m[1]):.5g},{float(m[2]):.5g}", body)
        body = _DISC.sub(_circle, body)
        body = _NAMED.sub(lambda m: f"v{number}-{m[0]}", body) if (number := next(self._numbers)) else body
        head = (
            f'<svg class="{escape(f"drawing {class_}".strip())}" role="group" aria-label="{escape(description)}" '
            f'width="{width}" height="{height}" viewBox="{box}" fill="none" stroke-miterlimit="10">'
        )
        return Markup(head + body)

    def draw_both(self, chart: Callable[[int], Chart], description: str) -> list[Markup]:
        """Draw a chart for wide pages and for narrow ones: a page shows the drawing that it has room for.

        Args:
            chart: Makes the chart, given a width in pixels.
            description: What it shows, for those who do not see it.

        Returns:
            The wide drawing and the narrow one.

        Raises:
            MissingExtraError: If the extra ``report`` is not installed.

        Example:
            >>> from variorum.reporting.theme import marks
            >>> dots = marks([{"x": 1}, {"x": 2}], "dots").mark_circle().encode(x="x:Q")
            >>> drawings = Drawer().draw_both(lambda width: dots.properties(width=width), "Two dots")
            >>> [drawing[12:26] for drawing in drawings]
            ['drawing wide" ', 'drawing narrow']
        """
        sizes = ((_WIDE, "wide"), (_NARROW, "narrow"))
        return [self.draw(chart(width), description, class_=class_) for width, class_ in sizes]


def _circle(match: re.Match[str]) -> str:
    label, x, y, radius, look = match.groups()
    look = look.replace(' opacity="1"', "")
    if " stroke=" not in look:
        look = look.replace(' stroke-width="2"', "")
    return f'<circle{label} cx="{x}" cy="{y}" r="{float(radius):.3g}"{look}/>'


def _version(schema: str, converter: Any) -> str:
    """The newest compiler that is not newer than the schema, of the same major version."""
    wanted = tuple(int(part) for part in re.findall(r"\d+", schema.rsplit("/", 1)[-1])[:2])
    known = [tuple(int(part) for part in name.split(".")) for name in converter.get_vegalite_versions()]
    same = [version for version in known if version[0] == wanted[0]] or known
    return ".".join(map(str, max((v for v in same if v <= wanted), default=min(same))))


def _clean(value: Any) -> Any:
    """A specification whose texts can be written as UTF-8."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8").replace("\0", "�")
    if isinstance(value, dict):
        return {key: _clean(each) for key, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value
