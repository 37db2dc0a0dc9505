from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import beta, kstest

from variorum.errors import ArgumentError, UnknownNameError
from variorum.training import TrainingData
from variorum.training.delivery import Majority, Mixup, Soft

COUNTS = np.random.default_rng(0).integers(0, 4, (500, 3)) + np.eye(3)[0]
DATA = TrainingData(np.zeros((500, 1)), COUNTS)


def test_partners_are_permutations_drawn_anew() -> None:
    schedule = Mixup()(DATA, 1)
    first, second = schedule.epoch(0).partner, schedule.epoch(1).partner
    assert first is not None
    assert second is not None
    assert np.array_equal(np.sort(first), np.arange(500))
    assert np.array_equal(np.sort(second), np.arange(500))
    assert not np.array_equal(first, second)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 4.0])
def test_shares_are_beta(alpha: float) -> None:
    schedule = Mixup(alpha)(DATA, 2)
    shares = np.concatenate([schedule.epoch(t).share for t in range(8)])
    assert ((shares >= 0) & (shares <= 1)).all()
    assert kstest(shares, beta(alpha, alpha).cdf).pvalue > 1e-3


def test_targets_are_the_examples_own() -> None:
    assert np.array_equal(Mixup()(DATA, 3).epoch(5).target, Majority()(DATA, 3).epoch(0).target)
    assert np.array_equal(Mixup(of="soft")(DATA, 3).epoch(5).target, Soft()(DATA, 3).epoch(0).target)


def test_refusals() -> None:
    for alpha in (0.0, -1.0, float("inf"), float("nan")):
        with pytest.raises(ArgumentError, match="alpha must be positive and finite"):
            Mixup(alpha)
    with pytest.raises(UnknownNameError, match=r"of 'hard' is not known. Choose one of: majority, soft"):
        Mixup(of="hard")  # type: ignore[arg-type]
