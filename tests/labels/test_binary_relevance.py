from __future__ import annotations

import warnings
from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.corpora import load_corpus
from variorum.errors import ConvergenceWarning, SchemeError, ShapeError
from variorum.labels import (
    METHODS,
    LabelEstimate,
    binary_relevance,
    dawid_skene,
    normalize,
    one_coin,
    vote_shares,
)

# Of item 0 annotator 0 gives both labels, in two rows, and annotator 1 the first; of item 1 none and the second.
SETS = ([0, 0, 0, 1, 1], [0, 0, 1, 0, 1], [0, 1, 0, -1, 1])


@given(st.integers(0, 2**32 - 1))
@settings(deadline=None)
def test_shares_are_those_of_the_counts(crowd, seed):
    votes = crowd(seed, kind="multilabel")
    stranger = np.where(np.arange(votes.n_rows) % 5 == 0, -1, votes.annotator).astype(np.int32)
    votes = replace(votes, annotator=stranger)
    estimate = binary_relevance(votes, aggregator=vote_shares)
    counts = votes.counts()
    for label in range(votes.scheme.n_classes):
        np.testing.assert_allclose(estimate.posterior[:, label], normalize(counts[:, label]))


def test_rows_of_an_annotator_are_one_answer(table):
    estimate = binary_relevance(table(*SETS, kind="multilabel"), aggregator=vote_shares)
    np.testing.assert_array_equal(estimate.posterior[:, :, 1], [[1, 0.5], [0, 0.5]])
    np.testing.assert_array_equal(estimate.posterior.sum(axis=2), 1)
    np.testing.assert_array_equal(estimate.priors, [[0.5, 0.5], [0.5, 0.5]])
    assert estimate.population == "equal annotators: 2 annotators with 4 votes"
    # Two rows of unknown annotators are two answers.
    unknown = binary_relevance(
        table([0, 0], [-1, -1], [0, 1], n_annotators=1, kind="multilabel"), aggregator=vote_shares
    )
    np.testing.assert_array_equal(unknown.posterior[:, :, 1], [[0.5, 0.5]])


def test_the_aggregators_options_and_what_it_knows_of_annotators_are_kept(table):
    rng = np.random.default_rng(1)
    truth = rng.random((60, 2)) < 0.5
    item, annotator = np.repeat(np.arange(60), 4), np.tile(np.arange(4), 60)
    right = rng.random((240, 2)) < np.array([0.95, 0.95, 0.9, 0.5])[annotator, None]
    given_labels = np.where(right, truth[item], ~truth[item])
    rows = [
        (i, a, c) for i, a, g in zip(item, annotator, given_labels, strict=True) for c in (0, 1, -1) if c < 0 or g[c]
    ]
    votes = table(*map(list, zip(*rows, strict=True)), kind="multilabel")
    estimate = binary_relevance(votes, aggregator=partial(dawid_skene, smoothing=0.5))
    assert len(estimate.by_label) == 2
    assert estimate.by_label[0].confusion.shape == (4, 2, 2)
    for label, part in enumerate(estimate.by_label):
        np.testing.assert_array_equal(part.posterior, estimate.posterior[:, label])
        assert part.confusion[3].diagonal().mean() < part.confusion[0].diagonal().mean() - 0.2
    assert ((estimate.posterior[:, :, 1] > 0.5) == truth).mean() > 0.95
    assert estimate.n_iterations == sum(part.n_iterations for part in estimate.by_label) == estimate.trace.size
    assert estimate.notes == ("each label by itself, with the method 'dawid-skene'",)


@pytest.mark.parametrize(
    "name", [n for n, m in METHODS.items() if n not in ("binary-relevance", "bradley-terry", "ordinal-dawid-skene")]
)
def test_every_method_for_two_classes_can_sit_in_the_seat(crowd, name):
    votes = crowd(4, kind="multilabel", n_classes=3)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = binary_relevance(votes, aggregator=METHODS[name])
    assert estimate.posterior.shape == votes.counts().shape
    np.testing.assert_allclose(np.nansum(estimate.posterior, axis=2)[:-1], 1)


def test_warnings_and_notes_name_the_label(table):
    votes = table(*SETS, kind="multilabel")
    with pytest.warns(ConvergenceWarning) as caught:
        estimate = binary_relevance(votes, aggregator=partial(one_coin, max_iterations=1))
    assert [str(w.message).split(" stopped")[0] for w in caught] == [
        "label 'c0': one-coin Dawid-Skene",
        "label 'c1': one-coin Dawid-Skene",
    ]
    assert caught[0].filename == __file__
    assert not estimate.converged

    def talkative(annotations):
        once = annotations.label.sum() == 2
        return replace(vote_shares(annotations), notes=("only sometimes",) if once else ())

    assert binary_relevance(table([0, 0, 0], [0, 1, 2], [0, 1, 1], kind="multilabel"), aggregator=talkative).notes == (
        "each label by itself, with the method 'soft'",
        "label 'c1': only sometimes",
    )


def test_what_it_refuses(table):
    votes = table(*SETS, kind="multilabel")
    with pytest.raises(
        SchemeError, match="binary relevance needs a scheme that is multilabel, and the scheme is nominal"
    ):
        binary_relevance(votes, aggregator=binary_relevance)

    def odd(annotations):
        return LabelEstimate("odd", np.ones((2, 3)), np.ones(3), "nobody")

    with pytest.raises(ShapeError, match=r"posterior of label 'c0' has shape \(2, 3\); it must be \(2, 2\)"):
        binary_relevance(votes, aggregator=odd)


@pytest.mark.parametrize(("name", "answers"), [("varierr-lewidi", 1_816), ("livenli", 1_405)])
@pytest.mark.usefixtures("data_root")
def test_real_corpora(name, answers):
    votes = load_corpus(name).annotations
    estimate = binary_relevance(votes)
    assert estimate.posterior.shape == (len(votes.items), 3, 2)
    assert f"with {answers} votes" in estimate.population
    shares = votes.counts()[:, :, 1] / votes.counts().sum(axis=2)
    # Shrunk towards each label's mean: in the order of the shares, and nearer to each other.
    for label in range(3):
        gives = estimate.posterior[:, label, 1]
        assert np.corrcoef(gives, shares[:, label])[0, 1] > 0.99
        assert gives.std() < shares[:, label].std()
        assert gives.mean() == pytest.approx(shares[:, label].mean(), abs=0.02)


def brier(votes, aggregator, seed):
    """Mean squared error of the probability of each label, for half of the answers, from the other half."""
    rng = np.random.default_rng(seed)
    n = len(votes.annotators)
    pair = votes.item.astype(np.int64) * n + votes.annotator
    bought = rng.random(n * len(votes.items))[pair] < 0.5
    posterior = binary_relevance(votes.take(bought), aggregator=aggregator).posterior[:, :, 1]
    unseen = votes.take(~bought).counts()
    error = unseen[:, :, 1] * (1 - posterior) ** 2 + unseen[:, :, 0] * posterior**2
    known = ~np.isnan(posterior[:, 0])
    return error[known].sum() / unseen[known].sum()


@pytest.mark.parametrize("name", ["varierr-lewidi", "livenli"])
@pytest.mark.usefixtures("data_root")
def test_the_default_predicts_unseen_answers_best(name):
    votes = load_corpus(name).annotations
    scores = {
        which: np.mean([brier(votes, METHODS[which], seed) for seed in range(3)])
        for which in ("dirichlet", "soft", "majority", "dawid-skene")
    }
    assert min(scores, key=scores.get) == "dirichlet"
    assert binary_relevance(votes).by_label[0].method == "dirichlet"
