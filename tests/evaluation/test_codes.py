import numpy as np
import pytest

from variorum.errors import ArgumentError, NotCountsError, ShapeError
from variorum.evaluation._codes import as_codes, as_whole_counts, mean_by_code, number_of_codes, sum_by_code


def test_codes_are_whole_numbers_in_range():
    assert as_codes("items", np.array([0, 3], dtype=np.uint8)).dtype == np.int64
    assert as_codes("items", []).dtype == np.int64
    np.testing.assert_array_equal(as_codes("annotators", [-1, 2], unknown=True), [-1, 2])


@pytest.mark.parametrize(
    ("value", "options", "error", "message"),
    [
        ([0.5], {}, ArgumentError, "items must hold whole-number codes, not float64"),
        (["a"], {}, ArgumentError, "items must hold whole-number codes, not <U1"),
        ([[0]], {}, ShapeError, "items must have 1 axis, not 2"),
        ([[0], [0, 1]], {}, ShapeError, "items is not a column of codes"),
        ([0], {"length": 2}, ShapeError, "items must have 2 values, not 1"),
        ([0, -1, -2], {}, ArgumentError, r"items\[1\] = -1 is out of range: codes lie from 0; 2 of 3"),
        ([0, -2], {"unknown": True}, ArgumentError, r"items\[1\] = -2 is out of range: codes lie from -1; 1 of 2"),
        ([0, 5], {"upper": 5}, ArgumentError, r"codes lie in \[0, 5\)"),
    ],
)
def test_bad_codes_name_rule_offender_and_extent(value, options, error, message):
    with pytest.raises(error, match=message):
        as_codes("items", value, **options)


def test_means_by_code():
    np.testing.assert_array_equal(mean_by_code(np.array([1, 1]), np.array([2.0, 4.0]), 3), [np.nan, 3.0, np.nan])
    assert mean_by_code(np.zeros(0, dtype=np.int64), np.zeros(0)).shape == (0,)
    assert number_of_codes(np.array([-1]), None) == 0
    assert number_of_codes(np.array([2]), 7) == 7


def test_weighted_counts_are_not_whole():
    with pytest.raises(NotCountsError, match=r"counts\[1\] = \[0.5, 1.0\] is not in whole votes; 1 of 2 rows"):
        as_whole_counts("counts", np.array([[1.0, 2.0], [0.5, 1.0]]))


def test_sums_by_code():
    np.testing.assert_array_equal(sum_by_code(np.array([1, 1]), np.array([2.0, 4.0]), 3), [0.0, 6.0, 0.0])
    assert sum_by_code(np.zeros(0, dtype=np.int64), np.zeros(0)).dtype == np.float64


def test_codes_are_checked_at_both_ends():
    with pytest.raises(ArgumentError, match=r"items\[0\] = 3 is out of range: codes lie in \[0, 3\); 2 of 3 values"):
        as_codes("items", [3, 1, 4], upper=3)
