"""What a fitted reading model says of every unit and every vote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import xlogy

from variorum.decomposition.reading_model import Block, ReadingModel, ResponseSums, expected_responses
from variorum.decomposition.responses import CARELESS_FROM, CARELESS_PRIOR, STRATEGY_VOTES

__all__ = [
    "Posteriors",
    "between_types",
    "describe",
    "population_readings",
    "type_draws",
    "unconditional",
    "voter_weights",
]

Array = NDArray[np.float64]

_CHUNK: Final = 32_768


@dataclass(frozen=True, eq=False)
class Posteriors:
    """Results, unit by unit and vote by vote.

    Attributes:
        distribution: What the population reads, shape (n_units, n_classes); rows sum to one.
        of_types: The same by the types alone, before a unit's own votes say where between them it lies.
        careful: These votes, weighted by their not being careless, shape (n_units, n_classes).
        expected_entropy: Mean entropy of `distribution` if the type were known, nats, shape (n_units,): what people
            differ in. The entropy of `distribution` less this is what is not known about them.
        errors: Expected number of careless votes, shape (n_units,).
        errors_variance: Its variance given the votes, shape (n_units,).
        careless: Probability that a vote is careless, given all votes, shape (n_entries,).
        predicted: Probability of each vote, given all others, shape (n_entries,).
    """

    distribution: Array
    of_types: Array
    careful: Array
    expected_entropy: Array
    errors: Array
    errors_variance: Array
    careless: Array
    predicted: Array


def voter_weights(model: ReadingModel, population: Array) -> Array:
    """Weight of each voter in the population: as given, but none for those who are careless throughout.

    Args:
        model: The model.
        population: Weight of each voter, shape (n_voters,).

    Returns:
        Shape (n_voters,); as given if all are careless throughout.
    """
    careful = unconditional(model) < CARELESS_FROM
    weight = np.where(careful, population, 0.0)
    return np.asarray(weight if weight.sum() > 0 else population)


def unconditional(model: ReadingModel) -> Array:
    """Share of each voter's answers that do not depend on the item, shape (n_voters,)."""
    return model.responses.unconditional(model.types.distribution, model.types.share.mean(axis=0))


def population_readings(model: ReadingModel, weight: Array, group: NDArray[np.int64]) -> Array:
    """What each group reads in each type, shape (n_strata, n_types, n_classes); a group without weight as all do."""
    readings = model.responses.readings(model.types.distribution)
    found = np.repeat(np.average(readings, axis=0, weights=weight).T[None], model.units.n_strata, axis=0)
    for stratum in range(model.units.n_strata):
        own = np.where(group == stratum, weight, 0.0)
        if own.sum() > 0:
            found[stratum] = np.average(readings, axis=0, weights=own).T
    return found


def describe(model: ReadingModel, as_read: Array) -> Posteriors:
    """Read the results off a fitted model.

    Args:
        model: The model.
        as_read: What the population of each stratum reads in each type, shape (n_strata, n_types, n_classes).

    Returns:
        The results.
    """
    matrix = model.matrix()
    sums = expected_responses(model, matrix)
    n_units, n_entries = model.units.item.size, model.entries.size
    of_types, careful = (np.empty((n_units, model.entries.n_classes)) for _ in range(2))
    entropy, errors, variance = (np.empty(n_units) for _ in range(3))
    careless, predicted = (np.empty(n_entries) for _ in range(2))
    chance = model.careless[:, None] / model.likelihood
    starts = np.searchsorted(model.units.of_entry, np.arange(n_units + 1))
    for block in model.blocks(matrix):
        units = slice(block.first, block.last)
        expected = block.votes @ chance
        errors[units] = (block.posterior * expected).sum(axis=1)
        spread = block.votes @ (chance * (1 - chance)) + expected**2
        variance[units] = np.maximum((block.posterior * spread).sum(axis=1) - errors[units] ** 2, 0.0)
        votes = slice(starts[block.first], starts[block.last])
        for low in range(votes.start, votes.stop, _CHUNK):
            part = slice(low, min(low + _CHUNK, votes.stop))
            careless[part], predicted[part] = _votes(model, block, sums, part)
        careful[units] = _careful(model, block, votes, careless[votes])
        for s in range(model.units.n_strata):
            mine = np.flatnonzero(model.units.stratum[units] == s)
            own = block.first + mine
            of_types[own] = block.posterior[mine] @ as_read[s]
            entropy[own] = _expected_entropy(model, block.posterior[mine], as_read[s], careful[own])
    distribution = between_types(model, of_types, careful)
    return Posteriors(distribution, of_types, careful, entropy, errors, variance, careless, predicted)


def between_types(model: ReadingModel, of_types: Array, careful: Array) -> Array:
    """What is read in units whose own careful votes say where between the points of the grid they lie.

    Args:
        model: The model.
        of_types: What is read in them by the types alone, shape (..., n_units, n_classes).
        careful: Their careful votes, shape (n_units, n_classes).
    """
    worth = model.types.worth
    return np.asarray((worth * of_types + careful) / (worth + careful.sum(axis=1, keepdims=True)))


def _expected_entropy(model: ReadingModel, posterior: Array, as_read: Array, careful: Array) -> Array:
    total = model.types.worth + careful.sum(axis=1, keepdims=True)
    entropy = np.zeros(len(posterior))
    for k in range(as_read.shape[1]):
        share = (model.types.worth * as_read[:, k] + careful[:, k, None]) / total
        entropy -= (posterior * xlogy(share, share)).sum(axis=1)
    return entropy


def _votes(model: ReadingModel, block: Block, sums: ResponseSums, part: slice) -> tuple[Array, Array]:
    """Of each vote: its chance to be careless, and its probability given the others."""
    entries, cell = model.entries, model.cell[part]
    voter, label, weight = entries.voter[part], entries.label[part], entries.weight[part]
    unit = model.units.of_entry[part]
    likelihood = model.likelihood[cell]
    posterior = block.posterior[unit - block.first]
    ratio = posterior / likelihood
    careless = model.careless[cell] * ratio.sum(axis=1)
    others = posterior / likelihood ** weight[:, None]
    others /= others.sum(axis=1, keepdims=True)
    # The voter's parameters without this vote.
    a, b = CARELESS_PRIOR
    all_careless, all_read = sums.careless.sum(axis=1)[voter], sums.read.sum(axis=(1, 2))[voter]
    rate = (a + all_careless - weight * careless) / (a + b + all_careless + all_read - weight)
    if model.evidence is not None:
        rate = model.cell_rate[cell]
    n_classes = entries.n_classes
    strategy = sums.careless[voter, label] - weight * careless + STRATEGY_VOTES / n_classes
    strategy = np.maximum(strategy, 1e-12) / np.maximum(all_careless - weight * careless + STRATEGY_VOTES, 1e-12)
    if entries.pooled:
        # Those of several people in one are not learned from their votes.
        strangers = voter == entries.n_voters - 1
        rate = np.where(strangers, model.cell_rate[cell], rate)
        strategy = np.where(strangers, model.responses.strategy[voter, label], strategy)
    # One vote hardly moves a leaning, which is left as it is.
    reading = (others * model.responses.readings(model.types.distribution)[voter, label]).sum(axis=1)
    predicted = rate * strategy + (1 - rate) * reading
    return careless, np.clip(predicted, 1e-12, 1.0)


def _careful(model: ReadingModel, block: Block, part: slice, careless: Array) -> Array:
    entries, n_classes = model.entries, model.entries.n_classes
    code = (model.units.of_entry[part] - block.first) * n_classes + entries.label[part]
    size = (block.last - block.first) * n_classes
    flat = np.bincount(code, entries.weight[part] * (1 - careless), minlength=size)
    return np.asarray(flat.reshape(-1, n_classes), np.float64)


def type_draws(model: ReadingModel, as_read: Array, careful: Array, n_draws: int, rng: np.random.Generator) -> Array:
    """Draw each unit's type from its posterior; between types it lies where its own votes say.

    Args:
        model: The model.
        as_read: What the population of each stratum reads in each type, shape (n_strata, n_types, n_classes).
        careful: Careful votes of each unit, shape (n_units, n_classes).
        n_draws: Number of draws.
        rng: Source of randomness.

    Returns:
        Distribution of each unit in each draw, shape (n_draws, n_units, n_classes).
    """
    drawn = np.empty((n_draws, model.units.item.size, model.entries.n_classes))
    for block in model.blocks(model.matrix()):
        edges = np.cumsum(block.posterior, axis=1)
        spots = rng.random((n_draws, block.last - block.first))
        for member in range(n_draws):
            place = (spots[member][:, None] > edges).sum(axis=1).clip(max=edges.shape[1] - 1)
            drawn[member, block.first : block.last] = as_read[model.units.stratum[block.first : block.last], place]
    return between_types(model, drawn, careful)
