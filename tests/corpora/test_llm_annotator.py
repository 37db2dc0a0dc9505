import numpy as np
import pytest

from variorum.annotations import Price
from variorum.corpora import Population, synthetic_corpus
from variorum.corpora.llm_annotator import simulated_llm_votes, with_llm
from variorum.errors import ArgumentError, NotADistributionError, ShapeError, UnknownNameError

CORPUS = synthetic_corpus(Population("tiny", seed=1, n_items=5, votes_per_item=(2, 3)))
CENT = Price(per_annotation=10_000)


def test_the_llm_is_one_more_annotator_and_people_stay_as_they_are():
    more = with_llm(CORPUS, np.array([0, 1, 2, -1, 0]), price=CENT)
    rows = CORPUS.annotations.n_rows
    np.testing.assert_array_equal(more.annotations.label[:rows], CORPUS.annotations.label)
    assert more.annotations.label[rows:].tolist() == [0, 1, 2, 0]
    assert more.annotations.item[rows:].tolist() == [0, 1, 2, 4]
    assert set(more.annotations.annotator[rows:].tolist()) == {len(CORPUS.annotators)}
    assert more.annotators.ids[-1] == "tiny:llm"
    assert more.annotators.kind == (*CORPUS.annotators.kind, "llm")
    assert more.annotators.prices[-1] == CENT
    assert more.notes[-1] == "4 votes of tiny:llm were added."


def test_what_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match="one for each of 5 items"):
        with_llm(CORPUS, np.zeros(4, int), price=CENT)
    with pytest.raises(ArgumentError, match=r"labels\[2\] = 3 is no class of 3"):
        with_llm(CORPUS, np.array([0, 0, 3, 0, 0]), price=CENT)
    with pytest.raises(ArgumentError, match="annotators have prices"):
        with_llm(CORPUS, np.zeros(5, int))
    once = with_llm(CORPUS, np.zeros(5, int), price=CENT)
    with pytest.raises(ArgumentError, match="'tiny:llm' is there already"):
        with_llm(once, np.zeros(5, int), price=CENT)
    with pytest.raises(UnknownNameError, match="flaw"):
        simulated_llm_votes(np.eye(3), np.eye(3), "lazy", np.random.default_rng(0))
    with pytest.raises(NotADistributionError, match="human"):
        simulated_llm_votes(np.ones((3, 3)), np.eye(3), "none", np.random.default_rng(0))


def test_the_biased_half_moves_25_points_to_one_class_and_the_other_half_votes_as_people_do():
    n, share = 40_000, np.array([0.5, 0.3, 0.2])
    human = np.tile(share, (n, 1))
    features = np.random.default_rng(0).normal(size=(n, 2))
    label = simulated_llm_votes(human, features, "biased-half", np.random.default_rng(3))
    rng = np.random.default_rng(3)
    direction, favourite = rng.normal(size=2), int(rng.integers(3))
    along = features @ direction
    good = along > np.median(along - features.mean(axis=0) @ direction) + features.mean(axis=0) @ direction
    # The standard deviation of a share of 20,000 votes is .0035.
    np.testing.assert_allclose(np.bincount(label[good], minlength=3) / good.sum(), share, atol=0.015)
    expected = share * (0.75 - share[favourite]) / (1 - share[favourite])
    expected[favourite] = share[favourite] + 0.25
    np.testing.assert_allclose(np.bincount(label[~good], minlength=3) / (~good).sum(), expected, atol=0.015)


def test_useless_and_adversarial():
    human = np.tile([0.7, 0.2, 0.1], (30_000, 1))
    features = np.zeros((30_000, 1))
    useless = simulated_llm_votes(human, features, "useless", np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(useless) / 30_000, 1 / 3, atol=0.015)
    adversarial = simulated_llm_votes(human, features, "adversarial", np.random.default_rng(0))
    np.testing.assert_allclose(np.bincount(adversarial) / 30_000, [0.1, 0.7, 0.2], atol=0.015)
