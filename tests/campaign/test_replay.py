from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.annotations import Annotators, Corpus, Price
from variorum.campaign import Arm, Replay, run_campaign
from variorum.errors import ArgumentError
from variorum.features import ArrayFeatures

FEATURES = ArrayFeatures(np.random.default_rng(0).normal(size=(120, 3)))


@pytest.fixture(scope="module")
def replay():
    return Replay.of(CONFIG, small_corpus(), 0, FEATURES)


def test_an_arm_in_memory_is_the_arm_of_a_campaign(replay, tmp_path):
    np.save(tmp_path / "vectors.npy", FEATURES.source)
    config = replace(CONFIG, features=str(tmp_path / "vectors.npy"))
    whole = run_campaign(config, tmp_path / "run", corpus=small_corpus())
    for outcome in whole.outcomes:
        told = []
        run = replay.run(outcome.arm, whole.budget, report=told.append)
        assert (
            told
            == run.rounds
            == [score for score in whole.rounds if score.seed == 0 and score.arm == run.rounds[0].arm]
        )
        assert np.array_equal(run.predict(whole.test).mean, outcome.predicted)


def test_arms_leave_what_they_share_as_it_is(replay):
    arm = Arm("bald", "bald", "round-robin", 2)
    first, second = (replay.run(arm, 5_000_000) for _ in range(2))
    assert first.rounds == second.rounds
    assert first.rounds[-1].spent == 5_000_000


def test_what_is_offered_is_everything_but_the_test(replay):
    votes, layout = replay.corpus.annotations, replay.scene.layout
    pairs = {(i, a) for i, a in zip(votes.item.tolist(), votes.annotator.tolist(), strict=True)}
    sold = [pair for pair in pairs if pair[0] in {*layout.pool.tolist(), *layout.validation.tolist()}]
    assert replay.offered.tolist() == [50_000] * len(sold)


def test_vectors_are_made_only_for_those_who_read_them():
    bare = Replay.of(CONFIG, small_corpus(), 0, FEATURES, arms=())
    assert bare.scene.vectors is None
    assert bare.scene.inputs.shape == (120, 3)


def test_annotators_who_are_not_paid_by_the_annotation():
    corpus = small_corpus()
    prices = tuple(Price(per_annotation=0 if k == 4 else 1000) for k in range(9))
    people = Annotators(corpus.annotators.ids, prices=prices)
    with pytest.raises(ArgumentError, match="annotator 'small:4' has no price per annotation"):
        Replay.of(replace(CONFIG, price=None), Corpus("x", replace(corpus.annotations, annotators=people)), 0, FEATURES)
