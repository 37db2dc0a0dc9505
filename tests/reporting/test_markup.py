from __future__ import annotations

import html

from hypothesis import given
from hypothesis import strategies as st

from variorum.reporting.markup import Markup, escape, join, plain, tag

anything = st.text(alphabet=st.characters(codec=None), max_size=40)


@given(anything)
def test_a_text_never_becomes_markup_and_reads_back(text: str) -> None:
    shown = escape(text)
    assert not set("<>\"'") & set(shown)
    assert html.unescape(shown) == plain(text)
    shown.encode("utf-8")


@given(anything)
def test_an_attribute_cannot_be_left(text: str) -> None:
    assert tag("p", title=text).count('"') == 2


def test_markup_is_not_escaped_twice() -> None:
    assert tag("p", tag("b", "<")) == "<p><b>&lt;</b></p>"
    assert escape(Markup("<i>")) == "<i>"


def test_nothing_and_lists_of_nothing() -> None:
    assert join(None, [None, "a", ["b", 3]]) == "ab3"
    assert tag("input", checked=False, disabled=True, value=None) == "<input disabled>"
