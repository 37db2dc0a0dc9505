from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from variorum.annotations import Corpus
from variorum.corpora.varierr_lewidi import read

from .miniatures_lewidi import varierr_lewidi
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    varierr_lewidi(tmp_path)
    corpus = read(tmp_path)
    # Trap 3: Ann1 gives train-11 two labels in one text and stands twice in the list that the explanations follow.
    assert corpus.items.ids == ("train-11", "dev-11", "test-12")
    assert [corpus.scheme.labels[code] for code in corpus.annotations.label] == [
        "entailment",
        "neutral",
        "contradiction",
        "neutral",
        "entailment",
    ]
    assert corpus.annotations.annotator.tolist() == [0, 0, 1, 1, 0]
    assert corpus.annotations.explanation == (
        "Singing is loud.",
        "Maybe soft.",
        "It whistles.",
        "No colour.",
        "It sings.",
    )
    assert (len(corpus.annotations), corpus.annotations.n_pairs) == (5, 4)
    # Left out and given, of two annotators: each label once.
    np.testing.assert_array_equal(corpus.annotations.counts()[0], [[1, 1], [1, 1], [1, 1]])
    assert corpus.annotators.attributes["gender"] == ("Female", "Male")
    assert corpus.notes[0] == "Further labels of an annotator for the same item, a row each: 1, in 1 items."


def readings(corpus: Corpus) -> Counter[tuple[str, ...]]:
    """How often each (context, statement, annotator, label, explanation) stands; annotators without their prefix."""
    rows, items = corpus.annotations, corpus.items
    assert items.text is not None
    assert items.second_text is not None
    assert rows.explanation is not None
    found: Counter[tuple[str, ...]] = Counter()
    for row in np.flatnonzero(rows.label >= 0).tolist():
        item = int(rows.item[row])
        texts = (items.text[item], items.second_text[item], rows.explanation[row])
        label = corpus.scheme.labels[rows.label[row]]
        found[(*(str(text).strip() for text in texts), str(rows.annotator[row]), label)] += 1
    return found


def test_published_labels_and_explanations_are_those_of_varierr() -> None:
    """Its 1,891 (label, explanation) rows are rows of varierr, by the same four people: the alignment is right."""
    shared, whole = readings(published("varierr_lewidi")), readings(published("varierr"))
    assert sum(shared.values()) == 1891
    assert not shared - whole


def test_published_further_labels() -> None:
    corpus = published("varierr_lewidi")
    assert corpus.notes[0] == "Further labels of an annotator for the same item, a row each: 75, in 71 items."
    assert Counter(corpus.items.fields["split"]) == {"train": 388, "dev": 50, "test": 50}
    assert len({name.partition("-")[2] for name in corpus.items.ids}) == 480
