import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, ValidityJudgments
from variorum.errors import ArgumentError

VOTES = Annotations(LabelScheme.nominal(["n", "y"]), Items(("a",)), Annotators(("p", "q")), [0, 0], [0, 1], [1, 0])


def test_corpus_shows_its_annotations():
    corpus = Corpus("mine", VOTES, ValidityJudgments([1], [0], [True]))
    assert corpus.items is VOTES.items
    assert corpus.annotators is VOTES.annotators
    assert corpus.scheme is VOTES.scheme
    assert "mine" in repr(corpus)


def test_validity_must_point_inside():
    with pytest.raises(ArgumentError, match=r"about row 2, which is none"):
        Corpus("mine", VOTES, ValidityJudgments([2], [0], [True]))
    with pytest.raises(ArgumentError, match=r"by annotator 2, which is none"):
        Corpus("mine", VOTES, ValidityJudgments([0], [2], [True]))
