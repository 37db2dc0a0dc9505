"""What one vote tells about a population of label distributions: members as the ensemble of a Kalman filter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["VoteValue", "effective_votes", "further_vote", "intra_correlation", "whitened"]

Array = NDArray[np.float64]

_FLOOR = 1e-3  # a probability is taken for at least this, or one sure prediction would outweigh the rest


def effective_votes(n: ArrayLike, correlation: float) -> Array:
    """How many independent votes n votes that go together are worth: n / (1 + (n - 1) rho).

    Args:
        n: Numbers of votes.
        correlation: Of two votes of one item, or by one annotator, in [0, 1).

    Returns:
        Same shape, at most n.

    Source:
        Kish (1965), the design effect of clusters.

    Example:
        >>> effective_votes([0, 1, 5], 0.5).round(2)
        array([0.  , 1.  , 1.67])
    """
    votes = np.asarray(n, np.float64)
    return np.asarray(votes / (1.0 + np.maximum(votes - 1.0, 0.0) * correlation), np.float64)


def further_vote(n: ArrayLike, correlation: float) -> Array:
    """What one further vote after n is worth, in independent votes: the difference of `effective_votes`.

    Example:
        >>> further_vote([0, 1, 5], 0.5).round(2)
        array([1.  , 0.33, 0.05])
    """
    votes = np.asarray(n, np.float64)
    return effective_votes(votes + 1.0, correlation) - effective_votes(votes, correlation)


def intra_correlation(
    expected: Array, group: NDArray[np.int64], label: NDArray[np.int64], prior: float, pairs: float
) -> float:
    """How much votes of one group (of one item, or by one annotator) go together beyond what is expected of each.

    Args:
        expected: Distribution expected for each vote, shape (n_votes, n_classes).
        group: Group of each vote, from 0.
        label: Class of each vote.
        prior: Correlation before any pair was seen.
        pairs: How many pairs of votes that is worth, above 0.

    Returns:
        The intra-class correlation, in [0, .95].

    Source:
        Ridout, Demetrio and Firth (1999), the moment estimator, summed over classes.

    Example:
        >>> fair = np.full((6, 2), 0.5)
        >>> intra_correlation(fair, np.array([0, 0, 1, 1, 2, 2]), np.array([0, 0, 1, 1, 0, 0]), 0.1, 1.0)
        0.775
    """
    residual = -expected
    residual[np.arange(label.size), label] += 1.0
    n_groups = int(group.max(initial=-1)) + 1
    size = np.bincount(group, minlength=n_groups).astype(np.float64)
    total = np.column_stack([np.bincount(group, residual[:, k], minlength=n_groups) for k in range(expected.shape[1])])
    spread = 1.0 - np.square(expected).sum(axis=1)
    together = float(np.square(total).sum() - np.square(residual).sum()) / 2.0
    # The pairs of a group, each as large as its votes vary: variance v gives (n - 1) / 2 pairs a vote.
    possible = float((spread * (size[group] - 1.0)).sum()) / 2.0
    typical = float(spread.mean()) if spread.size else 1.0
    found = (together + prior * pairs * typical) / (possible + pairs * typical)
    return float(np.clip(found, 0.0, 0.95))


@dataclass(frozen=True, eq=False)
class VoteValue:
    """What votes tell about target items, before or after other votes.

    Attributes:
        target: Gram matrix of the members over the targets, shape (n_members, n_members): targets' deviations from the
            mean in units of the square root of 8 p, averaged over targets.
        state: Covariance in the space of members, shape (n_members, n_members); ``None`` before any vote, when it is
            the unit matrix divided by n_members - 1.
    """

    target: Array
    state: Array | None = None

    @classmethod
    def of(cls, target_members: Array) -> VoteValue:
        """Before any further vote; `target_members` have the shape (n_members, n_target, n_classes)."""
        n_members, n_target, _ = target_members.shape
        mean = target_members.mean(axis=0)
        scaled = (target_members - mean) / np.sqrt(8.0 * np.maximum(mean, _FLOOR))
        flat = scaled.reshape(n_members, -1)
        return cls(flat @ flat.T / n_target)

    @property
    def error(self) -> float:
        """The model's part of the expected JS divergence of the targets, nats, to second order."""
        seen = self._seen(np.eye(self.target.shape[0]))
        return float(np.vdot(seen, self.target))

    def looks(self, white: Array) -> tuple[Array, Array]:
        """What votes on some items look at, in independent directions.

        Args:
            white: The items, as `whitened` gives them, shape (n_items, n_classes - 1, n_members).

        Returns:
            Signal and gain of each direction, both of shape (n_items, n_classes - 1): a vote of precision r lowers the
            error by the sum of gain / (signal + 1 / r), where signal is the members' variance in units of a vote's.
        """
        # In the space of members: the state, and how the state sees the targets.
        seen = self._seen(white.reshape(-1, white.shape[2]))
        told = (seen @ self.target).reshape(white.shape)
        seen = seen.reshape(white.shape)
        signal, gain = white @ seen.transpose(0, 2, 1), told @ seen.transpose(0, 2, 1)
        if white.shape[1] == 1:  # two classes: there is one direction
            return np.maximum(signal[:, 0], 0.0), np.maximum(gain[:, 0], 0.0)
        values, vectors = np.linalg.eigh(signal)
        return np.maximum(values, 0.0), np.maximum(((gain @ vectors) * vectors).sum(axis=1), 0.0)

    def after(self, white: Array, precision: float) -> VoteValue:
        """The value of votes after one more.

        Args:
            white: Its item, as `whitened` gives it, shape (n_classes - 1, n_members).
            precision: Of the vote, in independent votes.

        Returns:
            The value: what the vote tells is known.
        """
        state = self._seen(np.eye(white.shape[1])) if self.state is None else self.state
        seen = white @ state
        noise = white @ seen.T + np.eye(white.shape[0]) / precision
        return VoteValue(self.target, state - seen.T @ np.linalg.solve(noise, seen))

    def _seen(self, rows: Array) -> Array:
        """Rows of the space of members, shape (n_rows, n_members), times the state."""
        return rows / max(rows.shape[1] - 1, 1) if self.state is None else rows @ self.state


def whitened(members: Array, mean: Array) -> Array:
    """Deviations of members from their mean in units of one vote's noise.

    Args:
        members: Shape (n_members, n_items, n_classes).
        mean: Their mean, shape (n_items, n_classes).

    Returns:
        Shape (n_items, n_classes - 1, n_members).

    The one-hot vector of a vote has the covariance diag(p) - p p', whose inverse on vectors that sum to zero is
    diag(1 / p). With x = d / sqrt(p), the vectors that sum to zero are those at right angles to sqrt(p), and a
    Householder reflection turns that direction onto the last axis, which is dropped.
    """
    share = np.maximum(mean, _FLOOR)
    root = np.sqrt(share / share.sum(axis=1, keepdims=True))
    axis = root.copy()
    axis[:, -1] += 1.0
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    # Both steps are one small matrix an item, which leaves the members as they lie.
    turn = (np.eye(mean.shape[1])[:-1] - 2.0 * axis[:, :-1, None] * axis[:, None, :]) / root[:, None, :]
    white = turn @ members.transpose(1, 2, 0)
    white -= turn @ mean[:, :, None]
    return np.asarray(white, np.float64)
