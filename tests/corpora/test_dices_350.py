from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import STATUSES
from variorum.corpora.dices_350 import read
from variorum.errors import ReadError

from .miniatures import dices
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    dices(tmp_path)
    corpus = read(tmp_path)
    rows, items = corpus.annotations, corpus.items
    # Trap 8: the n-th score of every item is the n-th annotator's.
    assert corpus.annotators.ids == ("dices-350:r0", "dices-350:r1", "dices-350:r2")
    assert rows.annotator.tolist() == [0, 1, 2] * 3
    assert [STATUSES[s] for s in rows.status[[2, 6]]] == ["unsure", "unsure"]
    np.testing.assert_array_equal(rows.counts(), [[1, 1], [0, 3], [2, 0]])
    # The file of the expert has another order.
    assert items.ids == ("30", "29", "28")
    assert items.fields["gold"] == ("unsafe", "safe", "unsafe")
    assert items.second_text == ("Answer 0.", "Answer 1.", "Answer 2.")
    assert items.group is not None
    assert items.group[0] == items.group[1] != items.group[2]
    assert corpus.notes[1] == "2 of 9 answers are 'Unsure'."


def test_items_with_different_numbers_of_scores_are_refused(tmp_path: Path) -> None:
    """In DICES-990 they differ: there the position says nothing about who answered."""
    dices(tmp_path)
    file = tmp_path / "dices_judgebench/dices_350_crowdsourced.json"
    whole = json.loads(file.read_text())
    whole["instances"][1]["annotations"]["safety"]["individual_human_scores"].append("No")
    file.write_text(json.dumps(whole))
    with pytest.raises(ReadError, match=r"instances\[1\]: there are 4 scores, where the first item has 3: who gave"):
        read(tmp_path)


def test_an_item_without_an_expert_is_refused(tmp_path: Path) -> None:
    dices(tmp_path)
    file = tmp_path / "dices_judgebench/dices_350_expert.json"
    whole = json.loads(file.read_text())
    whole["instances"].pop()
    file.write_text(json.dumps(whole))
    with pytest.raises(ReadError, match="item 30 has no verdict in dices_350_expert"):
        read(tmp_path)


def test_published_answers() -> None:
    corpus = published("dices_350")
    assert corpus.annotations.n_rows == 43_050
    assert Counter(STATUSES[s] for s in corpus.annotations.status) == {"answered": 40_356, "unsure": 2694}
    np.testing.assert_array_equal(corpus.annotations.counts().sum(axis=0), [26_292, 14_064])
    assert Counter(corpus.items.fields["gold"]) == {"unsafe": 175, "safe": 175}
