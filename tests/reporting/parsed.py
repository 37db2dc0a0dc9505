"""Pages taken apart without a browser: elements, attributes, texts, and what they could load or run."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from html.parser import HTMLParser

_NEVER = {"iframe", "object", "embed", "form", "base", "foreignobject"}
# How the value of an attribute of an element may start; "" is any other element.
_STARTS: dict[tuple[str, str], tuple[str, ...]] = {
    ("a", "href"): ("#", "http://", "https://"),
    ("", "href"): ("data:,",),
    ("img", "src"): ("data:image/",),
    ("", "src"): (),
}


class Parsed(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.texts.append(data)

    @property
    def text(self) -> str:
        return "".join(self.texts)

    def count(self, name: str) -> int:
        return [tag for tag, _ in self.tags].count(name)

    def sections(self) -> list[str | None]:
        return [a.get("id") for tag, a in self.tags if tag == "section"]

    def links(self) -> list[str]:
        return [a["href"] or "" for tag, a in self.tags if tag == "a"]

    def policy(self) -> str:
        [policy] = [a["content"] for _, a in self.tags if a.get("http-equiv") == "Content-Security-Policy"]
        return policy or ""


def leaks(page: str) -> list[str]:
    """Whatever a page could load or run beside its own style and script, or could not be written with; else nothing."""
    return [*_elements(Parsed(page)), *_policy(page), *_letters(page)]


def _elements(parsed: Parsed) -> Iterator[str]:
    for name in ("script", "style", "title"):
        if parsed.count(name) != 1:
            yield f"{parsed.count(name)} times {name}"
    for name, attributes in parsed.tags:
        if name in _NEVER:
            yield name
        for key, value in attributes.items():
            starts = _STARTS.get((name, key), _STARTS.get(("", key), ("",)))
            if key.startswith("on") or key == "style" or not (value or "").startswith(starts):
                yield f"{name} {key}={value}"


def _policy(page: str) -> Iterator[str]:
    policy = Parsed(page).policy()
    if not policy.startswith("default-src 'none'; "):
        yield "something is allowed by default"
    for name in ("script", "style"):
        inside = re.search(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256((inside[1] if inside else "").encode()).digest()).decode()
        if f"{name}-src 'sha256-{digest}';" not in policy:
            yield f"{name} without its hash"
    for word in ("unsafe", "http"):
        if word in policy:
            yield f"{word} in the policy"


def _letters(page: str) -> Iterator[str]:
    if "\0" in page:
        yield "a NUL"
    if re.search("[\ud800-\udfff]", page):
        yield "half of a pair"
