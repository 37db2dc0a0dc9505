"""The contract of every learner: votes in, a predictive distribution over label distributions out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Protocol, runtime_checkable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_array, as_counts, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.training.inputs import Inputs, Texts, as_inputs, as_pictures, kind_of, take_inputs
from variorum.training.votes import AnnotatorVotes, annotator_votes

__all__ = ["Learner", "Prediction", "Predictor", "TrainingData"]


@dataclass(frozen=True, eq=False)
class TrainingData:
    """What a learner may see: inputs and bought votes.

    Attributes:
        inputs: Features, shape (n_items, n_features), finite; or uint8 pictures, shape (n_items, 3, height, width); or
            texts.
        counts: Vote counts, shape (n_items, n_classes), non-negative; a row of zeros is an item without a vote. For
            multilabel schemes (n_items, n_labels, 2): votes without and with the label.
        weights: Multiplier of each item's votes, shape (n_items,), non-negative; ``None`` for one everywhere.
        validation: Held-out items with their bought votes, for learners that stop early or tune on them.
        by_annotator: The same votes one by one, for learners of annotators; ``None`` where annotators are unknown.
        ordinal: Whether the classes are in order.

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

    inputs: Inputs
    counts: NDArray[np.float64]
    weights: NDArray[np.float64] | None = None
    validation: TrainingData | None = None
    by_annotator: AnnotatorVotes | None = None
    ordinal: bool = False

    def __post_init__(self) -> None:
        inputs, counts = _as_any_inputs(self.inputs), _as_any_counts(self.counts)
        n_items = len(inputs)
        if n_items != counts.shape[0]:
            raise ShapeError(f"inputs has {n_items} rows and counts {counts.shape[0]}; both are one row an item.")
        object.__setattr__(self, "inputs", inputs)
        object.__setattr__(self, "counts", counts)
        if self.weights is not None:
            weights = as_vector("weights", self.weights, length=n_items)
            bad = np.flatnonzero(weights < 0)
            if bad.size:
                raise ArgumentError(
                    f"weights[{bad[0]}] = {weights[bad[0]]} is negative; {bad.size} of {weights.size} are affected."
                )
            object.__setattr__(self, "weights", weights)
        if self.validation is not None:
            ours, theirs = (_shape(side.inputs, side.counts) for side in (self, self.validation))
            if ours != theirs:
                raise ShapeError(f"validation has (inputs, classes) {theirs}, the training items {ours}.")
        if self.by_annotator is not None and self.by_annotator.item.max(initial=-1) >= n_items:
            raise ArgumentError(f"by_annotator names item {self.by_annotator.item.max()}, and there are {n_items}.")

    @classmethod
    def of(
        cls,
        annotations: Annotations,
        inputs: Inputs,
        items: NDArray[np.integer | np.bool_] | None = None,
        *,
        validation: NDArray[np.integer | np.bool_] | None = None,
        weights: NDArray[np.float64] | None = None,
    ) -> TrainingData:
        """The votes on some items of a table.

        Args:
            annotations: The votes; of a nominal, ordinal, pairwise or multilabel scheme.
            inputs: Of all items of the table.
            items: Positions of the training items, or a mask of all items; all by default.
            validation: Positions of the held-out items, or a mask.
            weights: Multiplier of the votes of each item of the table, shape (n_items,).

        Returns:
            The data, rows in the order of `items`.

        Raises:
            SchemeError: For a numeric scheme.
            ShapeError: If a mask has another length than there are items.

        Example:
            >>> from variorum.corpora import Population, synthetic_corpus
            >>> votes = synthetic_corpus(Population("small", seed=1, n_items=60)).annotations
            >>> TrainingData.of(votes, np.zeros((len(votes.items), 1)), np.arange(9)).counts.shape
            (9, 3)
        """
        rows = np.arange(len(annotations.items)) if items is None else np.asarray(items)
        if rows.dtype == bool:
            if rows.shape != (len(annotations.items),):
                raise ShapeError(f"a mask of items has shape {rows.shape}, and there are {len(annotations.items)}.")
            rows = np.flatnonzero(rows)
        held_out = None if validation is None else cls.of(annotations, inputs, validation, weights=weights)
        return cls(
            take_inputs(inputs, rows),
            annotations.counts()[rows],
            None if weights is None else np.asarray(weights)[rows],
            held_out,
            annotator_votes(annotations, rows),
            annotations.scheme.kind == "ordinal",
        )

    @property
    def features(self) -> NDArray[np.float64]:
        """The inputs as features, shape (n_items, n_features).

        Raises:
            ArgumentError: If they are texts or pictures.
        """
        if not isinstance(self.inputs, Texts) and self.inputs.ndim == 4:
            raise ArgumentError(
                "inputs are pictures, and this learner reads features. Turn them into vectors with variorum.features, "
                'or use the learner "small-cnn" or "resnet-18".'
            )
        return as_inputs("inputs", self.inputs)

    @property
    def votes(self) -> NDArray[np.float64]:
        """Counts times weights, in the shape of the counts: what a likelihood sums over."""
        return self.counts if self.weights is None else (self.counts.T * self.weights).T


@dataclass(frozen=True, eq=False)
class Prediction:
    """Predicted label distributions, with the model's uncertainty about them.

    The spread over members is model uncertainty; the entropy within a member is human label variation.

    Attributes:
        members: Label distributions, one a plausible model, shape (n_members, n_items, n_classes), or for multilabel
            schemes (n_members, n_items, n_labels, 2); rows sum to one.
            Member m is the same model for every item, so members show how items move together.
        concentration: Dirichlet parameters of learners that predict one, in the shape of `mean`.
        by_annotator: Label distributions of learners that model annotators, shape (n_annotators, n_items, n_classes).

    Raises:
        ShapeError: If the members have another number of axes or there is none.

    Example:
        >>> Prediction(np.array([[[0.2, 0.8]], [[0.4, 0.6]]])).mean.round(3)
        array([[0.3, 0.7]])
    """

    members: NDArray[np.float64]
    concentration: NDArray[np.float64] | None = None
    by_annotator: NDArray[np.float64] | None = None

    def __post_init__(self) -> None:
        if self.members.ndim not in (3, 4) or self.members.shape[0] == 0:
            raise ShapeError(f"members must be (n_members, n_items, n_classes), not {self.members.shape}.")

    @cached_property
    def mean(self) -> NDArray[np.float64]:
        """The predicted label distribution: the mean over members, in the shape of the counts."""
        mean: NDArray[np.float64] = self.members.mean(axis=0)
        return mean


@runtime_checkable
class Predictor(Protocol):
    """A fitted learner.

    Contract: rows of every member sum to one; the same inputs give the same prediction, whatever stands in the other
    rows, because all randomness was drawn when the predictor was fitted; predicting changes nothing.
    """

    def predict(self, inputs: ArrayLike | Texts) -> Prediction:
        """Predict label distributions.

        Args:
            inputs: Of the kind and width that the learner was fitted on; n_items may be 0.

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


def _as_any_inputs(inputs: Inputs) -> Inputs:
    if isinstance(inputs, Texts):
        return inputs
    if np.ndim(inputs) == 4:
        return as_pictures("inputs", np.asarray(inputs))
    return as_inputs("inputs", inputs)


def _as_any_counts(value: ArrayLike) -> NDArray[np.float64]:
    if np.ndim(value) != 3:
        return as_counts("counts", value)
    counts = as_array("counts", value, 3)
    if counts.shape[2] != 2:
        raise ShapeError(f"counts of a multilabel scheme end in 2 (without and with the label), not {counts.shape}.")
    as_counts("counts", counts.reshape(counts.shape[0], -1))
    return counts


def _shape(inputs: Inputs, counts: NDArray[np.float64]) -> tuple[object, ...]:
    if isinstance(inputs, Texts):
        return ("texts" if inputs.second is None else "pairs of texts", counts.shape[1:])
    width = inputs.shape[1:]
    return (kind_of(inputs), width, counts.shape[1:])
