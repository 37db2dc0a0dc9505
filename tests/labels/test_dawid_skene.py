from __future__ import annotations

import csv
import sys
import warnings
from collections import Counter
from functools import partial

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError, UnknownNameError
from variorum.labels import dawid_skene, majority_vote
from variorum.labels.vote_matrix import vote_matrix

SLOW = settings(max_examples=20, deadline=None)


def out_of_iterations():
    return pytest.warns(ConvergenceWarning, match="stopped after")


def reference(votes, n_iterations, smoothing=0.0):
    """Dawid-Skene with loops over votes and probabilities instead of logarithms; items without votes left out."""
    rows = [
        (i, a, c) for i, a, c, s in zip(votes.item, votes.annotator, votes.label, votes.status, strict=True) if s == 0
    ]
    k, items, annotators = votes.scheme.n_classes, sorted({r[0] for r in rows}), sorted({r[1] for r in rows})
    posterior = {i: np.zeros(k) for i in items}
    for i, _, c in rows:
        posterior[i][c] += 1
    posterior = {i: p / p.sum() for i, p in posterior.items()}
    given = Counter((a, c) for _, a, c in rows)
    for step in range(n_iterations + 1):
        priors = np.mean([posterior[i] for i in items], axis=0)
        confusion = {a: np.full((k, k), smoothing) for a in annotators}
        for i, a, c in rows:
            confusion[a][:, c] += posterior[i]
        for a in annotators:
            seen = [c for c in range(k) if given[a, c]]
            if not smoothing:
                confusion[a][:, seen] = np.maximum(confusion[a][:, seen], 1e-10)
            confusion[a] /= confusion[a].sum(axis=1, keepdims=True)
        if step == n_iterations:
            return np.array([posterior[i] for i in items]), priors, np.array([confusion[a] for a in annotators])
        joint = {i: np.maximum(priors, 1e-10) for i in items}
        for i, a, c in rows:
            joint[i] = joint[i] * confusion[a][:, c]
        posterior = {i: p / p.sum() for i, p in joint.items()}
    raise AssertionError


# Items a, b, c; annotator 1 says 0, 1, 0 and annotator 2 says 0, 1, 1.
THREE = ([0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 1, 1, 0, 1])


def test_golden_by_hand_maximum_likelihood(table):
    # Vote shares (1, 0), (0, 1), (1/2, 1/2); priors (1/2, 1/2).
    # Annotator 1 said 0 on a and c: class 0 has 1.5 of 1.5, class 1 has 0.5 of 1.5; annotator 2 mirrors it.
    # So confusion 1 = [[1, 0], [1/3, 2/3]], confusion 2 = [[2/3, 1/3], [0, 1]].
    # Item a: class 0 has 1 * 2/3, class 1 has 1/3 * 0; b the mirror image; c has 1 * 1/3 against 1/3 * 1.
    # Each item's votes have probability 1/2 * 2/3 = 1/3 in all, and the start is a fixed point.
    estimate = dawid_skene(table(*THREE))
    np.testing.assert_allclose(estimate.posterior, [[1, 0], [0, 1], [0.5, 0.5]], atol=1e-9)
    np.testing.assert_allclose(estimate.confusion, [[[1, 0], [1 / 3, 2 / 3]], [[2 / 3, 1 / 3], [0, 1]]], atol=1e-9)
    np.testing.assert_allclose(estimate.trace, [-3 * np.log(3)] * 2)
    np.testing.assert_allclose(estimate.priors, [0.5, 0.5])
    assert estimate.converged
    assert estimate.n_iterations == 2


def test_golden_by_hand_with_smoothing(table):
    # One vote more in each cell: annotator 1 has [[2.5, 1], [1.5, 2]] / 3.5, annotator 2 [[2, 1.5], [1, 2.5]] / 3.5.
    # Item a: class 0 has 2.5 * 2 = 5, class 1 has 1.5 * 1; item c: 2.5 * 1.5 against 1.5 * 2.5.
    with out_of_iterations():
        estimate = dawid_skene(table(*THREE), smoothing=1, max_iterations=1)
    np.testing.assert_allclose(estimate.posterior, [[10 / 13, 3 / 13], [3 / 13, 10 / 13], [0.5, 0.5]])
    # Log-likelihood: each of a and b has (5 + 1.5) / 2 / 3.5^2, c has 3.75 / 3.5^2.
    # Log prior, smoothing 1: the logarithms of all eight cells.
    cells = np.log(np.array([2.5, 1, 1.5, 2, 2, 1.5, 1, 2.5]) / 3.5).sum()
    assert estimate.trace[0] == pytest.approx(2 * np.log(3.25 / 12.25) + np.log(3.75 / 12.25) + cells)


@SLOW
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.sampled_from([0.0, 0.5]))
def test_equals_the_dense_reference(crowd, seed, n_iterations, smoothing):
    votes = crowd(seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        estimate = dawid_skene(votes, max_iterations=n_iterations, tolerance=0, smoothing=smoothing)
    posterior, priors, confusion = reference(votes, estimate.n_iterations, smoothing)
    voted = ~np.isnan(estimate.posterior[:, 0])
    np.testing.assert_allclose(estimate.posterior[voted], posterior, atol=1e-9)
    np.testing.assert_allclose(estimate.priors, priors, atol=1e-9)
    known = ~np.isnan(estimate.confusion[:, 0, 0])
    np.testing.assert_allclose(estimate.confusion[known], confusion, atol=1e-9)


@SLOW
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 0.1, 1.0]))
def test_objective_never_falls(crowd, seed, smoothing):
    estimate = dawid_skene(crowd(seed), smoothing=smoothing, max_iterations=5_000, tolerance=1e-7)
    assert estimate.converged
    assert (np.diff(estimate.trace) >= -1e-8).all()


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_class_permutation_permutes_everything(crowd, table, seed):
    votes = crowd(seed)
    k = votes.scheme.n_classes
    order = np.random.default_rng(seed).permutation(k)
    label = np.where(votes.label < 0, -1, order[votes.label])
    sizes = {"n_items": len(votes.items), "n_annotators": len(votes.annotators), "n_classes": k}
    renamed = table(votes.item, votes.annotator, label, status=votes.status, **sizes)
    # After few steps: late steps magnify rounding wherever two maxima are equally near.
    with out_of_iterations():
        before = dawid_skene(votes, max_iterations=1)
    with out_of_iterations():
        after = dawid_skene(renamed, max_iterations=1)
    np.testing.assert_allclose(after.posterior[:, order], before.posterior, atol=1e-9)
    np.testing.assert_allclose(after.confusion[:, order][:, :, order], before.confusion, atol=1e-9)


def test_shards_change_nothing(crowd, monkeypatch):
    votes = crowd(21, n_items=200, n_classes=3)
    whole = dawid_skene(votes)
    small = partial(vote_matrix, shard_items=7)
    monkeypatch.setattr(sys.modules[dawid_skene.__module__], "vote_matrix", small)
    parts = dawid_skene(votes)
    np.testing.assert_allclose(parts.posterior, whole.posterior, atol=1e-9)
    np.testing.assert_allclose(parts.trace, whole.trace)


def test_single_precision_agrees(crowd):
    votes = crowd(22, n_items=500, n_classes=4)
    double, single = dawid_skene(votes, smoothing=0.1), dawid_skene(votes, smoothing=0.1, dtype=np.float32)
    assert single.posterior.dtype == np.float64
    np.testing.assert_allclose(single.posterior, double.posterior, atol=1e-4)
    assert single.n_iterations == double.n_iterations


def test_hundred_votes_on_an_item_do_not_underflow(table):
    # 2,000 votes at probability below 1/2 are under 1e-600, which no float holds.
    rng = np.random.default_rng(0)
    item, annotator = np.repeat([0, 1], 2_000), np.tile(np.arange(2_000) % 20, 2)
    label = np.where(rng.random(4_000) < 0.6, item, 1 - item)
    estimate = dawid_skene(table(item, annotator, label), smoothing=1)
    np.testing.assert_allclose(estimate.posterior, [[1, 0], [0, 1]], atol=1e-12)


def test_repeated_votes_count_each(table):
    twice = table([0, 0, 0, 1, 1, 1], [0, 0, 1, 0, 0, 1], [0, 0, 1, 1, 1, 1])
    with out_of_iterations():
        estimate = dawid_skene(twice, max_iterations=1)
    np.testing.assert_allclose(estimate.posterior, reference(twice, 1)[0], atol=1e-12)
    # Vote shares start item 0 at (2/3, 1/3), not at (1/2, 1/2).
    assert estimate.posterior[0, 0] > 0.5


def test_elicited_distribution_that_is_certain_is_a_vote(table):
    item, annotator, label = THREE
    certain = np.eye(2)[label]
    elicited = dawid_skene(table(item, annotator, [-1] * 6, distribution=certain), smoothing=0.5)
    voted = dawid_skene(table(*THREE), smoothing=0.5)
    np.testing.assert_allclose(elicited.posterior, voted.posterior)
    np.testing.assert_allclose(elicited.confusion, voted.confusion)


def test_unknown_annotators_share_one_matrix(table):
    item, annotator, label = THREE
    votes = table([*item, 0, 1, 2], [*annotator, -1, -1, -1], [*label, 0, 1, 0])
    estimate = dawid_skene(votes, smoothing=1)
    as_person = dawid_skene(table([*item, 0, 1, 2], [*annotator, 2, 2, 2], [*label, 0, 1, 0]), smoothing=1)
    np.testing.assert_allclose(estimate.posterior, as_person.posterior)
    np.testing.assert_allclose(estimate.pooled_confusion, as_person.confusion[2])
    assert estimate.confusion.shape == (2, 2, 2)
    assert estimate.notes == ("votes of unknown annotators share one confusion matrix",)
    assert dawid_skene(table(*THREE)).pooled_confusion is None


def test_nobody_known_is_refused(table):
    with pytest.raises(SchemeError, match=r'all annotators are unknown.*Use the method "soft"'):
        dawid_skene(table([0, 0, 1], [-1, -1, -1], [0, 1, 0], n_annotators=2))


def test_annotators_and_items_without_votes_are_nan(table):
    estimate = dawid_skene(table(*THREE, n_items=5, n_annotators=3))
    assert np.isnan(estimate.confusion[2]).all()
    assert np.isnan(estimate.posterior[3:]).all()
    np.testing.assert_allclose(estimate.priors, [0.5, 0.5])


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"max_iterations": 0}, ArgumentError, "max_iterations = 0"),
        ({"tolerance": -1e-9}, ArgumentError, "tolerance = -1e-09"),
        ({"tolerance": np.nan}, ArgumentError, "tolerance = nan"),
        ({"smoothing": -1}, ArgumentError, "smoothing = -1"),
        ({"dtype": "float16"}, UnknownNameError, "Choose one of: float64, float32"),
    ],
)
def test_options_out_of_range(table, options, error, message):
    with pytest.raises(error, match=message):
        dawid_skene(table(*THREE), **options)


def test_finds_out_who_spams(table):
    # Four careful people (90 %) and three who always say 0, on 600 items of classes 0 and 1: every item has at least
    # three votes for 0, so two slips of the four make a majority of the spam.
    rng = np.random.default_rng(7)
    truth = rng.integers(2, size=600)
    label = np.where(rng.random((600, 7)) < 0.9, truth[:, None], 1 - truth[:, None])
    label[:, 4:] = 0
    votes = table(np.repeat(np.arange(600), 7), np.tile(np.arange(7), 600), label.ravel())
    estimate = dawid_skene(votes)
    right = estimate.posterior.argmax(axis=1) == truth
    assert right.mean() > majority_vote(votes).posterior[np.arange(600), truth].mean() + 0.1
    np.testing.assert_allclose(estimate.confusion[4:, :, 0], 1, atol=1e-6)
    np.testing.assert_allclose(np.diagonal(estimate.confusion[:4], axis1=1, axis2=2), 0.9, atol=0.05)


def read_truth_inference(folder, table):
    """Annotations, and (item, class) of every item with a truth."""
    with (folder / "label.csv").open(newline="") as file:
        rows = [(r["item"], r["worker"], r["label"]) for r in csv.DictReader(file)]
    with (folder / "truth.csv").open(newline="") as file:
        truth = {r["item"]: r["truth"] for r in csv.DictReader(file)}
    codes = [{name: code for code, name in enumerate(sorted(set(column)))} for column in zip(*rows, strict=True)]
    columns = [[code[cell] for cell in column] for code, column in zip(codes, zip(*rows, strict=True), strict=True)]
    items, _, labels = codes
    gold = [(code, labels[truth[name]]) for name, code in items.items() if name in truth]
    return table(*columns), np.array(gold)


def accuracy(estimate, gold):
    return (estimate.posterior[gold[:, 0]].argmax(axis=1) == gold[:, 1]).mean()


@pytest.mark.parametrize(
    ("corpus", "majority", "estimated"),
    [
        ("bluebird", 0.7593, 0.8981),
        ("rte", 0.8969, 0.9275),
        ("dog", 0.8222, 0.8426),
        ("web", 0.7307, 0.8247),
        ("trec", 0.6514, 0.7024),
    ],
)
def test_anchors_of_real_corpora(data_root, table, corpus, majority, estimated):
    # Accuracy of majority vote with ties split, and of 60 iterations of Dawid-Skene with 0.01 votes in each cell.
    votes, gold = read_truth_inference(data_root / "truth_inference" / corpus, table)
    assert majority_vote(votes).posterior[gold[:, 0], gold[:, 1]].mean() == pytest.approx(majority, abs=5e-5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        anchor = dawid_skene(votes, smoothing=0.01, max_iterations=60, tolerance=0)
    assert accuracy(anchor, gold) == pytest.approx(estimated, abs=5e-5)
    # Without smoothing, stopped by the gain, dog, web and trec move in the third digit.
    assert accuracy(dawid_skene(votes), gold) == pytest.approx(estimated, abs=0.005)


def test_anchor_of_labelme(data_root, table):
    folder = data_root / "learning_from_crowds" / "LabelMe"
    answers = np.loadtxt(folder / "answers.txt", dtype=int)
    truth = np.loadtxt(folder / "LabelMe_Z_train.txt", dtype=int)
    item, annotator = np.nonzero(answers >= 0)
    votes = table(item, annotator, answers[item, annotator], n_items=len(truth))
    posterior = majority_vote(votes).posterior
    assert len(votes) == 2_547
    assert (posterior.argmax(axis=1) == truth).mean() == pytest.approx(0.769)
    assert posterior[np.arange(len(truth)), truth].mean() == pytest.approx(0.766, abs=5e-4)
