import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import LabelScheme
from variorum.annotations.files.inference import as_scheme, in_order, number_of
from variorum.errors import SchemeError


@given(st.permutations(["10", "9", "-1", "1.5"]))
def test_numbers_are_ordered_as_numbers(labels):
    assert in_order(labels) == ("-1", "1.5", "9", "10")
    assert in_order([*labels, "x"]) == ("-1", "1.5", "10", "9", "x")


def test_number_of():
    assert [number_of(text) for text in ("1e3", " 1", "inf", "1_0", "")] == [1000.0, 1.0, None, None, None]


def test_kinds():
    labels = ["2", "1"]
    assert as_scheme(None, labels) == LabelScheme.nominal(["1", "2"])
    assert as_scheme("multilabel", labels) == LabelScheme.multilabel(["1", "2"])
    assert as_scheme("numeric", labels) == LabelScheme.numeric(1, 2)
    assert as_scheme("pairwise", ["tie", "left", "right"]).labels == ("left", "right", "tie")
    assert as_scheme(["2", "1"], []) == LabelScheme.nominal(["2", "1"])


def test_what_cannot_be_found():
    with pytest.raises(SchemeError, match=r"no row has a label, so a nominal scheme cannot be found"):
        as_scheme(None, [])
    with pytest.raises(SchemeError, match=r"label 'no' is not a number; 1 of 2 labels .*ordinal\("):
        as_scheme("ordinal", ["no", "1"])
    with pytest.raises(SchemeError, match=r"low < high"):
        as_scheme("numeric", ["1"])
    with pytest.raises(SchemeError, match=r"strictly increasing"):
        as_scheme("ordinal", ["1", "1.0"])
