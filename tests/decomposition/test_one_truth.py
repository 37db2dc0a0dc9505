from __future__ import annotations

import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from decomposition.naive_reading import naive
from decomposition.reading_votes import Array, crowd
from variorum.annotations import Annotations
from variorum.decomposition import decompose
from variorum.decomposition.entries import as_entries
from variorum.decomposition.one_truth import one_truth, stacking_weight
from variorum.errors import ConvergenceWarning
from variorum.labels import dawid_skene


def naive_predictions(votes: Annotations, smoothing: float) -> Array:
    """Probability of each vote by all others under Dawid and Skene's model, vote by vote and class by class."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        fit = dawid_skene(votes, smoothing=smoothing)
    k, n_annotators = votes.scheme.n_classes, len(votes.annotators)
    assert fit.confusion is not None
    confusion = dict(enumerate(fit.confusion))
    if fit.pooled_confusion is not None:
        confusion[-1] = fit.pooled_confusion
    assert set(votes.annotator.tolist()) <= set(confusion) <= {*range(n_annotators), -1}
    result = np.empty(votes.n_rows)
    for n in range(votes.n_rows):
        i, a, label = votes.item[n], int(votes.annotator[n]), votes.label[n]
        # The truth without this vote.
        belief = np.array([fit.posterior[i, c] / confusion[a][c, label] for c in range(k)])
        belief /= belief.sum()
        mine = np.flatnonzero((votes.annotator == a) & (np.arange(votes.n_rows) != n))
        chance = np.empty(k)
        for c in range(k):
            said = sum(fit.posterior[votes.item[m], c] for m in mine if votes.label[m] == label)
            chance[c] = (said + smoothing) / (sum(fit.posterior[votes.item[m], c] for m in mine) + k * smoothing)
        result[n] = belief @ chance
    return result


@pytest.mark.parametrize("unknown", [False, True])
def test_predictions_leave_the_vote_out(unknown: bool) -> None:
    votes = crowd(0, n_items=25, n_annotators=5, votes=3)
    if unknown:
        votes = replace(votes, annotator=np.where(votes.annotator == 2, -1, votes.annotator).astype(np.int32))
    fit = one_truth(votes, as_entries(votes))
    # Rows are in the order of items, which is that of entries. One vote in a hundred is added to each cell.
    np.testing.assert_allclose(fit.predicted, naive_predictions(votes, 0.01), rtol=1e-6)
    assert fit.posterior.shape == (25, 3)


def test_part_of_an_elicited_distribution_is_part_of_a_vote() -> None:
    # The same distribution by parts, or as votes of whole weight, are the same votes.
    votes = crowd(1, n_items=10, n_annotators=4, votes=3)
    certain = np.eye(3)[votes.label]
    elicited = replace(votes, label=np.full(votes.n_rows, -1, np.int32), distribution=certain)
    one, other = (one_truth(each, as_entries(each)).predicted for each in (votes, elicited))
    np.testing.assert_allclose(one, other)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_stacking_predicts_best(seed: int) -> None:
    rng = np.random.default_rng(seed)
    first, second, weight = rng.beta(2, 2, 30), rng.beta(2, 2, 30), rng.uniform(0.1, 1.0, 30)
    share = stacking_weight(first, second, weight)

    def score(at: float) -> float:
        return float(weight @ np.log(at * first + (1 - at) * second))

    best = max(score(at) for at in np.linspace(0, 1, 501))
    assert 0 <= share <= 1
    assert score(share) >= best - 1e-3
    assert stacking_weight(second, first, weight) == pytest.approx(1 - share)


def test_stacking_of_equals_trusts_both() -> None:
    assert stacking_weight(np.full(3, 0.4), np.full(3, 0.4), np.ones(3)) == 0.5


def test_stacking_by_hand() -> None:
    # One predicts three votes of four with certainty, the other the fourth: log s three times, log (1 - s) once.
    first, second = np.array([1.0, 1.0, 1.0, 0.0]), np.array([0.0, 0.0, 0.0, 1.0])
    assert stacking_weight(first, second, np.ones(4)) == pytest.approx(3 / 4)
    assert stacking_weight(first, second, np.array([1.0, 1.0, 1.0, 9.0])) == pytest.approx(1 / 4)


def objective(seed: int, n: int = 300) -> tuple[Annotations, NDArray[np.int64]]:
    """Eight annotators who mistake the true label in ways of their own, six votes an item."""
    rng = np.random.default_rng(seed)
    confusion = 0.7 * np.eye(3) + 0.3 * np.eye(3)[np.array([rng.permutation(3) for _ in range(8)])]
    truth = rng.integers(3, size=n)
    # Every annotator is one of the votes at some items; labels are drawn from the row of the item's truth.
    votes = crowd(seed, n_items=n, votes=6)
    edges = confusion.cumsum(axis=2)[votes.annotator, truth[votes.item]]
    label = (rng.random(votes.n_rows)[:, None] > edges).sum(axis=1).clip(max=2)
    return replace(votes, label=label.astype(np.int32)), truth


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_there_is_one_truth(seed: int) -> None:
    votes, truth = objective(seed)
    found = decompose(votes)
    assert found.one_truth_weight > 0.9
    assert (found.truth.argmax(axis=1) == truth).mean() > 0.9
    np.testing.assert_allclose(found.truth.sum(axis=1), 1.0)


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_where_people_differ(seed: int) -> None:
    assert decompose(crowd(seed, n_items=300, n_annotators=20, votes=10)).one_truth_weight < 0.1


def test_the_truth_is_half_this_model_and_half_theirs() -> None:
    # Of this model the readings of somebody without a leaning, and the same where groups read in their own ways.
    votes = crowd(3, n_items=20)
    pooled = decompose(votes, max_iterations=30)
    plain = naive(pooled.model).posterior @ pooled.model.types.distribution
    expected = (plain + one_truth(votes, as_entries(votes)).posterior) / 2
    np.testing.assert_allclose(pooled.truth, expected)
    np.testing.assert_allclose(decompose(votes, groups=np.arange(8) % 2, max_iterations=30).truth, expected)
