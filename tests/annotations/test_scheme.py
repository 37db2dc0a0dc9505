import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import LabelScheme
from variorum.errors import SchemeError, UnknownNameError

NAMES = st.lists(st.text("abcxyz-", min_size=1), min_size=2, max_size=3, unique=True)


@given(NAMES, st.sampled_from(["nominal", "ordinal", "multilabel", "pairwise"]))
def test_json_round_trip(names, kind):
    scheme = getattr(LabelScheme, kind)(names)
    assert LabelScheme.from_json(scheme.to_json()) == scheme
    assert [scheme.code(name) for name in names] == list(range(len(names)))
    assert scheme.n_classes == len(names)


def test_numeric():
    scheme = LabelScheme.numeric(0, 10)
    assert (scheme.n_classes, scheme.bounds) == (0, (0.0, 10.0))
    assert LabelScheme.from_json({"kind": "numeric", "bounds": [0, 10]}) == scheme


def test_ordinal_positions():
    assert LabelScheme.from_json({"kind": "ordinal", "labels": ["a", "b"]}).positions == (0.0, 1.0)
    assert LabelScheme.ordinal(["low", "high"], [-5, 5]).positions == (-5.0, 5.0)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: LabelScheme.nominal([]), "needs at least one label"),
        (lambda: LabelScheme.nominal(["a", "b", "a"]), "label 'a' stands twice"),
        (lambda: LabelScheme.nominal([" a"]), "label ' a' is not a non-empty text without blanks"),
        (lambda: LabelScheme.nominal([""]), "label '' is not a non-empty text"),
        (lambda: LabelScheme.nominal(["a\0"]), "NUL"),
        (lambda: LabelScheme.pairwise(["a"]), "two labels, or three"),
        (lambda: LabelScheme.ordinal(["a", "b"], [1, 1]), "strictly increasing"),
        (lambda: LabelScheme.ordinal(["a", "b"], [1]), "must be 2 strictly"),
        (lambda: LabelScheme("nominal", ("a",), (1.0,)), "ordinal scheme, and no other, has positions"),
        (lambda: LabelScheme("nominal", ("a",), bounds=(0, 1)), "has labels, and no bounds"),
        (lambda: LabelScheme.numeric(1, 1), "low < high"),
        (lambda: LabelScheme.numeric(0, float("inf")), "two finite bounds"),
        (lambda: LabelScheme("numeric", ("a",), bounds=(0, 1)), "no labels or positions"),
        (lambda: LabelScheme.nominal(["a"]).code("b"), r"label 'b' is not in the scheme; its labels are \['a'\]"),
        (lambda: LabelScheme.nominal({"a", "b"}), "labels must be a list in class order"),
        (lambda: LabelScheme.ordinal("ab"), "labels must be a list in class order, not 'ab'"),
        (lambda: LabelScheme.from_json({"labels": ["a"]}), "needs a kind"),
        (lambda: LabelScheme.from_json({"kind": "nominal", "labels": "ab"}), "'ab' .* must be a list of texts"),
        (lambda: LabelScheme.from_json({"kind": "ordinal", "labels": ["a"], "positions": ["x"]}), "list of numbers"),
        (lambda: LabelScheme.from_json({"kind": "numeric", "bounds": [1]}), "must be two numbers"),
        (lambda: LabelScheme.from_json({"kind": "nominal", "labels": ["a"], "colour": 1}), "colour"),
    ],
)
def test_what_is_not_a_scheme(make, message):
    with pytest.raises(SchemeError, match=message):
        make()


def test_unknown_kind():
    with pytest.raises(UnknownNameError, match=r"scheme kind 'nominl' is not known. Did you mean 'nominal'"):
        LabelScheme("nominl", ("a",))
