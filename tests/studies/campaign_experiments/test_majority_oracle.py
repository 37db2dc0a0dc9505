from __future__ import annotations

import numpy as np

from campaign.small import small_corpus
from variorum.campaign import Arm, CampaignConfig, Replay
from variorum.features import featurizer
from variorum.studies.campaign_experiments.majority_oracle import asking_the_majority, majority_corpus


def test_each_item_has_the_class_of_most_of_its_votes():
    corpus = small_corpus()
    counts = corpus.annotations.counts()
    labels = majority_corpus(corpus, np.random.default_rng(0)).annotations
    assert labels.item.tolist() == np.flatnonzero(counts.sum(axis=1) > 0).tolist()
    top = counts.max(axis=1)
    assert (counts[labels.item, labels.label] == top[labels.item]).all()
    # Ties go both ways: not always to the first of the classes.
    tied = (counts == top[:, None]).sum(axis=1)[labels.item] > 1
    first = counts.argmax(axis=1)[labels.item]
    assert 0 < (labels.label[tied] == first[tied]).mean() < 1


def test_the_oracle_sells_one_label_an_item_for_the_price_of_a_vote_and_people_are_the_target():
    config = CampaignConfig("small", price="1", cold_start=20, batch=20, validation_share=0.0, members=4)
    replay = Replay.of(config, small_corpus(), 0, featurizer("tfidf"))
    asking = asking_the_majority(replay)
    assert asking.scorer is replay.scorer
    run = asking.run(Arm("random", "random", "random", 1), 60_000_000)
    assert [score.spent for score in run.rounds] == [20_000_000, 40_000_000, 60_000_000]
    bought = run.market.bought()
    assert np.unique(bought.item).size == bought.n_rows == 60
    assert np.isin(bought.item, replay.scene.layout.pool).all()
    counts = replay.corpus.annotations.counts()
    assert (counts[bought.item, bought.label] == counts[bought.item].max(axis=1)).all()
