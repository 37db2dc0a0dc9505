from __future__ import annotations

import sys

import numpy as np
import pytest
from scipy.spatial.distance import cdist
from sklearn.covariance import ledoit_wolf
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis

from variorum.errors import ArgumentError, NotCountsError, ShapeError
from variorum.training.ood import class_gaussians, mahalanobis


def classes_of(n: int = 120, d: int = 4, seed: int = 0) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings of three classes with one covariance, their labels, and the weights of the classes, hard."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(0, 3, n)
    mix = rng.standard_normal((d, d))
    return 3.0 * rng.standard_normal((3, d))[labels] + rng.standard_normal((n, d)) @ mix, labels, np.eye(3)[labels]


def soft(n: int = 40, d: int = 3) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(1)
    return rng.standard_normal((n, d)) * np.arange(1, d + 1) + 5.0, rng.dirichlet(np.ones(3), n)


def test_hard_classes_against_scipy() -> None:
    rows, labels, weights = classes_of()
    asked = np.random.default_rng(5).standard_normal((7, 4)) * 4
    means = np.stack([rows[labels == c].mean(axis=0) for c in range(3)])
    residuals = rows - means[labels]
    precision = np.linalg.inv(residuals.T @ residuals / len(rows))
    wanted = cdist(asked, means, "mahalanobis", VI=precision) ** 2
    fitted = class_gaussians(rows, weights, shrinkage=0.0)
    np.testing.assert_allclose(fitted.means, means)
    np.testing.assert_allclose(fitted.distances(asked), wanted)
    np.testing.assert_allclose(mahalanobis(asked, rows, weights, shrinkage=0.0), wanted.min(axis=1))


def test_hard_classes_shrink_as_in_scikit_learn() -> None:
    for n, d in ((120, 4), (20, 12), (8, 30)):
        rows, labels, weights = classes_of(n, d)
        fitted = class_gaussians(rows, weights)
        residuals = rows - np.stack([rows[labels == c].mean(axis=0) for c in range(3)])[labels]
        covariance, shrinkage = ledoit_wolf(residuals, assume_centered=True)
        assert 0 < shrinkage < 1
        assert fitted.shrinkage == pytest.approx(shrinkage)
        np.testing.assert_allclose(fitted.covariance, covariance)


def test_nearest_class_is_that_of_discriminant_analysis() -> None:
    rows, labels, weights = classes_of()
    rule = LinearDiscriminantAnalysis(priors=np.full(3, 1 / 3)).fit(rows, labels)
    nearest = class_gaussians(rows, weights, shrinkage=0.0).distances(rows).argmin(axis=1)
    assert np.array_equal(nearest, rule.predict(rows))


@pytest.mark.parametrize("cells", [2**22, 9 * 7])
def test_soft_classes_by_their_definition(cells: int, monkeypatch: pytest.MonkeyPatch) -> None:
    # The room's function has the name of its file, so that the module is not to be had as an attribute.
    monkeypatch.setattr(sys.modules[mahalanobis.__module__], "_CELLS", cells)
    rows, weights = soft()
    means = np.stack([np.average(rows, axis=0, weights=weights[:, c]) for c in range(3)])
    covariance, squares = np.zeros((3, 3)), 0.0
    for c in range(3):
        away = rows - means[c]
        covariance += (weights[:, c, None] * away).T @ away / len(rows)
    for x, w in zip(rows, weights, strict=True):
        own = sum(w[c] * np.outer(x - means[c], x - means[c]) for c in range(3)) / len(rows)
        squares += np.square(own - covariance / len(rows)).sum()
    target = np.trace(covariance) / 3 * np.eye(3)
    share = squares / np.square(covariance - target).sum()
    assert 0 < share < 1
    fitted = class_gaussians(rows, weights)
    np.testing.assert_allclose(fitted.means, means)
    assert fitted.shrinkage == pytest.approx(share)
    np.testing.assert_allclose(fitted.covariance, (1 - share) * covariance + share * target)


@pytest.mark.parametrize("shrinkage", [None, 0.0, 0.3, 1.0])
def test_what_does_not_matter(shrinkage: float | None) -> None:
    rows, weights = soft()
    asked = np.random.default_rng(2).standard_normal((6, 3)) * 3
    wanted = mahalanobis(asked, rows, weights, shrinkage=shrinkage)
    order = np.random.default_rng(3).permutation(len(rows))
    for found in (
        mahalanobis(asked, rows[order], weights[order], shrinkage=shrinkage),
        mahalanobis(asked, rows, weights[:, [2, 0, 1]], shrinkage=shrinkage),
        mahalanobis(asked, rows, 10 * weights, shrinkage=shrinkage),
        mahalanobis(asked, rows, np.column_stack([weights, np.zeros(len(rows))]), shrinkage=shrinkage),
        mahalanobis(1e3 * asked + 1e5, 1e3 * rows + 1e5, weights, shrinkage=shrinkage),
    ):
        np.testing.assert_allclose(found, wanted, rtol=1e-6)


def test_an_item_that_weighs_twice_stands_twice_but_for_its_own_noise() -> None:
    rows, weights = soft()
    counts = weights * np.where(np.arange(len(rows)) < 5, 2.0, 1.0)[:, None]
    twice = class_gaussians(np.vstack([rows, rows[:5]]), np.vstack([weights, weights[:5]]), shrinkage=0.0)
    np.testing.assert_allclose(class_gaussians(rows, counts, shrinkage=0.0).covariance, twice.covariance)


def test_classes_without_weight_have_no_mean() -> None:
    fitted = class_gaussians([[0.0], [2.0], [5.0]], [[0, 1], [0, 1], [0, 0]], shrinkage=0.0)
    assert fitted.classes.tolist() == [1]
    assert fitted.means.tolist() == [[1.0]]
    assert fitted.covariance.tolist() == [[1.0]]


def test_isotropic_residuals_are_all_target() -> None:
    # The covariance is a multiple of the identity already, so that no share of it can be told from the target.
    corners = np.array([[1.0, 1.0], [1.0, -1.0], [-1.0, 1.0], [-1.0, -1.0]])
    fitted = class_gaussians(corners, np.ones((4, 1)))
    assert fitted.shrinkage == 1.0
    np.testing.assert_allclose(fitted.covariance, np.eye(2))


def test_a_singular_covariance_is_refused_and_shrinkage_is_the_remedy() -> None:
    rows, _, weights = classes_of()
    flat = np.column_stack([rows, rows[:, 0]])
    with pytest.raises(ArgumentError, match=r"singular at shrinkage 0: embeddings do not vary in some direction\."):
        class_gaussians(flat, weights, shrinkage=0.0)
    assert np.isfinite(mahalanobis(flat, flat, weights)).all()
    with pytest.raises(ArgumentError, match=r"the covariance within classes is singular at shrinkage 1"):
        class_gaussians([[1.0, 0.0], [0.0, 1.0]], np.eye(2))


def test_arguments_are_checked() -> None:
    with pytest.raises(ShapeError, match=r"reference has 2 rows and classes 1; both are one row an item\."):
        class_gaussians([[1.0], [2.0]], [[1.0]])
    with pytest.raises(ArgumentError, match=r"shrinkage = 1\.5 must be from 0 to 1; None estimates it\."):
        class_gaussians([[1.0], [2.0]], [[1.0], [1.0]], shrinkage=1.5)
    with pytest.raises(ArgumentError, match=r"classes holds no weight"):
        class_gaussians([[1.0], [2.0]], [[0.0], [0.0]])
    with pytest.raises(NotCountsError, match=r"classes\[1\]"):
        class_gaussians([[1.0], [2.0]], [[1.0], [-1.0]])
    with pytest.raises(ShapeError, match=r"embeddings must have 1 columns, not 2"):
        mahalanobis([[1.0, 2.0]], [[1.0], [2.0]], [[1.0], [1.0]])
