from __future__ import annotations

import base64
import hashlib
import re
import sys
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from variorum.errors import MissingExtraError
from variorum.reporting import agreement_report, write_agreement_report

Make = Callable[..., tuple]


class _Page(HTMLParser):
    """Elements, attributes and texts of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)

    def sections(self) -> list[str | None]:
        return [a.get("id") for t, a in self.tags if t == "section"]


@pytest.mark.parametrize("kind", ["nominal", "ordinal", "multilabel", "numeric"])
def test_nothing_is_loaded_and_hostile_texts_stay_texts(
    make_agreement: Make, hostile: tuple[str, ...], kind: str
) -> None:
    page = agreement_report(*make_agreement(kind))
    parsed = _Page(page)
    assert [t for t, _ in parsed.tags].count("script") == [t for t, _ in parsed.tags].count("title") == 1
    assert not {"iframe", "object", "embed", "img", "form", "base", "foreignobject", "i"} & {t for t, _ in parsed.tags}
    assert not [name for _, a in parsed.tags for name in a if name.startswith("on") or name in ("src", "style")]
    assert not [a for t, a in parsed.tags if t == "a" and not (a["href"] or "").startswith(("#", "http"))]
    text = "".join(parsed.text)
    assert hostile[0] in text
    assert hostile[2] in text
    assert "\0" not in page
    page.encode("utf-8")
    for name in ("script", "style"):
        inside = re.search(rf"<{name}>(.*?)</{name}>", page, re.DOTALL)
        assert inside is not None
        digest = base64.b64encode(hashlib.sha256(inside[1].encode()).digest()).decode()
        assert f"{name}-src &#x27;sha256-{digest}" in page or f"{name}-src 'sha256-{digest}'" in page


def test_sections_are_those_that_the_data_allow(make_agreement: Make) -> None:
    every = ["measures", "items", "labels", "annotators", "pairs", "groups", "setup"]
    assert _Page(agreement_report(*make_agreement())).sections() == every
    numbers = _Page(agreement_report(*make_agreement("numeric", groups=False)))
    assert numbers.sections() == [name for name in every if name not in ("labels", "groups")]
    unknown = _Page(agreement_report(*make_agreement(known=False)))
    assert unknown.sections() == ["measures", "items", "labels", "setup"]
    assert "Nobody knows who gave which vote" in "".join(unknown.text)
    links = [a["href"] for t, a in unknown.tags if t == "a" and (a["href"] or "").startswith("#")]
    assert links == ["#measures", "#items", "#labels", "#setup"]


def test_numbers_on_the_page_are_those_of_the_summary(make_agreement: Make) -> None:
    summary, corpus = make_agreement()
    text = "".join(_Page(agreement_report(summary, corpus)).text)
    for each in summary.measures:
        assert f"{each.interval.value:.3f}[{each.interval.low:.3f}, {each.interval.high:.3f}]" in text
    assert f"{summary.counts.abstained} rows that abstained" in text
    assert f"{summary.counts.answers:,}" in text


def test_the_same_summary_gives_the_same_bytes(make_agreement: Make, tmp_path: Path) -> None:
    write_agreement_report(*make_agreement(), tmp_path / "a.html")
    assert (tmp_path / "a.html").read_bytes() == agreement_report(*make_agreement()).encode()


def test_texts_of_a_sensitive_corpus_stay_closed(make_agreement: Make) -> None:
    parsed = _Page(agreement_report(*make_agreement(sensitive=True)))
    closed = [a for t, a in parsed.tags if t == "details" and a.get("class") == "sensitive"]
    assert len(closed) == 6
    assert not [a for a in closed if "open" in a]
    assert "Sentence number" not in "".join(str(a.get("aria-label")) for _, a in parsed.tags)


def test_without_intervals_none_are_drawn(make_agreement: Make) -> None:
    page = agreement_report(*make_agreement(n_draws=0))
    assert "No interval was asked for." in page
    assert "nan" not in "".join(_Page(page).text).lower().replace("annotator", "").split()


def test_without_the_extra_it_says_what_to_install(make_agreement: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[report\]'"):
        agreement_report(*make_agreement())
