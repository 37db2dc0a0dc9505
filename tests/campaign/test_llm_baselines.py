"""The entropy split and the tested LLM: who labels what, who pays, whose votes count."""

from dataclasses import replace

import numpy as np
import pytest

from variorum.acquisition import METHODS, READS, population_error_items
from variorum.annotations import Price
from variorum.campaign import Arm, CampaignConfig, Replay, run_campaign
from variorum.corpora import Population, simulated_llm_shares, simulated_llm_votes, synthetic_corpus, with_llm
from variorum.errors import ArgumentError
from variorum.features import ArrayFeatures

PEOPLE = synthetic_corpus(Population("llm", seed=3, n_items=300, n_annotators=20, votes_per_item=(4, 6)))
SHARE = PEOPLE.truth.distribution
FEATURES = ArrayFeatures(np.log(SHARE + 0.05))
CONFIG = CampaignConfig("llm", budget="25", price="0.05", validation_share=0.0, cold_start=60, batch=40)
ARM = Arm("random", "random", "random", 1)
PRICE = Price(per_annotation=2_500)


def _corpus(flaw, whole=True):
    draw = simulated_llm_shares if whole else simulated_llm_votes
    return with_llm(PEOPLE, draw(SHARE, FEATURES.source, flaw, np.random.default_rng(1)), price=PRICE)


def _run(use, corpus):
    run = Replay.of(replace(CONFIG, llm=use), corpus, 0, FEATURES).run(ARM, 25_000_000)
    bought = run.market.bought()
    return run, bought, bought.annotator == len(corpus.annotators) - 1


@pytest.mark.parametrize("whole", [True, False])
def test_the_llm_labels_the_half_where_it_is_surest_and_people_the_rest(whole):
    run, bought, by_llm = _run("entropy-split", _corpus("none", whole))
    pool = run._layout.pool
    # All of the pool is asked in the first round, and paid for.
    assert set(bought.item[by_llm].tolist()) == set(pool.tolist())
    assert set(bought.round[by_llm].tolist()) == {0}
    kept = ~run._desk.for_people
    assert kept.sum() == pool.size // 2
    later = bought.item[~by_llm & (bought.round > 0)]
    assert later.size > 0
    assert not np.isin(later, pool[kept]).any()
    votes = run._desk.votes()
    np.testing.assert_array_equal(votes.sum(axis=1) > 0, kept)
    if whole:
        entropy = -(SHARE * np.log(np.maximum(SHARE, 1e-300))).sum(axis=1)[pool]
        assert entropy[kept].max() <= entropy[~kept].min() + 1e-9
        np.testing.assert_allclose(votes[kept], SHARE[pool[kept]])


def test_an_llm_that_passes_is_asked_about_all_and_counts_as_a_person():
    run, bought, by_llm = _run("tested", _corpus("none"))
    sample = bought.item[~by_llm & (bought.round == 0)]
    # Three people an item, and the LLM about the same items, until the sample is there.
    assert set(np.bincount(sample)[np.unique(sample)].tolist()) == {3}
    assert set(bought.item[by_llm & (bought.round == 0)].tolist()) == set(sample.tolist())
    assert set(bought.item[by_llm].tolist()) == set(run._layout.pool.tolist())
    np.testing.assert_allclose(run._desk.votes().sum(axis=1), 1.0)
    assert run._desk.overlap == 1


def test_an_llm_that_says_the_opposite_fails_and_is_not_asked_again():
    run, bought, by_llm = _run("tested", _corpus("adversarial"))
    assert run._desk.votes() is None
    asked = bought.item[by_llm]
    assert 60 <= asked.size < run._layout.pool.size / 2
    assert bought.round[by_llm].max() <= 4
    # What it said is no part of what people are counted for.
    np.testing.assert_array_equal(run.market.counts, bought.take(np.flatnonzero(~by_llm)).counts())


def test_people_are_asked_about_half_and_all_of_the_pool_is_to_be_predicted(monkeypatch):
    seen = []

    def spy(view, n, rng):
        seen.append(view)
        return population_error_items(view, n, rng)

    monkeypatch.setitem(METHODS, "spy", spy)
    monkeypatch.setitem(READS, "spy", frozenset({"members"}))
    arm = replace(ARM, acquisition="spy")
    run = Replay.of(replace(CONFIG, llm="entropy-split"), _corpus("none"), 0, FEATURES).run(arm, 20_000_000)
    pool = run._layout.pool
    assert len(seen) > 1
    for view in seen:
        assert view.n_pool == pool.size - pool.size // 2
        assert view.target_members.shape[1] == pool.size


@pytest.mark.parametrize("use", ["entropy-split", "tested"])
def test_a_campaign_resumes_to_the_same_bytes(use, tmp_path):
    np.save(tmp_path / "features.npy", FEATURES.source)
    corpus, config = _corpus("none"), replace(CONFIG, llm=use, budget="15", features=str(tmp_path / "features.npy"))
    run_campaign(config, tmp_path / "whole", corpus=corpus)
    record = (tmp_path / "whole" / "record.jsonl").read_bytes()
    run_campaign(config, tmp_path / "cut", corpus=corpus)
    lines = record.splitlines(keepends=True)
    (tmp_path / "cut" / "record.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    run_campaign(config, tmp_path / "cut", resume=True, corpus=corpus)
    assert (tmp_path / "cut" / "record.jsonl").read_bytes() == record


@pytest.mark.parametrize("use", ["entropy-split", "tested"])
def test_without_an_llm_people_buy_what_they_would(use):
    run, plain = (
        Replay.of(replace(CONFIG, llm=each), PEOPLE, 0, FEATURES).run(ARM, 5_000_000) for each in (use, "ignore")
    )
    np.testing.assert_array_equal(run.market.counts, plain.market.counts)


def test_a_learner_that_tells_annotators_apart_is_refused():
    pytest.importorskip("torch")
    config = replace(
        CONFIG,
        llm="tested",
        learner="linear",
        learner_options={"annotators": "heads", "delivery": "annotators", "posterior": "ensemble"},
    )
    with pytest.raises(ArgumentError, match=r"tells annotators apart\. Choose another learner, or --llm prior"):
        Replay.of(config, _corpus("none"), 0, FEATURES).run(ARM, 1_000_000)


def test_three_people_answer_the_sample_where_a_policy_chooses_pairs_too():
    run = Replay.of(replace(CONFIG, llm="tested", members=50), _corpus("none"), 0, FEATURES)
    bought = run.run(Arm("pairs", "population-error", "random", 1), 10_000_000).market.bought()
    mine = (bought.annotator < len(PEOPLE.annotators)) & (bought.round == 1)
    assert set(np.unique(bought.item[mine], return_counts=True)[1].tolist()) == {3}
