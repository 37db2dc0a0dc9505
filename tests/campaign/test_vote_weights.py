from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.annotations import Corpus
from variorum.campaign import Arm, CampaignConfig, Replay, lay_out, run_campaign, vote_weights
from variorum.errors import ArgumentError, UnknownNameError
from variorum.features import ArrayFeatures, featurizer
from variorum.training import TrainingData

ARM = Arm("random", "random", "random", 1)
WEIGHED = replace(CONFIG, members=32, batch=60, vote_weights="decomposition", validation_share=0.0)
CARELESS = (2, 5)


def _corpus(careless: tuple[int, ...] = (), seed: int = 0) -> Corpus:
    """Nine people who mostly say what the item's words say; some click at random, but not on test items."""
    corpus = small_corpus(400)
    votes = corpus.annotations
    clicked = np.isin(votes.annotator, careless) & ~np.isin(votes.item, lay_out(corpus, CONFIG.test, 0.0, seed).test)
    label = np.where(clicked, np.random.default_rng(1).integers(3, size=votes.n_rows), votes.label)
    return Corpus("small", replace(votes, label=np.where(votes.label < 0, -1, label).astype(np.int32)))


def _run(config: CampaignConfig, corpus: Corpus, seed: int = 0):
    return Replay.of(config, corpus, seed, featurizer("tfidf")).run(ARM, 15_000_000)


def test_planted_careless_votes_weigh_less():
    run = _run(WEIGHED, _corpus(CARELESS))
    _, annotator, _ = run.market.votes_on(np.arange(400))
    weights = run.weigher.weights()
    careless = np.isin(annotator, CARELESS)
    assert weights.shape == annotator.shape
    assert weights[careless].mean() < 0.4
    assert weights[~careless].mean() > 0.95


def test_with_careless_people_cleaned_votes_teach_better_and_without_hardly_otherwise():
    scores = {
        (careless, weighed.vote_weights): np.mean(
            [_run(weighed, _corpus(careless, seed), seed).rounds[-1].scores["js"] for seed in range(4)]
        )
        for careless in ((), CARELESS)
        for weighed in (WEIGHED, replace(WEIGHED, vote_weights="raw"))
    }
    # Nearly all that two careless people of nine cost is won back.
    clean, raw, cleaned = scores[(), "raw"], scores[CARELESS, "raw"], scores[CARELESS, "decomposition"]
    assert raw - cleaned > 0.7 * (raw - clean) > 0.005
    # Without them it changes much less (for the better, since everybody clicks at random in three votes of ten).
    assert abs(scores[(), "decomposition"] - clean) < 0.25 * (raw - clean)


def test_raw_votes_weigh_one_and_are_counted_as_ever():
    run = _run(replace(WEIGHED, vote_weights="raw"), small_corpus())
    pool = np.arange(120)
    assert set(run.weigher.weights().tolist()) == {1.0}
    counts, by_annotator = run.weigher.weigh(None)
    assert by_annotator is None
    assert np.array_equal(counts.sum(axis=0), run.market.counts[pool].sum(axis=0))


def test_weights_are_those_of_the_votes_in_counts_and_one_by_one():
    run = _run(WEIGHED, _corpus(CARELESS))
    votes = run.market.bought_for_training()
    pool = np.unique(votes.item)  # every other pool item has no vote
    data = TrainingData.of(votes, np.zeros((400, 1)), pool)
    counts, by_annotator = run.weigher.weigh(data.by_annotator)
    assert by_annotator is not None
    assert by_annotator.weight is not None
    assert np.array_equal(by_annotator.weight, run.weigher.weights())
    item, annotator, label = run.market.votes_on(pool)
    assert np.array_equal(by_annotator.annotator, annotator)
    assert np.array_equal(by_annotator.item, item)
    assert np.array_equal(by_annotator.label, label)
    by_hand = np.zeros((pool.size, 3))
    for row, what, weight in zip(item, label, by_annotator.weight, strict=True):
        by_hand[row, what] += weight
    of_pool = lay_out(_corpus(), WEIGHED.test, 0.0, 0).pool
    assert counts[np.isin(of_pool, pool)] == pytest.approx(by_hand)
    assert counts[~np.isin(of_pool, pool)].sum() == 0


def test_weights_depend_on_bought_votes_alone_and_on_no_earlier_weights():
    corpus = _corpus(CARELESS)
    run = _run(WEIGHED, corpus)
    bought = run.market.bought()
    mine = {(i, a) for i, a in zip(bought.item.tolist(), bought.annotator.tolist(), strict=True)}
    votes = corpus.annotations
    unbought = np.array(
        [(i, a) not in mine for i, a in zip(votes.item.tolist(), votes.annotator.tolist(), strict=True)]
    )
    spoilt = np.where(unbought & (votes.label >= 0), (votes.label + 1) % 3, votes.label).astype(np.int32)
    again = _run(WEIGHED, Corpus("small", replace(votes, label=spoilt)))
    assert np.array_equal(again.weigher.weights(), run.weigher.weights())
    assert np.array_equal(run.weigher.weights(), run.weigher.weights())


def test_a_campaign_goes_on_from_its_record_as_if_nothing_had_happened(tmp_path):
    config = replace(WEIGHED, seeds=1, budget="6")
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    whole = (tmp_path / "run" / "record.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    (tmp_path / "run" / "record.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    run_campaign(config, tmp_path / "run", resume=True, corpus=small_corpus())
    assert (tmp_path / "run" / "record.jsonl").read_bytes() == whole


def test_votes_of_the_unknown_and_of_a_single_group_weigh_one():
    x, rng = np.eye(4), np.random.default_rng(0)
    item, label = np.array([0, 1, 2, 3]), np.array([0, 1, 0, 1])
    told = {"n_annotators": 1, "n_classes": 2, "rng": rng}
    unknown = vote_weights(x, item, np.full(4, -1, np.int32), label, item, **told)
    assert unknown.tolist() == [1.0] * 4
    assert vote_weights(x, item, np.zeros(4, np.int32), label, np.zeros(4, np.int64), **told).tolist() == [1.0] * 4
    assert vote_weights(x, item[:0], np.zeros(0, np.int32), label[:0], item, **told).shape == (0,)


def test_a_corpus_that_names_nobody_is_refused_with_the_remedy():
    with pytest.raises(ArgumentError, match=r"small names no annotator\. Use --vote-weights raw"):
        run_campaign(WEIGHED, corpus=small_corpus(known=False))


def test_deliveries_of_whole_votes_and_unknown_weights_are_refused():
    config = replace(WEIGHED, learner="linear", learner_options={"delivery": "multipass"})
    with pytest.raises(
        ArgumentError, match=r"'multipass' shows votes one by one and takes whole ones.*'soft' or 'sls'"
    ):
        run_campaign(config, corpus=small_corpus())
    with pytest.raises(UnknownNameError, match="vote_weights 'clean' is not known"):
        run_campaign(replace(CONFIG, vote_weights="clean"), corpus=small_corpus())


def test_features_are_made_where_votes_are_weighed_though_no_policy_reads_them():
    features = ArrayFeatures(np.random.default_rng(0).normal(size=(120, 3)))
    assert Replay.of(WEIGHED, small_corpus(), 0, features, arms=(ARM,)).scene.vectors is not None


def test_who_gave_a_label_and_a_distribution_is_weighed_by_the_distribution():
    corpus = _corpus(CARELESS)
    votes = corpus.annotations
    shares = np.where(votes.label[:, None] < 0, np.nan, np.where(np.eye(3)[votes.label] > 0, 0.8, 0.1))
    run = _run(WEIGHED, replace(corpus, annotations=replace(votes, distribution=shares)))
    pool = run._layout.pool
    item, _, label = run.market.votes_on(pool)
    expected = np.zeros((pool.size, 3))
    np.add.at(expected, item, run.weigher.weights()[:, None] * np.where(np.eye(3)[label] > 0, 0.8, 0.1))
    np.testing.assert_allclose(run.weigher.weigh(None)[0], expected, atol=1e-12)
