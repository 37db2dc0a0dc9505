from __future__ import annotations

import numpy as np
import pytest

from variorum.corpora import Population, synthetic_corpus
from variorum.decomposition import decompose
from variorum.evaluation import entropy, js_divergence
from variorum.studies.errors import RIVALS, erasure, split_votes

from .small_corpora import counted, opening, plain


def test_points_are_means_over_seeds_that_draw_the_votes(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = plain()
    assert corpus.truth is not None
    opening(monkeypatch, "erasure", lambda name: {"small": corpus}[name])
    seen: list[str] = []
    points = {(p.method, p.votes): p for p in erasure(["small"], levels=[2, 4], seeds=2, progress=seen.append)}
    assert seen == [f"small, {votes} votes, seed {seed}" for votes in (2, 4) for seed in (0, 1)]
    assert {method for method, _ in points} == set(RIVALS) - {"CROWDLAB", "uniform"} | {"ours"}
    truth = corpus.truth.distribution
    scores, entropies = [], []
    for seed in (0, 1):
        labels = decompose(split_votes(corpus, 4, np.random.default_rng(seed)).annotations).distribution
        scores.append(js_divergence(truth, labels).mean())
        entropies.append(entropy(labels).mean())
    ours = points["ours", 4]
    assert (ours.corpus, ours.n_seeds) == ("small", 2)
    assert ours.js == pytest.approx(np.mean(scores))
    assert ours.js_sd == pytest.approx(np.std(scores, ddof=1))
    assert ours.entropy == pytest.approx(np.mean(entropies))
    assert ours.true_entropy == pytest.approx(entropy(truth).mean())


def test_targets_are_of_votes_that_no_method_got(monkeypatch: pytest.MonkeyPatch) -> None:
    # One vote of two: were it part of the target, raw shares would be half right everywhere.
    opening(monkeypatch, "erasure", lambda name: counted(30, 2))
    points = {p.method: p for p in erasure(["counted"], levels=[1], seeds=1)}
    agree = np.mean(
        split_votes(counted(30, 2), 1, np.random.default_rng(0)).target.argmax(axis=1)
        == split_votes(counted(30, 2), 1, np.random.default_rng(0)).annotations.label
    )
    # Certain of one label each: the divergence is 0 where they agree, and the log of 2 where they do not.
    assert points["raw shares"].js == pytest.approx((1 - agree) * np.log(2))
    assert points["raw shares"].js_sd == 0
    assert points["raw shares"].true_entropy == 0


def test_levels_that_no_item_reaches_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    opening(monkeypatch, "erasure", lambda name: counted(20, 6))
    points = erasure(["counted"], levels=[1, 5, 7, 50], seeds=1)
    assert sorted({point.votes for point in points}) == [1, 5]


def test_a_level_that_leaves_no_vote_for_the_target_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    # It once gave the mean of nothing.
    opening(monkeypatch, "erasure", lambda name: {"counted": counted(20, 6), "small": plain()}[name])
    points = erasure(["counted", "small"], levels=[5, 6, 8], seeds=1)
    # With known truth, all of an item's votes can be given away.
    assert {(p.corpus, p.votes) for p in points} == {("counted", 5), ("small", 5), ("small", 6), ("small", 8)}


def test_methods_of_one_truth_go_the_other_way(monkeypatch: pytest.MonkeyPatch) -> None:
    # Many people who read differently and seldom slip: more votes bring shares nearer, and one truth no nearer.
    population = Population("many", 4, n_items=150, n_annotators=25, votes_per_item=(20, 20))
    corpus = synthetic_corpus(population)
    opening(monkeypatch, "erasure", lambda name: corpus)
    points = {(p.method, p.votes): p for p in erasure(["many"], levels=[3, 20], seeds=1)}
    for method in ("raw shares", "ours"):
        assert points[method, 20].js < points[method, 3].js
        assert points[method, 20].entropy > points["Dawid-Skene", 20].entropy + 0.2
    assert points["Dawid-Skene", 20].js > 3 * points["ours", 20].js
    assert points["Dawid-Skene", 20].entropy < 0.5 * points["Dawid-Skene", 20].true_entropy
