from __future__ import annotations

import numpy as np
import pytest

from reporting.hostile import HOSTILE
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.reporting.markup import escape, tag
from variorum.reporting.setup_section import setup_section


def corpus(home: str = "", notes: tuple[str, ...] = ()) -> Corpus:
    """One item with one vote."""
    zero, one = np.zeros(1, np.int32), np.ones(1, np.int32)
    votes = Annotations(LabelScheme.nominal(["no", "yes"]), Items(("i",)), Annotators(("c:a",)), zero, zero, one)
    return Corpus("c", votes, licence="CC0", home=home, notes=notes)


def test_the_corpus_stands_beside_what_was_used() -> None:
    made = setup_section(
        "On what", ["One.", [tag("b", "Two. "), "<2>"]], corpus(), [("items", "1")], "Settings", [("seeds", 3)]
    )
    assert made == (
        '<section id="setup"><h2>On what</h2><p class="lead-in">One.</p><p class="lead-in"><b>Two. </b>&lt;2&gt;</p>'
        '<div class="pair"><div><h3>Corpus</h3><dl class="settings"><div><dt>items</dt><dd>1</dd></div>'
        "<div><dt>licence</dt><dd>CC0</dd></div><div><dt>home</dt><dd>–</dd></div></dl></div>"
        '<div><h3>Settings</h3><dl class="settings"><div><dt>seeds</dt><dd>3</dd></div></dl></div></div></section>'
    )


def test_notes_end_the_corpus_and_are_text() -> None:
    made = setup_section("On what", [], corpus(notes=("Two rows were skipped.", HOSTILE[0])), [], "Settings", [])
    listed = f'<ul class="corpus-notes"><li>Two rows were skipped.</li><li>{escape(HOSTILE[0])}</li></ul>'
    assert f"</dl>{listed}</div><div><h3>Settings</h3>" in made


@pytest.mark.parametrize("home", ["https://example.org/x?a=1&b=2", "http://example.org", "HTTPS://example.org"])
def test_a_home_on_the_web_is_a_link(home: str) -> None:
    shown = escape(home)
    made = setup_section("On what", [], corpus(home), [], "Settings", [])
    assert f'<dd><a href="{shown}" rel="noreferrer noopener">{shown}</a></dd>' in made


@pytest.mark.parametrize(
    "home", ["javascript:alert(1)", "data:text/html,x", "a shelf", "ftp://example.org", HOSTILE[1]]
)
def test_a_home_elsewhere_is_text(home: str) -> None:
    made = setup_section("On what", [], corpus(home), [], "Settings", [])
    assert f"<dd><span>{escape(home)}</span></dd>" in made
    assert "href" not in made


@pytest.mark.parametrize("home", ["http://[x", "https://exa℀mple.org"])
def test_a_home_that_cannot_be_taken_apart_does_not_stop_the_report(home: str) -> None:
    # urllib.parse raises ValueError on both.
    assert home in setup_section("On what", [], corpus(home), [], "Settings", [])
