from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.small_rounds import votes_of
from variorum.annotations import ABSTAINED, ANSWERED, Annotations, Annotators, Items, LabelScheme
from variorum.decomposition import ItemLabelPairs, PairEvidence, item_label_pairs
from variorum.errors import ArgumentError, SchemeError, ShapeError


def one_of_each() -> Annotations:
    """Item 0: label 2 by annotators 0 and 1, label 0 twice by annotator 1; item 2: label 1 by two who are unknown."""
    return votes_of([2, 0, 0, 0, 0, 2, 1], [-1, 0, 1, 1, 1, -1, 0], [1, 2, 2, 0, 0, 1, -1], n=(3, 2, 3), status=STATUS)


STATUS = np.array([ANSWERED] * 6 + [ABSTAINED])


class TestPairs:
    def test_by_hand(self) -> None:
        pairs = item_label_pairs(one_of_each())
        np.testing.assert_array_equal(pairs.item, [0, 0, 2])
        np.testing.assert_array_equal(pairs.label, [0, 2, 1])
        np.testing.assert_array_equal(pairs.of_row, [2, 1, 1, 0, 0, 2, -1])
        np.testing.assert_array_equal(pairs.n_annotators, [1, 2, 2])
        assert len(pairs) == 3

    def test_a_sum_over_rows_leaves_unanswered_ones_out(self) -> None:
        pairs = item_label_pairs(one_of_each())
        np.testing.assert_array_equal(pairs.total(np.array([1, 2, 4, 8, 16, 32, np.nan])), [24, 6, 33])

    def test_an_elicited_distribution_is_no_pair(self) -> None:
        votes = votes_of([0, 0], [0, 1], [-1, 1], n=(1, 2, 2), distribution=[[0.5, 0.5], [np.nan, np.nan]])
        pairs = item_label_pairs(votes)
        np.testing.assert_array_equal(pairs.of_row, [-1, 0])
        np.testing.assert_array_equal(pairs.n_annotators, [1])

    def test_without_a_vote_there_is_none(self) -> None:
        pairs = item_label_pairs(votes_of([], [], [], n=(2, 2, 2)))
        assert len(pairs) == 0
        assert pairs.total(np.zeros(0)).shape == (0,)

    @settings(max_examples=30, deadline=None)
    @given(rows=st.lists(st.tuples(st.integers(0, 3), st.integers(-1, 2), st.integers(0, 2)), max_size=25))
    def test_as_sets_of_people(self, rows: list[tuple[int, int, int]]) -> None:
        people: dict[tuple[int, int], set[str]] = {}
        for row, (item, who, label) in enumerate(rows):
            people.setdefault((item, label), set()).add(f"stranger in row {row}" if who < 0 else f"annotator {who}")
        columns = np.array(rows, np.int64).reshape(-1, 3).T
        pairs = item_label_pairs(votes_of(*columns, n=(4, 3, 3)))
        found = dict(zip(zip(pairs.item.tolist(), pairs.label.tolist(), strict=True), pairs.n_annotators, strict=True))
        assert list(found) == sorted(people)
        assert found == {pair: len(who) for pair, who in people.items()}
        assert [(pairs.item[p], pairs.label[p]) for p in pairs.of_row] == [(item, label) for item, _, label in rows]

    def test_schemes_without_classes_are_refused(self) -> None:
        scheme = LabelScheme.multilabel(["a", "b"])
        votes = Annotations(scheme, Items(("a",)), Annotators(("x:1",)), *np.array([[0], [0], [1]], np.int32))
        with pytest.raises(SchemeError, match="ranking labels by error"):
            item_label_pairs(votes)


class TestEvidence:
    pairs = item_label_pairs(one_of_each())

    @pytest.mark.parametrize(
        ("given_", "match"),
        [
            ({"judgments": np.zeros(3)}, r"judgments has shape \(3,\); it must have \(7,\)"),
            ({"accepted": np.zeros((7, 1))}, r"accepted has shape \(7, 1\); it must have \(7,\)"),
            ({"errors": np.zeros(7, bool)}, r"errors has shape \(7,\); it must have \(3,\)"),
            ({"groups": np.zeros(2, int)}, "groups has 2 rows for 3 items"),
            ({"crowd": np.ones((2, 3))}, r"crowd has shape \(2, 3\) for 3 items and 3 classes"),
            ({"crowd": np.ones((3, 2))}, r"crowd has shape \(3, 2\) for 3 items and 3 classes"),
            ({"crowd": np.ones(3)}, r"crowd has shape \(3,\) for 3 items"),
            ({"trajectories": np.ones((4, 3))}, r"trajectories have shape \(4, 3\)"),
            ({"trajectories": np.ones((4, 2, 3))}, r"trajectories have shape \(4, 2, 3\).* 3 items and 3 classes"),
            ({"trajectories": np.ones((4, 3, 2))}, r"trajectories have shape \(4, 3, 2\).* 3 items and 3 classes"),
            ({"trajectories": np.ones((0, 3, 3))}, r"trajectories have shape \(0, 3, 3\).* an epoch at least"),
        ],
    )
    def test_what_does_not_fit_is_refused(self, given_: dict[str, Any], match: str) -> None:
        with pytest.raises(ShapeError, match=match):
            PairEvidence(self.pairs, **given_)

    def test_evidence_may_reach_beyond_the_items_with_labels(self) -> None:
        evidence = PairEvidence(self.pairs, crowd=np.ones((9, 4)), trajectories=np.ones((1, 9, 4)), groups=np.arange(9))
        assert evidence.need("crowd", "somebody").shape == (9, 4)

    def test_what_is_lacking_is_named(self) -> None:
        match = "the scorer 'mine' needs crowd, and the evidence holds none; pass it, or choose another"
        with pytest.raises(ArgumentError, match=match):
            PairEvidence(self.pairs).need("crowd", "mine")

    def test_without_a_pair_anything_fits(self) -> None:
        none = np.zeros(0, np.int64)
        evidence = PairEvidence(ItemLabelPairs(none, none, none, none), crowd=np.ones((0, 2)), errors=np.zeros(0, bool))
        assert evidence.need("errors", "mine").size == 0
