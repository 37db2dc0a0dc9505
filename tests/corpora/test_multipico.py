from __future__ import annotations

from pathlib import Path

import numpy as np

from variorum.corpora.multipico import read

from .miniatures_lewidi import multipico
from .real_files import published


def test_miniature(tmp_path: Path) -> None:
    multipico(tmp_path)
    corpus = read(tmp_path)
    assert corpus.annotators.ids == ("multipico:Ann0", "multipico:Ann3", "multipico:Ann12")
    # Trap 2: metadata say 0, 3 and 12. Trap 3: what expired, and nan, are unknown; soft labels have other keys.
    assert corpus.annotators.attributes == {
        "age": ("19", None, "34"),
        "gender": ("Female", None, "Male"),
        "student_status": (None, "No", "Yes"),
    }
    np.testing.assert_array_equal(corpus.annotations.counts(), [[1, 1], [1, 2], [2, 0]])
    items = corpus.items
    assert items.fields["language"] == ("en", "en", "no")
    assert items.fields["level"] == ("1", "2", "1")
    assert items.group == ("snow in may", "snow in may", "snø i mai")
    assert corpus.annotations.explanation is None
    assert corpus.notes[0] == "3 of 3 annotators have metadata."


def test_published_annotators_are_joined() -> None:
    corpus = published("multipico")
    assert corpus.notes[0] == "506 of 506 annotators have metadata."
    attributes = corpus.annotators.attributes
    assert len(attributes) == 8
    assert not any("DATA_EXPIRED" in column for column in attributes.values())
    # 81 student statuses and 109 employment statuses expired.
    assert [attributes[name].count(None) for name in ("student_status", "employment_status")] == [81, 109]


def test_published_languages_and_posts() -> None:
    corpus = published("multipico")
    assert len(set(corpus.items.fields["language"])) == 9
    np.testing.assert_array_equal(corpus.annotations.counts().sum(axis=0), [22_740, 11_131])
    # Even letter for letter, 528 items share a post; their groups are shared too.
    texts = corpus.items.text or ()
    group_of = dict(zip(texts, corpus.items.group or (), strict=True))
    assert len(texts) - len(set(texts)) == 528 - 250
    assert all(group_of[text] == group for text, group in zip(texts, corpus.items.group or (), strict=True))
