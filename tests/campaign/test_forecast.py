from __future__ import annotations

import numpy as np

from variorum.campaign.forecast import forecast_gain
from variorum.campaign.stopping import ValidationView, cross_entropy

N = np.arange(1, 11) * 100


def _campaign(seed: int, n_items: int = 150) -> tuple[ValidationView, float]:
    """A model that nears the truth by a power law; and what a fifth more will gain on endless votes."""
    rng = np.random.default_rng(seed)
    truth = rng.dirichlet([2.0, 1.0, 1.0], n_items)
    far = [truth + (1 / 3 - truth) * (100 / n) ** 0.5 for n in (*N, 1200)]
    sizes = [max(20, n_items * (k + 1) // N.size) for k in range(N.size)]
    votes = np.array([rng.multinomial(1, row) for row in truth]).astype(float)
    view = ValidationView(votes, [p[:size] for p, size in zip(far, sizes, strict=False)], votes, 5)
    return view, cross_entropy(truth, far[-2]) - cross_entropy(truth, far[-1])


def test_the_interval_holds_what_happens_mostly() -> None:
    held = []
    for seed in range(20):
        view, happened = _campaign(seed)
        found = forecast_gain(N, view, np.random.default_rng(seed))
        assert found is not None
        assert found.low <= found.high
        held.append(found.low <= happened <= found.high)
    # An 80 % interval misses more than half of twenty with a probability of 0.0006.
    assert sum(held) >= 10


def test_a_model_that_stands_still_gains_nothing() -> None:
    view, _ = _campaign(0)
    still = ValidationView(view.counts, [view.rounds[-1][: then.shape[0]] for then in view.rounds], view.counts, 5)
    found = forecast_gain(N, still, np.random.default_rng(0))
    assert found is not None
    assert abs(found.gain) < 1e-9


def test_more_budget_gains_more() -> None:
    view, _ = _campaign(1)
    a, b = (forecast_gain(N, view, np.random.default_rng(0), more=more) for more in (0.2, 1.0))
    assert a is not None
    assert b is not None
    assert 0 <= a.gain <= b.gain


def test_few_rounds_or_items_tell_nothing() -> None:
    view, _ = _campaign(0)
    short = ValidationView(view.counts, view.rounds[:3], view.counts, 5)
    assert forecast_gain(N[:3], short, np.random.default_rng(0)) is None
    small, _ = _campaign(0, n_items=30)
    few = ValidationView(small.counts[:9], [then[:9] for then in small.rounds], small.counts, 5)
    assert forecast_gain(N, few, np.random.default_rng(0)) is None
