import numpy as np
import pytest

from variorum.annotations.files.columns import encode, micro_column, number_column, times_column, whole_column
from variorum.annotations.files.source import open_table
from variorum.errors import ReadError


@pytest.fixture
def column(tmp_path):
    def of(*cells):
        path = tmp_path / "t.csv"
        path.write_text("x,y\n" + "".join(f"{cell},\n" for cell in cells))
        return open_table(path, ["x"])

    return of


def test_encode(column):
    with column("b", "", " b ", "a", '"  "') as table:
        coded = encode(table, ["x"], str.strip)["x"]
    assert coded.values == ("b", "a")
    assert coded.codes.tolist() == [0, -1, 0, 1, -1]


def test_numbers(column):
    with column("1", "", " 2.5 ", "NaN", "-1e3") as table:
        np.testing.assert_array_equal(number_column(table, "x"), [1, np.nan, 2.5, np.nan, -1000])
    with (
        column("1", "two", "3") as table,
        pytest.raises(ReadError, match=r"t.csv, line 3: x 'two' is not a number; 1 row"),
    ):
        number_column(table, "x")
    with column("1", "20", "30") as table, pytest.raises(ReadError, match=r"line 3: x '20' .*; 2 rows are affected"):
        number_column(table, "x", high=10)


def test_whole_numbers(column):
    with column("0", "", "2.0", "2147483647") as table:
        assert whole_column(table, "x").tolist() == [0, -1, 2, 2147483647]
    with column("2147483648") as table, pytest.raises(ReadError, match=r"'2147483648' is not a whole number"):
        whole_column(table, "x")


def test_money_is_exact(column):
    with column("0.1", "9223372036854.775807", "", "1e-6", "1234567.000001") as table:
        assert micro_column(table, "x").tolist() == [100_000, 2**63 - 1, 0, 1, 1_234_567_000_001]
    for wrong in ("9223372036854.775808", "-0.1", "1.0000001", "five", "1e400"):
        with column(wrong) as table, pytest.raises(ReadError, match=r"is not an amount of 0 or more"):
            micro_column(table, "x")


def test_times(column):
    with column("12.5", "1970-01-02", "1970-01-01T02:00:00+02:00", "") as table:
        np.testing.assert_array_equal(times_column(table, "x"), [12.5, 86400, 0, np.nan])
