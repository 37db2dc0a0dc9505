from __future__ import annotations

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.features import (
    METHODS,
    ArrayFeatures,
    Featurizer,
    PatchFeatures,
    PixelFeatures,
    SentenceEncoder,
    TfidfFeatures,
    featurizer,
)
from variorum.features.base import as_train, principal_components, whole_column

ITEMS = Items(("a", "b", "c"), text=("one", None, "three"))


def test_names_find_their_featurizer() -> None:
    assert isinstance(featurizer("tfidf"), TfidfFeatures)
    assert isinstance(featurizer("minilm"), SentenceEncoder)
    assert isinstance(featurizer("pixels"), PixelFeatures)
    assert isinstance(featurizer("patches"), PatchFeatures)
    found = featurizer("folder/vectors.npy")
    assert isinstance(found, ArrayFeatures)
    assert str(found.source).endswith("vectors.npy")
    with pytest.raises(UnknownNameError, match=r"featurizer 'tfdif' is not known. Did you mean 'tfidf'\?.*FILE.npy"):
        featurizer("tfdif")


@pytest.mark.parametrize("name", sorted(METHODS))
def test_every_method_is_a_featurizer_that_refuses_items_it_cannot_read(name: str) -> None:
    made = featurizer(name)
    assert isinstance(made, Featurizer)
    with pytest.raises(ArgumentError, match=r"items have no (text|image)"):
        made.fit_transform(Items(("a",)), np.array([0]))
    with pytest.raises(ArgumentError, match="train holds no item"):
        made.fit_transform(Items(("a",)), np.array([], dtype=np.int64))


def test_what_is_not_a_training_pool() -> None:
    with pytest.raises(ShapeError, match="one-dimensional"):
        as_train(ITEMS, np.zeros((1, 1), dtype=np.int64))
    with pytest.raises(ArgumentError, match=r"whole numbers .* not float64"):
        as_train(ITEMS, [0.0])
    with pytest.raises(ArgumentError, match=r"train\[1\] = 3 is not a position among 3 items; 2 are affected"):
        as_train(ITEMS, [0, 3, -1])


def test_a_missing_value_is_named_and_counted() -> None:
    with pytest.raises(ArgumentError, match=r"item 'b' has no text; 1 of 3 items are affected\. Do this"):
        whole_column(ITEMS, "text", "Do this.")


def test_principal_components_are_those_of_the_training_rows() -> None:
    rng = np.random.default_rng(0)
    vectors = rng.standard_normal((50, 6)) * [5, 3, 2, 1, 1, 1]
    train = np.arange(30)
    ours = principal_components(vectors, train, 3)
    values, axes = np.linalg.eigh(np.cov(vectors[train].T))
    expected = (vectors - vectors[train].mean(axis=0)) @ axes[:, ::-1][:, :3]
    np.testing.assert_allclose(np.abs(ours), np.abs(expected), atol=1e-9)
    np.testing.assert_allclose(ours[train].var(axis=0, ddof=1), values[::-1][:3])
    # Rows outside the pool move nothing but themselves.
    other = vectors.copy()
    other[40:] += 100
    np.testing.assert_array_equal(principal_components(other, train, 3)[:40], ours[:40])


def test_principal_components_are_bounded_by_the_pool() -> None:
    vectors = np.random.default_rng(0).standard_normal((10, 6))
    assert principal_components(vectors, np.array([0, 1, 2]), 5).shape == (10, 2)  # three points span a plane
    assert principal_components(vectors, np.array([4]), 5).shape == (10, 1)  # one point spans nothing; one axis stays
    assert principal_components(vectors, np.arange(10), None) is vectors
    with pytest.raises(ArgumentError, match="n_components must be at least 1, not 0"):
        principal_components(vectors, np.arange(10), 0)
