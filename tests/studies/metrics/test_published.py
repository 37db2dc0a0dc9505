from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.studies.metrics.published import PUBLISHED, RECOMPUTED, TARGET, corrected


def test_as_many_rows_as_were_printed():
    # 4 baselines, 10 of Mixtral and 10 of Llama3; 3 baselines, 5 of Llama3 and 4 of GPT-4o; 6 over 100 items.
    tables = [row.table for row in PUBLISHED]
    assert [tables.count(name) for name in dict.fromkeys(tables)] == [24, 12, 6]
    assert len({(row.table, row.family, row.source) for row in PUBLISHED}) == 42
    # The first table's global metric has eleven rows, and that of the target with itself is 1.
    known = [row for row in PUBLISHED if not np.isnan(row.distance_correlation)]
    assert len(known) == 12 + 12 + 6


def test_rows_that_stand_in_two_tables_agree_on_distances():
    first = {row.source: row for row in PUBLISHED if row.table == "EMNLP 2024" and row.family == "people"}
    second = [row for row in PUBLISHED if row.table == "ACL 2025" and row.family == "people"]
    assert len(second) == 3
    for row in second:
        other = first[row.source]
        assert (row.kl, row.js, row.tvd) == (other.kl, other.js, other.tvd)
        assert row.distance_correlation == other.distance_correlation


def test_all_numbers_are_possible():
    for row in PUBLISHED:
        assert 0 <= row.tvd <= 1
        assert 0 <= row.js <= np.sqrt(np.log(2))
        # Pinsker: TVD^2 <= KL / 2 holds item by item, and by convexity for means.
        assert row.tvd**2 <= row.kl / 2 + 1e-3
        assert all(0.39 < f1 < 0.71 for f1 in (row.bert_dev, row.bert_test, row.roberta_dev, row.roberta_test))
        assert (row.kl == 0) == (row.source == TARGET) == (row.distance_correlation == 1)


def test_three_cells_are_corrected_in_each_table_that_prints_them():
    changed = [(row, corrected(row)) for row in PUBLISHED if corrected(row) != replace(row)
               and not np.isnan(row.distance_correlation)]  # fmt: skip
    assert len(changed) == 4
    assert {row.source for row, _ in changed} == set(RECOMPUTED)
    for row, after in changed:
        assert (after.kl, after.distance_correlation, after.bert_test) == (
            row.kl, row.distance_correlation, row.bert_test,
        )  # fmt: skip
        assert after.tvd == pytest.approx(row.tvd - 0.08 if "MNLI" in row.source else row.tvd - 0.01)
