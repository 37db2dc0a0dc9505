"""How far out of distribution an item is, by Gaussians of the classes with one covariance."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import solve_triangular

from variorum.checks import as_counts, as_matrix
from variorum.errors import ArgumentError, ShapeError

__all__ = ["ClassGaussians", "class_gaussians", "mahalanobis"]

_PIVOT = 1e-7  # a direction with less than this share of the largest standard deviation is rounding
_CELLS = 2**22  # products of residuals at once: 32 MB


@dataclass(frozen=True, eq=False)
class ClassGaussians:
    """Gaussians of the classes in the space of embeddings.

    Attributes:
        means: Mean of each class that has weight, shape (n_present, n_features).
        classes: Which classes these are, shape (n_present,).
        covariance: Shared within-class covariance, shrunk, shape (n_features, n_features).
        shrinkage: Share of the covariance that is a multiple of the identity, in [0, 1].
    """

    means: NDArray[np.float64]
    classes: NDArray[np.int64]
    covariance: NDArray[np.float64]
    shrinkage: float

    def distances(self, embeddings: ArrayLike) -> NDArray[np.float64]:
        """Squared Mahalanobis distance of each item to each class that has weight.

        Args:
            embeddings: Shape (n_items, n_features), finite.

        Returns:
            Shape (n_items, n_present), 0 or more.

        Raises:
            ShapeError: If the number of features differs.
            ArgumentError: If a value is not finite.
        """
        rows = as_matrix("embeddings", embeddings, n_columns=self.means.shape[1])
        root = np.linalg.cholesky(self.covariance)
        white = solve_triangular(root, (rows - self.means[0]).T, lower=True).T
        centres = solve_triangular(root, (self.means - self.means[0]).T, lower=True).T
        return np.stack([np.square(white - centre).sum(axis=1) for centre in centres], axis=1)


def class_gaussians(reference: ArrayLike, classes: ArrayLike, *, shrinkage: float | None = None) -> ClassGaussians:
    """Fit a mean to each class and one covariance to all.

    Item i counts ``classes[i, c]`` times in class c. So one-hot rows are hard labels, label distributions spread an
    item over its classes, and vote counts let an item with more votes weigh more. With soft rows the covariance holds
    some of the spread between classes too: an item that people read in two ways lies far from one of its means.

    Args:
        reference: Embeddings of training items, shape (n_reference, n_features), finite.
        classes: Weight of each class in each item, shape (n_reference, n_classes), non-negative.
        shrinkage: Share of the covariance to replace by the identity times the mean variance, in [0, 1]; ``None``
            estimates it.

    Returns:
        The Gaussians; classes without weight have none.

    Raises:
        ShapeError: If the shapes do not fit together.
        NotCountsError: If a weight is negative or not finite.
        ArgumentError: If an embedding is not finite, shrinkage is out of range, no class has weight, or the covariance
            is singular.

    Source:
        Lee et al. 2018 (NeurIPS), equation 1, with hard labels and no shrinkage. The estimate is that of Ledoit and
        Wolf 2004 (Journal of Multivariate Analysis 88) for residuals, with weights: an item is one observation, however
        many classes it is spread over, and counts by its row sum. With one-hot rows it is ``ledoit_wolf`` of
        scikit-learn on the residuals.

    Example:
        >>> fitted = class_gaussians([[0.0], [2.0], [10.0], [12.0]], [[1, 0], [1, 0], [0, 1], [0, 1]], shrinkage=0.0)
        >>> fitted.means.tolist(), fitted.covariance.tolist()
        ([[1.0], [11.0]], [[1.0]])
    """
    rows, weights = as_matrix("reference", reference), as_counts("classes", classes)
    if rows.shape[0] != weights.shape[0]:
        raise ShapeError(
            f"reference has {rows.shape[0]} rows and classes {weights.shape[0]}; both are one row an item."
        )
    if shrinkage is not None and not 0.0 <= shrinkage <= 1.0:
        raise ArgumentError(f"shrinkage = {shrinkage} must be from 0 to 1; None estimates it.")
    mass = weights.sum(axis=0)
    present = np.flatnonzero(mass > 0.0)
    if present.size == 0:
        raise ArgumentError("classes holds no weight, so no class has a mean. Give rows of label distributions.")
    weights = weights[:, present] / mass.sum()
    # Away from the grand mean, so that far-off embeddings lose no digits in differences of squares.
    centre = weights.sum(axis=1) @ rows
    rows = rows - centre
    between = weights.T @ rows
    means = between / weights.sum(axis=0)[:, None]
    covariance = (rows * weights.sum(axis=1)[:, None]).T @ rows - between.T @ means
    covariance = 0.5 * (covariance + covariance.T)
    share = _ledoit_wolf(rows, weights, means, covariance) if shrinkage is None else shrinkage
    n_features = rows.shape[1]
    shrunk = (1.0 - share) * covariance + share * np.trace(covariance) / n_features * np.eye(n_features)
    _need_regular(shrunk, share)
    return ClassGaussians(means + centre, present, shrunk, float(share))


def mahalanobis(
    embeddings: ArrayLike, reference: ArrayLike, classes: ArrayLike, *, shrinkage: float | None = None
) -> NDArray[np.float64]:
    """Squared Mahalanobis distance to the nearest class.

    Args:
        embeddings: What is scored, shape (n_items, n_features), finite.
        reference: Embeddings of training items, shape (n_reference, n_features), finite.
        classes: Weight of each class in each training item, shape (n_reference, n_classes), as for `class_gaussians`.
        shrinkage: As for `class_gaussians`.

    Returns:
        Shape (n_items,), 0 or more, higher is further out.

    Raises:
        ShapeError: If the shapes do not fit together.
        NotCountsError: If a weight is negative or not finite.
        ArgumentError: As for `class_gaussians`.

    Source:
        Lee et al. 2018 (NeurIPS), "A Simple Unified Framework for Detecting Out-of-Distribution Samples and Adversarial
        Attacks", equation 2, with the opposite sign; of one layer, and without their perturbation of the inputs.

    Example:
        >>> training = [[0.0], [2.0], [10.0], [12.0]]
        >>> mahalanobis([[1.0], [6.0], [14.0]], training, [[1, 0], [1, 0], [0, 1], [0, 1]])
        array([ 0., 25.,  9.])
    """
    return np.asarray(class_gaussians(reference, classes, shrinkage=shrinkage).distances(embeddings).min(axis=1))


def _ledoit_wolf(
    rows: NDArray[np.float64],
    weights: NDArray[np.float64],
    means: NDArray[np.float64],
    covariance: NDArray[np.float64],
) -> float:
    """Estimated sampling variance of the covariance over its squared distance from the identity's multiple.

    With x_ic = f_i - mu_c and Z_i = sum_c w_ic x_ic x_ic', the covariance S is the sum of Z_i, and its sampling
    variance is estimated by sum_i |Z_i - a_i S|^2, where a_i is the weight of item i. Products of x_ic are sums of
    products of f_i and mu_c, so no array of n_items x n_classes x n_features is made.
    """
    n_features = rows.shape[1]
    away = np.square(covariance - np.trace(covariance) / n_features * np.eye(n_features)).sum()
    if away <= 0.0:
        return 1.0
    of_item = weights.sum(axis=1)
    own, between = 0.0, means @ means.T
    step = max(1, _CELLS // between.size)
    for start in range(0, rows.shape[0], step):
        block, share = rows[start : start + step], weights[start : start + step]
        cross = block @ means.T
        products = np.square(block).sum(axis=1)[:, None, None] - cross[:, :, None] - cross[:, None, :] + between
        own += float(np.einsum("ic,id,icd->", share, share, np.square(products), optimize=True))
    turned = rows @ covariance
    lengths = (
        (turned * rows).sum(axis=1)[:, None] - 2.0 * turned @ means.T + ((means @ covariance) * means).sum(axis=1)[None]
    )
    shared = (of_item[:, None] * weights * lengths).sum()
    variance = own - 2.0 * shared + np.square(of_item).sum() * np.square(covariance).sum()
    return float(np.clip(variance / away, 0.0, 1.0))


def _need_regular(covariance: NDArray[np.float64], share: float) -> None:
    try:
        pivots = np.diag(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError:
        pivots = np.zeros(1)
    if not pivots.min() > _PIVOT * np.sqrt(np.diag(covariance).max()):
        raise ArgumentError(
            f"the covariance within classes is singular at shrinkage {share:.3g}: embeddings do not vary in some "
            "direction. Raise shrinkage, or drop features that are the same everywhere within classes."
        )
