"""Krippendorff's ratio metric for numbers that may all be different, in linear time.

The metric ((x - y) / (x + y))^2 does not come apart into sums over votes, but 1 / (x + y)^2 is the integral of
t exp(-t (x + y)) over t > 0, and under the integral it does: at each t, the pairs' sum of (x - y)^2 exp(-t x) exp(-t y)
is 2 (B0 B2 - B1^2) with Bj the sum of x^j exp(-t x). With t = exp(s) the trapezoidal rule converges exponentially, so
that some hundred nodes are exact to 12 digits, whatever the values are.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation._codes import sum_by_code
from variorum.evaluation.agreement._scale import FloatArray, not_negative
from variorum.evaluation.agreement._tally import chance_corrected
from variorum.evaluation.agreement._votes import Votes

__all__ = ["RatioSums", "ratio_alpha", "ratio_sums"]

# (step, distance of the first and the last node from the scale of the values): see `_nodes`.
_EXACT = (0.25, -18.0, 3.0)
_COARSE = (0.5, -8.0, 2.3)
# Values that differ by less than 1e-14 of themselves are the same.
_NOTHING = 1e-28


def ratio_alpha(votes: Votes, values: FloatArray) -> float:
    """Alpha with the ratio metric.

    Args:
        votes: The votes.
        values: 0 or more, shape (n_votes,).

    Returns:
        As `krippendorff_alpha`.

    Raises:
        ArgumentError: If a value is negative.
    """
    return float(ratio_sums(votes, values, exact=True).alpha(None))


@dataclass(frozen=True, eq=False)
class RatioSums:
    """Sums over the answers to each item, for the ratio metric.

    Attributes:
        answers: Number of answers, shape (n_items,); 0 where they do not pair.
        apart: Distance of an answer to the others on its item, on average, summed over answers, shape (n_items,).
        own: Distance between two values drawn from an answer, summed over answers, shape (n_items,).
        zeros: Answers of 0, shape (n_items,).
        node_weights: Shape (n_nodes,).
        blocks: B0, B1 and B2 at each node, shape (n_nodes, n_items, 3); summed over items, (n_nodes, 1, 3), where only
            the data as they are count.
    """

    answers: FloatArray
    apart: FloatArray
    own: FloatArray
    zeros: FloatArray
    node_weights: FloatArray
    blocks: FloatArray

    def alpha(self, weights: FloatArray | None) -> FloatArray:
        """Alpha for each draw of items.

        Args:
            weights: Multiplicities, shape (n_draws, n_items); ``None`` for the data as they are.

        Returns:
            Shape (n_draws,), or () without weights.
        """
        every = np.ones((1, self.answers.size))
        w = every if weights is None else weights
        n = w @ self.answers
        observed = np.divide(w @ self.apart, n, out=np.full(n.shape, np.nan), where=n >= 2.0)
        # What a draw of equal values leaves is rounding, in units of what the data as they are have.
        nothing = max(_NOTHING, 1e-12 * float(self._expected(every)[0]))
        found = chance_corrected(observed, self._expected(w), nothing)
        return found if weights is not None else found[0]

    def _expected(self, w: FloatArray) -> FloatArray:
        n, zeros = w @ self.answers, w @ self.zeros
        pairs = 2.0 * zeros * (n - zeros) - w @ self.own
        for node, block in zip(self.node_weights, self.blocks, strict=True):
            pairs += node * _spread(block if block.shape[0] == 1 else w @ block)
        return np.divide(np.maximum(pairs, 0.0), n * (n - 1.0), out=np.zeros(n.shape), where=n >= 2.0)


def ratio_sums(votes: Votes, values: FloatArray, *, exact: bool) -> RatioSums:
    """Sum up votes for the ratio metric.

    Args:
        votes: The votes.
        values: 0 or more, shape (n_votes,).
        exact: For the data as they are alone, to 12 digits and in little memory; else for resampled items too, to 6
            digits, with about a kilobyte an item.

    Returns:
        The sums.

    Raises:
        ArgumentError: If a value is negative.
    """
    not_negative("values", values)
    n_items, answers = votes.n_items, votes.answers
    paired = answers >= 2.0
    weight = np.ones(values.size) if votes.weight is None else votes.weight
    zero = values == 0.0
    zeros = sum_by_code(votes.item, weight * zero, n_items)
    apart = 2.0 * zeros * (answers - zeros)
    own = np.zeros(n_items)
    node_weights, blocks = [], []
    rows = np.flatnonzero(~zero)
    for node, factors in _nodes(values[rows], *(_EXACT if exact else _COARSE)):
        # Around the values that count at this node, or what is left of B0 B2 - B1^2 would drown in rounding.
        centred = values[rows] - factors @ values[rows] / factors.sum()
        columns = [weight[rows] * factors * centred**j for j in range(3)]
        block = np.stack([sum_by_code(votes.item[rows], c, n_items) for c in columns], axis=1)
        apart += node * _spread(block)
        if votes.weight is not None:
            own += node * _own(votes, rows, columns)
        node_weights.append(node)
        kept = block * paired[:, None]
        blocks.append(kept.sum(axis=0, keepdims=True) if exact else kept)
    if votes.weight is not None:
        share = sum_by_code(votes.whole, (weight * zero)[votes.parts])
        own += sum_by_code(votes.item[votes.first_parts], 2.0 * share * (1.0 - share), n_items)
    return RatioSums(
        answers=answers * paired,
        apart=np.divide(np.maximum(apart - own, 0.0), answers - 1.0, out=np.zeros(n_items), where=paired),
        own=own * paired,
        zeros=zeros * paired,
        node_weights=np.array(node_weights),
        blocks=np.array(blocks) if blocks else np.zeros((0, 1, 3)),
    )


def _nodes(values: FloatArray, step: float, first: float, last: float) -> Iterator[tuple[float, FloatArray]]:
    """Weight of each node, and the values' exp(-t x) at it."""
    if not values.size:
        return
    start, end = first - np.log(values.max()), last - np.log(values.min())
    for s in np.arange(start, end + step, step):
        t = float(np.exp(s))
        yield step * t * t, np.exp(-t * values)


def _spread(block: FloatArray) -> FloatArray:
    """Twice B0 B2 - B1^2 of each row."""
    spread: FloatArray = 2.0 * (block[:, 0] * block[:, 2] - np.square(block[:, 1]))
    return spread


def _own(votes: Votes, rows: NDArray[np.int64], columns: list[FloatArray]) -> FloatArray:
    n_split, spreads = votes.first_parts.size, []
    for column in columns:
        full = np.zeros(votes.item.size)
        full[rows] = column
        spreads.append(sum_by_code(votes.whole, full[votes.parts], n_split))
    own = _spread(np.stack(spreads, axis=1))
    return sum_by_code(votes.item[votes.first_parts], own, votes.n_items)
