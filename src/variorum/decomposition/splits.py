"""Each item's disagreement, and each annotator's, in numbers: variation, error, dissent, and what is not known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import xlogy
from scipy.stats import beta

from variorum.annotations import Annotations
from variorum.decomposition.posteriors import Posteriors, unconditional
from variorum.decomposition.reading_model import ReadingModel
from variorum.decomposition.responses import CARELESS_FROM, CARELESS_PRIOR

__all__ = ["LEVEL", "AnnotatorSplit", "ItemSplit", "split_annotators", "split_items"]

Array = NDArray[np.float64]

LEVEL: Final = 0.9
"""Probability of the intervals."""

_CHUNK: Final = 4_096
# Of a share; less is rounding.
_NO_VARIANCE: Final = 1e-12


@dataclass(frozen=True, eq=False)
class ItemSplit:
    """Each item's disagreement taken apart; every column has the shape (n_items,), nan for items without a vote.

    Attributes:
        observed_entropy: Entropy of the vote shares, nats.
        cleaned_entropy: Entropy of the vote shares with every vote weighted by its not being an error, nats.
        difference: Cleaned less observed: below 0 where errors made the item look contested, above 0 where they made it
            look settled, as clickers of one label do.
        variation: Entropy of the cleaned distribution, nats: what people differ in.
        unknown: What is not known of that distribution, nats, 0 or more: its entropy less the expected entropy. More
            votes bring it down.
        error_share: Expected share of errors among the votes, in [0, 1].
        error_low: Lower end of its 90 % interval.
        error_high: Upper end of it.
    """

    observed_entropy: Array
    cleaned_entropy: Array
    difference: Array
    variation: Array
    unknown: Array
    error_share: Array
    error_low: Array
    error_high: Array


@dataclass(frozen=True, eq=False)
class AnnotatorSplit:
    """Error and dissent of each annotator; every column has the shape (n_annotators,), nan for those without a vote.

    Attributes:
        n_votes: Votes.
        error_rate: Expected share of errors among the votes, in [0, 1].
        error_low: Lower end of the 90 % interval of the annotator's rate.
        error_high: Upper end of it.
        dissent: How far the annotator, errors apart, reads the items that they saw unlike the population: mean total
            variation, in [0, 1].
        careless: Share of the answers that do not depend on the item, in [0, 1].
        throughout: Whether the annotator counts as careless throughout.
        group: Group, -1 for those without a vote.
        weight: Weight in the population, 0 for those who are careless throughout.
    """

    n_votes: Array
    error_rate: Array
    error_low: Array
    error_high: Array
    dissent: Array
    careless: Array
    throughout: NDArray[np.bool_]
    group: NDArray[np.int64]
    weight: Array


def split_items(
    model: ReadingModel,
    found: Posteriors,
    distribution: Array,
    by_group: Array,
    share: Array,
    error: Array,
) -> ItemSplit:
    """Take each item's disagreement apart.

    Args:
        model: The fitted model.
        found: What it says.
        distribution: Cleaned distributions, shape (n_items, n_classes).
        by_group: The same by group, shape (n_groups, n_items, n_classes).
        share: Share of each group.
        error: Probability of error of each row.
    """
    entries, n_groups = model.entries, share.size
    items = model.units.item[::n_groups]
    shape = distribution.shape
    counts = entries.counts(entries.weight)
    valid = entries.counts(entries.weight * (1 - error[entries.row]))
    observed, cleaned = _entropy_of(counts), _entropy_of(valid)
    variation = -xlogy(distribution, distribution).sum(axis=1)
    expected = np.full(shape[0], np.nan)
    expected[items] = found.expected_entropy.reshape(items.size, n_groups) @ share
    # Groups that differ are variation too: entropy of the whole less the mean within groups.
    within = np.einsum("g,gi->i", share, -xlogy(by_group, by_group).sum(axis=2))
    unknown = np.maximum(within - expected, 0.0)
    total = counts.sum(axis=1)
    with np.errstate(invalid="ignore"):
        errors = np.bincount(entries.item, entries.weight * error[entries.row], minlength=shape[0]) / total
        variance = np.zeros(shape[0])
        np.add.at(variance, model.units.item, found.errors_variance)
        low, high = _interval(errors, variance / total**2)
    nothing = np.where(total > 0, 0.0, np.nan)
    return ItemSplit(
        observed + nothing, cleaned + nothing, cleaned - observed + nothing, variation, unknown, errors, low, high
    )  # fmt: skip


def split_annotators(
    annotations: Annotations,
    model: ReadingModel,
    by_types: Array,
    group: NDArray[np.int64],
    weight: Array,
    error: Array,
) -> AnnotatorSplit:
    """Take each annotator's answers apart.

    Args:
        annotations: The votes.
        model: The fitted model.
        by_types: What the population reads in each item by the types alone, shape (n_items, n_classes).
        group: Group of each voter.
        weight: Weight of each voter in the population.
        error: Probability of error of each row.
    """
    entries, n_annotators = model.entries, len(annotations.annotators)
    votes = entries.per_voter(entries.weight)
    errors = entries.per_voter(entries.weight * error[entries.row])
    a, b = CARELESS_PRIOR
    low, high = (beta.ppf(q, a + errors, b + votes - errors) for q in ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    # The prior draws the interval to itself, and the share of a few votes may lie outside.
    share = errors / votes
    low, high = np.minimum(low, share), np.maximum(high, share)
    careless = unconditional(model)

    def spread(values: ArrayLike, fill: float) -> Array:
        column = np.full(n_annotators + 1, fill)
        column[entries.annotator] = values
        return column[:n_annotators]

    return AnnotatorSplit(
        spread(votes, np.nan),
        spread(share, np.nan),
        spread(low, np.nan),
        spread(high, np.nan),
        spread(_dissent(model, by_types), np.nan),
        spread(careless, np.nan),
        spread(careless >= CARELESS_FROM, 0.0).astype(np.bool_),
        spread(group, -1.0).astype(np.int64),
        spread(weight, np.nan),
    )


def _entropy_of(counts: Array) -> Array:
    total = counts.sum(axis=1, keepdims=True)
    shares = counts / np.where(total > 0, total, 1.0)
    return np.asarray(-xlogy(shares, shares).sum(axis=1))


def _interval(mean: Array, variance: Array) -> tuple[Array, Array]:
    """Ends of the central interval of a Beta with these moments, widened to hold the mean where they do not.

    A mean of 0 or 1, or no variance, is certain; the most variance that there can be is that of a single vote.
    """
    most = mean * (1 - mean)
    certain = ~((variance > _NO_VARIANCE) & (most > _NO_VARIANCE))
    single = ~certain & (variance >= most * (1 - 1e-6))
    beside = certain | single
    precision = np.where(beside, 1.0, most / np.where(beside, 1.0, variance) - 1)
    inside = np.where(beside, 0.5, mean)
    tails = ((1 - LEVEL) / 2, (1 + LEVEL) / 2)
    low, high = (beta.ppf(q, inside * precision, (1 - inside) * precision) for q in tails)
    low, high = (np.where(single, mean > 1 - q, end) for q, end in zip(tails, (low, high), strict=True))
    return np.where(certain, mean, np.minimum(low, mean)), np.where(certain, mean, np.maximum(high, mean))


def _dissent(model: ReadingModel, by_types: Array) -> Array:
    """Mean total variation between each voter's readings and the population's, over the items that the voter saw."""
    entries, units = model.entries, model.units
    readings = model.responses.readings(model.types.distribution)
    apart = np.empty(entries.size)
    starts = np.searchsorted(units.of_entry, np.arange(units.item.size + 1))
    for block in model.blocks(model.matrix()):
        for low in range(starts[block.first], starts[block.last], _CHUNK):
            part = slice(low, min(low + _CHUNK, starts[block.last]))
            posterior = block.posterior[units.of_entry[part] - block.first]
            own = np.einsum("em,ekm->ek", posterior, readings[entries.voter[part]])
            apart[part] = 0.5 * np.abs(own - by_types[entries.item[part]]).sum(axis=1)
    return entries.per_voter(entries.weight * apart) / entries.per_voter(entries.weight)
