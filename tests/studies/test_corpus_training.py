from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.corpora import Population, synthetic_corpus
from variorum.errors import ArgumentError, ReadError
from variorum.studies import load_model, train_on_corpus
from variorum.training import SoftmaxRegression, linear

SMALL = synthetic_corpus(Population("small", seed=1, n_items=150))


def test_a_saved_model_reads_texts_that_it_has_not_seen(tmp_path: Path) -> None:
    trained = train_on_corpus(SMALL, SoftmaxRegression())
    trained.model.save(tmp_path)
    again = load_model(tmp_path)
    held_out = SMALL.items.take(trained.test)
    np.testing.assert_allclose(again.predict(held_out).mean, trained.predicted, rtol=1e-9)
    # One at a time, and under another name: features come from the training pool alone.
    one = Items(("other",), text=(held_out.text[3],))  # type: ignore[index]
    np.testing.assert_allclose(again.predict(one).mean[0], trained.predicted[3], rtol=1e-6)
    assert again.scheme == SMALL.scheme


def test_scores_are_of_items_that_were_held_out() -> None:
    trained = train_on_corpus(SMALL, linear(epochs=5), seed=3)
    assert trained.n_train + trained.n_validation + trained.test.size == len(SMALL.items)
    assert trained.scores["js"] > trained.lines["js"][0].mean
    everything = train_on_corpus(SMALL, linear(epochs=1), test=0.0, validation=0.0)
    assert (everything.n_train, everything.n_validation, everything.scores) == (len(SMALL.items), 0, {})


def test_vectors_of_a_file_need_a_file_again(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", np.random.default_rng(0).standard_normal((150, 3)))
    trained = train_on_corpus(SMALL, SoftmaxRegression(), features=str(tmp_path / "x.npy"))
    with pytest.raises(ArgumentError, match=r"trained on the vectors of x\.npy"):
        trained.model.predict(SMALL.items)
    assert trained.model.predict(SMALL.items, features=str(tmp_path / "x.npy")).mean.shape == (150, 3)


def test_what_is_no_model(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"holds no model \(model.json is missing\)"):
        load_model(tmp_path)
    (tmp_path / "model.json").write_text("[]", encoding="utf-8")
    (tmp_path / "training-items.jsonl").write_text("{}\n", encoding="utf-8")
    with pytest.raises(ReadError, match="is damaged"):
        load_model(tmp_path)


def test_items_must_be_texts_like_those_of_the_training() -> None:
    single = train_on_corpus(SMALL, SoftmaxRegression()).model
    with pytest.raises(ArgumentError, match=r"item 'b' has no text; 1 of 2 items are affected\. The model reads texts"):
        single.predict(Items(("a", "b"), text=("good", None)))
    with pytest.raises(ArgumentError, match=r"items have no text\. The model reads texts"):
        single.predict(Items(("a",)))
    with pytest.raises(ArgumentError, match="items are pairs of texts, and the model was trained on single ones"):
        single.predict(Items(("a",), text=("good",), second_text=("bad",)))
    with pytest.raises(ArgumentError, match="the model reads tfidf, and no vectors of a file"):
        single.predict(SMALL.items, features="x.npy")
    assert SMALL.items.text is not None
    in_pairs = replace(SMALL, annotations=replace(SMALL.annotations, items=_paired(SMALL.items)))
    pairs = train_on_corpus(in_pairs, SoftmaxRegression()).model
    with pytest.raises(ArgumentError, match=r"items have no second_text\. The model was trained on pairs"):
        pairs.predict(SMALL.items)
    assert pairs.predict(in_pairs.items).mean.shape == (150, 3)


def test_items_without_votes_are_not_counted_as_learned_from() -> None:
    votes = SMALL.annotations
    bare = replace(SMALL, annotations=votes.take(np.flatnonzero(votes.item >= 30)), truth=None)
    trained = train_on_corpus(bare, SoftmaxRegression())
    assert trained.n_train + trained.n_validation + trained.test.size == 120


def test_texts_with_strange_characters_are_kept(tmp_path: Path) -> None:
    assert SMALL.items.text is not None
    items = replace(SMALL.items, text=tuple(f"{text}\u2028\x85 \ud83d" for text in SMALL.items.text))
    strange = replace(SMALL, annotations=replace(SMALL.annotations, items=items))
    model = train_on_corpus(strange, linear(epochs=1)).model
    model.save(tmp_path)
    assert load_model(tmp_path).pool.text == model.pool.text


def _paired(items: Items) -> Items:
    return replace(items, second_text=items.text)
