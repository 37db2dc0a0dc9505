from __future__ import annotations

from pathlib import Path

import numpy as np

from variorum.corpora.md_agreement import read

from .miniatures_lewidi import md_agreement
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    md_agreement(tmp_path)
    corpus = read(tmp_path)
    assert corpus.annotators.ids == ("md-agreement:Ann2", "md-agreement:Ann4", "md-agreement:Ann30")
    # Trap 4: Ann4 answers test-1 twice; both rows stay.
    np.testing.assert_array_equal(corpus.annotations.counts(), [[1, 2], [2, 1], [1, 2]])
    assert corpus.annotations.annotator[-3:].tolist() == [1, 0, 1]
    assert (len(corpus.annotations), corpus.annotations.n_pairs) == (9, 8)
    assert corpus.notes == ("Rows that repeat an earlier (item, annotator) pair, all of them kept: 1.",)
    assert corpus.items.fields["domain"] == ("Gardens", "Gardens", "Parks")
    assert corpus.items.group == ("mow it", "mow it", "rake it")


def test_published_repeat_is_kept_and_noted() -> None:
    corpus = published("md_agreement")
    rows = corpus.annotations
    item = corpus.items.index["test-2038"]
    who = [corpus.annotators.ids[code] for code in rows.annotator[rows.item == item]]
    assert who.count("md-agreement:Ann448") == 2
    assert corpus.notes[0].endswith("kept: 1.")
    np.testing.assert_array_equal(rows.counts().sum(axis=0), [35_427, 18_338])
