"""That pages with one leak each are found out, so that the tests of the reports can fail."""

from __future__ import annotations

import base64
import hashlib

import pytest

from reporting.parsed import Parsed, leaks


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


PAGE = (
    '<!doctype html><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
    f'script-src {_hash("go()")}; style-src {_hash("p {}")}; img-src data:"><link rel="icon" href="data:,">'
    '<title>t</title><style>p {}</style><body><section id="one">1 &lt; 2 <a href="#one">up</a> '
    '<a href="https://example.org">home</a><img src="data:image/png;base64,"></section><script>go()</script>'
)


def test_a_page_is_taken_apart() -> None:
    parsed = Parsed(PAGE)
    assert "1 < 2 up home" in parsed.text
    assert parsed.sections() == ["one"]
    assert parsed.links() == ["#one", "https://example.org"]
    assert parsed.count("a") == 2
    assert parsed.policy().endswith("img-src data:")


def test_a_sound_page_has_no_leak() -> None:
    assert leaks(PAGE) == []


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("go()</script>", "go()</script><script>went()</script>", ["2 times script"]),
        ("<title>t</title>", "", ["0 times title"]),
        ("1 &lt; 2", "<iframe></iframe>", ["iframe"]),
        ("1 &lt; 2", "<b onclick='go()'>1</b>", ["b onclick=go()"]),
        ("1 &lt; 2", "<b style='color: red'>1</b>", ["b style=color: red"]),
        ('href="#one"', "href='javascript:go()'", ["a href=javascript:go()"]),
        ('href="data:,"', "href='icon.png'", ["link href=icon.png"]),
        ("data:image/png;base64,", "picture.png", ["img src=picture.png"]),
        ("1 &lt; 2", "<video src='data:video/mp4,'></video>", ["video src=data:video/mp4,"]),
        ("default-src 'none'", "default-src 'self'", ["something is allowed by default"]),
        ("<script>go()", "<script>went()", ["script without its hash"]),
        ("<style>p {}", "<style>b {}", ["style without its hash"]),
        ("img-src data:", "img-src 'unsafe-inline'", ["unsafe in the policy"]),
        ("img-src data:", "img-src http:", ["http in the policy"]),
        ("1 &lt; 2", "\0", ["a NUL"]),
        ("1 &lt; 2", "\ud83d", ["half of a pair"]),
    ],
)
def test_one_leak_is_one_sentence(old: str, new: str, said: list[str]) -> None:
    assert PAGE.count(old) == 1
    assert leaks(PAGE.replace(old, new)) == said
