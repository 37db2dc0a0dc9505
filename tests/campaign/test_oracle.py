from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.campaign import Pairs, ReplayOracle, Request
from variorum.campaign.journal import AppendOnlyFile
from variorum.errors import OracleError, RecordError

RNG = np.random.default_rng


def _two_labels() -> Annotations:
    """Annotator 0 gives item 0 two labels, annotator 1 one; three unknown annotators judge item 1."""
    return Annotations(
        LabelScheme.nominal(["a", "b"]),
        Items(("x", "y")),
        Annotators(("c:0", "c:1")),
        np.array([0, 1, 0, 1, 0, 1], np.int32),
        np.array([0, -1, 1, -1, 0, -1], np.int32),
        np.array([0, 0, 1, 1, 1, 0], np.int32),
    )


def test_pairs_are_those_that_exist() -> None:
    pairs = Pairs.of(_two_labels(), RNG(0))
    assert list(zip(pairs.item.tolist(), pairs.annotator.tolist(), pairs.quantity.tolist(), strict=True)) == [
        (0, 0, 1),
        (0, 1, 1),
        (1, -1, 3),
    ]
    assert pairs.find(0, 1) == 1
    assert pairs.find(1, 0) is None
    assert pairs.rows_of(0, 0).tolist() == [0, 4]
    assert sorted(row for nth in range(3) for row in pairs.rows_of(2, nth).tolist()) == [1, 3, 5]


def test_unknown_annotators_votes_are_sold_in_an_order_that_does_not_depend_on_labels() -> None:
    votes = _two_labels()
    flipped = Annotations(votes.scheme, votes.items, votes.annotators, votes.item, votes.annotator, 1 - votes.label)
    assert Pairs.of(votes, RNG(5)).row.tolist() == Pairs.of(flipped, RNG(5)).row.tolist()
    orders = {tuple(Pairs.of(votes, RNG(seed)).row[3:]) for seed in range(20)}
    assert len(orders) > 1


def test_a_request_brings_all_rows_of_its_pair_and_is_charged_once() -> None:
    votes = _two_labels()
    oracle = ReplayOracle(votes, Pairs.of(votes, RNG(0)), AppendOnlyFile(None), "w/")
    answers = oracle.ask([Request("w/1", 0, 0, 70), Request("w/2", 1, -1, 50)])
    assert answers.annotations.label.tolist()[:2] == [0, 1]
    assert answers.request.tolist() == [0, 0, 1]
    assert answers.annotations.cost is not None
    assert answers.annotations.cost.tolist() == [70, 0, 50]


def test_a_request_sent_again_brings_the_same_rows_and_no_new_sale(tmp_path: Path) -> None:
    corpus = small_corpus(known=False)
    pairs = Pairs.of(corpus.annotations, RNG(0))
    log = AppendOnlyFile(tmp_path / "oracle.jsonl")
    first = ReplayOracle(corpus.annotations, pairs, log, "w/").ask([Request("w/1", 0, -1, 5)])
    log.close()
    log = AppendOnlyFile(tmp_path / "oracle.jsonl")
    again = ReplayOracle(corpus.annotations, pairs, log, "w/")
    assert again.ask([Request("w/1", 0, -1, 5)]).annotations.equals(first.annotations)
    assert len(log.entries) == 1
    # The next vote on the same item is another one, after the restart as well.
    again.ask([Request("w/2", 0, -1, 5)])
    assert log.entries[0]["rows"] != log.entries[1]["rows"]
    log.close()


def test_worlds_do_not_share_sales() -> None:
    votes = _two_labels()
    log, pairs = AppendOnlyFile(None), Pairs.of(votes, RNG(0))
    ReplayOracle(votes, pairs, log, "a/").ask([Request("a/1", 0, 1, 1)])
    assert ReplayOracle(votes, pairs, log, "b/").ask([Request("b/1", 0, 1, 1)]).annotations.n_rows == 1


def test_what_people_did_not_give_is_not_for_sale() -> None:
    votes = _two_labels()
    oracle = ReplayOracle(votes, Pairs.of(votes, RNG(0)), AppendOnlyFile(None), "w/")
    with pytest.raises(OracleError, match="no further annotation of item 'y' by annotator 0"):
        oracle.ask([Request("w/1", 1, 0, 1)])
    oracle.ask([Request("w/2", 0, 1, 1)])
    with pytest.raises(OracleError, match="no further annotation of item 'x'"):
        oracle.ask([Request("w/3", 0, 1, 1)])


def test_a_log_that_lacks_what_was_answered_sells_nothing_more() -> None:
    votes = _two_labels()
    oracle = ReplayOracle(votes, Pairs.of(votes, RNG(0)), AppendOnlyFile(None), "w/", answered={"w/1"})
    with pytest.raises(OracleError, match="holds an answer to request w/1 and the oracle's call log does not; 1 are"):
        oracle.ask([Request("w/2", 1, -1, 1)])


def test_a_request_that_was_sold_for_another_item_belongs_to_another_run() -> None:
    votes = _two_labels()
    log, pairs = AppendOnlyFile(None), Pairs.of(votes, RNG(0))
    ReplayOracle(votes, pairs, log, "w/").ask([Request("w/1", 0, 1, 1)])
    with pytest.raises(OracleError, match=r"sold before for item 'x', not 'y'; oracle\.jsonl belongs to another run"):
        ReplayOracle(votes, pairs, log, "w/").ask([Request("w/1", 1, -1, 1)])


def test_a_line_of_the_log_that_is_no_sale_is_named() -> None:
    votes, log = _two_labels(), AppendOnlyFile(None)
    log.append({"request": "w/1"})
    with pytest.raises(RecordError, match="line 1 of the oracle's call log is not a sale"):
        ReplayOracle(votes, Pairs.of(votes, RNG(0)), log, "w/")
