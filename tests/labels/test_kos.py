from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labels.references import dense
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError, ShapeError
from variorum.labels import kos


def quiet(*args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return kos(*args, **options)


def reference(votes, start, n_iterations):
    """Messages one by one, in whole numbers of any size times the start."""
    rows = dense(votes)
    edges = sorted(range(len(rows.votes)), key=lambda e: rows.votes[e][0])
    item = [rows.votes[e][0] for e in edges]
    who = [rows.votes[e][1] for e in edges]
    sign = [2 * rows.votes[e][2] - 1 for e in edges]
    n, message = len(edges), list(start)
    for _ in range(n_iterations):
        to_annotator = [sum(sign[f] * message[f] for f in range(n) if item[f] == item[e] and f != e) for e in range(n)]
        message = [sum(sign[f] * to_annotator[f] for f in range(n) if who[f] == who[e] and f != e) for e in range(n)]
        size = np.sqrt(np.mean(np.square(message)))
        message = [m / size if size else m for m in message]
    return rows.items, {i: sum(sign[e] * message[e] for e in range(n) if item[e] == i) for i in rows.items}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
def test_equals_the_dense_reference(crowd, seed, n_iterations):
    votes = crowd(seed, n_classes=2)
    start = np.random.default_rng(seed).normal(1, 1, len(votes))
    estimate = quiet(votes, start=start, max_iterations=n_iterations, tolerance=0)
    items, score = reference(votes, start, estimate.n_iterations)
    assume(all(abs(s) > 1e-6 or s == 0 for s in score.values()))
    expected = [[0.5, 0.5] if score[i] == 0 else [score[i] < 0, score[i] > 0] for i in items]
    np.testing.assert_allclose(estimate.posterior[items], np.array(expected, float))


def test_golden_by_hand(table):
    # Two items, three annotators, the third adverse. With messages of 1 along votes (-, -, +) and (+, +, -): the item
    # tells annotators 0 and 1 (0, 0) and 2 (-2) on item 0, and the mirror image on item 1. Times their votes, 0 and 1
    # hear 0 from both items and 2 hears -2 twice; leaving out the own item: 0, 0 and -2. Scaled to a mean square of 1:
    # 0, 0 and -sqrt(3). The scores are the third's votes times that: -sqrt(3) and sqrt(3).
    votes = table([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0, 0, 1, 1, 1, 0])
    estimate = quiet(votes, max_iterations=1)
    np.testing.assert_allclose(estimate.posterior, [[1, 0], [0, 1]])
    # Changes: four messages from 1 to 0, two from 1 to -sqrt(3).
    assert estimate.trace[0] == pytest.approx(np.sqrt((4 + 2 * (1 + np.sqrt(3)) ** 2) / 6))


def test_finds_adversaries_on_a_sparse_graph(table):
    rng = np.random.default_rng(1)
    truth, skill = rng.integers(2, size=2_000), np.repeat([0.9, 0.5, 0.2], [30, 40, 20])
    item, annotator = np.repeat(np.arange(2_000), 7), rng.integers(90, size=14_000)
    label = np.where(rng.random(14_000) < skill[annotator], truth[item], 1 - truth[item])
    estimate = kos(table(item, annotator, label))
    assert estimate.converged
    majority = (np.bincount(item, label) > 3.5) == truth
    right = estimate.posterior.argmax(axis=1) == truth
    assert right.mean() > majority.mean() + 0.1
    assert (estimate.skill[:30] > 0).all()
    assert (estimate.skill[70:] < 0).all()


def test_a_vote_without_others_is_silent(table):
    # Both annotators voted once: nothing is known of them.
    estimate = kos(table([0, 0], [0, 1], [1, 1]))
    np.testing.assert_allclose(estimate.posterior, [[0.5, 0.5]])


def test_what_it_refuses(table):
    votes = table([0, 0], [0, 1], [0, 1])
    with pytest.raises(SchemeError, match="needs two classes, and the scheme has 3"):
        kos(table([0, 0], [0, 1], [0, 2]))
    with pytest.raises(SchemeError, match="KOS needs to know who voted"):
        kos(table([0], [-1], [0]))
    with pytest.raises(ShapeError, match="start must have 2 values"):
        kos(votes, start=[1.0])
    with pytest.raises(ArgumentError, match="max_iterations = 0"):
        kos(votes, max_iterations=0)
    with pytest.warns(ConvergenceWarning, match="KOS stopped after 1 iterations"):
        kos(table([0, 0, 1, 1], [0, 1] * 2, [0, 1, 1, 1]), max_iterations=1)
