from __future__ import annotations

import numpy as np
import pytest

from engines.conftest import rows_of
from variorum.engines import result
from variorum.engines.coding import Coding
from variorum.engines.result import check_columns, write_annotators
from variorum.errors import SchemeError
from variorum.labels import Fit


def test_labels_that_are_columns_of_one_file():
    check_columns(["yes", "Ja", "é", "É", "items"])
    with pytest.raises(SchemeError, match=r"labels 'Yes' and 'yES' differ in case alone.* Rename one\."):
        check_columns(["Yes", "no", "yES"])
    with pytest.raises(SchemeError, match="a label is called 'ITEM', and 'item' is the column of item ids"):
        check_columns(["ITEM"])


@pytest.mark.parametrize("part_cells", [1, 4, 10, 1000])
def test_annotators_are_written_in_order_however_many_parts(database, tmp_path, monkeypatch, part_cells):
    monkeypatch.setattr(result, "_PART_CELLS", part_cells)
    database.rows("CREATE TABLE annotators AS SELECT * FROM (VALUES ('x', 1), ('a', 0), ('y', 2)) t(annotator, code)")
    confusion = np.arange(12.0).reshape(3, 2, 2)
    confusion[1] = np.nan
    coding = Coding(("n", "y"), 3, np.array([0, 0, 2]), np.array([0, 1, 1]), np.array([4, 1, 2]), 7)
    fit = Fit("dawid-skene", np.ones(2) / 2, confusion=confusion)
    path = tmp_path / "annotators.parquet"
    write_annotators(database, coding, coding.cell_votes, fit, path, tmp_path)
    # In the order annotator, true label, label; x has no vote.
    pairs = [("n", "n"), ("n", "y"), ("y", "n"), ("y", "y")]
    expected = [("a", 5, *pair, float(k)) for k, pair in enumerate(pairs)]
    expected += [("x", 0, *pair, None) for pair in pairs]
    expected += [("y", 2, *pair, 8.0 + k) for k, pair in enumerate(pairs)]
    assert rows_of(path) == expected
