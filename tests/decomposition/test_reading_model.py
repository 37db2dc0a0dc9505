from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from decomposition.reading_votes import crowd_and_errors
from variorum.decomposition import decompose
from variorum.decomposition.reading_model import ReadingModel

Array = NDArray[np.float64]


def naive_careless(model: ReadingModel) -> Array:
    """Probability that each entry is careless, given all entries, by loops over units, types and votes."""
    entries, units, responses = model.entries, model.units, model.responses
    types, log_weight = model.types.distribution, model.types.log_weight
    share = np.exp(log_weight) / np.exp(log_weight).sum(axis=1, keepdims=True)
    offset = np.zeros(entries.size) if model.evidence is None else model.evidence.features @ model.evidence.weight
    result = np.empty(entries.size)
    for unit in range(units.item.size):
        mine = np.flatnonzero(units.of_entry == unit)
        joint = np.empty(len(types))
        chance = np.empty((mine.size, len(types)))
        for m, theta in enumerate(types):
            joint[m] = share[units.stratum[unit], m]
            for place, n in enumerate(mine):
                a, label = entries.voter[n], entries.label[n]
                odds = responses.rate[a] / (1 - responses.rate[a]) * np.exp(offset[n])
                rate = odds / (1 + odds)
                tilted = theta * np.exp(responses.leaning[a])
                careless = rate * responses.strategy[a, label]
                both = careless + (1 - rate) * tilted[label] / tilted.sum()
                joint[m] *= both ** entries.weight[n]
                chance[place, m] = careless / both
        result[mine] = chance @ (joint / joint.sum())
    return result


def test_rates_beside_evidence_end_where_their_slope_is_zero() -> None:
    # Seen: each round began its steps anew, from the share of careless votes, and ended half a vote off the maximum.
    theta = np.random.default_rng(5).dirichlet(np.full(3, 0.2), 200)
    votes, careless = crowd_and_errors(0, n_items=200, rate=[0.1] * 4 + [0.5] * 4, theta=theta, votes=6)
    noise = 0.2 * np.random.default_rng(1).normal(size=votes.n_rows)
    model = decompose(votes, evidence=(careless + noise)[:, None]).model
    assert model.evidence is not None
    expected = naive_careless(model)
    odds = model.responses.rate / (1 - model.responses.rate)
    lifted = odds[model.entries.voter] * np.exp(model.evidence.features @ model.evidence.weight)
    for a in range(8):
        # d/d odds of sum of c log p + (1 - c) log (1 - p), p = expit(odds + evidence), and of the prior Beta(0.5, 4.5).
        own = model.entries.voter == a
        slope = (expected[own] - (lifted / (1 + lifted))[own]).sum()
        slope += 0.5 - 5 * odds[a] / (1 + odds[a])
        assert abs(slope) < 0.05
