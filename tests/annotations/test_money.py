from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Price, format_money, micro_units
from variorum.errors import ArgumentError


@given(st.integers(0, 2**63 - 1))
def test_micro_units_are_exact(micro):
    assert micro_units(Decimal(micro).scaleb(-6)) == micro
    assert micro_units(str(Decimal(micro).scaleb(-6))) == micro


def test_amounts():
    # 0.1 + 0.2 in floats is not 0.3; as text each amount is exact.
    assert micro_units(0.1) + micro_units(0.2) == micro_units("0.3") == 300_000
    assert format_money(1_234_567_800, "EUR") == "1,234.5678 EUR"
    assert format_money(-50_000, "USD") == "-0.05 USD"


@pytest.mark.parametrize("amount", ["x", "-1", "0.0000001", "nan", "inf", "1e30", ""])
def test_what_is_not_an_amount(amount):
    with pytest.raises(ArgumentError, match="amount"):
        micro_units(amount)


def test_price():
    price = Price(per_annotation=10, per_second=3, per_input_token=2, per_output_token=5)
    # 10 + round(3 * 1.5) + 2 * 100 + 5 * 20 = 10 + 4 + 200 + 100
    assert price.of(seconds=1.5, input_tokens=100, output_tokens=20) == 314
    with pytest.raises(ArgumentError, match=r"per_second must be a non-negative whole number .* not -1"):
        Price(per_second=-1)
    with pytest.raises(ArgumentError, match=r"per_annotation must be .* not 0.05"):
        Price(per_annotation=0.05)
