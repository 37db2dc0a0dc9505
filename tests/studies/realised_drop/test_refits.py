from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.errors import ArgumentError, StudyError
from variorum.evaluation import js_divergence
from variorum.studies.realised_drop import refits as refitting
from variorum.studies.realised_drop.refits import Refits
from variorum.training import SoftmaxRegression, TrainingData
from variorum.training.softmax import fit_map

N_CLASSES, SEED = 3, (7, 1)
LEARNER = SoftmaxRegression(n_members=32, orthogonal=True)


@pytest.fixture(scope="module")
def case():
    """Features, the truth behind them, votes on the first 80 items, and the fit."""
    rng = np.random.default_rng(0)
    features = rng.normal(size=(140, 6)) * np.linspace(1.0, 0.3, 6)
    truth = np.exp(features @ rng.normal(size=(6, N_CLASSES)))
    truth /= truth.sum(axis=1, keepdims=True)
    counts = np.zeros((140, N_CLASSES))
    for i in range(80):
        counts[i, rng.choice(N_CLASSES, p=truth[i])] += 1.0
    return features, truth, counts, Refits.of(LEARNER, TrainingData(features, counts), SEED)


def _drops(refits, features, truth, items, votes):
    test = slice(100, 140)
    before = js_divergence(truth[test], refits.predictor.predict(features[test]).mean)
    return np.array(
        [
            (before - js_divergence(truth[test], each.predict(features[test]).mean)).mean()
            for each in refits.after(features[items], votes)
        ]
    )


def test_no_vote_is_no_drop_to_the_last_bit(case):
    features, truth, _, refits = case
    drops = _drops(refits, features, truth, [3, 90], np.zeros((2, N_CLASSES)))
    assert drops.tolist() == [0.0, 0.0]


def test_the_fit_before_is_the_learners(case):
    features, _, counts, refits = case
    learned = LEARNER.fit(TrainingData(features, counts), np.random.default_rng(SEED))
    assert refits.predictor.predict(features).members == pytest.approx(learned.predict(features).members, abs=1e-3)
    assert refits.predictor.mode.precision == learned.mode.precision


@pytest.mark.parametrize("item", [3, 90], ids=["asked before", "new"])
def test_a_refit_reaches_the_mode_that_another_solver_finds(case, item):
    features, _, _, refits = case
    for vote, after in zip(
        np.eye(N_CLASSES), refits.after(np.repeat(features[[item]], 3, axis=0), np.eye(3)), strict=True
    ):
        problem = refits.problem
        longer = replace(
            problem,
            inputs=np.vstack([problem.inputs, (features[item] - problem.mean) * problem.inverse_scale]),
            counts=np.column_stack([problem.counts, vote]),
            totals=np.append(problem.totals, 1.0),
        )
        mode = longer.solve(refits.predictor.mode.precision, start=None, tolerance=1e-9, max_iterations=2000)
        assert after.mode.weights == pytest.approx(mode.weights.T, abs=1e-7)
        assert after.mode.intercept == pytest.approx(mode.intercept, abs=1e-7)


def test_drops_are_those_of_the_learner_fitted_anew(case):
    """Standardising with one vote more shifts a little, and the learner stops earlier: both are far below a drop."""
    features, truth, counts, refits = case
    mode = refits.predictor.mode
    standardize = bool(np.ptp(mode.inverse_scale) > 0)
    learner = replace(LEARNER, precision=mode.precision, standardize=standardize, tolerance=1e-9)
    items = np.arange(76, 96)
    votes = np.eye(N_CLASSES)[items % N_CLASSES]
    ours = _drops(refits, features, truth, items, votes)
    test = slice(100, 140)

    def js(more):
        fitted = learner.fit(TrainingData(features, counts + more), np.random.default_rng(SEED))
        return js_divergence(truth[test], fitted.predict(features[test]).mean).mean()

    before = js(0.0)
    theirs = []
    for item, vote in zip(items, votes, strict=True):
        more = np.zeros_like(counts)
        more[item] = vote
        theirs.append(before - js(more))
    assert np.corrcoef(ours, theirs)[0, 1] > 0.97
    assert np.abs(ours).mean() > 1e-5


def test_the_same_again_and_in_other_company(case):
    features, truth, _, refits = case
    items, votes = np.arange(70, 130), np.eye(N_CLASSES)[np.arange(60) % N_CLASSES]
    drops = _drops(refits, features, truth, items, votes)
    assert _drops(refits, features, truth, items[::-1], votes[::-1])[::-1] == pytest.approx(drops, abs=1e-8)
    assert _drops(refits, features, truth, items[:1], votes[:1]) == pytest.approx(drops[:1], abs=1e-8)
    assert np.abs(drops).min() > 1e-8


def test_a_vote_that_turns_the_fit_over_reaches_its_mode_too():
    """So few votes, so weak a prior: the curvature before is no guide to that after a vote."""
    features = np.array([[-2.0], [-1.0], [1.0], [2.0], [8.0]])
    counts = np.array([[3.0, 0.0], [2.0, 0.0], [0.0, 2.0], [0.0, 3.0], [0.0, 0.0]])
    learner = SoftmaxRegression(n_members=8, precision=1e-3, standardize=False)
    refits = Refits.of(learner, TrainingData(features, counts), SEED)
    against = next(refits.after(features[4:], np.array([[1.0, 0.0]])))
    mode = fit_map(features, counts + np.eye(5)[:, 4:] * [1.0, 0.0], 1e-3, standardize=False, tolerance=1e-9)
    # The learner centres features anew, which the intercept's weak prior hardly sees.
    assert against.mode.probabilities(features) == pytest.approx(mode.probabilities(features), abs=5e-3)
    assert against.mode.probabilities(features)[4, 0] > refits.predictor.mode.probabilities(features)[4, 0] + 0.05


def test_a_mode_that_is_not_reached_is_an_error(case, monkeypatch):
    features, _, counts, _ = case
    monkeypatch.setattr(refitting, "_MOST_STEPS", 1)
    with pytest.raises(StudyError, match="from its mode after 1 steps; begin later"):
        Refits.of(LEARNER, TrainingData(features, counts), SEED)


def test_too_many_parameters_are_refused(case):
    features, _, counts, _ = case
    with pytest.raises(ArgumentError, match=r"more than 5 parameters.*fewer columns"):
        Refits.of(replace(LEARNER, exact_limit=5), TrainingData(features, counts), SEED)
