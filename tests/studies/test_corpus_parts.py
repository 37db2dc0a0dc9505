from __future__ import annotations

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.studies.corpus_parts import open_part, part_of


def test_a_part_keeps_its_items_votes():
    scheme = LabelScheme.nominal(["no", "yes"])
    items = Items(("a", "b", "c"), fields={"language": ("en", "de", "en")})
    votes = Annotations(scheme, items, Annotators(("x:1", "x:2")), [0, 1, 2, 2], [0, 0, 0, 1], [1, 0, 0, 1])
    part = part_of(Corpus("whole", votes), "part", np.array([True, False, True]))
    assert part.items.ids == ("a", "c")
    assert part.annotations.counts().tolist() == [[0, 1], [1, 1]]


@pytest.mark.usefixtures("data_root")
def test_the_english_part_of_multipico():
    corpus = open_part("multipico-english")
    assert len(corpus.items) == 1079
    assert set(corpus.items.column("language")) == {"en"}
    assert corpus.annotations.counts().sum(axis=1).min() >= 2
