from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.optimize import minimize
from scipy.special import expit, logit

from decomposition.reading_votes import Array
from variorum.decomposition.evidence_weights import EvidenceWeights
from variorum.decomposition.responses import Responses

N_ENTRIES, N_VOTERS = 60, 4
NOBODY = np.zeros(N_VOTERS, np.bool_)


def drawn(seed: int) -> tuple[Responses, Array, NDArray[np.int64], Array, Array]:
    """Voters, features, and the voter, expected careless votes and weight of each entry."""
    rng = np.random.default_rng(seed)
    responses = Responses(rng.uniform(0.05, 0.3, N_VOTERS), np.full((N_VOTERS, 2), 0.5), np.zeros((4, 2)), np.eye(2))
    weight = rng.uniform(0.3, 1.0, N_ENTRIES)
    features = rng.normal(size=(N_ENTRIES, 2))
    careless = weight * expit(2 * features[:, 0] - 1 + 0.3 * rng.normal(size=N_ENTRIES))
    return responses, features, rng.integers(N_VOTERS, size=N_ENTRIES), careless, weight


def loss(parameters: Array, features: Array, voter: NDArray[np.int64], careless: Array, weight: Array) -> float:
    """Minus the expected log posterior: careless or not, a Beta(0.5, 4.5) for rates, precision 3 for the weights."""
    odds, slope = parameters[:N_VOTERS], parameters[N_VOTERS:]
    total = 1.5 * slope @ slope
    for n in range(N_ENTRIES):
        chance = expit(odds[voter[n]] + features[n] @ slope)
        total -= careless[n] * np.log(chance) + (weight[n] - careless[n]) * np.log(1 - chance)
    return float(total - 0.5 * np.log(expit(odds)).sum() - 4.5 * np.log(1 - expit(odds)).sum())


def test_no_feature_says_anything_at_first() -> None:
    start = EvidenceWeights.start(np.ones((3, 2)))
    assert start.weight.tolist() == [0.0, 0.0]
    assert start.offset.tolist() == [0.0, 0.0, 0.0]


def test_offset_is_what_is_given_and_what_features_add() -> None:
    evidence = EvidenceWeights(np.array([[1.0, 2.0], [0.0, -1.0]]), np.array([0.5, 0.0]), np.array([3.0, 0.25]))
    assert evidence.offset.tolist() == [4.0, -0.25]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_steps_go_to_the_maximum(seed: int) -> None:
    responses, features, voter, careless, weight = drawn(seed)
    evidence = EvidenceWeights.start(features)
    for _ in range(20):
        responses, evidence = evidence.update(responses, voter, careless, weight, NOBODY)
    best = minimize(loss, np.zeros(N_VOTERS + 2), (features, voter, careless, weight), tol=1e-10).x
    np.testing.assert_allclose(logit(responses.rate), best[:N_VOTERS], atol=1e-4)
    np.testing.assert_allclose(evidence.weight, best[N_VOTERS:], atol=1e-4)


def test_fixed_rates_stay() -> None:
    responses, features, voter, careless, weight = drawn(3)
    fixed = np.arange(N_VOTERS) == 1
    new, _ = EvidenceWeights.start(features).update(responses, voter, careless, weight, fixed)
    assert new.rate[1] == pytest.approx(responses.rate[1])
    assert (np.abs(new.rate - responses.rate) > 1e-3)[~fixed].all()
    np.testing.assert_array_equal(new.strategy, responses.strategy)


def test_what_is_given_does_not_move_what_is_learned() -> None:
    responses, features, voter, careless, weight = drawn(4)
    plain = EvidenceWeights.start(features)
    told = EvidenceWeights(features, np.full(N_ENTRIES, 2.0), plain.weight)
    one, other = (each.update(responses, voter, careless, weight, NOBODY) for each in (plain, told))
    np.testing.assert_array_equal(one[0].rate, other[0].rate)
    np.testing.assert_array_equal(one[1].weight, other[1].weight)
    np.testing.assert_array_equal(other[1].given, 2.0)


def test_rates_stay_inside() -> None:
    responses, features, voter, _, _ = drawn(5)
    for careless in (np.zeros(N_ENTRIES), np.full(N_ENTRIES, 1e6)):
        new, evidence = responses, EvidenceWeights.start(features)
        for _ in range(30):
            new, evidence = evidence.update(new, voter, careless, np.full(N_ENTRIES, 1e6), NOBODY)
        assert ((new.rate >= 1e-6) & (new.rate <= 1 - 1e-6)).all()
        assert np.isfinite(evidence.weight).all()
