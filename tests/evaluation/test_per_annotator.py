import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.evaluation import (
    AnnotatorScores,
    annotator_scores,
    brier,
    group_scores,
    js_divergence,
    kl_divergence,
    vote_scores,
    worst_off_annotator,
)

SCORES = ["cross-entropy", "error-rate", "brier", "js"]


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_vote_scores_are_the_metrics_against_a_one_hot_row(seed, n_classes):
    rng = np.random.default_rng(seed)
    model = rng.dirichlet(np.full(n_classes, 0.5), 6)
    items, labels = rng.integers(0, 6, 20), rng.integers(0, n_classes, 20)
    human, predicted = np.eye(n_classes)[labels], model[items]
    np.testing.assert_allclose(vote_scores(items, labels, model), kl_divergence(human, predicted), atol=1e-12)
    np.testing.assert_allclose(vote_scores(items, labels, model, score="brier"), brier(human, predicted), atol=1e-12)
    np.testing.assert_allclose(
        vote_scores(items, labels, model, score="js"), js_divergence(human, predicted), atol=1e-12
    )
    np.testing.assert_array_equal(
        vote_scores(items, labels, model, score="error-rate"), predicted.argmax(axis=1) != labels
    )


def test_edges_of_the_vote_scores():
    model = [[1.0, 0.0]]
    np.testing.assert_array_equal(vote_scores([0, 0], [0, 1], model), [0, np.inf])
    np.testing.assert_allclose(vote_scores([0, 0], [0, 1], model, score="js"), [0, np.log(2)])
    np.testing.assert_array_equal(vote_scores([0, 0], [0, 1], model, score="brier"), [0, 2])


def test_each_annotator_is_scored_on_own_votes_alone():
    model = [[0.8, 0.2], [0.1, 0.9]]
    # Annotator 0 agrees twice, 1 never votes, 2 agrees once of twice; -1 is nobody's.
    scores = annotator_scores(
        [0, 1, 0, 1, 0], [0, 0, 2, 2, -1], [0, 1, 0, 0, 1], model, score="error-rate", n_annotators=4
    )
    np.testing.assert_array_equal(scores.score, [0, np.nan, 0.5, np.nan])
    np.testing.assert_array_equal(scores.n_annotations, [2, 0, 2, 0])


@pytest.mark.parametrize("score", SCORES)
@given(seed=st.integers(0, 2**32 - 1))
def test_renaming_annotators_renames_the_scores(score, seed):
    rng = np.random.default_rng(seed)
    model = rng.dirichlet(np.ones(3), 5)
    items, annotators, labels = rng.integers(0, 5, 15), rng.integers(0, 4, 15), rng.integers(0, 3, 15)
    names, rows = rng.permutation(4), rng.permutation(15)
    plain = annotator_scores(items, annotators, labels, model, score=score, n_annotators=4)
    renamed = annotator_scores(items[rows], names[annotators][rows], labels[rows], model, score=score, n_annotators=4)
    np.testing.assert_allclose(renamed.score[names], plain.score)
    np.testing.assert_array_equal(renamed.n_annotations[names], plain.n_annotations)


def test_the_worst_off_needs_enough_votes():
    scores = AnnotatorScores(np.array([0.3, 0.9, np.nan, 0.9]), np.array([10, 2, 0, 2]))
    worst = worst_off_annotator(scores)
    assert (worst.annotator, worst.score, worst.n_annotations, worst.n_considered) == (1, 0.9, 2, 3)
    assert worst_off_annotator(scores, min_annotations=5).annotator == 0
    nobody = worst_off_annotator(scores, min_annotations=11)
    assert (nobody.annotator, nobody.n_considered) == (-1, 0)
    assert np.isnan(nobody.score)


def test_groups_weigh_annotators_alike_and_leave_out_the_silent():
    scores = AnnotatorScores(np.array([0.2, 0.4, 0.9, np.nan, 0.1]), np.array([100, 1, 5, 0, 9]))
    np.testing.assert_allclose(group_scores(scores, [0, 0, 2, 2, -1], n_groups=4), [0.3, np.nan, 0.9, np.nan])


def test_bad_arguments_are_named():
    with pytest.raises(UnknownNameError, match="score 'kl' is not known"):
        vote_scores([0], [0], [[1, 0]], score="kl")
    with pytest.raises(ArgumentError, match=r"items\[0\] = 1 is out of range: codes lie in \[0, 1\)"):
        vote_scores([1], [0], [[1, 0]])
    with pytest.raises(ShapeError, match="annotators must have 1 values, not 2"):
        annotator_scores([0], [0, 1], [0], [[1, 0]])
    with pytest.raises(ArgumentError, match="min_annotations must be at least 1, not 0"):
        worst_off_annotator(AnnotatorScores(np.zeros(1), np.ones(1, dtype=int)), min_annotations=0)
    with pytest.raises(ShapeError, match="groups must have 1 values, not 2"):
        group_scores(AnnotatorScores(np.zeros(1), np.ones(1, dtype=int)), [0, 1])
