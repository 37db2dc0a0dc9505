import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ArgumentError, SchemeError, ShapeError

NOMINAL = LabelScheme.nominal(["no", "yes"])
ITEMS, PEOPLE = Items(("a", "b")), Annotators(("p", "q"))


def make(item, annotator, label, status=(), scheme=NOMINAL, **columns):
    return Annotations(scheme, ITEMS, PEOPLE, item, annotator, label, status, **columns)


def test_counts():
    votes = make([0, 0, 0, 1], [0, 1, -1, 0], [1, 0, 1, -1], [0, 0, 0, 1])
    assert votes.counts().tolist() == [[1, 2], [0, 0]]
    assert (len(votes), votes.n_rows, votes.n_pairs) == (3, 4, 3)
    # Annotator p weighs 2 and q nothing; the unknown one weighs 1.
    assert votes.counts([2, 0]).tolist() == [[0, 3], [0, 0]]
    with pytest.raises(ArgumentError, match=r"weights\[1\] is negative"):
        votes.counts([1, -1])
    with pytest.raises(ShapeError, match=r"weights must have 2 values, not 1"):
        votes.counts([1])


def test_an_elicited_distribution_counts_as_itself():
    shares = [[np.nan, np.nan], [0.25, 0.75], [0.5, 0.5]]
    votes = make([0, 0, 1], [0, 1, 1], [0, -1, 1], distribution=shares)
    assert votes.counts().tolist() == [[1.25, 0.75], [0.5, 0.5]]
    assert votes.counts([1, 4]).tolist() == [[2.0, 3.0], [2.0, 2.0]]


def test_multilabel_counts():
    scheme = LabelScheme.multilabel(["x", "y"])
    # Item a: p gave x and y, q gave none of them; item b: two unknown annotators gave x, and x again.
    votes = make([0, 0, 0, 1, 1], [0, 0, 1, -1, -1], [0, 1, -1, 0, 0], scheme=scheme)
    assert votes.counts().tolist() == [[[1, 1], [1, 1]], [[0, 2], [2, 0]]]
    assert votes.counts([3, 1]).tolist() == [[[1, 3], [1, 3]], [[0, 2], [2, 0]]]
    assert votes.n_pairs == 4


@given(st.lists(st.tuples(st.integers(0, 1), st.integers(-1, 1), st.integers(0, 1)), min_size=1, max_size=12))
def test_counts_do_not_depend_on_the_order_of_rows(rows):
    votes = make(*zip(*rows, strict=True))
    again = make(*zip(*rows[::-1], strict=True))
    assert np.array_equal(votes.counts(), again.counts())
    assert votes.counts().sum() == len(votes)
    assert votes.equals(votes.take(np.arange(len(rows))))
    assert np.array_equal(votes.counts([1, 1]), votes.counts())


def test_numeric():
    votes = make([0, 1], [0, 0], [-1, -1], [0, 2], LabelScheme.numeric(0, 1), value=[0.5, np.nan])
    assert len(votes) == 1
    with pytest.raises(SchemeError, match=r"no vote counts"):
        votes.counts()


def test_take_and_equals():
    votes = make([0, 1], [0, 1], [1, 0], explanation=["why", None], seconds=[1.0, np.nan])
    part = votes.take(np.array([False, True]))
    assert part.explanation == (None,)
    assert part.items is votes.items
    assert votes.equals(make([0, 1], [0, 1], [1, 0], explanation=["why", None], seconds=[1.0, np.nan]))
    assert not votes.equals(make([0, 1], [0, 1], [1, 0], explanation=["why", "x"], seconds=[1.0, np.nan]))
    assert not votes.equals(part)


def test_columns_are_frozen_copies():
    codes = np.array([0, 1], np.int32)
    votes = make(codes, [0, 1], [1, 0])
    codes[0] = 1
    assert votes.item.tolist() == [0, 1]
    with pytest.raises(ValueError, match="read-only"):
        votes.item[0] = 1


def test_views_that_cannot_be_written_are_copied_too():
    codes = np.array([0, 1], np.int32)
    view = codes.view()
    view.flags.writeable = False
    votes = make(view, [0, 1], [1, 0])
    codes[0] = 1
    assert votes.item.tolist() == [0, 1]


@pytest.mark.parametrize(
    ("rows", "error", "message"),
    [
        ([True], ShapeError, r"a mask of shape \(1,\) cannot choose among 2 rows"),
        ([-1], ArgumentError, r"rows\[0\] = -1 is outside 0 to 1"),
        ([0, 2], ArgumentError, r"rows\[1\] = 2 is outside 0 to 1"),
        ([0.5], ArgumentError, r"rows\[0\] = 0.5 is not a whole number"),
        ([[0]], ShapeError, "must have 1 axes, not 2"),
    ],
)
def test_take_accepts_rows_that_exist(rows, error, message):
    with pytest.raises(error, match=message):
        make([0, 1], [0, 1], [1, 0]).take(rows)


def test_core_columns_are_small():
    votes = make([0], [0], [0])
    assert sum(getattr(votes, c).itemsize for c in ("item", "annotator", "label", "status")) == 13


PAIR = LabelScheme.pairwise()


@pytest.mark.parametrize(
    ("arguments", "columns", "error", "message"),
    [
        (([0, 1], [0], [0, 0]), {}, ShapeError, "annotations.annotator has 1 values for 2 rows"),
        (([0], [0], [0]), {"seconds": [1.0, 2.0]}, ShapeError, "annotations.seconds has 2 values for 1 rows"),
        (([[0]], [0], [0]), {}, ShapeError, "annotations.item must have 1 axes, not 2"),
        ((0, [0], [0]), {}, ShapeError, "annotations.item must have 1 axes, not 0"),
        (([0], [0], ["no"]), {}, ArgumentError, "label is not a column of int32"),
        (([2**70], [0], [0]), {}, ArgumentError, "item is not a column of int32"),
        (([0], [0], [0]), {"explanation": "why"}, ArgumentError, "explanation is the single text 'why'"),
        (([0], [0], [0]), {"explanation": [3]}, ArgumentError, r"explanation\[0\] = 3 is neither a text nor None"),
        (([2], [0], [0]), {}, ArgumentError, r"item\[0\] = 2 is outside 0 to 1"),
        (([0], [2], [0]), {}, ArgumentError, r"annotator\[0\] = 2 is outside -1 to 1"),
        (([0], [0], [2]), {}, ArgumentError, r"label\[0\] = 2 is outside -1 to 1"),
        (([0], [0], [0], [3]), {}, ArgumentError, r"status\[0\] = 3 is outside 0 to 2"),
        (([0.5], [0], [0]), {}, ArgumentError, r"item\[0\] = 0.5 is not a whole number that fits int32"),
        (([2**32], [0], [0]), {}, ArgumentError, r"item\[0\] = 4294967296 is not a whole number that fits int32"),
        (([0], [0], [-1]), {}, SchemeError, "row 0 is answered and has no label; 1 rows"),
        (([0], [0], [1], [1]), {}, SchemeError, "row 0 is abstained and has a label"),
        (([0], [0], [0]), {"confidence": [1.5]}, ArgumentError, r"confidence\[0\] = 1.5 is outside"),
        (([0], [0], [0]), {"cost": [-1]}, ArgumentError, r"cost\[0\] = -1 is negative"),
        (([0], [0], [0]), {"seconds": [-1.0]}, ArgumentError, r"seconds\[0\] = -1.0 is not a finite time"),
        (([0], [0], [0]), {"time": [np.inf]}, ArgumentError, r"time\[0\] is infinite"),
        (([0], [0], [0]), {"round": [-2]}, ArgumentError, r"round\[0\] = -2 is outside -1"),
        (([0], [0], [0]), {"shown_first": [0]}, SchemeError, "shown_first belongs to a pairwise scheme"),
        (([0], [0], [0], [0], PAIR), {"shown_first": [2]}, ArgumentError, r"shown_first\[0\] = 2 is outside -1 to 1"),
        (([0], [0], [0]), {"value": [1.0]}, SchemeError, "values belong to a numeric scheme"),
        (([0], [0], [0]), {"distribution": [[0.5, 0.6]]}, SchemeError, r"distribution\[0\] = .* is not one"),
        (([0], [0], [0]), {"distribution": [[1.0]]}, SchemeError, "distribution has 1 columns"),
        (([0], [0], [-1], [0], LabelScheme.numeric(0, 1)), {}, SchemeError, "needs the column value"),
        (
            ([0], [0], [-1], [0], LabelScheme.numeric(0, 1)),
            {"value": [2.0]},
            SchemeError,
            r"value\[0\] = 2.0 is outside",
        ),
        (
            ([0], [0], [-1], [2], LabelScheme.numeric(0, 1)),
            {"value": [1.0]},
            SchemeError,
            "row 0 is unsure and has the",
        ),
    ],
)
def test_bad_columns(arguments, columns, error, message):
    with pytest.raises(error, match=message):
        make(*arguments, **columns)


def test_repr():
    assert repr(make([0], [0], [0])) == "Annotations(1 answered of 1 rows, 2 items, 2 annotators, nominal)"
