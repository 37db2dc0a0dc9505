"""HTML that is escaped unless it says otherwise: a string is text, `Markup` is markup."""

from __future__ import annotations

import html
from collections.abc import Iterable
from typing import TypeAlias

__all__ = ["Child", "Markup", "escape", "join", "plain", "tag"]

_VOID = frozenset({"br", "hr", "img", "input", "link", "meta"})


class Markup(str):
    """Markup that is safe to put on a page as it is: made by `tag`, or by a renderer that escapes."""

    __slots__ = ()


Child: TypeAlias = "str | int | Iterable[Child] | None"


def plain(text: str) -> str:
    """A text that any page can hold: no NUL, no half of a surrogate pair; both become the replacement character.

    Example:
        >>> plain("a" + chr(0) + "b" + chr(0xD800))
        'a�b�'
    """
    return "".join("�" if c == "\0" or "\ud800" <= c <= "\udfff" else c for c in text)


def escape(text: object) -> Markup:
    """Text as markup that shows it; `Markup` stays as it is.

    Example:
        >>> escape("<b> & 'c'")
        '&lt;b&gt; &amp; &#x27;c&#x27;'
    """
    if isinstance(text, Markup):
        return text
    return Markup(html.escape(plain(str(text)), quote=True))


def join(*children: Child) -> Markup:
    """Children one after another, each escaped unless it is markup; ``None`` is nothing."""
    return Markup("".join(_pieces(children)))


def _pieces(children: Iterable[Child]) -> Iterable[str]:
    for child in children:
        if child is None:
            continue
        if isinstance(child, str | int):
            yield escape(child)
        else:
            yield from _pieces(child)


def tag(name: str, /, *children: Child, **attributes: str | int | float | bool | None) -> Markup:
    """An element.

    Args:
        name: Its name.
        *children: Texts (escaped), markup, numbers, ``None`` (nothing) or iterables of these.
        **attributes: Values are escaped. A trailing underscore is dropped (``class_``), others become hyphens; ``True``
            is an attribute without a value, ``None`` and ``False`` are none.

    Returns:
        The element as markup.

    Example:
        >>> tag("p", "1 < 2", tag("br"), class_="note", data_item="a & b")
        '<p class="note" data-item="a &amp; b">1 &lt; 2<br></p>'
    """
    parts = [name]
    for key, value in attributes.items():
        attribute = key.rstrip("_").replace("_", "-")
        if value is True:
            parts.append(attribute)
        elif value is not None and value is not False:
            parts.append(f'{attribute}="{escape(value)}"')
    opening = f"<{' '.join(parts)}>"
    return Markup(opening if name in _VOID else f"{opening}{join(*children)}</{name}>")
