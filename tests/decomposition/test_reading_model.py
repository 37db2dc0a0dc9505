from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.naive_reading import naive, rate_of, reading
from decomposition.reading_votes import Array, crowd, crowd_and_errors, table
from variorum.annotations import Annotations
from variorum.decomposition import decompose, reading_model
from variorum.decomposition.entries import as_entries
from variorum.decomposition.evidence_weights import EvidenceWeights
from variorum.decomposition.item_types import ItemTypes
from variorum.decomposition.reading_model import ReadingModel, Units, expected_responses, fit_reading_model
from variorum.decomposition.responses import Responses


def whole(votes: Annotations, prior: Array | None = None) -> Units:
    """One unit an item."""
    items, of_entry = np.unique(as_entries(votes).item, return_inverse=True)
    return Units(items, np.zeros(items.size, np.int64), of_entry, None if prior is None else prior[items])


def unfitted(seed: int, *, evidence: bool = False, prior: bool = False, n_items: int = 6) -> ReadingModel:
    """A model with parameters from a hat, on votes with elicited distributions, strangers and two strata."""
    rng = np.random.default_rng(seed)
    votes = crowd(seed, n_items=n_items, n_annotators=5, votes=4)
    elicited = (rng.random(votes.n_rows) < 0.2)[:, None]
    votes = replace(
        votes,
        annotator=np.where(rng.random(votes.n_rows) < 0.2, -1, votes.annotator).astype(np.int32),
        distribution=np.where(elicited, rng.dirichlet(np.ones(3), votes.n_rows), np.nan),
    )
    entries = as_entries(votes)
    # Two units an item, the first strangely without a vote at times.
    stratum = rng.integers(2, size=entries.size)
    order = np.argsort(entries.item * 2 + stratum, kind="stable")
    entries, stratum = entries.take(order), stratum[order]
    units = Units(
        np.repeat(np.arange(n_items), 2),
        np.tile([0, 1], n_items),
        entries.item * 2 + stratum,
        rng.dirichlet(np.ones(3), 2 * n_items) if prior else None,
    )
    grid = ItemTypes.even(3, 2)
    types = replace(grid, log_weight=rng.normal(size=grid.log_weight.shape), tilt=rng.uniform(0.5, 3.0, 2))
    n = entries.n_voters
    responses = Responses(rng.uniform(0.05, 0.6, n), rng.dirichlet(np.ones(3), n), rng.normal(size=(n, 3)), np.eye(3))
    features = rng.normal(size=(entries.size, 2))
    seen = EvidenceWeights(features, rng.normal(size=entries.size), rng.normal(size=2)) if evidence else None
    return ReadingModel(entries, units, types, responses, seen)


OPTIONS: list[dict[str, bool]] = [{}, {"evidence": True}, {"prior": True}, {"evidence": True, "prior": True}]


@pytest.mark.parametrize("options", OPTIONS)
def test_expectations_are_those_of_loops(options: dict[str, bool]) -> None:
    model = unfitted(1, **options)
    said, entries = naive(model), model.entries
    blocks = list(model.blocks(model.matrix()))
    np.testing.assert_allclose(np.vstack([block.posterior for block in blocks]), said.posterior, atol=1e-12)
    assert sum(block.log_likelihood for block in blocks) == pytest.approx(said.log_likelihood)
    sums = expected_responses(model, model.matrix())
    careless, of_cell = np.zeros((entries.n_voters, 3)), np.zeros(model.n_cells)
    read = np.zeros((entries.n_voters, 3, said.posterior.shape[1]))
    for n, unit in enumerate(model.units.of_entry):
        slips = entries.weight[n] * said.posterior[unit] * said.chance[n]
        careless[entries.voter[n], entries.label[n]] += slips.sum()
        of_cell[model.cell[n]] += slips.sum()
        read[entries.voter[n], entries.label[n]] += entries.weight[n] * said.posterior[unit] - slips
    np.testing.assert_allclose(sums.careless, careless, atol=1e-12)
    np.testing.assert_allclose(sums.read, read, atol=1e-12)
    np.testing.assert_allclose(sums.of_cell, of_cell, atol=1e-12)


def test_likelihood_by_enumeration() -> None:
    # Every unit of some type, every vote careless or not: probabilities of all that could have happened, summed.
    votes = table([0, 0, 1], [0, 1, 0], [0, 2, 1])
    model = ReadingModel(
        as_entries(votes),
        whole(votes),
        replace(ItemTypes.even(3), log_weight=np.log(np.random.default_rng(0).dirichlet(np.ones(91)))[None]),
        Responses(np.array([0.3, 0.1]), np.array([[0.2, 0.5, 0.3], [0.6, 0.3, 0.1]]), np.eye(2, 3), np.eye(3)),
    )
    weights, types = np.exp(model.types.log_weight[0]), model.types.distribution
    total = 0.0
    for kinds in product(range(91), repeat=2):
        for slips in product([False, True], repeat=3):
            chance = weights[kinds[0]] * weights[kinds[1]]
            for n, careless in enumerate(slips):
                a, label = votes.annotator[n], votes.label[n]
                theta = types[kinds[votes.item[n]]]
                if careless:
                    chance *= model.responses.rate[a] * model.responses.strategy[a, label]
                else:
                    chance *= (1 - model.responses.rate[a]) * reading(theta, model.responses.leaning[a])[label]
            total += chance
    (block,) = model.blocks(model.matrix())
    assert block.log_likelihood == pytest.approx(np.log(total))


@pytest.mark.parametrize("options", OPTIONS)
def test_blocks_do_not_matter(options: dict[str, bool], monkeypatch: pytest.MonkeyPatch) -> None:
    model = unfitted(2, **options, n_items=40)
    alone = reading_model._expect(model, model.matrix())
    assert len(list(model.blocks(model.matrix()))) == 1
    monkeypatch.setattr(reading_model, "_BLOCK_UNITS", 1)
    assert len(list(model.blocks(model.matrix()))) > 1 or model.evidence is not None
    types, sums, found = reading_model._expect(model, model.matrix())
    assert found == pytest.approx(alone[2])
    np.testing.assert_allclose(types.posterior, alone[0].posterior, atol=1e-12)
    np.testing.assert_allclose(sums.read, alone[1].read, atol=1e-12)


def test_votes_of_one_voter_for_one_label_share_a_cell() -> None:
    votes = table([0, 1, 1, 2], [0, 0, 1, 0], [1, 1, 1, 0])
    model = fit_reading_model(as_entries(votes), whole(votes), max_iterations=1)
    assert model.cell.tolist() == [1, 1, 2, 0]
    assert (model.cell_voter.tolist(), model.cell_label.tolist()) == ([0, 0, 1], [0, 1, 1])
    assert model.told(np.zeros(4)).cell.tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("evidence", [False, True])
def test_told_by_bayes(evidence: bool) -> None:
    # A vote that is careless with odds o, told log odds of d, has odds of o e^d before its label is seen.
    model = unfitted(3, evidence=evidence)
    added = np.random.default_rng(3).normal(size=model.entries.size)
    told = model.told(added)
    for n in range(model.entries.size):
        rate = rate_of(model, n)
        odds = rate / (1 - rate) * np.exp(added[n])
        assert told.cell_rate[n] == pytest.approx(odds / (1 + odds))
    again = model.told(added - 1).told(np.ones(model.entries.size))
    np.testing.assert_allclose(again.likelihood, told.likelihood)
    assert told.responses is model.responses


def test_told_of_a_single_vote_by_hand() -> None:
    # Two types that are one, (1/2, 1/2): a vote is careless with rate 0.2 and strategy 0.9, or read as 0 with 1/2:
    # odds 0.18 : 0.4. Told log 3, they are three times that.
    votes = table([0], [0], [0])
    types = ItemTypes(np.full((2, 2), 0.5), np.log([[0.5, 0.5]]), np.ones(1), np.full((1, 2), 0.5))
    responses = Responses(np.array([0.2]), np.array([[0.9, 0.1]]), np.zeros((1, 2)), np.eye(2))
    model = ReadingModel(as_entries(votes), whole(votes), types, responses)
    for lift, told in ((1, model), (3, model.told(np.log([3.0])))):
        odds = lift * 0.18 / 0.4
        assert expected_responses(told, told.matrix()).of_cell[0] == pytest.approx(odds / (1 + odds))


def penalised(votes: Annotations, n_rounds: int) -> Array:
    """Log-likelihood and log priors of rates and strategies before each round, by refitting."""
    entries, units, values = as_entries(votes), whole(votes), []
    for rounds in range(n_rounds):
        model = fit_reading_model(entries, units, max_iterations=rounds)
        rate, strategy = model.responses.rate, model.responses.strategy
        prior = (0.5 * np.log(rate) + 4.5 * np.log(1 - rate)).sum() + np.log(strategy).sum() / entries.n_classes
        values.append(naive(model).log_likelihood + prior)
    return np.array(values)


def test_what_the_first_rounds_climb() -> None:
    # While leanings are at rest, rounds are EM steps for likelihood and priors together, which cannot fall.
    gain = np.diff(penalised(crowd(6, n_items=8, n_annotators=4, votes=4, rate=0.4), 12))
    assert (gain > -1e-9).all()
    assert gain.sum() > 1.0


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_trace(seed: int) -> None:
    rng = np.random.default_rng(seed)
    k = int(rng.integers(2, 5))
    votes = crowd(seed, n_items=int(rng.integers(3, 40)), n_classes=k, rate=rng.uniform(0, 0.8, 8))
    model = fit_reading_model(as_entries(votes), whole(votes))
    trace = np.array(model.trace)
    # Priors that pull the other way may cost likelihood, a little.
    assert (np.diff(trace) > -5e-3 * votes.n_rows).all()
    assert trace[-1] > trace[0]
    if model.converged:
        assert len(trace) > 16
        assert abs(trace[-1] - trace[-2]) < 1e-5 * votes.n_rows
    else:
        assert len(trace) == 300


def test_trace_is_of_the_model_before_each_round() -> None:
    votes = crowd(7, n_items=10)
    entries, units = as_entries(votes), whole(votes)
    for rounds in (0, 3, 20):
        model = fit_reading_model(entries, units, max_iterations=rounds)
        longer = fit_reading_model(entries, units, max_iterations=rounds + 1)
        assert len(model.trace) == rounds
        assert longer.trace[-1] == pytest.approx(naive(model).log_likelihood)


def test_leanings_rest_for_fifteen_rounds() -> None:
    votes = crowd(8)
    for rounds, rests in ((15, True), (16, False)):
        model = fit_reading_model(as_entries(votes), whole(votes), max_iterations=rounds)
        assert (model.responses.leaning == 0).all() == rests


def test_known_parameters_are_found() -> None:
    n, rates = 600, np.array([0.02, 0.02, 0.02, 0.02, 0.15, 0.15, 0.3, 0.3, 0.6, 1.0])
    theta = np.eye(3)[np.arange(n) % 3]
    theta[n // 2 :] = [0.6, 0.4, 0.0]
    votes = crowd(0, n_items=n, n_annotators=10, votes=8, theta=theta, rate=rates)
    model = fit_reading_model(as_entries(votes), whole(votes))
    np.testing.assert_allclose(model.responses.rate, rates, atol=0.1)
    # Errors are even over the labels.
    np.testing.assert_allclose(model.responses.strategy[6:], 1 / 3, atol=0.15)
    # A sixth of the items is unanimous for each label, half are split 6 : 4.
    types, share = model.types.distribution, model.types.share[0]
    for k in range(3):
        assert share[types[:, k] > 0.8].sum() == pytest.approx(1 / 6, abs=0.05)
    split = (np.abs(types - [0.6, 0.4, 0.0]) < 0.2).all(axis=1)
    assert share[split].sum() == pytest.approx(0.5, abs=0.06)


def test_leanings_are_found() -> None:
    # Annotators 0 and 1 favour label 0 by 1.5 in log odds, 2 and 3 disfavour it, the others do not lean. Half of the
    # items are read alike by all, so that a leaning, which then does not show, is no carelessness, which does.
    rng = np.random.default_rng(1)
    n, leaning = 600, np.array([1.5, 1.5, -1.5, -1.5, 0.0, 0.0, 0.0, 0.0])
    theta = np.where(rng.random(n) < 0.5, rng.uniform(0.1, 0.9, n), rng.integers(2, size=n))
    item, annotator = np.repeat(np.arange(n), 8), np.tile(np.arange(8), n)
    chance = theta[item] * np.exp(leaning[annotator])
    label = (rng.random(item.size) > chance / (chance + 1 - theta[item])).astype(int)
    votes = table(item, annotator, label)
    model = fit_reading_model(as_entries(votes), whole(votes))
    found = model.responses.leaning[:, 0] - model.responses.leaning[:, 1]
    np.testing.assert_allclose(found - found.mean(), leaning, atol=0.35)
    assert (model.responses.rate < 0.1).all()


def test_strangers_do_not_learn() -> None:
    votes = crowd(9, rate=0.3)
    annotator = np.where(votes.annotator < 4, -1, votes.annotator).astype(np.int32)
    responses = fit_reading_model(as_entries(replace(votes, annotator=annotator)), whole(votes)).responses
    np.testing.assert_array_equal(responses.leaning[-1], 0.0)
    np.testing.assert_allclose(responses.strategy[-1], 1 / 3)
    assert responses.rate[-1] == pytest.approx(responses.rate[:-1].mean())
    alone = replace(votes, annotator=np.full(votes.n_rows, -1, np.int32))
    assert fit_reading_model(as_entries(alone), whole(alone)).responses.rate.tolist() == [0.05]


def test_rates_beside_evidence_end_where_their_slope_is_zero() -> None:
    # Seen: each round began its steps anew, from the share of careless votes, and ended half a vote off the maximum.
    theta = np.random.default_rng(5).dirichlet(np.full(3, 0.2), 200)
    votes, careless = crowd_and_errors(0, n_items=200, rate=[0.1] * 4 + [0.5] * 4, theta=theta, votes=6)
    noise = 0.2 * np.random.default_rng(1).normal(size=votes.n_rows)
    model = decompose(votes, evidence=(careless + noise)[:, None]).model
    assert model.evidence is not None
    expected = naive(model).careless(model.units.of_entry)
    odds = model.responses.rate / (1 - model.responses.rate)
    lifted = odds[model.entries.voter] * np.exp(model.evidence.features @ model.evidence.weight)
    for a in range(8):
        # d/d odds of sum of c log p + (1 - c) log (1 - p), p = expit(odds + evidence), and of the prior Beta(0.5, 4.5).
        own = model.entries.voter == a
        slope = (expected[own] - (lifted / (1 + lifted))[own]).sum()
        slope += 0.5 - 5 * odds[a] / (1 + odds[a])
        assert abs(slope) < 0.05
