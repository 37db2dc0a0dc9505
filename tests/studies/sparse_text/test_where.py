from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from variorum.evaluation import js_divergence, soft_cross_entropy
from variorum.studies.sparse_text.where import EDGES, distance_gains, terciles


def test_thirds_of_human_entropy():
    counts = np.array([[6, 0], [5, 1], [4, 2], [0, 6], [1, 5], [3, 3]])
    # Entropies rise from unanimous over 5:1 and 4:2 to 3:3; ranks 2 and 4 of six are the edges.
    assert terciles(counts, np.arange(6)).tolist() == [0, 1, 2, 0, 1, 2]
    assert terciles(counts, np.array([5, 0])).tolist() == [2, 0]


def test_equal_entropies_stay_together():
    counts = np.array([[6, 0]] * 5 + [[3, 3]])
    assert terciles(counts, np.arange(6)).tolist() == [0] * 5 + [2]


def test_gains_against_distance_by_hand():
    rng = np.random.default_rng(0)
    drawn = rng.multinomial(3, [0.5, 0.3, 0.2], size=40)
    other = rng.multinomial(9, [0.4, 0.3, 0.3], size=40)
    other[7] = 0
    predicted = {name: rng.dirichlet(np.ones(3), size=40) for name in ("soft", "sls", "majority")}
    found = distance_gains(drawn, other, predicted)
    assert set(found) == {"sls", "majority"}
    kept = np.arange(40) != 7
    human = other[kept] / 9
    distance = js_divergence(drawn[kept] / 3, human).round(12)
    gain = soft_cross_entropy(human, predicted["soft"][kept]) - soft_cross_entropy(human, predicted["sls"][kept])
    assert found["sls"]["spearman"] == pytest.approx(spearmanr(distance, gain).statistic)
    assert found["sls"]["n"].sum() == 39
    inside = distance >= EDGES[-1]
    assert found["sls"]["n"][-1] == inside.sum() > 0
    assert found["sls"]["gain"][-1] == pytest.approx(gain[inside].mean())
    assert found["sls"]["distance"][-1] == pytest.approx(distance[inside].mean())


def test_without_other_votes_there_is_nothing_to_gain():
    assert distance_gains(np.ones((2, 2), int), np.zeros((2, 2), int), {"soft": np.full((2, 2), 0.5)}) == {}
