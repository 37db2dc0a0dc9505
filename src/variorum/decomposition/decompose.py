"""Disagreement taken apart: what people read in each item, and which annotations were made whatever the item."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import logsumexp

from variorum.annotations import Annotations
from variorum.checks import as_array, as_distribution, as_rng, as_vector
from variorum.decomposition.entries import Entries, as_entries
from variorum.decomposition.notes import notes
from variorum.decomposition.one_truth import one_truth, stacking_weight
from variorum.decomposition.perspectives import group_voters
from variorum.decomposition.posteriors import (
    Posteriors,
    describe,
    population_readings,
    type_draws,
    unconditional,
    voter_weights,
)
from variorum.decomposition.reading_model import ReadingModel, Units, fit_reading_model
from variorum.decomposition.responses import CARELESS_FROM
from variorum.decomposition.splits import AnnotatorSplit, ItemSplit, split_annotators, split_items
from variorum.errors import ArgumentError, ShapeError
from variorum.labels import need_classes, population_statement

__all__ = ["Decomposition", "decompose"]

Array = NDArray[np.float64]

# Spread of a feature, as a share of its largest value, that is nothing but rounding.
_NOISE: Final = 1e-12
_CHUNK: Final = 4_096


@dataclass(frozen=True, eq=False)
class Decomposition:
    """What is variation and what is error.

    Attributes:
        distribution: Cleaned label distribution of each item, what the population reads in it, shape
            (n_items, n_classes), rows sum to one; nan for an item without a vote.
        by_group: The same for each group of annotators, shape (n_groups, n_items, n_classes). Groups stand in the order
            of their codes; those without a voter are passed over, as in `annotators.group`.
        group_share: Share of each group in the population, shape (n_groups,), sums to one.
        error: Probability that an annotation is an error, made whatever the item, shape (n_rows,), in [0, 1]; nan for
            rows that were not answered.
        items: Each item's disagreement taken apart.
        annotators: Error and dissent of each annotator.
        truth: For readers who need one label: probability of each to be the one truth, if there is one, half by this
            model and half by Dawid and Skene's, shape (n_items, n_classes).
        one_truth_weight: Weight of Dawid and Skene's predictions of the votes (one truth an item, erring annotators) in
            the best mixture with this model's, in [0, 1]. It compares two models, and is no test of whether there is
            one truth. nan if no annotator is known.
        population: Whose distribution this is, in words.
        converged: Whether the criterion was met.
        n_iterations: Rounds of the (last) fit.
        trace: Log-likelihood of the votes at the start of each of its rounds, nats.
        notes: What a reader of the numbers must know, one sentence each.
        model: The fitted model.
        as_read: What each group reads in items of each type, shape (n_groups, n_types, n_classes).
        careful: Votes of each unit of the model, weighted by their not being careless, shape (n_units, n_classes).
    """

    distribution: Array
    by_group: Array
    group_share: Array
    error: Array
    items: ItemSplit
    annotators: AnnotatorSplit
    truth: Array
    one_truth_weight: float
    population: str
    converged: bool
    n_iterations: int
    trace: Array
    notes: tuple[str, ...]
    model: ReadingModel
    as_read: Array
    careful: Array

    @property
    def weight(self) -> Array:
        """Weight of each annotation in training, 1 less its error, shape (n_rows,); 0 where there was no answer."""
        return np.where(np.isnan(self.error), 0.0, 1.0 - np.nan_to_num(self.error))

    @property
    def counts(self) -> Array:
        """Vote counts for training, each vote by its weight, shape (n_items, n_classes)."""
        entries = self.model.entries
        return entries.counts(entries.weight * self.weight[entries.row])

    def draws(self, n_members: int, rng: np.random.Generator | int) -> Array:
        """Draws of the cleaned distributions, for acquisition: their spread is what is not known about people.

        Args:
            n_members: Number of draws, 1 or more.
            rng: Source of randomness.

        Returns:
            Shape (n_members, n_items, n_classes); items are drawn independently, those without a vote are nan.

        Raises:
            ArgumentError: If `n_members` is below 1.
        """
        if n_members < 1:
            raise ArgumentError(f"n_members = {n_members} must be 1 or more.")
        drawn = type_draws(self.model, self.as_read, self.careful, n_members, as_rng(rng))
        n_groups = self.group_share.size
        members = np.full((n_members, *self.distribution.shape), np.nan)
        by_group = drawn.reshape(n_members, -1, n_groups, self.distribution.shape[1])
        members[:, self.model.units.item[::n_groups]] = np.einsum("g,migk->mik", self.group_share, by_group)
        return members


def decompose(
    annotations: Annotations,
    *,
    prior: ArrayLike | None = None,
    evidence: ArrayLike | None = None,
    log_odds: ArrayLike | None = None,
    groups: ArrayLike | None = None,
    weights: ArrayLike | None = None,
    max_iterations: int = 300,
    tolerance: float = 1e-5,
) -> Decomposition:
    """Tell readings from errors, and say what the population reads in each item.

    With a rate of their own, annotators answer carelessly: a label that does not depend on the item. Otherwise they
    read: a label drawn from the item's distribution, tilted by a leaning of their own, which is dissent and not error.
    The items' distributions come from one distribution over a grid of types, learned from all votes; a classifier's
    predictions tilt it. Groups of annotators read each item in their own way, and the item's distribution is then the
    groups' in their shares. Nothing but votes is needed.

    Args:
        annotations: The votes, of a nominal, ordinal or pairwise scheme.
        prior: Out-of-sample predictions of a classifier, shape (n_items, n_classes), rows sum to one.
        evidence: Features of each annotation that may tell a careless one (speed, order, repeated answers that
            differ), shape (n_rows, n_features); nan where unknown. They are standardised. They must say nothing of the
            label: a feature that does is taken for the error itself.
        log_odds: Log odds of error that something else adds, such as a validity round, shape (n_rows,); nan where
            nothing is known. Annotators' parameters are those of votes and evidence.
        groups: Group of each annotator, such as `Perspectives.group`, shape (n_annotators,), -1 where unknown; one
            group by default.
        weights: The population: weight of each annotator, shape (n_annotators,), 0 or more; equal by default. Who is
            careless throughout counts for nothing.
        max_iterations: Most rounds of each fit.
        tolerance: Gain of the log-likelihood, nats a vote, below which a fit ends.

    Returns:
        The decomposition.

    Raises:
        SchemeError: For multilabel and numeric schemes.
        ShapeError: If an array does not fit the annotations.
        NotADistributionError: If a row of the prior is not a distribution.
        ArgumentError: If there is no vote, a weight is negative, those of all annotators with a vote are 0, or
            `max_iterations` is below 1.

    Source:
        Docs, page "variation and error", derives the model. It joins MACE's careless annotators (Hovy et al. 2013), a
        nonparametric distribution of item distributions (Kiefer and Wolfowitz 1956) and leanings as in Rasch's model.

    Example:
        >>> from variorum.corpora import load_corpus
        >>> corpus = load_corpus("synthetic-plain")
        >>> votes = corpus.annotations.take(corpus.annotations.item < 300)
        >>> found = decompose(votes)
        >>> is_error = corpus.truth.is_error[corpus.annotations.item < 300]
        >>> bool(np.nanmean(found.error[is_error]) > 2 * np.nanmean(found.error[~is_error]))
        True
    """
    need_classes(annotations, "telling variation from error")
    entries = as_entries(annotations)
    if not entries.size:
        raise ArgumentError("the annotations hold no vote; there is nothing to take apart.")
    if max_iterations < 1:
        raise ArgumentError(f"max_iterations = {max_iterations} must be 1 or more.")
    given, population, group = _check(annotations, entries, prior, weights, groups)
    features = None if evidence is None else _standardised(annotations, entries, as_array("evidence", evidence, 2))
    added = None if log_odds is None else _of_rows(annotations, entries, as_array("log_odds", log_odds, 1))
    options: dict[str, Any] = {"max_iterations": max_iterations, "tolerance": tolerance}
    items, of_entry = np.unique(entries.item, return_inverse=True)
    whole = Units(items, np.zeros(items.size, np.int64), of_entry, None if given is None else given[items])
    model = fit_reading_model(entries, whole, evidence=features, **options)
    pooled = model
    n_groups = int(group.max(initial=0)) + 1
    if n_groups > 1:
        entries, units = _by_group(model, group, population)
        order = _order(of_entry, group[model.entries.voter], n_groups)
        features, added = (None if each is None else each[order] for each in (features, added))
        model = fit_reading_model(entries, units, evidence=features, **options)
    if added is not None:
        model = model.told(added)
    weight = voter_weights(model, population)
    as_read = population_readings(model, weight, group)
    found = describe(model, as_read)
    share = np.bincount(group, weight, minlength=n_groups)
    share = share / share.sum()
    return _result(annotations, model, pooled, found, as_read, group, weight, share)


def _check(
    annotations: Annotations,
    entries: Entries,
    prior: ArrayLike | None,
    weights: ArrayLike | None,
    groups: ArrayLike | None,
) -> tuple[Array | None, Array, NDArray[np.int64]]:
    n_annotators, shape = len(annotations.annotators), (len(annotations.items), annotations.scheme.n_classes)
    given = None if prior is None else as_distribution("prior", prior)
    if given is not None and given.shape != shape:
        raise ShapeError(f"prior has shape {given.shape}; one for each item and class has {shape}.")
    each = np.ones(n_annotators) if weights is None else as_vector("weights", weights, length=n_annotators)
    if (each < 0).any():
        raise ArgumentError(f"weights[{int((each < 0).argmax())}] is negative; a population has weights of 0 or more.")
    population = np.append(each, 1.0)[entries.annotator]
    if not population.any():
        raise ArgumentError("weights are 0 for all annotators with a vote; the population has nobody to speak for it.")
    code = np.zeros(n_annotators) if groups is None else as_vector("groups", groups, length=n_annotators)
    bad = np.flatnonzero((code < -1) | (code != np.floor(code)))
    if bad.size:
        raise ArgumentError(f"groups[{bad[0]}] = {code[bad[0]]:g} is no group; give whole numbers from 0, or -1.")
    return given, population, group_voters(entries, code.astype(np.int64))


def _standardised(annotations: Annotations, entries: Entries, evidence: Array) -> Array | None:
    if evidence.shape[0] != annotations.n_rows:
        raise ShapeError(f"evidence has {evidence.shape[0]} rows; the annotations have {annotations.n_rows}.")
    if np.isinf(evidence).any():
        row = int(np.isinf(evidence).any(axis=1).argmax())
        raise ArgumentError(f"evidence[{row}] holds an infinite value; give finite ones, or nan where unknown.")
    rows = evidence[entries.row]
    known = ~np.isnan(rows)
    count = np.maximum(known.sum(axis=0), 1)
    largest = np.abs(np.where(known, rows, 0.0)).max(axis=0, initial=0.0)
    rows = np.where(known, rows, 0.0) / np.where(largest > 0, largest, 1.0)
    centred = np.where(known, rows - rows.sum(axis=0) / count, 0.0)
    scale = np.sqrt((centred**2).sum(axis=0) / count)
    # The mean of a constant is off by its last digits, which are no evidence.
    used = scale > _NOISE
    return centred[:, used] / scale[used] if used.any() else None


def _of_rows(annotations: Annotations, entries: Entries, log_odds: Array) -> Array:
    if log_odds.size != annotations.n_rows:
        raise ShapeError(f"log_odds has {log_odds.size} values; the annotations have {annotations.n_rows} rows.")
    if np.isinf(log_odds).any():
        raise ArgumentError(f"log_odds[{int(np.isinf(log_odds).argmax())}] is infinite; give finite values, or nan.")
    return np.nan_to_num(log_odds)[entries.row]


def _order(of_entry: NDArray[np.int64], group: NDArray[np.int64], n_groups: int) -> NDArray[np.int64]:
    return np.argsort(of_entry * n_groups + group, kind="stable")


def _by_group(model: ReadingModel, group: NDArray[np.int64], population: Array) -> tuple[Entries, Units]:
    """One unit an item and group, each expected to be what the other groups' votes, and the prior, make of the item."""
    entries, units = model.entries, model.units
    n_groups, n_types = int(group.max()) + 1, len(model.types.distribution)
    own = group[entries.voter]
    order = _order(units.of_entry, own, n_groups)
    reading = population_readings(model, voter_weights(model, population), np.zeros(entries.n_voters, np.int64))[0]
    log_likelihood = np.log(model.likelihood)
    expected = np.empty((units.item.size, n_groups, entries.n_classes))
    starts = np.searchsorted(units.of_entry, np.arange(units.item.size + 1))
    for first in range(0, units.item.size, _CHUNK):
        inside = slice(first, min(first + _CHUNK, units.item.size))
        part = slice(starts[inside.start], starts[inside.stop])
        scores = np.zeros((inside.stop - first, n_groups, n_types))
        place = (units.of_entry[part] - first, own[part])
        np.add.at(scores, place, entries.weight[part, None] * log_likelihood[model.cell[part]])
        _, log_prior = model.log_prior(inside)
        for g in range(n_groups):
            # Not the posterior less the group's votes: that of many votes is 0 in numbers.
            rest = log_prior + scores[:, np.arange(n_groups) != g].sum(axis=1)
            others = np.exp(rest - logsumexp(rest, axis=1, keepdims=True))
            expected[inside, g] = others @ reading
    return entries.take(order), Units(
        np.repeat(units.item, n_groups),
        np.tile(np.arange(n_groups), units.item.size),
        (units.of_entry * n_groups + own)[order],
        expected.reshape(-1, entries.n_classes),
    )


def _result(
    annotations: Annotations,
    model: ReadingModel,
    pooled: ReadingModel,
    found: Posteriors,
    as_read: Array,
    group: NDArray[np.int64],
    weight: Array,
    share: Array,
) -> Decomposition:
    entries, n_groups = model.entries, share.size
    items = model.units.item[::n_groups]
    shape = (len(annotations.items), annotations.scheme.n_classes)
    by_group = np.full((n_groups, *shape), np.nan)
    by_group[:, items] = found.distribution.reshape(items.size, n_groups, -1).transpose(1, 0, 2)
    distribution = np.einsum("g,gik->ik", share, by_group)
    by_types = np.full(shape, np.nan)
    by_types[items] = np.einsum("g,igk->ik", share, found.of_types.reshape(items.size, n_groups, -1))
    error = _errors(annotations, model, found)
    truth, truth_weight = _truth(annotations, pooled, found, entries, distribution)
    return Decomposition(
        distribution,
        by_group,
        share,
        error,
        split_items(model, found, distribution, by_group, share, error),
        split_annotators(annotations, model, by_types, group, weight, error),
        truth,
        truth_weight,
        population_statement(annotations),
        model.converged,
        len(model.trace),
        np.array(model.trace),
        tuple(notes(model)),
        model,
        as_read,
        found.careful,
    )


def _errors(annotations: Annotations, model: ReadingModel, found: Posteriors) -> Array:
    """Probability of error of each row; an elicited distribution has the mean of its parts."""
    entries = model.entries
    share = unconditional(model)
    # Whose answers never depend on the item slips every time, even where a leaning says so.
    throughout = np.where(share >= CARELESS_FROM, share, 0.0)[entries.voter]
    each = np.maximum(found.careless, throughout)
    total = np.bincount(entries.row, entries.weight, minlength=annotations.n_rows)
    error = np.bincount(entries.row, entries.weight * each, minlength=annotations.n_rows)
    return np.asarray(np.where(total > 0, error / np.where(total > 0, total, 1.0), np.nan))


def _truth(
    annotations: Annotations, pooled: ReadingModel, found: Posteriors, entries: Entries, distribution: Array
) -> tuple[Array, float]:
    if entries.n_voters == 1 and entries.pooled:
        return distribution, float("nan")
    hypothesis = one_truth(annotations, entries)
    weight = stacking_weight(hypothesis.predicted, found.predicted, entries.weight)
    # What somebody without a leaning reads: where there is one truth, a leaning is a bias.
    plain = np.full(distribution.shape, np.nan)
    for block in pooled.blocks(pooled.matrix()):
        plain[pooled.units.item[block.first : block.last]] = block.posterior @ pooled.types.distribution
    return (hypothesis.posterior + plain) / 2, weight
