from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from labels.references import dense
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError, ShapeError
from variorum.labels import mmsr


def quiet(*args, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return mmsr(*args, **options)


def excesses(rows):
    """Agreement beyond chance of pairs, from shares of votes on each item."""
    k, value = rows.n_classes, {}
    share = {}
    for a in rows.annotators:
        for i in {i for i, _ in rows.of_annotator(a)}:
            counts = np.bincount([c for j, c in rows.of_annotator(a) if j == i], minlength=k)
            share[a, i] = counts / counts.sum()
    for a in rows.annotators:
        for b in rows.annotators:
            both = [i for i in rows.items if (a, i) in share and (b, i) in share]
            if a != b and both:
                agreement = np.mean([share[a, i] @ share[b, i] for i in both])
                value[a, b] = round((k * agreement - 1) / (k - 1), 12)
    return value


def reference(votes, start, n_iterations, trim):
    """Size of each annotator's factor; nobody's partners in one array."""
    rows = dense(votes)
    value = excesses(rows)

    def updated(fixed, current):
        result = {}
        for a in rows.annotators:
            ratios = sorted(abs(v) / fixed[c] for (b, c), v in value.items() if b == a)
            low = min(trim, sum(r < current[a] * (1 - 1e-9) for r in ratios))
            high = min(trim, sum(r > current[a] * (1 + 1e-9) for r in ratios))
            kept = ratios[low : len(ratios) - high]
            mean = np.mean(kept) if kept else current[a]
            result[a] = mean if mean > 0 else 1 / np.sqrt(len(rows.items))
        return result

    left = {a: start[0][a] for a in rows.annotators}
    right = {a: start[1][a] for a in rows.annotators}
    for _ in range(n_iterations):
        right = updated(left, right)
        left = updated(right, left)
    norms = [np.linalg.norm(list(side.values())) for side in (left, right)]
    return rows, value, {a: left[a] / np.sqrt(norms[0] / norms[1]) for a in rows.annotators}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 5), st.integers(0, 1))
def test_equals_the_dense_reference(crowd, seed, n_iterations, trim):
    votes = crowd(seed)
    start = tuple(np.random.default_rng(seed).uniform(0.1, 1, (2, len(votes.annotators))))
    estimate = quiet(votes, start=start, max_iterations=n_iterations, tolerance=0, trim=trim)
    assume(estimate.n_iterations == n_iterations)
    rows, value, size = reference(votes, start, n_iterations, trim)
    assume(value)
    k, margin = rows.n_classes, 1 / np.sqrt(len(rows.items))
    linked = [a for a in rows.annotators if any(a in pair for pair in value)]
    for a in linked:
        # The sign is not the reference's business: 0 where undecided.
        factor = np.maximum(np.minimum([size[a], -size[a], 0], 1 - margin), -1 / (k - 1) + margin)
        chance = np.clip(factor * (k - 1) / k + 1 / k, 1e-10, 1 - 1e-10)
        assert np.abs(np.log(chance * (k - 1) / (1 - chance)) - estimate.skill[a]).min() < 1e-7
    for i in rows.items:
        joint = np.zeros(k)
        for a, c in rows.of_item(i):
            joint[c] += estimate.skill[a]
        odds = np.exp(joint - joint.max())
        np.testing.assert_allclose(estimate.posterior[i], odds / odds.sum(), atol=1e-9)


def test_golden_by_hand(table):
    # Sixteen items, two classes. Annotators 0 and 1 agree on 14, 0 and 2 on 12, 1 and 2 on 10: excesses 3/4, 1/2, 1/4
    # (twice the share less one). Products of factors: s0 s1 = 3/4, s0 s2 = 1/2, s1 s2 = 1/4, so s0^2 = 3/2 (cut to
    # 1 - 1/4 for 16 items), s1^2 = 3/8, s2^2 = 1/6.
    truth = np.arange(16) % 2
    label = np.column_stack((truth, np.where(np.arange(16) < 2, 1 - truth, truth), truth))
    label[2:6, 2] = 1 - truth[2:6]
    estimate = mmsr(table(np.repeat(np.arange(16), 3), np.tile(np.arange(3), 16), label.ravel()))
    factor = np.array([0.75, np.sqrt(3 / 8), np.sqrt(1 / 6)])
    np.testing.assert_allclose(estimate.skill, np.log((1 + factor) / (1 - factor)), atol=1e-6)
    assert estimate.converged


def test_survives_adversaries(table):
    # Twelve helpful, eight who know and lie, twenty who guess.
    rng = np.random.default_rng(4)
    truth, skill = rng.integers(2, size=1_000), np.repeat([0.85, 0.2, 0.5], [12, 8, 20])
    right = rng.random((1_000, 40)) < skill
    asked = rng.random((1_000, 40)) < 0.4
    item, annotator = np.nonzero(asked)
    label = np.where(right, truth[:, None], 1 - truth[:, None])[asked]
    estimate = mmsr(table(item, annotator, label))
    assert (estimate.skill[:12] > 0.5).all()
    assert (estimate.skill[12:20] < -0.5).all()
    assert (estimate.posterior.argmax(axis=1) == truth).mean() > 0.95


def test_two_who_disagree_cancel(table):
    # Nothing says which of them lies.
    estimate = mmsr(table([0, 0, 1, 1, 2, 2], [0, 1] * 3, [0, 1, 1, 0, 0, 1]))
    np.testing.assert_allclose(estimate.posterior, 0.5)
    assert "nothing says on which side 2 annotators are" in estimate.notes[-1]


def test_who_shares_no_item_has_the_mean_skill(table):
    votes = table([0, 0, 1, 1, 2, 2, 3], [0, 1] * 3 + [2], [0, 0, 1, 1, 0, 0, 1])
    estimate = mmsr(votes)
    np.testing.assert_allclose(estimate.skill, estimate.skill[0])
    assert "1 annotators share no item" in estimate.notes[-1]


def test_options_and_refusals(table):
    votes = table([0, 0, 1, 1], [0, 1] * 2, [0, 0, 1, 0])
    with pytest.warns(ConvergenceWarning, match="M-MSR stopped after 1 iterations"):
        mmsr(table([0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0, 0, 0, 1, 1, 0]), max_iterations=1)
    with pytest.raises(ArgumentError, match="trim = -1"):
        mmsr(votes, trim=-1)
    with pytest.raises(ArgumentError, match=r"start\[1\]\[0\] = 0.0"):
        mmsr(votes, start=([1, 1], [0, 1]))
    with pytest.raises(ShapeError, match=r"start\[0\] must have 2 values"):
        mmsr(votes, start=([1], [1, 1]))
    with pytest.raises(SchemeError, match="all annotators are unknown: no skill"):
        mmsr(table([0], [-1], [0]))
