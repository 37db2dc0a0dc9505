"""That pages with one fault each are found out, so that the tests of the reports can fail."""

from __future__ import annotations

from pathlib import Path

import pytest

from reporting.browsing import SHEET, Visit, faults, faults_in_print, marks

_DRAWING = '<svg class="{}" width="40" height="20">{}</svg>'
_BODIES = {
    "sound": "<p>Text.</p><details><summary>More</summary><p>Closed.</p></details>"
    + _DRAWING.format("drawing", "<text x='0' y='9'>in</text>"),
    "wide": "<p>Text.</p><div style='width: 800px; height: 9px'></div>",
    "wide when open": "<details><summary>More</summary><div style='width: 500px; height: 9px'></div></details>",
    "hacked": "<p>Text.</p><script>window.hacked = 1</script>",
    "pale": "<p style='color: #aaa'>Pale.</p>",
    "pale when open": "<details><summary>More</summary><p style='color: #aaa'>Pale.</p></details>",
    "empty": "",
    "outside": "<p>Text.</p>" + _DRAWING.format("drawing", "<text x='-99' y='9'>out</text>"),
    "talking": "<p>Text.</p><script>console.log('hello')</script>",
    "failing": "<p>Text.</p><script>throw new Error('broken')</script>",
    "asking": "<p>Text.</p><script>alert('who?')</script>",
    "loading": "<p>Text.</p><img src='missing.png' alt=''>",
    "screen": "<nav>Links</nav><p>Text.</p>" + _DRAWING.format("narrow", ""),
    "marked": "<p>Text.</p><figure data-figure='one'>"
    + _DRAWING.format("wide", "<g class='dots_marks'><path d='M0 0h9v9'/><path d='M0 0h9v9'/></g>")
    + "<div hidden>"
    + _DRAWING.format("narrow", "<g class='dots_marks'><path d='M0 0h9v9'/></g>")
    + "</div></figure>",
}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("pages")
    for name, body in _BODIES.items():
        page = f"<!doctype html><meta charset='utf-8'><link rel='icon' href='data:,'><body>{body}"
        (folder / f"{name}.html").write_text(page, encoding="utf-8")
    return {name: folder / f"{name}.html" for name in _BODIES}


def test_a_sound_page_has_no_fault(visit: Visit) -> None:
    assert faults(visit("sound", 390, "light"), 390) == []
    assert faults_in_print(visit("sound", SHEET, "light")) == []


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("wide", ["wide where 390 is there, closed", "wide where 390 is there, open"]),
        ("wide when open", ["wide where 390 is there, open"]),
        ("hacked", ["a text was run"]),
        ("pale", ["contrast 2.32: Pale."]),
        ("pale when open", ["contrast 2.32: Pale."]),
        ("empty", ["no text"]),
        ("outside", ["outside of the page: out"]),
        ("talking", ["said: hello"]),
        ("failing", ["said: broken"]),
        ("asking", ["said: who?"]),
    ],
)
def test_one_fault_is_one_sentence(visit: Visit, name: str, said: list[str]) -> None:
    # (1 + .05) / (L + .05) with L = ((170 / 255 + .055) / 1.055) ** 2.4 = .402 is 2.32.
    found = faults(visit(name, 390, "light"), 390)
    assert len(found) == len(said)
    assert all(sentence.endswith(end) for sentence, end in zip(found, said, strict=True))


def test_a_request_beside_the_page_itself_is_a_fault(visit: Visit) -> None:
    found = faults(visit("loading", 390, "light"), 390)
    assert "missing.png" in found[-1]


@pytest.mark.parametrize(
    ("name", "said"), [("screen", "2 parts for the screen"), ("wide", "808 wide where 718 is there, printed")]
)
def test_faults_in_print(visit: Visit, name: str, said: str) -> None:
    # A body has a margin of 8 pixels.
    assert faults_in_print(visit(name, SHEET, "light")) == [said]


def test_marks_are_those_to_be_seen_or_all(visit: Visit) -> None:
    page = visit("marked", 390, "light").page
    assert marks(page, "one", "dots") == 2
    assert marks(page, "one", "dots", hidden=True) == 3
    assert marks(page, "two", "dots") == 0
