from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from decomposition.naive_reading import naive, reading
from decomposition.reading_votes import Array, crowd
from variorum.decomposition import decompose
from variorum.decomposition.posteriors import (
    describe,
    population_readings,
    type_draws,
    unconditional,
    voter_weights,
)
from variorum.decomposition.reading_model import ReadingModel
from variorum.errors import ArgumentError


@pytest.mark.parametrize("given", ["nothing", "prior", "groups"])
def test_share_of_answers_that_do_not_depend_on_the_item(given: str) -> None:
    # Seen: with a prior the weights of the types, which the prior is yet to tilt, were taken for how common they are,
    # and an annotator who seldom says anything but the first label was 0.39 for 0.53. Groups have priors, too.
    theta = np.random.default_rng(3).beta(2.0, 0.3, 120)
    theta = np.column_stack((theta, 1 - theta))
    plain = crowd(3, n_items=120, theta=theta, n_classes=2, votes=6)
    label = np.where((plain.annotator == 0) & (np.arange(plain.n_rows) % 4 > 0), 0, plain.label)
    votes = replace(plain, label=label.astype(np.int32))
    prior = 0.7 * theta + 0.15 if given == "prior" else None
    found = decompose(votes, prior=prior, groups=np.arange(8) % 2 if given == "groups" else None)
    model = found.model
    types, common = model.types.distribution, naive(model).posterior.mean(axis=0)
    for a in range(8):
        q = np.array([reading(theta_m, model.responses.leaning[a]) for theta_m in types])
        moves = sum(w * 0.5 * np.abs(q_m - common @ q).sum() for w, q_m in zip(common, q, strict=True))
        most = sum(w * 0.5 * np.abs(t_m - common @ types).sum() for w, t_m in zip(common, types, strict=True))
        expected = 1 - (1 - model.responses.rate[a]) * min(moves / most, 1.0)
        assert found.annotators.careless[a] == pytest.approx(expected, abs=0.005)


def predictions(model: ReadingModel) -> Array:
    """Probability of each vote given all others, by loops; the voter's rate and strategy are those of other votes."""
    entries, said = model.entries, naive(model)
    careless = said.careless(model.units.of_entry)
    result = np.empty(entries.size)
    for n in range(entries.size):
        a, label, unit = entries.voter[n], entries.label[n], model.units.of_entry[n]
        others = (entries.voter == a) & (np.arange(entries.size) != n)
        slips = careless[others].sum()
        rate = (0.5 + slips) / (5 + others.sum())
        strategy = (careless[others & (entries.label == label)].sum() + 1 / entries.n_classes) / (slips + 1)
        if entries.pooled and a == entries.n_voters - 1:
            rate, strategy = model.responses.rate[a], 1 / entries.n_classes
        belief = said.prior[unit] * np.prod(
            [said.likelihood[k] for k in np.flatnonzero(model.units.of_entry == unit) if k != n], axis=0
        )
        read = [reading(theta, model.responses.leaning[a])[label] for theta in model.types.distribution]
        result[n] = rate * strategy + (1 - rate) * (belief / belief.sum()) @ read
    return result


@pytest.mark.parametrize("unknown", [0, 3, 8])
def test_predictions_leave_the_vote_out(unknown: int) -> None:
    # Seen: strangers, whose strategy is an even one, were predicted by what they had said.
    plain = crowd(4, n_items=25, rate=0.2)
    annotator = np.where(plain.annotator < unknown, -1, plain.annotator)
    model = decompose(replace(plain, annotator=annotator.astype(np.int32))).model
    everybody = np.zeros(model.entries.n_voters, np.int64)
    found = describe(model, population_readings(model, np.ones(everybody.size), everybody))
    np.testing.assert_allclose(found.predicted, predictions(model), rtol=1e-8)


@pytest.mark.parametrize("groups", [None, np.arange(8) % 2])
def test_readings_between_the_types(groups: NDArray[np.int64] | None) -> None:
    # Seen: the entropy expected of a unit left out its own votes, which say where between the types it lies.
    found = decompose(crowd(5, n_items=20, n_classes=5, votes=8), groups=groups)
    model, said = found.model, naive(found.model)
    entries, careless = model.entries, said.careless(model.units.of_entry)
    # 6 steps from corner to corner; a typical share varies by 0.2.
    worth = 12 * 0.2 * 6**2
    result = describe(model, found.as_read)
    for unit in range(len(model.units.item)):
        mine = model.units.of_entry == unit
        careful = np.bincount(entries.label[mine], 1 - careless[mine], minlength=5)
        readings = found.as_read[model.units.stratum[unit]]
        distributions = (worth * readings + careful) / (worth + careful.sum())
        entropies = -(distributions * np.log(distributions)).sum(axis=1)
        np.testing.assert_allclose(result.of_types[unit], said.posterior[unit] @ readings)
        np.testing.assert_allclose(result.careful[unit], careful, atol=1e-10)
        np.testing.assert_allclose(result.distribution[unit], said.posterior[unit] @ distributions)
        np.testing.assert_allclose(result.expected_entropy[unit], said.posterior[unit] @ entropies)


def test_draws_are_draws_of_the_distribution() -> None:
    # Seen: 0.11 off in total variation, since draws were of types alone, far apart where there are many classes.
    found = decompose(crowd(10, n_items=60, n_annotators=30, n_classes=10, votes=20))
    draws = found.draws(2000, 0)
    np.testing.assert_allclose(draws.sum(axis=2), 1.0)
    apart = 0.5 * np.abs(draws.mean(axis=0) - found.distribution).sum(axis=1)
    assert apart.mean() < 0.01


@pytest.mark.parametrize("given", ["nothing", "evidence", "groups", "log_odds"])
def test_errors_of_votes_and_units(given: str) -> None:
    votes = crowd(6, n_items=20, rate=0.2)
    drawn = np.random.default_rng(6).normal(size=votes.n_rows)
    found = decompose(
        votes,
        evidence=drawn[:, None] if given == "evidence" else None,
        groups=np.arange(8) % 2 if given == "groups" else None,
        log_odds=drawn if given == "log_odds" else None,
    )
    model, said = found.model, naive(found.model)
    result = describe(model, found.as_read)
    np.testing.assert_allclose(result.careless, said.careless(model.units.of_entry))
    for unit in range(len(model.units.item)):
        # Given the type, votes are careless independently: every outcome of five votes, by its number of careless ones.
        chance = said.chance[model.units.of_entry == unit]
        count = np.zeros((len(chance) + 1, chance.shape[1]))
        count[0] = 1.0
        for each in chance:
            count[1:] = count[1:] * (1 - each) + count[:-1] * each
            count[0] *= 1 - each
        distribution = count @ said.posterior[unit]
        mean = np.arange(len(count)) @ distribution
        assert result.errors[unit] == pytest.approx(mean)
        variance = np.arange(len(count)) ** 2 @ distribution - mean**2
        assert result.errors_variance[unit] == pytest.approx(variance, abs=1e-9)


def test_what_the_population_reads() -> None:
    model = decompose(crowd(7), groups=np.repeat([0, 1, 2], [3, 3, 2])).model
    weight = np.array([1.0, 2.0, 0.0, 1.0, 1.0, 3.0, 0.0, 0.0])
    group = np.repeat([0, 1, 2], [3, 3, 2])
    found = population_readings(model, weight, group)
    for m, theta in enumerate(model.types.distribution):
        each = np.array([reading(theta, leaning) for leaning in model.responses.leaning])
        np.testing.assert_allclose(found[0, m], (each[0] + 2 * each[1]) / 3)
        np.testing.assert_allclose(found[1, m], (each[3] + each[4] + 3 * each[5]) / 5)
        # A group without weight reads as all do.
        np.testing.assert_allclose(found[2, m], weight @ each / 8)


def test_weights_of_the_careless() -> None:
    theta, population = np.random.default_rng(8).dirichlet(np.full(3, 0.1), 200), np.arange(1.0, 9.0)
    votes = crowd(8, n_items=200, theta=theta)
    label = np.where(votes.annotator < 2, votes.annotator, votes.label)
    model = decompose(replace(votes, label=label.astype(np.int32))).model
    assert (unconditional(model) >= 0.8).tolist() == [True] * 2 + [False] * 6
    np.testing.assert_array_equal(voter_weights(model, population), [0, 0, 3, 4, 5, 6, 7, 8])
    # Where nobody else has a weight, the population is as given.
    only = np.array([1.0, 2.0] + [0.0] * 6)
    np.testing.assert_array_equal(voter_weights(model, only), only)


def test_draws_follow_the_posterior_of_the_type() -> None:
    found = decompose(crowd(9, n_items=4, n_classes=2))
    model = found.model
    drawn = type_draws(model, found.as_read, found.careful, 4000, np.random.default_rng(0))
    assert drawn.shape == (4000, 4, 2)
    for unit, belief in enumerate(naive(model).posterior):
        each = (model.types.worth * found.as_read[0] + found.careful[unit]) / (
            model.types.worth + found.careful[unit].sum()
        )
        share = (np.abs(drawn[:, unit, None, 0] - each[None, :, 0]) < 1e-9).mean(axis=0)
        # Standard errors of 4,000 draws are at most 0.008.
        np.testing.assert_allclose(share, belief, atol=0.04)


@pytest.mark.parametrize("groups", [None, np.arange(8) % 2])
def test_draws_of_items(groups: NDArray[np.int64] | None) -> None:
    found = decompose(crowd(0), groups=groups, max_iterations=30)
    drawn = found.draws(500, 3)
    assert drawn.shape == (500, 40, 3)
    np.testing.assert_allclose(drawn.sum(axis=2), 1.0)
    np.testing.assert_allclose(drawn.mean(axis=0), found.distribution, atol=0.06)
    np.testing.assert_array_equal(found.draws(500, np.random.default_rng(3)), drawn)
    with pytest.raises(ArgumentError, match="n_members = 0 must be 1 or more"):
        found.draws(0, 0)
