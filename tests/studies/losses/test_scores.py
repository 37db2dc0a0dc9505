from __future__ import annotations

import numpy as np
import pytest

from variorum.evaluation import kl_divergence, wasserstein
from variorum.studies.losses.scores import CALIBRATION, SCORES, head_scores, scores_of
from variorum.studies.losses.settings import REPEATED, RIVALS, SAME, LossesSettings, methods_of
from variorum.training import LOSSES

COUNTS = np.array([[4.0, 0.0, 1.0], [2.0, 2.0, 0.0], [0.0, 1.0, 3.0]])
HUMAN = COUNTS / COUNTS.sum(axis=1, keepdims=True)


def test_scores_by_hand():
    model = np.array([[0.5, 0.25, 0.25], [0.5, 0.5, 0.0], [0.6, 0.2, 0.2]])
    found = head_scores(COUNTS, model, (1.0, 2.0, 4.0))
    # Half the absolute differences: (.3 + .25 + .05) / 2, 0, (.6 + .05 + .55) / 2.
    assert found["tvd"] == found["dist_ce"] == pytest.approx((0.3 + 0 + 0.6) / 3)
    assert found["kl"] == pytest.approx(kl_divergence(HUMAN, model).mean())
    assert found["wasserstein"] == pytest.approx(wasserstein(HUMAN, model, positions=[1, 2, 4]).mean())
    # The second item has no majority; the others' confidences are .5, hit, and .6, missed, each in its own bin.
    assert found["ece"] == pytest.approx((0.5 + 0.6) / 2)
    assert found["absolute_ent_ce"] >= abs(found["ent_ce"])
    assert len(found["items"]["js"]) == 3
    assert "wasserstein" not in head_scores(COUNTS, model, None)


def test_a_prediction_of_zero_is_bounded():
    found = head_scores(COUNTS, np.array([[0.0, 1.0, 0.0]] * 3), None)
    assert found["kl"] < -np.log(1e-10)


def test_every_score_is_computed():
    found = head_scores(COUNTS, HUMAN, (0.0, 1.0, 2.0))
    assert set(scores_of(True)) == set(SCORES) <= set(found)
    assert set(CALIBRATION) <= set(found)
    assert found["js"] == found["kl"] == found["tvd"] == 0
    assert found["soft_macro_f1"] == found["accuracy"] == 1


def test_every_loss_is_a_rival_or_another_by_name():
    assert set(RIVALS) | set(SAME) == set(LOSSES)
    assert not set(RIVALS) & set(SAME)
    assert RIVALS[0] == "cross-entropy"
    assert set(methods_of(True)) - set(methods_of(False)) == {"wasserstein", "cdf"}
    assert methods_of(False)[-1] == REPEATED
    assert {entry.loss for entry in SCORES.values()} - {None} <= set(RIVALS)


def test_the_baseline_is_cross_entropy_on_every_vote():
    settings = LossesSettings(1)
    repeated = settings.head(REPEATED, 5000, 1e-3, "js")
    soft = settings.head("brier", 1000, 1e-2, "cross-entropy")
    assert (repeated.delivery, repeated.loss, repeated.training.monitor) == (REPEATED, "cross-entropy", "js")
    assert (soft.delivery, soft.loss, soft.training.learning_rate) == ("soft", "brier", 1e-2)
