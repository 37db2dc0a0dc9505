from __future__ import annotations

import numpy as np
import pytest

from variorum.studies.realised_drop.measuring import lookahead, vote_drops
from variorum.studies.realised_drop.refits import Refits
from variorum.training import Prediction, SoftmaxRegression, TrainingData


@pytest.fixture(scope="module")
def refits():
    """One feature that tells the label, and votes on few items, three of four of which say so."""
    features = np.linspace(-1.0, 1.0, 24)[:, None]
    counts = (1.0 + 2.0 * np.eye(2)[(features[:, 0] > 0).astype(int)]) * (np.arange(24) % 3 == 0)[:, None]
    return Refits.of(SoftmaxRegression(n_members=64, orthogonal=True), TrainingData(features, counts), (0, 0))


def test_a_vote_for_the_truth_helps_and_one_against_it_harms(refits):
    test = np.array([[-0.9], [-0.7], [0.7], [0.9]])
    human = np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0], [0.0, 1.0]])
    half = np.array([True, False, True, False])
    found = vote_drops(refits, np.array([[-0.8], [0.8]]), test, human, half)
    for side in (0, 1):
        assert found.drop[0, 0, side] > 0 > found.drop[0, 1, side]
        assert found.drop[1, 1, side] > 0 > found.drop[1, 0, side]
    assert np.sign(found.of_mode) == pytest.approx(np.sign(found.drop.mean(axis=2)))
    assert found.js > 0
    # What the model says after a vote goes where the vote points.
    before = refits.predictor.predict(test).mean
    assert (found.after[1, 1, 2:, 1] > before[2:, 1]).all()


def test_the_model_expects_most_of_a_vote_that_moves_it_to_what_its_members_say():
    # Two members, opposed on item 0 and alike on item 1; a vote on item 0 tells which is right, on 1 nothing.
    test = np.array([[[0.9, 0.1]], [[0.1, 0.9]]])
    candidates = np.array([[[0.9, 0.1], [0.5, 0.5]], [[0.1, 0.9], [0.5, 0.5]]])
    now = Prediction(test)
    # After a vote on item 0 the truth is expected at .82 of its class (.9 of .9 and .1 of .1).
    at, away = np.array([[[0.82, 0.18]], [[0.18, 0.82]]]), np.array([[[0.5, 0.5]], [[0.5, 0.5]]])
    found = lookahead(now, candidates, np.array([at, away]))
    # Classes have weight 1 / (8 * .5); each is .32 nearer.
    assert found[0] == pytest.approx(2 * 0.32**2 / 4)
    assert found[1] == pytest.approx(0.0, abs=1e-12)
    # To stay where one was brings nothing, and to overshoot by as much again loses it all.
    assert lookahead(now, candidates, np.array([away, away]))[0] == pytest.approx(0.0, abs=1e-12)
    beyond = at + (at - away)
    assert lookahead(now, candidates, np.array([beyond, away]))[0] == pytest.approx(0.0, abs=1e-12)
