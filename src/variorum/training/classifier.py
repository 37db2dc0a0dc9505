"""Learners as a scikit-learn classifier, for pipelines, grid searches and cross-validation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from variorum.checks import as_choice, as_counts, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import soft_accuracy
from variorum.training.base import Learner, TrainingData
from variorum.training.methods import METHODS

__all__ = ["DistributionClassifier"]

Array = NDArray[np.float64]


class DistributionClassifier(ClassifierMixin, BaseEstimator):
    """A learner behind scikit-learn's interface; besides hard labels it takes votes.

    A target of one axis (or one column, which scikit-learn warns about) holds hard labels, one vote an item. A target
    of two or more columns holds votes: counts, or label distributions, one row an item and one column a label. Five
    votes are five votes, in one row or in five; a row of a distribution is one vote, spread over labels; a row of zeros
    is an item without a vote. Columns are labels, never annotators.

    Before it fits for `predict_proba`, scikit-learn's `cross_val_predict` replaces labels by their ranks, and the
    numbers in each column of votes likewise. Votes, and labels that `classes` names, get through unchanged as a
    parameter of the fit: ``cross_val_predict(classifier, inputs, params={"y": votes}, method="predict_proba")``.

    Attributes:
        learner: A name of `variorum.training.METHODS`, or a learner; it is never changed by fitting.
        classes: The labels, in the order of the columns. Without it, columns of votes are numbered and hard labels
            sorted, so a label that no training item has is unknown.
        random_state: Seed of the learner's randomness, or a generator, which fitting advances. ``None`` draws a fresh
            seed each time: two fits then differ.
        classes_: The labels, shape (n_classes,); after fitting.
        predictor_: What the learner made of the votes; after fitting.
        n_features_in_: Number of features; after fitting.
        feature_names_in_: Names of the features, shape (n_features,); after fitting on a table with names.

    Example:
        >>> inputs = [[-2.0], [-1.0], [0.0], [1.0], [2.0]]
        >>> votes = [[9, 1], [4, 1], [2, 2], [0, 3], [1, 9]]
        >>> classifier = DistributionClassifier(classes=["fine", "rude"]).fit(inputs, votes)
        >>> classifier.predict_proba([[-2.0], [2.0]]).round(1)
        array([[0.9, 0.1],
               [0.1, 0.9]])
        >>> classifier.predict([[-2.0], [2.0]]).tolist()
        ['fine', 'rude']
        >>> round(classifier.score(inputs, votes), 2)
        0.93
    """

    classes_: NDArray[Any]
    n_features_in_: int

    def __init__(
        self,
        learner: str | Learner = "softmax-regression",
        *,
        classes: Sequence[Any] | NDArray[Any] | None = None,
        random_state: int | np.random.Generator | np.random.RandomState | None = 0,
    ) -> None:
        self.learner = learner
        self.classes = classes
        self.random_state = random_state

    def fit(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> Self:
        """Fit to hard labels or votes.

        Args:
            X: Inputs, shape (n_items, n_features), finite.
            y: Hard labels, shape (n_items,), or votes, shape (n_items, n_classes), non-negative.
            sample_weight: Multiplier of each item's votes, shape (n_items,), non-negative; a weight of 3 is the item
                three times. ``None`` for one everywhere.

        Returns:
            The classifier itself.

        Raises:
            ValueError: scikit-learn's, if inputs or hard labels are not what a classifier takes.
            NotCountsError: If a vote is negative.
            ShapeError: If votes are not numbers, or `classes` or weights do not fit them.
            ArgumentError: If a hard label is not among `classes`, one of these stands twice, a weight is negative, no
                vote is left, or `learner` or `random_state` is of another kind.
            UnknownNameError: If there is no learner of that name.
        """
        learner, rng = _learner(self.learner), _generator(self.random_state)
        voted = _is_votes(y)
        inputs, target = validate_data(self, X, y, dtype=np.float64, multi_output=voted)
        classes, counts = self._from_votes(target) if voted else self._from_labels(target)
        weights = None if sample_weight is None else as_vector("sample_weight", sample_weight, length=counts.shape[0])
        if weights is not None and not weights.any():
            raise ArgumentError(f"sample_weight is zero for all {weights.size} items. Give at least one item a weight.")
        self.predictor_ = learner.fit(TrainingData(inputs, counts, weights=weights), rng)
        self.classes_ = classes
        return self

    def predict_members(self, X: ArrayLike) -> Array:
        """Predict label distributions, one a plausible model.

        Args:
            X: Inputs, shape (n_items, n_features), finite.

        Returns:
            Shape (n_members, n_items, n_classes); rows sum to one. The spread over members is model uncertainty, the
            entropy within one is human label variation.

        Raises:
            ValueError: scikit-learn's, if the inputs are not those of the fit; `NotFittedError` before it.
        """
        check_is_fitted(self)
        checked = validate_data(self, X, dtype=np.float64, reset=False)
        return self.predictor_.predict(checked).members

    def predict_proba(self, X: ArrayLike) -> Array:
        """Predict label distributions: the mean over members.

        Args:
            X: Inputs, shape (n_items, n_features), finite.

        Returns:
            Shape (n_items, n_classes), columns in the order of `classes_`; rows sum to one.

        Raises:
            ValueError: scikit-learn's, if the inputs are not those of the fit; `NotFittedError` before it.
        """
        mean: Array = self.predict_members(X).mean(axis=0)
        return mean

    def predict(self, X: ArrayLike) -> NDArray[Any]:
        """Predict hard labels: the most likely one, the first among equals.

        Args:
            X: Inputs, shape (n_items, n_features), finite.

        Returns:
            Labels, shape (n_items,).

        Raises:
            ValueError: scikit-learn's, if the inputs are not those of the fit; `NotFittedError` before it.
        """
        best = self.predict_proba(X).argmax(axis=1)
        labels: NDArray[Any] = self.classes_[best]
        return labels

    def score(self, X: ArrayLike, y: ArrayLike, sample_weight: ArrayLike | None = None) -> float:
        """Accuracy against hard labels, mean soft accuracy against votes; higher is better in both.

        Args:
            X: Inputs, shape (n_items, n_features), finite.
            y: Hard labels, shape (n_items,), or votes, shape (n_items, n_classes), in the order of `classes_`.
            sample_weight: Weight of each item in the mean, shape (n_items,); ``None`` for one everywhere.

        Returns:
            In [0, 1]. For votes the mean over items of the mass that votes and prediction share
            (`variorum.evaluation.soft_accuracy`), each item once however many votes it has; items without a vote are
            left out, and nan if none is left.

        Raises:
            ValueError: scikit-learn's, if the inputs are not those of the fit; `NotFittedError` before it.
            ShapeError: If votes have another number of rows or columns, or weights of rows.
            NotCountsError: If a vote is negative or not finite.
        """
        if not _is_votes(y):
            return float(super().score(X, y, sample_weight))
        predicted, counts = self.predict_proba(X), as_counts("y", y)
        if counts.shape != predicted.shape:
            raise ShapeError(f"y has shape {counts.shape} and the prediction {predicted.shape}; they must be the same.")
        given = np.ones(len(counts)) if sample_weight is None else sample_weight
        weights = as_vector("sample_weight", given, length=len(counts))
        totals = counts.sum(axis=1)
        seen = totals > 0.0
        shared, weights = soft_accuracy(counts[seen] / totals[seen, None], predicted[seen]), weights[seen]
        return float(weights @ shared / weights.sum()) if weights.any() else float("nan")

    def _from_votes(self, y: NDArray[Any]) -> tuple[NDArray[Any], Array]:
        """The labels, and the votes as counts."""
        counts = as_counts("y", y)
        if self.classes is None:
            return np.arange(counts.shape[1]), counts
        classes = _distinct(self.classes)
        if classes.size != counts.shape[1]:
            raise ShapeError(f"y has {counts.shape[1]} columns and classes {classes.size} labels; one column a label.")
        return classes, counts

    def _from_labels(self, y: NDArray[Any]) -> tuple[NDArray[Any], Array]:
        """The labels, and one vote an item."""
        check_classification_targets(y)
        found, codes = np.unique(y, return_inverse=True)
        if self.classes is None:
            return found, np.eye(found.size)[codes]
        classes = _distinct(self.classes)
        places = {label: place for place, label in enumerate(classes.tolist())}
        unknown = [label for label in found.tolist() if label not in places]
        if unknown:
            rows = np.flatnonzero(np.isin(y, unknown))
            raise ArgumentError(
                f"y[{rows[0]}] = {y[rows].tolist()[0]!r} is not among classes; {rows.size} of {y.size} items are "
                "affected. Name every label in classes."
            )
        return classes, np.eye(classes.size)[[places[label] for label in found.tolist()]][codes]


def _is_votes(y: Any) -> bool:
    """Whether a target holds votes: two axes, and more than the one column that scikit-learn takes for labels."""
    shape = np.asarray(y).shape
    return len(shape) > 1 and shape[1:] != (1,)


def _distinct(classes: Sequence[Any] | NDArray[Any]) -> NDArray[Any]:
    array = np.asarray(classes)
    if array.ndim != 1:
        raise ShapeError(f"classes must be one list of labels, not an array of shape {array.shape}.")
    labels, times = np.unique(array, return_counts=True)
    if (times > 1).any():
        raise ArgumentError(
            f"classes names {labels.tolist()[times.argmax()]!r} {times.max()} times; every label stands once."
        )
    return array


def _learner(learner: object) -> Learner:
    if isinstance(learner, str):
        return METHODS[as_choice("learner", learner, METHODS)]()
    if isinstance(learner, Learner) and not isinstance(learner, type):
        return learner
    raise ArgumentError(f"learner must be a name of variorum.training.METHODS or a learner, not {learner!r}.")


def _generator(random_state: object) -> np.random.Generator:
    if isinstance(random_state, np.random.Generator):
        return random_state
    if isinstance(random_state, np.random.RandomState):
        return np.random.default_rng(random_state.randint(np.iinfo(np.int32).max))
    if random_state is None:
        return np.random.default_rng()
    if isinstance(random_state, int | np.integer) and not isinstance(random_state, bool) and random_state >= 0:
        return np.random.default_rng(int(random_state))
    raise ArgumentError(f"random_state must be a non-negative seed, a generator or None, not {random_state!r}.")
