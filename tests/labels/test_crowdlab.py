from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labels.references import dense
from variorum.annotations import Annotations
from variorum.errors import ArgumentError, NotADistributionError, SchemeError, ShapeError
from variorum.labels import Aggregator, crowdlab


def reference(votes, predictions):
    """Vote by vote, with every vote of another row counted as another's."""
    rows = dense(votes)
    k, items = rows.n_classes, rows.items
    total = np.zeros(k)
    for _, _, c in rows.votes:
        total[c] += 1
    consensus = {}
    for i in items:
        counts = np.bincount([c for _, c in rows.of_item(i)], minlength=k)
        consensus[i] = max(range(k), key=lambda c: (counts[c], predictions[i][c], -total[c], -c))
    several = [i for i in items if len(rows.of_item(i)) > 1]
    same, others = dict.fromkeys(rows.annotators, 0.0), dict.fromkeys(rows.annotators, 0.0)
    for i in several:
        given = rows.of_item(i)
        for e, (a, c) in enumerate(given):
            same[a] += sum(d == c for f, (_, d) in enumerate(given) if f != e)
            others[a] += len(given) - 1
    agreement = {a: same[a] / others[a] for a in rows.annotators if others[a]}
    mean = np.mean(list(agreement.values()))
    for _ in range(2):
        right = np.mean([np.mean([c == consensus[i] for _, c in rows.of_item(i)]) for i in several])
        counts = np.bincount([consensus[i] for i in several], minlength=k)
        guess = max(np.mean([consensus[i] != counts.argmax() for i in several]), 1e-6)
        weight = {a: max(1 - (1 - agreement.get(a, mean)) / guess, 1e-6) for a in rows.annotators}
        error = np.mean([np.argmax(predictions[i]) != consensus[i] for i in several])
        by_model = max(1 - error / guess, 1e-6) * np.sqrt(len(rows.votes) / len(items))
        posterior = {}
        for i in items:
            top, bottom = by_model * predictions[i], by_model
            for a, c in rows.of_item(i):
                top = top + weight[a] * np.where(np.arange(k) == c, right, (1 - right) / (k - 1))
                bottom += weight[a]
            posterior[i] = top / bottom
        consensus = {i: int(posterior[i].argmax()) for i in items}
    return rows, posterior, weight, by_model


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_equals_the_dense_reference(crowd, seed):
    votes = crowd(seed)
    predictions = np.random.default_rng(seed).dirichlet(np.ones(votes.scheme.n_classes), len(votes.items))
    rows, posterior, weight, by_model = reference(votes, predictions)
    assume(all(np.diff(np.sort(p))[-1] > 1e-9 for p in posterior.values()))
    estimate = crowdlab(votes, predictions)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-9)
    np.testing.assert_allclose(estimate.skill[rows.annotators], [weight[a] for a in rows.annotators], atol=1e-9)
    assert estimate.model_weight == pytest.approx(by_model)
    assert np.isnan(estimate.posterior[np.setdiff1d(np.arange(len(votes.items)), rows.items)]).all()


def test_golden_by_hand(table):
    # Majorities 0, 1, 0; always guessing 0 errs on 1 of 3. Annotators 0 and 1 agree with 2.5 of 3 others each, 2 with 2
    # of 3: on item 0 votes are 0, 0, 1. So agreement is 5/6, 5/6, 4/6 and weight 1 - (1/6)/(1/3) = 1/2, 1/2, 0 -> 1e-6.
    # The consensus takes 8 of 9 votes, a mean of 8/9. The model errs on item 2: its weight is 1 - 1 -> 1e-6 * sqrt(3).
    votes = table([0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3, [0, 0, 1, 1, 1, 1, 0, 0, 0])
    estimate = crowdlab(votes, [[0.9, 0.1], [0.4, 0.6], [0.3, 0.7]])
    np.testing.assert_allclose(estimate.skill, [0.5, 0.5, 1e-6])
    assert estimate.model_weight == pytest.approx(1e-6 * np.sqrt(3))
    np.testing.assert_allclose(estimate.posterior, [[8 / 9, 1 / 9], [1 / 9, 8 / 9], [8 / 9, 1 / 9]], atol=1e-5)


def test_sits_in_the_seat_of_an_aggregator(table):
    seat: Aggregator = partial(crowdlab, predictions=[[0.6, 0.4]])
    assert seat(table([0, 0], [0, 1], [0, 0])).posterior[0, 0] > 0.6


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_certain_elicited_distributions_and_unanswered_rows(crowd, table, seed):
    votes = crowd(seed)
    k = votes.scheme.n_classes
    predictions = np.random.default_rng(seed).dirichlet(np.ones(k), len(votes.items))
    certain = np.where((votes.status == 0)[:, None], np.eye(k)[votes.label], np.nan)
    elicited = Annotations(
        votes.scheme,
        votes.items,
        votes.annotators,
        votes.item,
        votes.annotator,
        np.full(votes.n_rows, -1),
        status=votes.status,
        distribution=certain,
    )
    before, after = crowdlab(votes, predictions), crowdlab(elicited, predictions)
    np.testing.assert_allclose(after.posterior, before.posterior, atol=1e-9)


def test_what_it_refuses(table):
    votes = table([0, 0], [0, 1], [0, 1])
    with pytest.raises(ShapeError, match=r"predictions have shape \(2, 2\); one for each item and class has \(1, 2\)"):
        crowdlab(votes, [[0.5, 0.5]] * 2)
    with pytest.raises(NotADistributionError, match=r"predictions\[0\]"):
        crowdlab(votes, [[0.5, 0.6]])
    with pytest.raises(ArgumentError, match="items with two votes or more"):
        crowdlab(table([0, 1], [0, 1], [0, 1]), [[0.5, 0.5]] * 2)
    with pytest.raises(SchemeError, match="all annotators are unknown: no weight"):
        crowdlab(table([0], [-1], [0]), [[0.5, 0.5]])
    nothing = crowdlab(table([], [], [], n_items=1), [[0.5, 0.5]])
    assert np.isnan(nothing.posterior).all()
