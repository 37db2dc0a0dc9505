"""Ids and labels that are hard to read come out as in memory, whatever the format."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engines.conftest import read_result, write_columns
from variorum.annotations import read
from variorum.engines import aggregate_files
from variorum.engines.result import check_columns
from variorum.errors import SchemeError
from variorum.labels import vote_shares

HARD = [
    "=1+1", "-3", "'=x", "\t=1", "\n", "a,b", 'say "hi"', '"', "  x ", "NULL", "nan", "{", "[1]", "a\r\nb", "\ufeff",
    "é", "日本", "日本\u3000", "＝1", "\u2028", "\x85x", "#c", "\\N", "\\", "'", "true", "0", "1.0", "1e5", "|", ";",
]  # fmt: skip
texts = st.one_of(st.sampled_from(HARD), st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=6))
ids = texts.filter(str.strip)
rows = st.lists(st.tuples(ids, st.one_of(st.none(), ids), ids.map(str.strip)), min_size=1, max_size=12)


@pytest.mark.parametrize("ours", [False, True])
@pytest.mark.parametrize("suffix", [".csv", ".jsonl", ".parquet"])
@settings(max_examples=6, suppress_health_check=[HealthCheck.too_slow])
@given(rows=rows)
def test_texts(tmp_path_factory, suffix, ours, rows):
    folder = tmp_path_factory.mktemp("texts")
    columns = dict(zip(("item", "annotator", "label"), map(list, zip(*rows, strict=True)), strict=True))
    path = write_columns(folder / f"votes{suffix}", columns)
    votes = read(path, duplicates="all")
    if ours:
        # A file of ours says so, and its texts are taken as they are.
        path = folder / f"ours{suffix}"
        votes.write(path)
    try:
        check_columns(votes.scheme.labels)
    except SchemeError:
        return
    estimate = aggregate_files(path, folder / "out.parquet", duplicates="all")
    assert estimate.labels == votes.scheme.labels
    found, posterior = read_result(estimate.path, estimate.labels)
    assert found == sorted(votes.items.ids)
    place = [votes.items.ids.index(name) for name in found]
    np.testing.assert_allclose(posterior, vote_shares(votes).posterior[place])
