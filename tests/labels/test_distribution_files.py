from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from variorum.annotations.files.tables import Column, write_table
from variorum.errors import NotADistributionError, ReadError, UnknownNameError
from variorum.labels.distribution_files import Distributions, align, keep_shared, read_distributions


def written(path: Path, no: tuple[float, ...] = (0.25, 1.0), ids: tuple[str, ...] = ("a", "b")) -> Path:
    yes = [1 - share for share in no]
    columns = {"item": Column("text", list(ids)), "no": Column.of_numbers(list(no)), "yes": Column.of_numbers(yes)}
    write_table(path, columns)
    return path


@pytest.mark.parametrize("suffix", [".csv", ".tsv", ".jsonl", ".parquet"])
def test_every_form_holds_the_same(tmp_path: Path, suffix: str) -> None:
    read = read_distributions(written(tmp_path / f"model{suffix}"))
    assert (read.ids, read.labels) == (("a", "b"), ("no", "yes"))
    np.testing.assert_allclose(read.shares, [[0.25, 0.75], [1.0, 0.0]])


def test_rows_and_columns_come_into_peoples_order(tmp_path: Path) -> None:
    people = read_distributions(written(tmp_path / "people.csv"))
    (tmp_path / "model.csv").write_text("yes,item,no\n0.5,b,0.5\n0.1,c,0.9\n1,a,0\n", encoding="utf-8")
    human, model, unused = align(people, read_distributions(tmp_path / "model.csv"))
    np.testing.assert_allclose(human, people.shares)
    np.testing.assert_allclose(model, [[0.0, 1.0], [0.5, 0.5]])
    assert unused == 1


def test_what_does_not_fit_is_said_by_name(tmp_path: Path) -> None:
    people = read_distributions(written(tmp_path / "people.csv"))
    few = read_distributions(written(tmp_path / "few.csv", (0.5,), ("b",)))
    with pytest.raises(ReadError, match=r"item 'a' of people is not in few\.csv; 1 of 2 items are missing"):
        align(people, few, ("people", "few.csv"))
    (tmp_path / "other.csv").write_text("item,no,perhaps\na,0.5,0.5\n", encoding="utf-8")
    with pytest.raises(UnknownNameError, match=r"labels differ: MODEL lacks \['yes'\] and HUMAN lacks \['perhaps'\]"):
        align(people, read_distributions(tmp_path / "other.csv"))


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("name,no,yes\na,0,1\n", UnknownNameError, "needs a column 'item' and one column a label"),
        ("item,no,yes\na,0,1\na,0,1\n", ReadError, "item 'a' stands twice"),
        ("item,no,yes\n,0,1\n", ReadError, "the item is empty"),
        ("item,no,yes\na,0.5,1\n", NotADistributionError, "is not a distribution"),
    ],
)
def test_what_is_no_file_of_distributions(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    (tmp_path / "model.csv").write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message):
        read_distributions(tmp_path / "model.csv")


def test_what_the_two_share_is_kept_and_nothing_is_an_error():
    people = Distributions(("a", "b", "c"), ("no", "yes"), np.array([[0.5, 0.5], [1.0, 0.0], [0.0, 1.0]]), "people")
    kept = keep_shared(people, Distributions(("c", "a", "z"), ("no", "yes"), np.full((3, 2), 0.5), "a model"))
    assert kept.ids == ("a", "c")
    assert kept.shares.tolist() == [[0.5, 0.5], [0.0, 1.0]]
    with pytest.raises(ReadError, match="the two share no item: the first of one is 'a', of the other 'z'"):
        keep_shared(people, Distributions(("z",), ("no", "yes"), np.full((1, 2), 0.5), "a model"))
