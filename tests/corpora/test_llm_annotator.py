import numpy as np
import pytest

from variorum.annotations import Price
from variorum.corpora import Population, synthetic_corpus
from variorum.corpora.llm_annotator import simulated_llm_shares, simulated_llm_votes, with_llm
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


def test_a_whole_distribution_is_one_answer():
    shares = np.array([[0.5, 0.5, 0.0], [np.nan] * 3, [0.0, 0.0, 1.0], [0.2, 0.3, 0.5], [np.nan] * 3])
    more = with_llm(CORPUS, shares, price=CENT)
    rows = CORPUS.annotations.n_rows
    votes = more.annotations
    assert votes.item[rows:].tolist() == [0, 2, 3]
    assert votes.label[rows:].tolist() == [-1, -1, -1]
    np.testing.assert_allclose(votes.counts() - CORPUS.annotations.counts(), np.nan_to_num(shares), atol=1e-12)
    assert more.notes[-1] == "3 distributions of tiny:llm were added."
    # A second LLM beside it that votes leaves the first as it is.
    both = with_llm(more, np.zeros(5, int), name="other", price=CENT).annotations
    np.testing.assert_array_equal(both.counts()[:, 1:], votes.counts()[:, 1:])
    with pytest.raises(NotADistributionError, match=r"answers\[2\]"):
        with_llm(CORPUS, np.where(np.arange(5)[:, None] == 2, 0.5, shares), price=CENT)


def test_votes_are_drawn_from_the_shares_of_the_same_seed():
    human = np.random.default_rng(5).dirichlet(np.ones(3), 4_000)
    features = np.random.default_rng(6).normal(size=(4_000, 2))
    shares = simulated_llm_shares(human, features, "biased-half", np.random.default_rng(1))
    votes = simulated_llm_votes(human, features, "biased-half", np.random.default_rng(1))
    np.testing.assert_allclose(shares.sum(axis=1), 1.0)
    # Standard deviation of a mean of 4,000: below .008.
    np.testing.assert_allclose(np.eye(3)[votes].mean(axis=0), shares.mean(axis=0), atol=0.03)
    assert (shares.max(axis=1) == shares[np.arange(4_000), votes]).mean() > 0.5


def test_what_does_not_fit_is_refused():
    with pytest.raises(
        ShapeError, match=r"answers has shape .4,.; it needs one for each of 5 items, a class or 3 shares"
    ):
        with_llm(CORPUS, np.zeros(4, int), price=CENT)
    with pytest.raises(ArgumentError, match=r"answers\[2\] = 3 is no class of 3"):
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
