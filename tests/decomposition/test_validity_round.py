from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.real_files import published
from decomposition.small_rounds import judgments, random_round, votes_of
from variorum.annotations import (
    ABSTAINED,
    ANSWERED,
    Annotations,
    Annotators,
    Items,
    LabelScheme,
    ValidityJudgments,
)
from variorum.decomposition import error_labels, judged_own, validity_rates
from variorum.decomposition.validity_round import judged_same_label
from variorum.errors import SchemeError


def naive_errors(votes: Annotations, validity: ValidityJudgments) -> set[tuple[int, int]]:
    """(item, label) of which no author accepted their own reason, by reading the rule aloud."""
    errors = set()
    for item in range(len(votes.items)):
        for label in range(votes.scheme.n_classes):
            reasons = [r for r in range(votes.n_rows) if votes.item[r] == item and votes.label[r] == label]
            stood_by = [
                verdict
                for row, judge, verdict in zip(validity.annotation, validity.judge, validity.makes_sense, strict=True)
                if row in reasons and votes.annotator[row] == judge
            ]
            if reasons and not any(stood_by):
                errors.add((item, label))
    return errors


class TestPublishedRound:
    def test_the_rule_gives_the_published_errors_of_all_500_items(self) -> None:
        corpus = published("varierr")
        assert corpus.validity is not None
        found = error_labels(corpus.annotations, corpus.validity)
        labels = np.array(corpus.scheme.labels)
        gold = [set(json.loads(str(names))) for names in corpus.items.column("error_labels")]
        assert [set(labels[row].tolist()) for row in found] == gold
        # 129 labels of 119 items, in the published task.
        assert (int(found.sum()), int(found.any(axis=1).sum())) == (129, 119)

    def test_rates_of_self_and_peer_validation(self) -> None:
        corpus = published("varierr")
        assert corpus.validity is not None
        rates = validity_rates(corpus.annotations, corpus.validity)
        # Of 7,574 judgments 6,324 accept; of the 1,907 of one's own reasons 1,712.
        assert (rates.n_own.sum(), rates.n_by_peers.sum(), rates.n_of_peers.sum()) == (1907, 5667, 5667)
        np.testing.assert_allclose((1 - rates.own) * rates.n_own, [60, 52, 4, 79])
        assert rates.own @ rates.n_own == pytest.approx(1712)
        assert rates.by_peers @ rates.n_by_peers == pytest.approx(6324 - 1712)
        assert rates.of_peers @ rates.n_of_peers == pytest.approx(6324 - 1712)


class TestErrorLabels:
    def test_one_reason_that_its_author_accepts_is_enough(self) -> None:
        votes = votes_of([0, 0], [0, 1], [1, 1], n=(1, 2, 2))
        found = error_labels(votes, judgments([0, 1], [0, 1], [False, True]))
        np.testing.assert_array_equal(found, [[False, False]])

    def test_what_peers_say_counts_for_nothing(self) -> None:
        votes = votes_of([0, 0], [0, 1], [0, 1], n=(1, 3, 2))
        judged = judgments([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [False, True, True, False, True, False])
        np.testing.assert_array_equal(error_labels(votes, judged), [[True, False]])

    def test_two_reasons_of_one_author_for_two_labels_are_judged_apart(self) -> None:
        votes = votes_of([0, 0], [0, 0], [0, 1], n=(1, 1, 2))
        found = error_labels(votes, judgments([0, 1], [0, 0], [True, False]))
        np.testing.assert_array_equal(found, [[False, True]])

    def test_a_reason_that_its_author_did_not_judge_is_not_validated(self) -> None:
        votes = votes_of([0, 1], [0, -1], [0, 1], n=(2, 2, 2))
        found = error_labels(votes, judgments([0, 1], [1, 1], [True, True]))
        np.testing.assert_array_equal(found, [[True, False], [False, True]])

    def test_a_row_without_an_answer_neither_gives_nor_validates_the_last_label(self) -> None:
        # Such rows have the label -1, which as an index is the last class.
        status = np.array([ABSTAINED, ANSWERED])
        votes = votes_of([0, 0], [0, 1], [-1, 2], n=(1, 2, 3), status=status)
        found = error_labels(votes, judgments([0, 1], [0, 1], [True, False]))
        np.testing.assert_array_equal(found, [[False, False, True]])

    def test_an_elicited_distribution_gives_no_single_label(self) -> None:
        votes = votes_of([0, 0], [0, 1], [-1, 0], n=(1, 2, 2), distribution=[[0.5, 0.5], [np.nan, np.nan]])
        found = error_labels(votes, judgments([0, 1], [0, 1], [False, False]))
        np.testing.assert_array_equal(found, [[True, False]])

    @settings(max_examples=30, deadline=None)
    @given(seed=st.integers(0, 2**16))
    def test_as_the_rule_reads(self, seed: int) -> None:
        votes, judged = random_round(np.random.default_rng(seed), n_items=6, n_annotators=3)
        assert set(zip(*np.nonzero(error_labels(votes, judged)), strict=True)) == naive_errors(votes, judged)


class TestWhoJudged:
    def test_own(self) -> None:
        votes = votes_of([0, 0, 0], [0, 1, -1], [0, 1, 1], n=(1, 3, 2))
        judged = judgments([0, 0, 1, 1, 2], [0, 1, 0, 1, 2], [True] * 5)
        np.testing.assert_array_equal(judged_own(votes, judged), [True, False, False, True, False])

    def test_same_label(self) -> None:
        # Item 0: annotator 0 gave both labels, 1 gave the second, 2 none; item 1: 2 alone.
        votes = votes_of([0, 0, 0, 1], [0, 0, 1, 2], [0, 1, 1, 0], n=(2, 3, 2))
        judged = judgments([0, 0, 0, 2, 2, 3, 3], [0, 1, 2, 0, 2, 2, 0], [True] * 7)
        np.testing.assert_array_equal(judged_same_label(votes, judged), [True, False, False, True, False, True, False])

    def test_an_unknown_annotator_gave_nobody_s_label(self) -> None:
        votes = votes_of([0, 0], [-1, 0], [1, 0], n=(1, 2, 2))
        np.testing.assert_array_equal(judged_same_label(votes, judgments([0, 0], [0, 1], [True, True])), [False, False])

    def test_an_elicited_distribution_is_not_the_last_label_of_the_item_before(self) -> None:
        # Label -1 of item 1 has the number of label 1 of item 0.
        distribution = [[np.nan, np.nan], [0.5, 0.5]]
        votes = votes_of([0, 1], [0, 1], [1, -1], n=(2, 2, 2), distribution=distribution)
        judged = judgments([0, 1], [1, 0], [True, True])
        np.testing.assert_array_equal(judged_same_label(votes, judged), [False, False])


class TestRates:
    def test_by_hand(self) -> None:
        # Annotator 0 gave labels 0 and 1, annotator 1 label 1, annotator 2 nothing.
        votes = votes_of([0, 0, 0], [0, 0, 1], [0, 1, 1], n=(1, 3, 3))
        judged = judgments(
            [0, 0, 0, 1, 1, 2, 2, 2], [0, 1, 2, 0, 1, 0, 1, 2], [True, True, False, False, True, False, True, True]
        )
        found = validity_rates(votes, judged)
        np.testing.assert_array_equal(found.own, [1 / 2, 1.0, np.nan])
        np.testing.assert_array_equal(found.by_peers, [2 / 3, 1 / 2, np.nan])
        np.testing.assert_array_equal(found.of_peers, [0.0, 1.0, 1 / 2])
        np.testing.assert_array_equal(found.own_by_label, [1.0, 1 / 2, np.nan])
        np.testing.assert_array_equal(found.peers_by_label, [1 / 2, 2 / 3, np.nan])
        np.testing.assert_array_equal(found.n_own, [2, 1, 0])
        np.testing.assert_array_equal(found.n_by_peers, [3, 2, 0])
        np.testing.assert_array_equal(found.n_of_peers, [1, 2, 2])

    def test_reasons_of_unknown_authors_are_others_and_nobody_s(self) -> None:
        votes = votes_of([0], [-1], [1], n=(1, 1, 2))
        found = validity_rates(votes, judgments([0], [0], [False]))
        assert (found.n_own.tolist(), found.n_by_peers.tolist(), found.n_of_peers.tolist()) == ([0], [0], [1])
        np.testing.assert_array_equal(found.peers_by_label, [np.nan, 0.0])

    def test_without_a_judgment(self) -> None:
        found = validity_rates(votes_of([0], [0], [1], n=(1, 1, 2)), judgments([], [], []))
        assert np.isnan(np.concatenate([found.own, found.by_peers, found.of_peers, found.own_by_label])).all()

    @settings(max_examples=20, deadline=None)
    @given(seed=st.integers(0, 2**16))
    def test_order_of_judgments_does_not_matter(self, seed: int) -> None:
        rng = np.random.default_rng(seed)
        votes, judged = random_round(rng, n_items=5, n_annotators=3)
        order = rng.permutation(len(judged))
        other = judgments(judged.annotation[order], judged.judge[order], judged.makes_sense[order])
        np.testing.assert_array_equal(validity_rates(votes, other).of_peers, validity_rates(votes, judged).of_peers)


@pytest.mark.parametrize("rule", [error_labels, validity_rates])
def test_schemes_without_classes_are_refused(rule: object) -> None:
    votes = Annotations(
        LabelScheme.multilabel(["a", "b"]), Items(("a",)), Annotators(("x:1",)), *np.array([[0], [0], [1]], np.int32)
    )
    assert callable(rule)
    with pytest.raises(SchemeError, match="multilabel"):
        rule(votes, judgments([0], [0], [True]))
