from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from variorum.studies.basins.gains import BINS, gains_by_distance
from variorum.studies.basins.results import variance_components
from variorum.studies.basins.scores import SCORES, scores_of, strata_of


def test_rank_correlation_is_scipys_and_bins_hold_all_images():
    rng = np.random.default_rng(0)
    distance, entropy = rng.random(300), rng.random(300)
    gain = 0.3 * distance + rng.normal(0, 0.3, 300)
    found = gains_by_distance(gain, distance, entropy)
    assert found.spearman == pytest.approx(spearmanr(gain, distance).statistic)
    # Ten bins of thirty images: the mean of their means is the mean.
    assert found.gain.mean() == pytest.approx(found.mean)
    assert (np.diff(found.distance) > 0).all()


def test_a_correlation_that_is_entropys_alone_vanishes_when_it_is_held_fixed():
    rng = np.random.default_rng(1)
    entropy = rng.random(4000)
    distance, gain = entropy + 0.2 * rng.random(4000), entropy + 0.2 * rng.random(4000)
    found = gains_by_distance(gain, distance, entropy)
    assert found.spearman > 0.9
    # Standard error about 1 / sqrt(4000) = .016; ranks are not linear in the values, so some is left.
    assert abs(found.partial) < 0.1


def test_equal_distances_share_a_bin_and_constants_have_no_correlation():
    found = gains_by_distance(np.arange(20.0), np.zeros(20), np.arange(20.0))
    assert np.isnan(found.spearman)
    assert np.isfinite(found.gain).sum() == 1
    assert found.gain.shape == (BINS,)


def test_variance_components_of_a_known_model():
    rng = np.random.default_rng(2)
    scores = rng.normal(0, 3, (4000, 1)) + rng.normal(0, 1, (4000, 2))
    found = variance_components(scores)
    assert found.split == pytest.approx(3, rel=0.05)
    assert found.initialisation == pytest.approx(1, rel=0.05)
    assert found.total == pytest.approx(np.sqrt(9.5), rel=0.05)
    alone = variance_components(scores[:, :1])
    assert np.isnan(alone.initialisation)
    assert np.isnan(alone.split)


def test_scores_of_a_perfect_prediction():
    human = np.array([[1.0, 0.0], [0.75, 0.25], [0.5, 0.5]])
    found = scores_of(human, human)
    assert tuple(found) == SCORES
    assert (found["KL"], found["Brier"], found["accuracy"]) == (0.0, 0.0, 1.0)
    assert found["entropy correlation"] == pytest.approx(1.0)
    assert strata_of(human).tolist() == [0, 1, 2]
    assert strata_of(np.eye(2)).tolist() == [0, 0]
