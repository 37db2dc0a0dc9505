import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, Truth, ValidityJudgments
from variorum.errors import ArgumentError, ShapeError

VOTES = Annotations(LabelScheme.nominal(["n", "y"]), Items(("a",)), Annotators(("p", "q")), [0, 0], [0, 1], [1, 0])


def test_corpus_shows_its_annotations():
    corpus = Corpus("mine", VOTES, ValidityJudgments([1], [0], [True]))
    assert corpus.items is VOTES.items
    assert corpus.annotators is VOTES.annotators
    assert corpus.scheme is VOTES.scheme
    assert "mine" in repr(corpus)


@pytest.mark.parametrize("part", ["distribution", "is_error", "perspective"])
def test_the_truth_must_be_about_the_same_rows(part):
    parts = {"distribution": np.eye(2)[:1], "is_error": np.zeros(2, bool), "perspective": np.zeros(2, np.int32)}
    assert Corpus("mine", VOTES, truth=Truth(**parts)).truth is not None
    with pytest.raises(ShapeError, match=rf"truth.{part} has 0 rows; it must have"):
        Corpus("mine", VOTES, truth=Truth(**{**parts, part: parts[part][:0]}))


def test_validity_must_point_inside():
    with pytest.raises(ArgumentError, match=r"about row 2, which is none"):
        Corpus("mine", VOTES, ValidityJudgments([2], [0], [True]))
    with pytest.raises(ArgumentError, match=r"by annotator 2, which is none"):
        Corpus("mine", VOTES, ValidityJudgments([0], [2], [True]))
