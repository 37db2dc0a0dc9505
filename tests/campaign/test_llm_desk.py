"""An LLM beside people: what it may cost, whom policies see, whose votes count."""

from dataclasses import replace

import numpy as np
import pytest

from variorum.annotations import Price
from variorum.campaign import Arm, CampaignConfig, Replay, run_campaign
from variorum.corpora import Population, simulated_llm_votes, synthetic_corpus, with_llm
from variorum.errors import ArgumentError, UnknownNameError
from variorum.features import ArrayFeatures

PEOPLE = synthetic_corpus(Population("llm", seed=3, n_items=400, n_annotators=20, votes_per_item=(4, 6)))
SHARE = PEOPLE.truth.distribution
# Features that tell half of an item's distribution, among noise that takes many votes to see through.
RNG = np.random.default_rng(0)
FEATURES = ArrayFeatures(np.column_stack([np.log(SHARE + 0.05), RNG.normal(size=(400, 25))]))
CONFIG = CampaignConfig("llm", budget="25", validation_share=0.0, cold_start=60, batch=40, currency="EUR")
ARM = Arm("random", "random", "random", 1)


def _replay(flaw, **changes):
    label = simulated_llm_votes(SHARE, FEATURES.source, flaw, np.random.default_rng(1))
    corpus = with_llm(PEOPLE, label, price=Price(per_annotation=4_000))
    replay = Replay.of(replace(CONFIG, **changes), corpus, 0, FEATURES)
    return replay.run(ARM, 25_000_000), len(corpus.annotators) - 1


def _costs(run, llm):
    """Money spent on the LLM and on all, by round."""
    bought = run.market.bought()
    rounds = [bought.round <= n for n in range(len(run.rounds))]
    return [(int(bought.cost[upto & (bought.annotator == llm)].sum()), int(bought.cost[upto].sum())) for upto in rounds]


def test_an_llm_on_trial_costs_no_more_than_its_share_and_a_useless_one_stays_there():
    run, llm = _replay("useless")
    spent = _costs(run, llm)
    assert spent[0][0] > 0
    assert all(mine <= 0.04 * whole for mine, whole in spent)


def test_an_llm_that_says_what_people_say_is_asked_about_more():
    run, llm = _replay("none")
    mine, whole = _costs(run, llm)[-1]
    assert 0.04 * whole < mine <= 0.5 * whole


def test_requests_to_it_are_counted_apart_from_those_to_people():
    run, llm = _replay("none")
    bought = run.market.bought()
    for score in run.rounds:
        upto = bought.annotator[bought.round <= score.round]
        assert score.llm_requests == (upto == llm).sum() > 0
        assert score.requests == (upto != llm).sum() == 60 + 40 * score.round or score.spent > 24_900_000
    as_person, llm = _replay("none", llm="as-people")
    last = as_person.rounds[-1]
    assert (last.requests, last.llm_requests) == (as_person.market.bought().n_rows, 0)


def test_its_votes_are_kept_apart_and_policies_do_not_see_it():
    run, llm = _replay("none")
    bought = run.market.bought()
    of_llm = bought.take(np.flatnonzero(bought.annotator == llm))
    of_people = bought.take(np.flatnonzero(bought.annotator != llm))
    np.testing.assert_array_equal(run.market.counts, of_people.counts())
    np.testing.assert_array_equal(run.market.votes_of(llm), of_llm.counts())
    assert np.bincount(of_llm.item).max() == 1
    view = run.market.view(np.arange(400), np.full((1, 400, 3), 1 / 3), 10**9)
    assert llm not in view.pair_annotator
    assert llm not in view.vote_annotator
    assert llm not in view.asked_annotator


def test_ignored_it_is_never_asked_and_people_buy_what_they_would_without_it():
    run, llm = _replay("none", llm="ignore")
    assert llm not in run.market.bought().annotator
    without = Replay.of(CONFIG, PEOPLE, 0, FEATURES).run(ARM, 25_000_000)
    np.testing.assert_array_equal(run.market.counts, without.market.counts)
    assert [row.scores for row in run.rounds] == [row.scores for row in without.rounds]


def test_as_people_it_is_one_of_them():
    run, llm = _replay("none", llm="as-people")
    bought = run.market.bought()
    assert (bought.annotator == llm).any()
    np.testing.assert_array_equal(run.market.counts, bought.counts())


def test_targets_are_peoples_votes():
    corpus = with_llm(PEOPLE, SHARE.argmin(axis=1), price=Price(per_annotation=4_000))
    with_it, without = (Replay.of(CONFIG, each, 0, FEATURES).scorer for each in (corpus, PEOPLE))
    np.testing.assert_array_equal(with_it.test, without.test)
    np.testing.assert_array_equal(with_it.counts, without.counts)


def test_validation_is_a_share_of_what_people_are_asked():
    run, llm = _replay("none", validation_share=0.1)
    bought = run.market.bought()
    people = bought.item[bought.annotator != llm]
    assert (bought.annotator == llm).sum() > people.size / 2
    checks = np.isin(people, run._layout.validation).sum()
    assert checks == pytest.approx(0.1 * people.size, abs=2)


def test_a_quota_holds_for_an_llm_too():
    run, llm = _replay("none", quota=15)
    asked = np.bincount(run.market.bought().annotator, minlength=llm + 1)
    assert asked[llm] == 15
    assert asked.max() == 15


def test_a_good_llm_does_not_vouch_for_a_useless_one():
    corpus = PEOPLE
    for name, flaw in (("good", "none"), ("useless", "useless")):
        label = simulated_llm_votes(SHARE, FEATURES.source, flaw, np.random.default_rng(1))
        corpus = with_llm(corpus, label, name=name, price=Price(per_annotation=4_000))
    run = Replay.of(CONFIG, corpus, 0, FEATURES).run(ARM, 25_000_000)
    good, useless = len(corpus.annotators) - 2, len(corpus.annotators) - 1
    assert run.market.spent_on(good) > 0.04 * run.market.spent >= run.market.spent_on(useless) > 0


def test_a_campaign_with_an_llm_resumes(tmp_path):
    label = simulated_llm_votes(SHARE, FEATURES.source, "none", np.random.default_rng(1))
    corpus = with_llm(PEOPLE, label, price=Price(per_annotation=4_000))
    np.save(tmp_path / "features.npy", FEATURES.source)
    config = replace(CONFIG, budget="10", features=str(tmp_path / "features.npy"))
    run_campaign(config, tmp_path / "whole", corpus=corpus)
    record = (tmp_path / "whole" / "record.jsonl").read_bytes()
    run_campaign(config, tmp_path / "cut", corpus=corpus)
    lines = record.splitlines(keepends=True)
    (tmp_path / "cut" / "record.jsonl").write_bytes(b"".join(lines[: len(lines) // 2]))
    run_campaign(config, tmp_path / "cut", resume=True, corpus=corpus)
    assert (tmp_path / "cut" / "record.jsonl").read_bytes() == record


def test_bad_settings():
    with pytest.raises(UnknownNameError, match="llm"):
        run_campaign(replace(CONFIG, llm="oracle"), corpus=PEOPLE)
    with pytest.raises(ArgumentError, match="llm_trial must lie between 0 and 1"):
        replace(CONFIG, llm_trial=2)


@pytest.mark.parametrize("llm", ["as-people", "tested", "entropy-split"])
def test_distributions_that_count_as_votes_are_refused_where_votes_are_shown_one_by_one(llm):
    told = with_llm(PEOPLE, SHARE, price=Price(per_annotation=4_000))
    config = replace(CONFIG, llm=llm, learner="linear", learner_options={"delivery": "multipass"})
    with pytest.raises(ArgumentError, match="holds elicited label distributions, and the delivery 'multipass' shows"):
        Replay.of(config, told, 0, FEATURES)
    Replay.of(replace(config, llm="ignore"), told, 0, FEATURES)
    sure = with_llm(PEOPLE, np.eye(3)[SHARE.argmax(axis=1)], price=Price(per_annotation=4_000))
    Replay.of(config, sure, 0, FEATURES)
