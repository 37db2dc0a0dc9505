from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from variorum.annotations import Items
from variorum.errors import ArgumentError
from variorum.features import TfidfFeatures, overlap

TEXTS = (
    "the boat is in the harbour",
    "the boat left the harbour",
    "a small boat on the lake",
    "this soup tastes too salty",
    "salty soup and fresh bread",
    "fresh bread and good soup",
)
ITEMS = Items(tuple("abcdef"), text=TEXTS)
ALL = np.arange(6)


@pytest.mark.parametrize("characters", [True, False])
def test_texts_on_one_topic_are_near_each_other(characters: bool) -> None:
    vectors = TfidfFeatures(2, characters).fit_transform(ITEMS, ALL)
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    near = unit @ unit.T
    assert near[:3, :3].min() > near[:3, 3:].max()
    assert near[3:, 3:].min() > near[:3, 3:].max()


@pytest.mark.parametrize("pair", [False, True])
def test_other_items_teach_nothing(pair: bool) -> None:
    second = tuple(reversed(TEXTS)) if pair else None
    train = np.array([0, 1, 3, 4])
    plain = TfidfFeatures(4).fit_transform(Items(ITEMS.ids, text=TEXTS, second_text=second), train)
    changed = Items(ITEMS.ids, text=(*TEXTS[:5], "bananas everywhere"), second_text=second)
    np.testing.assert_array_equal(TfidfFeatures(4).fit_transform(changed, train)[:5], plain[:5])


def test_the_same_call_gives_the_same_vectors() -> None:
    one, two = (TfidfFeatures(3).fit_transform(ITEMS, ALL) for _ in range(2))
    np.testing.assert_array_equal(one, two)


def test_a_pair_is_both_halves_and_their_overlap() -> None:
    second = ("the boat is moored", *TEXTS[1:])
    vectors = TfidfFeatures(4).fit_transform(Items(ITEMS.ids, text=TEXTS, second_text=second), ALL)
    assert vectors.shape == (6, 2 + 2 + 7)
    np.testing.assert_array_equal(vectors[:, 4:], overlap(TEXTS, second))


def test_overlap_by_hand() -> None:
    # first: {the, boat, left, !}, pairs (the boat) (boat left) (left !); second: {a, boat, left}, pairs (a boat)
    # (boat left). Two common words, one common pair, five words in all.
    expected = [2 / 4, 2 / 3, 1 / 3, 1 / 2, 2 / 5, np.log(4), np.log(4 / 5)]
    np.testing.assert_allclose(overlap(["The boat left!"], ["A boat left"]), [expected])
    np.testing.assert_allclose(overlap([""], [""]), np.zeros((1, 7)))


def test_words_of_other_scripts_stay_whole() -> None:
    # The vowel signs of Devanagari are marks, not letters: cut there, these two would share their consonants.
    assert overlap(["किताब"], ["कुतुब"])[0, 0] == 0.0
    assert overlap(["नमस्ते दुनिया"], ["नमस्ते"])[0, :2].tolist() == [0.5, 1.0]
    # So are the vowels of Arabic, Hebrew and Bengali; joiners of zero width stand within words of Persian and Hindi.
    for word in ("مُحَمَّد", "שָׁלוֹם", "বাংলা", "می\u200cخواهم", "क्\u200dष"):
        assert overlap([word], [word])[0, 5] == np.log(2)
    # The selector behind a heart, which makes it red, is no part of the word that follows.
    assert overlap(["\u2764\ufe0fWelcome"], ["Welcome"])[0, 1] == 1.0


def test_texts_that_are_all_alike_have_one_axis_and_no_warning() -> None:
    vectors = TfidfFeatures(4).fit_transform(Items(tuple("abc"), text=("rain", "rain", "rain")), np.arange(3))
    assert np.isfinite(vectors).all()
    assert np.ptp(vectors, axis=0).max() == 0.0


def test_the_number_of_threads_changes_no_digit() -> None:
    rng = np.random.default_rng(0)
    texts = tuple(" ".join(map(str, row)) for row in rng.integers(300, size=(1500, 8)))
    items = Items(tuple(map(str, range(1500))), text=texts)
    with threadpool_limits(2):
        two = TfidfFeatures(64).fit_transform(items, np.arange(1000))
    with threadpool_limits(1):
        one = TfidfFeatures(64).fit_transform(items, np.arange(1000))
    np.testing.assert_array_equal(one, two)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=12), min_size=1, max_size=6), st.integers(2, 5))
def test_any_texts_give_finite_vectors_beside_a_real_one(texts: list[str], n_components: int) -> None:
    texts = ["a real text", *texts]
    items = Items(tuple(str(i) for i in range(len(texts))), text=tuple(texts), second_text=tuple(reversed(texts)))
    vectors = TfidfFeatures(n_components).fit_transform(items, np.arange(len(texts)))
    assert vectors.shape[0] == len(texts)
    assert np.isfinite(vectors).all()


def test_a_pool_of_one_text() -> None:
    vectors = TfidfFeatures(8).fit_transform(ITEMS, np.array([3]))
    assert vectors.shape == (6, 1)
    assert vectors[3, 0] == pytest.approx(1.0)  # its own direction, at unit length
    assert vectors[2, 0] == pytest.approx(0.0, abs=0.2)  # hardly a run of characters in common


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="None of the 1 training texts holds a word"):
        TfidfFeatures().fit_transform(Items(("a", "b"), text=("  ", "word")), np.array([0]))
    with pytest.raises(ArgumentError, match=r"items have no text.*FILE.npy"):
        TfidfFeatures().fit_transform(Items(("a",)), np.array([0]))
    with pytest.raises(ArgumentError, match="item 'b' has no second_text; 1 of 2"):
        TfidfFeatures().fit_transform(Items(("a", "b"), text=("x", "y"), second_text=("x", None)), np.array([0]))
    with pytest.raises(ArgumentError, match="n_components must be at least 2, not 1"):
        TfidfFeatures(1)
