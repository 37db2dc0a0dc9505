"""The contract of every learner: votes in, a predictive distribution over label distributions out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_counts, as_vector
from variorum.errors import ArgumentError, ShapeError

__all__ = ["Learner", "Prediction", "Predictor", "TrainingData", "as_inputs"]


def as_inputs(name: str, value: ArrayLike, *, n_features: int | None = None) -> NDArray[np.float64]:
    """Validate feature vectors, one row an item.

    Args:
        name: The argument's name, for the error message.
        value: Shape (n_items, n_features), finite.
        n_features: The number of columns it must have.

    Returns:
        float64, shape (n_items, n_features).

    Raises:
        ShapeError: If it is not two-dimensional or has another number of columns.
        ArgumentError: If a value is not finite.

    Example:
        >>> as_inputs("inputs", [[1, 2]])
        array([[1., 2.]])
    """
    array = as_array(name, value, 2)
    if n_features is not None and array.shape[1] != n_features:
        raise ShapeError(f"{name} has {array.shape[1]} features a row; the learner was fitted on {n_features}.")
    # A sum is finite only if its terms are, up to overflow: one pass in the common case, the search only where needed.
    with np.errstate(over="ignore", invalid="ignore"):
        total = array.sum()
    if not np.isfinite(total):
        bad = np.flatnonzero(~np.isfinite(array).all(axis=1))
        if bad.size:
            raise ArgumentError(
                f"{name}[{bad[0]}] holds a value that is not finite; {bad.size} of {array.shape[0]} rows are affected. "
                "Fill or drop missing features first."
            )
    return array


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a learner may see: inputs and bought votes.

    Attributes:
        inputs: Feature vectors, shape (n_items, n_features), finite.
        counts: Vote counts, shape (n_items, n_classes), non-negative; a row of zeros is an item without a vote.
        weights: Multiplier of each item's votes, shape (n_items,), non-negative; ``None`` for one everywhere.
        validation: Held-out items with their bought votes, for learners that stop early or tune on them.

    Raises:
        ShapeError: If the shapes do not fit each other.
        ArgumentError: If an input or a weight is not finite, or a weight is negative.
        NotCountsError: If a count is negative or not finite.

    Example:
        >>> data = TrainingData(np.eye(2), np.array([[3, 2], [0, 1]]), weights=np.array([1.0, 0.5]))
        >>> data.votes
        array([[3. , 2. ],
               [0. , 0.5]])
    """

    inputs: NDArray[np.float64]
    counts: NDArray[np.float64]
    weights: NDArray[np.float64] | None = None
    validation: TrainingData | None = None

    def __post_init__(self) -> None:
        inputs, counts = as_inputs("inputs", self.inputs), as_counts("counts", self.counts)
        if inputs.shape[0] != counts.shape[0]:
            raise ShapeError(
                f"inputs has {inputs.shape[0]} rows and counts {counts.shape[0]}; both are one row an item."
            )
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "counts", counts)
        if self.weights is not None:
            weights = as_vector("weights", self.weights, length=inputs.shape[0])
            bad = np.flatnonzero(weights < 0)
            if bad.size:
                raise ArgumentError(
                    f"weights[{bad[0]}] = {weights[bad[0]]} is negative; {bad.size} of {weights.size} are affected."
                )
            object.__setattr__(self, "weights", weights)
        if self.validation is not None:
            ours, theirs = (
                (inputs.shape[1], counts.shape[1]),
                (
                    self.validation.inputs.shape[1],
                    self.validation.counts.shape[1],
                ),
            )
            if ours != theirs:
                raise ShapeError(f"validation has (features, classes) {theirs}, the training items {ours}.")

    @property
    def votes(self) -> NDArray[np.float64]:
        """Counts times weights, shape (n_items, n_classes): what a likelihood sums over."""
        return self.counts if self.weights is None else self.counts * self.weights[:, None]


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted label distributions, with the model's uncertainty about them.

    The spread over members is model uncertainty; the entropy within a member is human label variation.

    Attributes:
        members: Label distributions, one a plausible model, shape (n_members, n_items, n_classes); rows sum to one.
            Member m is the same model for every item, so members show how items move together.
        concentration: Dirichlet parameters of learners that predict one, shape (n_items, n_classes).
        by_annotator: Label distributions of learners that model annotators, shape (n_annotators, n_items, n_classes).

    Raises:
        ShapeError: If the members are not three-dimensional or there is none.

    Example:
        >>> Prediction(np.array([[[0.2, 0.8]], [[0.4, 0.6]]])).mean.round(3)
        array([[0.3, 0.7]])
    """

    members: NDArray[np.float64]
    concentration: NDArray[np.float64] | None = None
    by_annotator: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.members.ndim != 3 or self.members.shape[0] == 0:
            raise ShapeError(f"members must be (n_members, n_items, n_classes), not {self.members.shape}.")

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """The predicted label distribution: the mean over members, shape (n_items, n_classes)."""
        mean: NDArray[np.float64] = self.members.mean(axis=0)
        return mean


@runtime_checkable
class Predictor(Protocol):
    """A fitted learner.

    Contract: rows of every member sum to one; the same inputs give the same prediction, whatever stands in the other
    rows, because all randomness was drawn when the predictor was fitted; predicting changes nothing.
    """

    def predict(self, inputs: ArrayLike) -> Prediction:
        """Predict label distributions.

        Args:
            inputs: Shape (n_items, n_features), the features the learner was fitted on; n_items may be 0.

        Returns:
            The prediction, in the order of the rows.

        Raises:
            ShapeError: If the number of features differs.
            ArgumentError: If an input is not finite.
        """
        ...


@runtime_checkable
class Learner(Protocol):
    """Something that learns label distributions from votes.

    Contract: every vote counts; an item without a vote changes nothing; a class without a vote keeps a positive
    probability; one item is enough; the same data and generator state give the same predictor; the data stay as they
    are. A learner without use for `validation` leaves it alone.
    """

    def fit(self, data: TrainingData, rng: np.random.Generator) -> Predictor:
        """Fit to votes.

        Args:
            data: Inputs and votes; at least one vote.
            rng: Source of all randomness, that of the predictor included.

        Returns:
            The predictor.

        Raises:
            ArgumentError: If there is no vote.
        """
        ...
