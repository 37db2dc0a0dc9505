from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.annotations import Annotators, Corpus, LabelScheme, Price
from variorum.campaign import CampaignConfig, open_corpus, run_campaign
from variorum.errors import ArgumentError, SchemeError, UnknownNameError


def _events(folder: Path, kind: str) -> list[dict]:
    lines = (folder / "record.jsonl").read_text(encoding="utf-8").splitlines()
    return [event for event in map(json.loads, lines) if event["event"] == kind]


def test_the_record_tells_the_whole_campaign(tmp_path: Path) -> None:
    result = run_campaign(CONFIG, tmp_path / "run", corpus=small_corpus())
    asked = [request for event in _events(tmp_path / "run", "requests") for request in event["requests"]]
    rows = [row for event in _events(tmp_path / "run", "annotations") for row in event["rows"]]
    # Two arms and two seeds spend 9.00 at 0.05 each: 180 requests, and each brought at least one row.
    assert len(asked) == 4 * 180
    assert {row["request"] for row in rows} == {request["id"] for request in asked}
    assert sum(row["cost"] for row in rows) == 4 * 9_000_000
    assert result.rounds[-1].spent == 9_000_000
    assert max(r.spent for r in result.rounds) == result.budget
    assert {row["status"] for row in rows} == {"answered", "abstained", "unsure"}
    assert any("explanation" in row for row in rows)
    assert all(
        key not in json.dumps(event) for event in _events(tmp_path / "run", "scores") for key in ("time", "clock")
    )


def test_every_request_is_for_a_pair_that_exists_and_is_sold_once_an_arm_and_seed(tmp_path: Path) -> None:
    corpus = small_corpus()
    run_campaign(CONFIG, tmp_path / "run", corpus=corpus)
    votes = corpus.annotations
    existing = {(votes.items.ids[i], votes.annotators.ids[a]) for i, a in zip(votes.item, votes.annotator, strict=True)}
    sold = Counter()
    for event in _events(tmp_path / "run", "requests"):
        for request in event["requests"]:
            sold[event["arm"], event["seed"], request["item"], request["annotator"]] += 1
            assert (request["item"], request["annotator"]) in existing
    assert set(sold.values()) == {1}


def test_test_items_and_their_groups_are_never_for_sale(tmp_path: Path) -> None:
    corpus = small_corpus()
    result = run_campaign(replace(CONFIG, seeds=1), tmp_path / "run", corpus=corpus)
    held_out = {corpus.items.ids[i] for i in result.test}
    asked = {request["item"] for event in _events(tmp_path / "run", "requests") for request in event["requests"]}
    assert not asked & held_out
    assert len(held_out) + result.n_pool + result.n_validation == len(corpus.items)


def test_replacing_every_unbought_vote_by_garbage_leaves_the_identical_record(tmp_path: Path) -> None:
    corpus = small_corpus()
    config = replace(CONFIG, seeds=1)
    result = run_campaign(config, tmp_path / "run", corpus=corpus)
    sales = [json.loads(line) for line in (tmp_path / "run" / "oracle.jsonl").read_text().splitlines()]
    bought = {row for sale in sales for row in sale["rows"]}
    votes = corpus.annotations
    garbage = np.array(
        [r not in bought and votes.item[r] not in set(result.test) for r in range(votes.n_rows)]
    )  # fmt: skip
    assert 20 < garbage.sum() < votes.n_rows
    status = np.where(garbage, (votes.status + 1) % 3, votes.status)
    label = np.where(garbage, np.where(status == 0, (votes.label + 2) % 3, -1), votes.label)
    spoilt = Corpus(
        "small",
        replace(
            votes,
            label=label.astype(np.int32),
            status=status.astype(np.int8),
            explanation=[None if bad else why for bad, why in zip(garbage, votes.explanation or (), strict=True)],
            seconds=np.where(garbage, 999.0, votes.seconds),
        ),
    )
    run_campaign(config, tmp_path / "spoilt", corpus=spoilt)
    assert (tmp_path / "spoilt" / "record.jsonl").read_bytes() == (tmp_path / "run" / "record.jsonl").read_bytes()


def test_garbage_in_a_bought_vote_changes_the_record(tmp_path: Path) -> None:
    corpus = small_corpus()
    config = replace(CONFIG, seeds=1)
    run_campaign(config, tmp_path / "run", corpus=corpus)
    first = json.loads((tmp_path / "run" / "oracle.jsonl").read_text().splitlines()[0])["rows"][0]
    label = corpus.annotations.label.copy()
    label[first] = (label[first] + 1) % 3
    status = corpus.annotations.status.copy()
    status[first] = 0
    spoilt = Corpus("small", replace(corpus.annotations, label=label, status=status))
    run_campaign(config, tmp_path / "spoilt", corpus=spoilt)
    assert (tmp_path / "spoilt" / "record.jsonl").read_bytes() != (tmp_path / "run" / "record.jsonl").read_bytes()


def test_random_arm_runs_beside_the_chosen_one_and_asks_each_item_once_before_any_twice(tmp_path: Path) -> None:
    config = CampaignConfig(
        "small", budget="30", price="0.05", acquisition="entropy", overlap=3, cold_start=20, batch=30
    )
    result = run_campaign(config, tmp_path / "run", corpus=small_corpus())
    assert [outcome.arm.name for outcome in result.outcomes] == ["entropy, 3 votes an item", "random, one vote an item"]
    seen: Counter[str] = Counter()
    for event in _events(tmp_path / "run", "requests"):
        if event["arm"] != "random, one vote an item":
            continue
        for request in event["requests"]:
            if "/train/" in request["id"]:
                level = seen[request["item"]]
                # Nobody is asked again while another pool item waits for as many.
                assert level == 0 or len([n for n in seen.values() if n >= level]) == result.n_pool
                seen[request["item"]] += 1
    assert max(seen.values()) >= 2


def test_overlap_buys_several_votes_of_different_people_at_once(tmp_path: Path) -> None:
    run_campaign(replace(CONFIG, seeds=1), tmp_path / "run", corpus=small_corpus())
    first = next(e for e in _events(tmp_path / "run", "requests") if e["arm"].startswith("bald"))
    training = [request for request in first["requests"] if "/train/" in request["id"]]
    assert set(Counter(request["item"] for request in training).values()) == {2}
    assert len({(r["item"], r["annotator"]) for r in training}) == len(training)


def test_overlap_is_kept_in_every_round_and_as_far_as_there_are_annotators(tmp_path: Path) -> None:
    # Rounds of 3 for 3 votes an item, but 4 people an item: first three each, and at the end the one who is left.
    config = replace(CONFIG, seeds=1, overlap=3, batch=3, budget="1000", validation_share=0.0, acquisition="random")
    result = run_campaign(config, tmp_path / "run", corpus=small_corpus(n_items=30))
    rounds = [event for event in _events(tmp_path / "run", "requests") if "3 votes" in event["arm"]]
    sizes = [n for event in rounds for n in Counter(r["item"] for r in event["requests"]).values()]
    assert sizes == [3] * result.n_pool + [1] * result.n_pool


def test_validation_votes_are_paid_from_the_budget_and_are_the_same_in_both_arms(tmp_path: Path) -> None:
    result = run_campaign(CONFIG, tmp_path / "run", corpus=small_corpus())
    checks = {}
    for event in _events(tmp_path / "run", "requests"):
        found = [(r["item"], r["annotator"]) for r in event["requests"] if "/check/" in r["id"]]
        checks.setdefault((event["arm"], event["seed"]), []).extend(found)
    names = [outcome.arm.name for outcome in result.outcomes]
    # A tenth of 180, in the same order; rounds may differ in size, since an item gets all its votes at once.
    assert checks[names[0], 0] == checks[names[1], 0]
    assert len(checks[names[0], 0]) == 18
    assert np.isfinite([r.validation for r in result.rounds if r.requests > 40]).all()


def test_unknown_annotators_are_sold_vote_by_vote(tmp_path: Path) -> None:
    config = replace(CONFIG, seeds=1, assignment="random")
    result = run_campaign(config, tmp_path / "run", corpus=small_corpus(known=False))
    outcome = result.outcomes[0]
    assert (outcome.bought.annotator == -1).all()
    assert outcome.n_forced == outcome.n_assignments > 0
    sales = [json.loads(line) for line in (tmp_path / "run" / "oracle.jsonl").read_text().splitlines()]
    of_arm = [row for sale in sales if sale["request"].startswith("bald") for row in sale["rows"]]
    assert len(of_arm) == len(set(of_arm))


def test_a_campaign_ends_when_the_pool_is_sold_out() -> None:
    config = CampaignConfig("small", budget="1000", price="0.05", cold_start=200, batch=200, members=2)
    corpus = small_corpus(n_items=40)
    result = run_campaign(config, corpus=corpus)
    votes = corpus.annotations
    assert result.rounds[-1].requests <= votes.n_rows - np.isin(votes.item, result.test).sum()
    assert result.outcomes[0].bought.n_rows == result.rounds[-1].requests
    assert result.rounds[-1].items == result.n_pool


def test_prices_of_annotators_are_paid_and_never_exceed_the_budget() -> None:
    corpus = small_corpus()
    prices = tuple(Price(per_annotation=30_000 + 10_000 * a) for a in range(9))
    people = replace(corpus.annotators, prices=prices)
    priced = Corpus("small", replace(corpus.annotations, annotators=people))
    result = run_campaign(replace(CONFIG, price=None, seeds=1), corpus=priced)
    bought = result.outcomes[0].bought
    assert bought.cost is not None
    assert set(bought.cost.tolist()) <= {price.per_annotation for price in prices}
    assert bought.cost.sum() <= result.budget
    assert result.budget - bought.cost.sum() < 200_000


def test_a_pool_that_only_refuses_to_answer_is_predicted_uniform() -> None:
    corpus = small_corpus(n_items=30)
    result = run_campaign(replace(CONFIG, budget="0.5", seeds=1), corpus=corpus)
    silent = replace(
        corpus.annotations,
        status=np.where(np.isin(corpus.annotations.item, result.test), corpus.annotations.status, 1).astype(np.int8),
        label=np.where(np.isin(corpus.annotations.item, result.test), corpus.annotations.label, -1).astype(np.int32),
    )
    again = run_campaign(replace(CONFIG, budget="0.5", seeds=1), corpus=Corpus("small", silent))
    np.testing.assert_allclose(again.outcomes[0].predicted, 1 / 3)


def test_whom_the_money_cannot_pay_is_passed_over() -> None:
    corpus = small_corpus()
    prices = tuple(Price(per_annotation=10**9 if a == 0 else 5) for a in range(9))
    people = replace(corpus.annotators, prices=prices)
    priced = Corpus("small", replace(corpus.annotations, annotators=people))
    result = run_campaign(
        replace(CONFIG, price=None, seeds=1, budget="1", validation_share=0.0, batch=50), corpus=priced
    )
    pool = np.isin(corpus.annotations.item, result.test, invert=True)
    for outcome in result.outcomes:
        assert outcome.bought.n_rows == (pool & (corpus.annotations.annotator != 0)).sum()


def test_dear_validation_leaves_money_to_train_on() -> None:
    corpus = small_corpus()
    prices = tuple(Price(per_annotation=10_000 if a == 8 else 50_000) for a in range(9))
    priced = Corpus("small", replace(corpus.annotations, annotators=replace(corpus.annotators, prices=prices)))
    config = replace(CONFIG, price=None, budget="0.05", validation_share=0.5, seeds=3)
    for outcome in run_campaign(config, corpus=priced).outcomes:
        assert outcome.n_assignments >= 3  # at least one a seed


@pytest.mark.parametrize(("batch", "share"), [(1, 0.1), (1, 0.5), (7, 0.5)])
def test_the_budget_is_spent_and_validation_gets_its_share_however_small_the_rounds(batch: int, share: float) -> None:
    config = replace(CONFIG, seeds=1, budget="2", batch=batch, validation_share=share)
    result = run_campaign(config, corpus=small_corpus())
    for outcome in result.outcomes:
        assert outcome.bought.n_rows == 40
        assert 40 - outcome.n_assignments == pytest.approx(40 * share, abs=1)


def test_a_budget_below_the_first_round_still_buys_training_votes() -> None:
    # Ten requests, of a first round of 1,000 of which a tenth would validate: one validates, nine train.
    result = run_campaign(replace(CONFIG, seeds=1, budget="0.5", cold_start=1000), corpus=small_corpus())
    assert [outcome.n_assignments for outcome in result.outcomes] == [9, 9]
    one = run_campaign(replace(CONFIG, seeds=1, budget="0.05"), corpus=small_corpus())
    assert [outcome.n_assignments for outcome in one.outcomes] == [1, 1]


def test_elicited_distributions_and_the_order_shown_come_back_from_the_record() -> None:
    votes = small_corpus().annotations
    answered = votes.status == 0
    elicited = np.full((votes.n_rows, 3), np.nan)
    elicited[answered] = np.random.default_rng(0).dirichlet(np.ones(3), answered.sum())
    rated = replace(
        votes,
        distribution=elicited,
        confidence=np.where(answered, 0.5, np.nan),
        time=np.arange(votes.n_rows, dtype=float),
    )
    bought = run_campaign(replace(CONFIG, seeds=1), corpus=Corpus("rated", rated)).outcomes[0].bought
    # Seconds since 1970 number the rows here, so each bought row can be compared with its original.
    original = rated.take(bought.time.astype(int))
    np.testing.assert_array_equal(bought.distribution, original.distribution)
    np.testing.assert_array_equal(bought.confidence, original.confidence)
    shown = (np.arange(votes.n_rows) % 3 - 1).astype(np.int8)
    paired = replace(votes, scheme=LabelScheme.pairwise(), shown_first=shown, time=np.arange(votes.n_rows, dtype=float))
    bought = run_campaign(replace(CONFIG, seeds=1), corpus=Corpus("paired", paired)).outcomes[0].bought
    np.testing.assert_array_equal(bought.shown_first, shown[bought.time.astype(int)])


def test_a_test_set_that_nobody_answered_is_refused() -> None:
    votes = small_corpus().annotations
    silent = replace(
        votes, status=np.ones(votes.n_rows, np.int8), label=np.full(votes.n_rows, -1, np.int32)
    )  # fmt: skip
    with pytest.raises(ArgumentError, match="holds out 30 items, and nobody answered any of them"):
        run_campaign(CONFIG, corpus=Corpus("silent", silent))


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"acquisition": "entropie"}, UnknownNameError, "Did you mean 'entropy'"),
        ({"assignment": "robin"}, UnknownNameError, "assignment 'robin' is not known"),
        ({"learner": "svm"}, UnknownNameError, "learner 'svm' is not known"),
        ({"features": "bert"}, UnknownNameError, "'bert' is not known"),
        ({"test": "fold"}, UnknownNameError, "no column 'fold'"),
        ({"test": "1.5"}, ArgumentError, "must be a share between 0 and 1"),
        ({"budget": "0.01"}, ArgumentError, "does not buy one annotation"),
    ],
)
def test_wrong_settings_are_named(changes: dict[str, str], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        run_campaign(replace(CONFIG, **changes), corpus=small_corpus())


def test_multilabel_corpora_are_refused_with_the_remedy() -> None:
    votes = small_corpus().annotations
    many = replace(votes, scheme=LabelScheme.multilabel(votes.scheme.labels))
    with pytest.raises(SchemeError, match="learns one distribution over classes"):
        run_campaign(CONFIG, corpus=Corpus("many", many))


def test_annotators_priced_by_the_second_alone_need_a_price() -> None:
    corpus = small_corpus()
    people = Annotators(corpus.annotators.ids, prices=(Price(per_second=10),) * 9)
    with pytest.raises(ArgumentError, match="give one price for all with --price"):
        run_campaign(replace(CONFIG, price=None), corpus=Corpus("s", replace(corpus.annotations, annotators=people)))


def test_official_test_split_by_column_leaves_out_items_that_share_a_group_with_it() -> None:
    corpus = small_corpus()
    n = len(corpus.items)
    split = tuple("test" if i < 30 else "train" for i in range(n))
    group = tuple(f"g{i % 60}" for i in range(n))
    items = replace(corpus.items, group=group, fields={"split": split})
    result = run_campaign(
        replace(CONFIG, test="split", seeds=1, validation_share=0.0),
        corpus=Corpus("s", replace(corpus.annotations, items=items)),
    )
    assert result.test.tolist() == list(range(30))
    assert result.n_pool == 60  # 120 - 30 in the test - 30 that share their group
    assert result.n_validation == 0


def test_open_corpus_reads_names_folders_and_files(tmp_path: Path) -> None:
    corpus = small_corpus()
    corpus.write(tmp_path / "folder")
    assert open_corpus(str(tmp_path / "folder")).annotations.equals(corpus.annotations)
    (tmp_path / "votes.csv").write_text("item,annotator,label\na,1,x\nb,1,y\n")
    assert len(open_corpus(str(tmp_path / "votes.csv")).annotations) == 2
    with pytest.raises(UnknownNameError, match="corpus 'nonesuch' is not known"):
        open_corpus("nonesuch")
