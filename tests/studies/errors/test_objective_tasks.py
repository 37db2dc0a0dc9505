from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.decomposition import decompose
from variorum.errors import UnknownNameError
from variorum.labels import dawid_skene
from variorum.studies.errors import OBJECTIVE, objective_tasks
from variorum.studies.errors.objective_tasks import _right

from .small_corpora import opening, plain

LABELS = ("cat", "dog", "fox")


def one_truth(n_items: int = 80, n_votes: int = 4) -> Corpus:
    """Every item has one truth; annotators are right in six to nine cases of ten. The last ten items have no gold."""
    rng = np.random.default_rng(3)
    truth = rng.integers(0, 3, n_items)
    skill = np.linspace(0.6, 0.9, 12)
    item = np.repeat(np.arange(n_items), n_votes).astype(np.int32)
    annotator = np.concatenate([rng.permutation(12)[:n_votes] for _ in range(n_items)]).astype(np.int32)
    right = rng.random(item.size) < skill[annotator]
    label = np.where(right, truth[item], rng.integers(0, 3, item.size)).astype(np.int32)
    gold = tuple(LABELS[t] if k < n_items - 10 else None for k, t in enumerate(truth))
    items = Items(tuple(f"item {k}" for k in range(n_items)), fields={"gold": gold})
    people = Annotators(tuple(f"x:{k}" for k in range(12)))
    return Corpus("one truth", Annotations(LabelScheme.nominal(LABELS), items, people, item, annotator, label))


def test_accuracy_is_the_share_of_items_whose_top_label_is_gold(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = one_truth()
    opening(monkeypatch, "objective_tasks", lambda name: {"one": corpus}[name])
    (task,) = objective_tasks(["one"])
    assert (task.corpus, task.n_items) == ("one truth", 70)
    assert list(task.accuracy) == ["majority", "Dawid-Skene", "MACE", "GLAD", "ours", "ours, population"]
    gold = np.array([LABELS.index(str(g)) for g in corpus.items.column("gold")[:70]])
    found = decompose(corpus.annotations)
    theirs = dawid_skene(corpus.annotations).posterior[:70].argmax(axis=1) == gold
    ours = found.truth[:70].argmax(axis=1) == gold
    assert task.accuracy["Dawid-Skene"] == theirs.mean()
    assert task.accuracy["ours"] == ours.mean()
    assert task.accuracy["ours, population"] == (found.distribution[:70].argmax(axis=1) == gold).mean()
    # Majorities that tie share the item.
    counts = corpus.annotations.counts()[:70]
    top = counts == counts.max(axis=1, keepdims=True)
    assert task.accuracy["majority"] == pytest.approx((top[np.arange(70), gold] / top.sum(axis=1)).mean())
    assert (top.sum(axis=1) > 1).any()
    assert task.difference.mean == pytest.approx(ours.mean() - theirs.mean())
    assert task.difference.low <= task.difference.mean <= task.difference.high
    assert task.one_truth_weight == found.one_truth_weight
    assert task.error_share == pytest.approx(found.error.mean())
    # The methods agree with each other far more than with chance.
    assert min(task.accuracy.values()) > 0.7
    assert objective_tasks(["one"]) == (task,)


def test_gold_is_seen_by_the_score_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = one_truth()
    turned = tuple(None if g is None else LABELS[(LABELS.index(str(g)) + 1) % 3] for g in corpus.items.column("gold"))
    items = replace(corpus.annotations.items, fields={"gold": turned})
    other = replace(corpus, annotations=replace(corpus.annotations, items=items))
    opening(monkeypatch, "objective_tasks", lambda name: {"one": corpus, "other": other}[name])
    one, two = objective_tasks(["one", "other"])
    assert (one.one_truth_weight, one.error_share) == (two.one_truth_weight, two.error_share)
    assert max(two.accuracy.values()) < 0.2


def test_items_without_a_vote_are_not_scored(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = one_truth()
    votes = corpus.annotations.take(np.flatnonzero(corpus.annotations.item >= 5))
    opening(monkeypatch, "objective_tasks", lambda name: Corpus(name, votes))
    (task,) = objective_tasks(["one"])
    assert task.n_items == 65


def test_a_corpus_without_gold_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    opening(monkeypatch, "objective_tasks", lambda name: plain())
    with pytest.raises(UnknownNameError, match=r"corpus 'small' has no gold labels; choose one of: bluebird, dog,"):
        objective_tasks(["small"])
    assert "labelme" in OBJECTIVE


def test_classes_that_tie_share_an_item() -> None:
    posterior = np.array([[0.5, 0.5, 0.0], [0.4, 0.4, 0.2], [1 / 3, 1 / 3, 1 / 3], [0.0, 1.0, 0.0]])
    assert _right(posterior, np.array([0, 2, 1, 1])) == pytest.approx([1 / 2, 0, 1 / 3, 1])
