"""ANLI's development sets, invented and as published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.anli import ANLI_DEV, ANLI_ROUNDS, load_anli, read_anli
from variorum.corpora.find import find_corpus
from variorum.errors import ReadError, UnknownNameError

from .miniatures import put

# Trap: the three files have their columns in different orders.
ROWS = (
    "context,eid,statement,reason,gold_label,uid\n"
    '"A kettle, old.",1,It sings.,Who knows.,n,u1\nRain fell.,2,It was dry.,No.,c,u2\n'
)


def test_miniature(tmp_path: Path) -> None:
    put(tmp_path, ANLI_DEV.files[0].path, ROWS)
    pairs = read_anli(tmp_path, "r1")
    assert (pairs.ids, pairs.premise) == (("u1", "u2"), ("A kettle, old.", "Rain fell."))
    np.testing.assert_array_equal(pairs.distribution, [[0, 1, 0], [0, 0, 1]])


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (",n,u1", ",x,u1", "line 2: the label 'x' is not one of"),
        (",c,u2", ",c,u1", "line 3: the id 'u1' is empty or stands twice"),
        ("It was dry.", " ", "line 3: the field 'statement' is empty"),
        ("gold_label", "gold", r"lacks the columns \['gold_label'\]"),
    ],
)
def test_what_is_not_as_released(tmp_path: Path, old: str, new: str, message: str) -> None:
    put(tmp_path, ANLI_DEV.files[0].path, ROWS.replace(old, new))
    with pytest.raises(ReadError, match=message):
        read_anli(tmp_path, "r1")


def test_an_unknown_round() -> None:
    with pytest.raises(UnknownNameError, match="round 'r4' is not known"):
        load_anli("r4")


def test_published_rounds() -> None:
    if find_corpus(ANLI_DEV) is None:
        pytest.skip(
            f"{ANLI_DEV.files[0].path} and its neighbours are neither below VARIORUM_DATA nor in the user cache"
        )
    counts = {name: load_anli(name).distribution.sum(axis=0).tolist() for name in ANLI_ROUNDS}
    assert counts == {"r1": [334, 333, 333], "r2": [334, 333, 333], "r3": [402, 400, 396]}
