from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import f1_score

from variorum.studies.judgment_finetuning import f1_interval, model_scores, source_distances

RNG = np.random.default_rng(0)
GOLD = RNG.integers(0, 3, 200)


def guesses(right: float, n_seeds: int = 5, seed: int = 1) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.where(rng.random((n_seeds, GOLD.size)) < right, GOLD, rng.integers(0, 3, (n_seeds, GOLD.size)))


def test_scores_are_scikit_learns_and_the_formulas() -> None:
    human, model = RNG.dirichlet(np.ones(3), 50), RNG.dirichlet(np.ones(3), 50)
    found = model_scores(human, model)
    gold, said = human.argmax(axis=1), model.argmax(axis=1)
    assert found["weighted_f1"] == pytest.approx(f1_score(gold, said, average="weighted"))
    assert found["macro_f1"] == pytest.approx(f1_score(gold, said, average="macro"))
    assert found["cross_entropy"] == pytest.approx(-(human * np.log(model)).sum(axis=1).mean())
    entropy = -(human * np.log(human)).sum(axis=1).mean()
    assert found["kl"] == pytest.approx(found["cross_entropy"] - entropy)


def test_distances_have_the_floor_of_the_published_tables() -> None:
    # One item at (1, 0): KL to (0, 1) is -ln(1e-10), JS distance sqrt(ln 2), total variation 1.
    found = source_distances(np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]]))
    assert found["kl"] == pytest.approx(10 * np.log(10), abs=1e-6)
    assert (found["js"], found["tvd"]) == (pytest.approx(np.sqrt(np.log(2))), 1.0)


def test_the_interval_is_of_scikit_learns_f1_over_seeds() -> None:
    said = guesses(0.6)
    found = f1_interval(GOLD, said, np.random.default_rng(0))
    assert found.mean == pytest.approx(np.mean([f1_score(GOLD, row, average="weighted") for row in said]))
    assert found.low < found.mean < found.high
    # As wide as the spread over items and over seeds together: a binomial share of 200 items has .035 alone.
    assert 0.05 < found.high - found.low < 0.2


def test_a_draw_is_the_f1_of_the_items_drawn() -> None:
    # One seed and one resample of items, from the same stream.
    said = guesses(0.5, 1)
    found = f1_interval(GOLD, said, np.random.default_rng(7), draws=1)
    times = np.random.default_rng(7).multinomial(GOLD.size, np.full(GOLD.size, 1 / GOLD.size), size=1)[0]
    drawn = np.repeat(np.arange(GOLD.size), times)
    assert found.low == pytest.approx(f1_score(GOLD[drawn], said[0][drawn], average="weighted"))


def test_a_difference_is_paired() -> None:
    better, worse = guesses(0.7), guesses(0.3, seed=2)
    found = f1_interval(GOLD, better, np.random.default_rng(0), less=worse)
    apart = [
        f1_score(GOLD, a, average="weighted") - f1_score(GOLD, b, average="weighted")
        for a, b in zip(better, worse, strict=True)
    ]
    assert found.mean == pytest.approx(np.mean(apart))
    assert found.low > 0
    same = f1_interval(GOLD, better, np.random.default_rng(0), less=better)
    assert (same.mean, same.low, same.high) == (0, 0, 0)
