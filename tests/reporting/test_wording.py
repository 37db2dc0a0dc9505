from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from variorum.reporting.wording import amount, clip_text, difference, number, percent


@given(st.floats(-1e6, 1e6))
def test_a_difference_shows_its_sign_or_is_zero(value: float) -> None:
    text = difference(value)
    if abs(value) > 1e-9:
        assert text[0] == ("+" if value > 0 else "−")
        assert text.strip("+−0.,")
    if value == 0:
        assert text == "0.0000"


def test_no_minus_before_a_rounded_zero() -> None:
    assert number(-0.0001) == "0.000"


@given(st.floats(0, 1))
def test_a_percentage_says_all_or_none_only_of_all_or_none(share: float) -> None:
    text = percent(share)
    assert (text == "0 %") == (share == 0)
    assert (text == "100 %") == (share == 1)


@given(st.text(max_size=60), st.integers(2, 30))
def test_a_clipped_text_fits(text: str, length: int) -> None:
    assert len(clip_text(text, length)) <= length


def test_irregular_plurals() -> None:
    assert amount(2, "currency", "currencies") == "2 currencies"
