from __future__ import annotations

import warnings

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ConvergenceWarning
from variorum.labels import crowdlab, dawid_skene, glad, mace
from variorum.studies.errors import RIVALS, rival_labels, split_votes
from variorum.studies.errors.rivals import vote_errors

from .small_corpora import plain

SCHEME = LabelScheme.nominal(["no", "yes"])


def small() -> Annotations:
    """Three people on four items; the third item has no vote, and the third person contradicts the others."""
    item, annotator, label = [0, 0, 0, 1, 1, 1, 3, 3], [0, 1, 2, 0, 1, 2, 0, 1], [0, 0, 1, 1, 1, 0, 0, 1]
    i, a, k = (np.array(column, np.int32) for column in (item, annotator, label))
    return Annotations(SCHEME, Items(tuple("abcd")), Annotators(("x:1", "x:2", "x:3")), i, a, k)


@pytest.mark.parametrize("name", RIVALS)
def test_every_rival_gives_a_distribution_for_every_item(name: str) -> None:
    prior = np.array([[0.8, 0.2], [0.3, 0.7], [0.5, 0.5], [0.6, 0.4]])
    labels = rival_labels(name, small(), prior)
    assert labels.shape == (4, 2)
    assert ((labels >= 0) & (labels <= 1)).all()
    np.testing.assert_allclose(labels.sum(axis=1), 1, rtol=1e-12)


@pytest.mark.parametrize("name", [name for name in RIVALS if name != "empirical Bayes"])
def test_an_item_without_a_vote_is_uniform(name: str) -> None:
    labels = rival_labels(name, small(), np.full((4, 2), 0.5))
    assert labels[2] == pytest.approx([0.5, 0.5])


def test_an_item_without_a_vote_has_the_prior_mean_of_empirical_bayes() -> None:
    # Symmetric votes: the prior is symmetric too.
    assert rival_labels("empirical Bayes", small(), None)[2] == pytest.approx([0.5, 0.5], abs=0.01)


def test_shares_by_hand() -> None:
    labels = rival_labels("raw shares", small(), None)
    np.testing.assert_allclose(labels, [[2 / 3, 1 / 3], [1 / 3, 2 / 3], [0.5, 0.5], [0.5, 0.5]])
    assert rival_labels("majority", small(), None)[:2].tolist() == [[1, 0], [0, 1]]
    assert (rival_labels("uniform", small(), None) == 0.5).all()


def test_reliability_is_agreement_with_the_others() -> None:
    # First two on a and b: one of two others agrees, twice; on d nobody of one: 2 of 5. The third: 0 of 4.
    first, third = 2 / 5, 0.0
    labels = rival_labels("reliability-weighted", small(), None)
    assert labels[0] == pytest.approx([2 * first / (2 * first + third), third / (2 * first + third)])
    assert labels[3] == pytest.approx([0.5, 0.5])


@pytest.mark.parametrize(("name", "method"), [("Dawid-Skene", dawid_skene), ("MACE", mace), ("GLAD", glad)])
def test_models_are_those_of_the_labels_room(name: str, method: object) -> None:
    votes = split_votes(plain(), 5, np.random.default_rng(0)).annotations
    assert callable(method)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        np.testing.assert_allclose(rival_labels(name, votes, None), method(votes).posterior, atol=1e-12)


def test_crowdlab_alone_looks_at_predictions() -> None:
    votes = split_votes(plain(), 5, np.random.default_rng(0)).annotations
    rng = np.random.default_rng(0)
    one, other = (rng.dirichlet(np.ones(3), len(votes.items)) for _ in range(2))
    differ = [n for n in RIVALS if not np.array_equal(rival_labels(n, votes, one), rival_labels(n, votes, other))]
    assert differ == ["CROWDLAB"]
    np.testing.assert_allclose(rival_labels("CROWDLAB", votes, one), crowdlab(votes, one).posterior, atol=1e-12)


def test_a_vote_is_as_wrong_as_its_label_is_improbable() -> None:
    labels = np.array([[0.9, 0.1], [0.4, 0.6], [0.5, 0.5], [1.0, 0.0]])
    expected = [0.1, 0.1, 0.9, 0.4, 0.4, 0.6, 0.0, 1.0]
    for name in ("raw shares", "Dawid-Skene", "GLAD"):
        assert vote_errors(name, labels, small()) == pytest.approx(expected)


def test_mace_says_itself_which_votes_are_spam() -> None:
    votes = small()
    estimate = mace(votes)
    assert estimate.skill is not None
    assert estimate.strategy is not None
    expected = []
    for i, a, k in zip(votes.item, votes.annotator, votes.label, strict=True):
        spam = 0.0
        for truth in range(2):
            by_chance = (1 - estimate.skill[a]) * estimate.strategy[a, k]
            spam += estimate.posterior[i, truth] * by_chance / (by_chance + estimate.skill[a] * (truth == k))
        expected.append(spam)
    assert vote_errors("MACE", rival_labels("MACE", votes, None), votes) == pytest.approx(expected)
