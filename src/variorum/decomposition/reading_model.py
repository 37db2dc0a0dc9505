"""The reading model: an annotation is a reading of its item, with the annotator's own leaning, or it is careless."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit, logit

from variorum.decomposition.entries import Cells, Entries, unit_matrix
from variorum.decomposition.evidence_weights import EvidenceWeights
from variorum.decomposition.item_types import ItemTypes, TypeSums
from variorum.decomposition.responses import Responses

__all__ = ["Block", "ReadingModel", "ResponseSums", "Units", "expected_responses", "fit_reading_model"]

Array = NDArray[np.float64]

_BLOCK_UNITS: Final = 16_384
# Careless rate of strangers where nobody is known: nothing in the votes could tell it.
_STRANGER_RATE: Final = 0.05
# Rounds before leanings move: who answers whatever the item must be found careless before a leaning can explain it.
_BURN_IN: Final = 15


@dataclass(frozen=True, eq=False)
class Units:
    """What has one label distribution: an item, or an item as one group of annotators reads it.

    Attributes:
        item: Item of each unit, shape (n_units,).
        stratum: Group of each unit, 0 where there is one, shape (n_units,).
        of_entry: Unit of each entry, not decreasing, shape (n_entries,).
        prior: What is expected of each unit before its votes, shape (n_units, n_classes), or none.
    """

    item: NDArray[np.int64]
    stratum: NDArray[np.int64]
    of_entry: NDArray[np.int64]
    prior: Array | None = None

    @property
    def n_strata(self) -> int:
        """Number of groups."""
        return int(self.stratum.max(initial=0)) + 1


@dataclass(frozen=True, eq=False)
class Block:
    """Consecutive units, and what the model says of them.

    Attributes:
        first: The first unit.
        last: The one after the last.
        posterior: Probability of each type, shape (n_units of the block, n_types).
        votes: Their rows of the matrix units x cells.
        log_likelihood: Of their votes, nats.
        types: Sums for the M-step of the types.
    """

    first: int
    last: int
    posterior: Array
    votes: Any
    log_likelihood: float
    types: TypeSums


@dataclass(frozen=True, eq=False)
class ReadingModel:
    """A fitted reading model, or one on its way.

    Attributes:
        entries: The votes.
        units: What has a distribution.
        types: Distribution of item types.
        responses: Parameters of the voters.
        evidence: Weights of the evidence, where there is any.
        trace: Log-likelihood of the votes at the start of each round, nats.
        converged: Whether the criterion was met.
    """

    entries: Entries
    units: Units
    types: ItemTypes
    responses: Responses
    evidence: EvidenceWeights | None = None
    trace: tuple[float, ...] = ()
    converged: bool = False

    @property
    def cells(self) -> Cells:
        """Cells of the entries; evidence tells all of them apart."""
        if self.evidence is None:
            return self.entries.cells
        return Cells(np.arange(self.entries.size), self.entries.voter, self.entries.label)

    @property
    def cell(self) -> NDArray[np.int64]:
        """Cell of each entry, shape (n_entries,)."""
        return self.cells.of_entry

    @property
    def cell_voter(self) -> NDArray[np.int64]:
        """Voter of each cell, shape (n_cells,)."""
        return self.cells.voter

    @property
    def cell_label(self) -> NDArray[np.int64]:
        """Label of each cell, shape (n_cells,)."""
        return self.cells.label

    @property
    def n_cells(self) -> int:
        """Number of cells."""
        return self.cells.voter.size

    @cached_property
    def cell_rate(self) -> Array:
        """Probability that a vote of the cell is careless, before it is seen, shape (n_cells,)."""
        rate = self.responses.rate[self.cell_voter]
        if self.evidence is None:
            return np.asarray(rate)
        return np.asarray(expit(logit(rate) + self.evidence.offset))

    @cached_property
    def careless(self) -> Array:
        """Probability of a careless vote with the cell's label, shape (n_cells,)."""
        return np.asarray(self.cell_rate * self.responses.strategy[self.cell_voter, self.cell_label])

    @cached_property
    def read(self) -> Array:
        """Probability of a careful vote with the cell's label for each type of item, shape (n_cells, n_types)."""
        readings = self.responses.readings(self.types.distribution)
        return np.asarray((1 - self.cell_rate)[:, None] * readings[self.cell_voter, self.cell_label])

    @cached_property
    def likelihood(self) -> Array:
        """Probability of the cell's label for each type of item, shape (n_cells, n_types)."""
        return np.asarray(self.read + self.careless[:, None])

    def log_prior(self, units: slice) -> tuple[Array | None, Array]:
        """How some units' priors pull at the types, where there are any, and log probability of each type before votes.

        Args:
            units: Consecutive units.

        Returns:
            Both of shape (n_units, n_types), the first or none.
        """
        pull = None if self.units.prior is None else self.types.pull(self.units.prior[units])
        return pull, self.types.log_prior(self.units.stratum[units], pull)

    def blocks(self, matrix: Any) -> Iterator[Block]:
        """The E-step, block by block.

        Args:
            matrix: Votes, units x cells.
        """
        log_likelihood = np.log(self.likelihood)
        n_units = self.units.item.size
        # Each block's sums are added over all cells, which must not cost more than its votes do.
        length = max(_BLOCK_UNITS, 4 * self.n_cells * n_units // max(1, self.entries.size))
        for first, last in pairwise([*range(0, n_units, length), n_units]):
            stratum = self.units.stratum[first:last]
            pull, log_prior = self.log_prior(slice(first, last))
            votes = matrix[first:last]
            scores = votes @ log_likelihood + log_prior
            top = scores.max(axis=1, keepdims=True)
            posterior = np.exp(scores - top)
            total = posterior.sum(axis=1, keepdims=True)
            posterior /= total
            found = float(top.sum() + np.log(total).sum())
            yield Block(first, last, posterior, votes, found, self.types.sums(stratum, pull, log_prior, posterior))

    def told(self, log_odds: Array) -> ReadingModel:
        """The same model, told something else about each vote.

        Args:
            log_odds: Log odds of the vote's being careless that this adds, shape (n_entries,).
        """
        evidence = self.evidence or EvidenceWeights.start(np.empty((self.entries.size, 0)))
        return replace(self, evidence=replace(evidence, given=evidence.given + log_odds))

    def matrix(self) -> Any:
        """Votes, units x cells, sparse."""
        return unit_matrix(self.units.of_entry, self.cell, self.entries.weight, (self.units.item.size, self.n_cells))


def fit_reading_model(
    entries: Entries,
    units: Units,
    *,
    evidence: Array | None = None,
    max_iterations: int = 300,
    tolerance: float = 1e-5,
) -> ReadingModel:
    """Fit the reading model by expectation maximisation.

    A vote of voter a on a unit of type m has label l with probability ``rate_a strategy_a[l] + (1 - rate_a) q_am[l]``,
    where ``q_am[l]`` is proportional to ``type_m[l] exp(leaning_a[l])``. Types, their weights and the posterior of each
    unit's type are exact; leanings are normal among annotators, and move by one Newton step a round.

    Args:
        entries: The votes; at least one.
        units: What has a distribution.
        evidence: Features of each entry that may tell careless votes, standardised, shape (n_entries, n_features).
        max_iterations: Most rounds.
        tolerance: Gain of the log-likelihood, nats a vote, below which the iteration ends.

    Returns:
        The fitted model.
    """
    votes = np.zeros((entries.n_voters, entries.n_classes))
    np.add.at(votes, (entries.voter, entries.label), entries.weight)
    responses = Responses.start(votes)
    strangers = np.zeros(entries.n_voters, np.bool_)
    if entries.pooled:
        strangers[-1] = True
        responses.rate[-1] = _STRANGER_RATE
        responses.strategy[-1] = 1 / entries.n_classes
    weights = None if evidence is None else EvidenceWeights.start(evidence)
    model = ReadingModel(entries, units, ItemTypes.even(entries.n_classes, units.n_strata), responses, weights)
    matrix = model.matrix()
    trace: list[float] = []
    converged = False
    while not converged and len(trace) < max_iterations:
        types, sums, found = _expect(model, matrix)
        trace.append(found)
        converged = len(trace) > _BURN_IN + 1 and abs(trace[-1] - trace[-2]) < tolerance * entries.weight.sum()
        responses, weights = _maximize(model, sums, strangers, len(trace) > _BURN_IN)
        model = ReadingModel(
            entries,
            units,
            model.types.update(types, units.prior is not None),
            responses,
            weights,
            tuple(trace),
            converged,
        )
    return model


@dataclass(frozen=True, eq=False)
class ResponseSums:
    """Expected answers of each voter.

    Attributes:
        careless: Careless ones by label, shape (n_voters, n_classes).
        read: Careful ones by label and type of item, shape (n_voters, n_classes, n_types).
        of_cell: Careless ones by cell, shape (n_cells,).
    """

    careless: Array
    read: Array
    of_cell: Array


def expected_responses(model: ReadingModel, matrix: Any) -> ResponseSums:
    """Expected answers of each voter under a fitted model.

    Args:
        model: The model.
        matrix: Its votes, units x cells.
    """
    return _expect(model, matrix)[1]


def _expect(model: ReadingModel, matrix: Any) -> tuple[TypeSums, ResponseSums, float]:
    gathered = np.zeros_like(model.likelihood)
    types: TypeSums | None = None
    found = 0.0
    for block in model.blocks(matrix):
        gathered += block.votes.T @ block.posterior
        types = block.types if types is None else types + block.types
        found += block.log_likelihood
    assert types is not None
    ratio = gathered / model.likelihood
    careless = model.careless * ratio.sum(axis=1)
    n_voters, n_classes = model.entries.n_voters, model.entries.n_classes
    by_label, read = np.zeros((n_voters, n_classes)), np.zeros((n_voters, n_classes, ratio.shape[1]))
    np.add.at(by_label, (model.cell_voter, model.cell_label), careless)
    np.add.at(read, (model.cell_voter, model.cell_label), model.read * ratio)
    return types, ResponseSums(by_label, read, careless), found


def _maximize(
    model: ReadingModel, sums: ResponseSums, strangers: NDArray[np.bool_], lean: bool
) -> tuple[Responses, EvidenceWeights | None]:
    responses = model.responses.update(sums.careless, sums.read, model.types.distribution, strangers, lean=lean)
    weights = None
    if model.evidence is not None:
        # With evidence a rate is no share, and Newton's steps go on from where they were.
        responses, weights = model.evidence.update(
            replace(responses, rate=model.responses.rate),
            model.cell_voter,
            sums.of_cell,
            model.entries.weight,
            strangers,
        )
    if strangers.any():
        # Several people in one have no leaning of their own.
        responses.leaning[strangers] = 0.0
        if not strangers.all():
            responses.rate[strangers] = responses.rate[~strangers].mean()
    return responses, weights
