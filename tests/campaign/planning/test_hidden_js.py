from __future__ import annotations

import numpy as np
import pytest

from variorum.campaign.planning.hidden_js import HiddenJs, hidden_js
from variorum.evaluation import js_divergence


def _people(precision: float, votes: int, n: int = 1500) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(5)
    predicted = rng.dirichlet([2.0, 2.0, 2.0], n)
    truth = rng.standard_gamma(np.maximum(precision * predicted, 1e-6)) + 1e-12
    truth /= truth.sum(axis=1, keepdims=True)
    return predicted, truth, np.array([rng.multinomial(votes, row) for row in truth], float)


@pytest.mark.parametrize("precision", [2.0, 8.0, 40.0])
@pytest.mark.parametrize("votes", [2, 3, 20])
def test_the_divergence_to_people_is_found_behind_few_votes(precision: float, votes: int) -> None:
    predicted, truth, counts = _people(precision, votes)
    found = hidden_js(counts, predicted, np.random.default_rng(0)).mean(np.ones((1, 1500)))[0]
    human = counts / votes
    wanted = js_divergence(truth, predicted).mean()
    assert found == pytest.approx(wanted, rel=0.15, abs=0.004)
    if votes == 2:
        # What it is for: the shares of two votes would say that the model is much worse than it is.
        assert js_divergence(human, predicted).mean() > wanted + 0.08


def test_one_vote_an_item_leaves_the_precision_open() -> None:
    predicted, _, counts = _people(8.0, 1)
    likelihood = hidden_js(counts, predicted, np.random.default_rng(0)).likelihood.sum(axis=0)
    assert np.ptp(likelihood) < 1e-6


def test_an_item_counts_as_often_as_its_weight() -> None:
    predicted, _, counts = _people(8.0, 3, n=50)
    found = hidden_js(counts, predicted, np.random.default_rng(0))
    both = HiddenJs(found.precision, np.tile(found.likelihood, (2, 1)), np.tile(found.js, (2, 1)))
    assert found.mean(np.full((1, 50), 2.0))[0] == pytest.approx(both.mean(np.ones((1, 100)))[0], rel=1e-9)
    alone = found.mean(np.eye(50)[:3])
    assert alone[0] != alone[1]


def test_draws_of_the_precision_scatter_about_their_mean() -> None:
    predicted, _, counts = _people(8.0, 2, n=60)
    found = hidden_js(counts, predicted, np.random.default_rng(0))
    chance = (np.arange(4000) + 0.5) / 4000
    drawn = found.drawn(np.ones((4000, 60)), chance)
    assert drawn.mean() == pytest.approx(found.mean(np.ones((1, 60)))[0], rel=1e-3)
    # Sixty pairs leave the precision open, and a low one means a prediction that is far off.
    assert drawn.std() > 0.1 * drawn.mean()
