from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from decomposition.small_rounds import full_design, votes_of
from variorum.annotations import ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme
from variorum.decomposition import Perspectives, find_perspectives
from variorum.decomposition.entries import as_entries
from variorum.decomposition.perspective_model import fit_groups, held_out
from variorum.decomposition.perspectives import _folds, _of_many, group_voters
from variorum.errors import ArgumentError, SchemeError, ShapeError

PLANTED = np.array([0, 1, 0, 0, 1, 0, 1, 1, 0, 0])


def two_groups(seed: int = 0, n_items: int = 80, group: NDArray[np.int64] = PLANTED) -> Annotations:
    """Groups who read every item independently of each other, and nearly all alike within."""
    rng = np.random.default_rng(seed)
    reading = rng.random((n_items, 2)) < 0.5
    return full_design((rng.random((n_items, group.size)) < np.where(reading[:, group], 0.95, 0.05)).astype(int))


def one_population(seed: int, n_items: int = 80, n_annotators: int = 10) -> Annotations:
    rng = np.random.default_rng(seed)
    return full_design((rng.random((n_items, n_annotators)) < rng.random((n_items, 1))).astype(int))


class TestPlantedGroups:
    def test_two_are_found_with_their_members_largest_first(self) -> None:
        found = find_perspectives(two_groups(), rng=0)
        assert found.n_groups == 2
        np.testing.assert_array_equal(found.group, PLANTED)
        np.testing.assert_allclose(found.share, [0.6, 0.4], atol=0.01)

    def test_groups_that_differ_on_a_third_of_the_items_are_found(self) -> None:
        rng = np.random.default_rng(3)
        reading = rng.random((300, 2))
        reading[100:, 1] = reading[100:, 0]
        votes = full_design((rng.random((300, 10)) < reading[:, PLANTED]).astype(int))
        found = find_perspectives(votes, rng=0, most=2)
        np.testing.assert_array_equal(found.group, PLANTED)

    def test_more_groups_say_more_about_unseen_votes(self) -> None:
        found = find_perspectives(two_groups(), rng=0, most=3)
        alone, two, _ = found.counts
        # Alone, a group is certain of labels half the time and level else: at best 1/2 log(1/2) a vote. Two groups know
        # each vote to 95 %, -.05 log .05 - .95 log .95 = .20 nats.
        assert alone.log_score < -0.35
        assert two.log_score > -0.30
        assert two.gain == pytest.approx(two.log_score - alone.log_score)
        assert alone.gain == alone.standard_error == 0.0

    def test_a_gain_within_one_standard_error_is_not_enough(self) -> None:
        # Ten annotators in two groups differ on 20 of 60 items, and seldom: two groups gain less than its error.
        rng = np.random.default_rng(17)
        reading = rng.random((60, 2))
        reading[20:, 1] = reading[20:, 0]
        votes = full_design((rng.random((60, 10)) < reading[:, PLANTED]).astype(int))
        found = find_perspectives(votes, rng=0, most=2, starts=1)
        assert 0 < found.counts[1].gain < found.counts[1].standard_error
        assert found.n_groups == 1

    def test_groups_need_not_vote_on_the_same_items(self) -> None:
        votes = two_groups(n_items=150)
        some = np.random.default_rng(0).random(votes.n_rows) < 0.5
        np.testing.assert_array_equal(find_perspectives(votes.take(some), rng=0, most=2).group, PLANTED)


class TestOneGroup:
    @pytest.mark.parametrize("seed", range(3))
    def test_is_the_answer_where_all_read_alike(self, seed: int) -> None:
        found = find_perspectives(one_population(seed), rng=0)
        assert found.n_groups == 1
        np.testing.assert_array_equal(found.membership, np.ones((10, 1)))

    @pytest.mark.parametrize("seed", range(3))
    @pytest.mark.parametrize("n_classes", [2, 3])
    def test_is_the_answer_for_noise(self, seed: int, n_classes: int) -> None:
        labels = np.random.default_rng(seed).integers(n_classes, size=(100, 12))
        assert find_perspectives(full_design(labels, n_classes), rng=0).n_groups == 1

    def test_is_the_answer_for_noise_of_few_votes_an_item(self) -> None:
        rng = np.random.default_rng(0)
        item = np.repeat(np.arange(200), 5)
        votes = votes_of(item, rng.integers(40, size=1000), rng.integers(5, size=1000), n=(200, 40, 5))
        assert find_perspectives(votes, rng=0).n_groups == 1

    def test_is_the_answer_where_nobody_ever_differs(self) -> None:
        labels = np.repeat(np.random.default_rng(0).integers(2, size=(30, 1)), 6, axis=1)
        assert find_perspectives(full_design(labels), rng=0).n_groups == 1

    def test_is_the_answer_where_all_votes_are_one_label(self) -> None:
        # Two groups of the same reading, which every annotator belongs to by halves, are one.
        found = find_perspectives(full_design(np.zeros((30, 6), np.int64)), rng=0)
        np.testing.assert_array_equal(found.membership, np.ones((6, 1)))

    def test_is_the_answer_where_one_annotator_says_the_reverse(self) -> None:
        rng = np.random.default_rng(1)
        labels = (rng.random((300, 12)) < np.where(rng.random((300, 1)) < 0.5, 0.05, 0.95)).astype(int)
        labels[:, 0] = 1 - labels[:, 1]
        assert find_perspectives(full_design(labels), rng=0).n_groups == 1

    def test_is_the_answer_for_three_annotators(self) -> None:
        found = find_perspectives(two_groups(group=np.array([0, 0, 1])), rng=0)
        assert (found.n_groups, found.counts) == (1, ())

    def test_is_the_answer_where_nobody_is_known(self) -> None:
        found = find_perspectives(votes_of([0, 0, 1], [-1, -1, -1], [0, 1, 1], n=(2, 0, 2)), rng=0)
        assert found.membership.shape == (0, 1)
        assert np.isnan(found.share).all()

    def test_is_the_answer_without_a_vote(self) -> None:
        found = find_perspectives(votes_of([], [], [], n=(2, 3, 2)), rng=0)
        assert (found.n_groups, found.n_left_out) == (1, 0)
        np.testing.assert_array_equal(found.group, [-1, -1, -1])
        assert np.isnan(found.share).all()


class TestWhoIsIn:
    def test_annotators_without_a_vote_are_in_none(self) -> None:
        votes = two_groups()
        more = votes_of(votes.item, votes.annotator + 1, votes.label, n=(80, 12, 2))
        found = find_perspectives(more, rng=0, most=2)
        np.testing.assert_array_equal(found.group, [-1, *PLANTED, -1])
        assert np.isnan(found.membership[[0, 11]]).all()

    def test_unknown_annotators_change_nothing(self) -> None:
        votes = two_groups()
        rng = np.random.default_rng(0)
        item = np.append(votes.item, rng.integers(80, size=50))
        annotator, label = np.append(votes.annotator, np.full(50, -1)), np.append(votes.label, rng.integers(2, size=50))
        found = find_perspectives(votes_of(item, annotator, label, n=(80, 10, 2)), rng=0, most=2)
        np.testing.assert_array_equal(found.membership, find_perspectives(votes, rng=0, most=2).membership)

    def test_an_annotator_of_one_vote_is_in_some_group(self) -> None:
        votes = two_groups()
        item, label = np.append(votes.item, 3), np.append(votes.label, 1)
        found = find_perspectives(votes_of(item, np.append(votes.annotator, 10), label, n=(80, 11, 2)), rng=0, most=2)
        np.testing.assert_array_equal(found.group[:10], PLANTED)
        np.testing.assert_allclose(found.membership[10].sum(), 1.0)

    def test_the_careless_are_left_out_as_if_they_had_never_voted(self) -> None:
        votes, rng = two_groups(), np.random.default_rng(0)
        labels = np.column_stack([votes.label.reshape(80, 10), rng.integers(2, size=(80, 2))])
        found = find_perspectives(full_design(labels), rng=0, most=2, careless=np.arange(12) >= 10)
        without = find_perspectives(votes, rng=0, most=2)
        np.testing.assert_array_equal(found.membership[:10], without.membership)
        assert found.counts == without.counts
        assert np.isnan(found.membership[10:]).all()
        assert found.n_left_out == 2

    def test_who_never_voted_is_not_counted_as_left_out(self) -> None:
        votes = votes_of([0, 1], [0, 1], [0, 1], n=(2, 4, 2))
        found = find_perspectives(votes, rng=0, careless=np.array([True, False, True, False]))
        assert found.n_left_out == 1
        np.testing.assert_array_equal(found.group, [-1, 0, -1, -1])

    def test_votes_of_no_weight_are_no_votes(self) -> None:
        votes = two_groups()
        weights = np.where(votes.annotator == 4, 0.0, 1.0)
        found = find_perspectives(votes, rng=0, weights=weights)
        np.testing.assert_array_equal(found.group, np.where(np.arange(10) == 4, -1, PLANTED))

    def test_rows_that_were_not_answered_may_have_weight_nought(self) -> None:
        votes = two_groups()
        rows = votes_of(
            np.append(votes.item, 0),
            np.append(votes.annotator, 0),
            np.append(votes.label, -1),
            n=(80, 10, 2),
            status=np.append(np.full(votes.n_rows, ANSWERED), UNSURE),
        )
        found = find_perspectives(rows, rng=0, most=2, weights=np.append(np.ones(votes.n_rows), 0.0))
        np.testing.assert_array_equal(found.membership, find_perspectives(votes, rng=0, most=2).membership)


class TestWhatDoesNotMatter:
    def test_the_same_seed_gives_the_same_groups(self) -> None:
        first, second = (find_perspectives(two_groups(), rng=5) for _ in range(2))
        np.testing.assert_array_equal(first.membership, second.membership)
        assert first.counts == second.counts

    @settings(max_examples=4, deadline=None)
    @given(order=st.permutations(range(10)))
    def test_names_and_order_of_annotators(self, order: list[int]) -> None:
        votes = two_groups()
        place = np.array(order)
        renamed = votes_of(votes.item, place[votes.annotator], votes.label, n=(80, 10, 2))
        np.testing.assert_array_equal(find_perspectives(renamed, rng=0, most=2).group[place], PLANTED)

    @settings(max_examples=4, deadline=None)
    @given(seed=st.integers(0, 2**16))
    def test_order_of_rows_and_items_and_classes(self, seed: int) -> None:
        votes, rng = two_groups(), np.random.default_rng(seed)
        rows, items = rng.permutation(votes.n_rows), rng.permutation(80)
        other = votes_of(items[votes.item][rows], votes.annotator[rows], 1 - votes.label[rows], n=(80, 10, 2))
        np.testing.assert_array_equal(find_perspectives(other, rng=0, most=2).group, PLANTED)


class TestFolds:
    def test_the_parts_of_an_elicited_distribution_are_held_out_together(self) -> None:
        rng = np.random.default_rng(0)
        rows = rng.dirichlet(np.ones(4), size=60)
        votes = votes_of(rng.integers(9, size=60), np.arange(60) % 5, np.full(60, -1), n=(9, 5, 4), distribution=rows)
        entries = as_entries(votes)
        fold = _folds(entries, 3, rng)
        assert entries.size == 240
        assert all(np.unique(fold[entries.row == row]).size == 1 for row in range(60))
        np.testing.assert_array_equal(np.unique(fold), [0, 1, 2])


class TestSmallGroups:
    def test_a_group_that_one_annotator_is_in_is_dropped(self) -> None:
        membership = np.array([[0.9, 0.1, 0.0], [0.8, 0.2, 0.0], [0.1, 0.6, 0.3], [0.2, 0.7, 0.1], [0.3, 0.1, 0.6]])
        # The last group goes; the last annotator was 3 to 1 in the first of those left.
        expected = [[0.9, 0.1], [0.8, 0.2], [0.1 / 0.7, 0.6 / 0.7], [0.2 / 0.9, 0.7 / 0.9], [0.75, 0.25]]
        np.testing.assert_allclose(_of_many(membership), expected)

    def test_who_was_wholly_in_a_dropped_group_is_anywhere(self) -> None:
        # Nought over nought, once: the memberships of such an annotator were nan, as if they had not voted.
        membership = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
        np.testing.assert_array_equal(_of_many(membership)[4], [0.5, 0.5])

    def test_the_largest_group_comes_first(self) -> None:
        membership = np.array([[1.0, 0.0], [1.0, 0.0], [np.nan, np.nan], [0.0, 1.0], [0.0, 1.0], [0.0, 1.0]])
        np.testing.assert_array_equal(_of_many(membership), membership[:, ::-1])


class TestGroupVoters:
    def test_strangers_and_those_of_no_group_are_in_the_largest(self) -> None:
        # Voters are annotators 0, 1, 3, 4 and the unknown; groups 2, 5, -1, 5: the largest is 5.
        votes = votes_of([0, 0, 0, 1, 1], [0, 1, 3, 4, -1], [0, 1, 0, 1, 1], n=(2, 5, 2))
        group = group_voters(as_entries(votes), np.array([2, 5, 2, -1, 5]))
        np.testing.assert_array_equal(group, [0, 1, 1, 1, 1])

    def test_without_a_known_group_all_are_in_one(self) -> None:
        votes = votes_of([0, 0], [0, -1], [0, 1], n=(1, 1, 2))
        np.testing.assert_array_equal(group_voters(as_entries(votes), np.array([-1])), [0, 0])


def test_groups_by_hand() -> None:
    found = Perspectives(np.array([[0.25, 0.75], [np.nan, np.nan], [0.6, 0.4]]), ())
    assert found.n_groups == 2
    np.testing.assert_array_equal(found.group, [1, -1, 0])
    np.testing.assert_allclose(found.share, [0.425, 0.575])


class TestRefused:
    def test_no_group(self) -> None:
        with pytest.raises(ArgumentError, match="most = 0 must be 1 or more groups"):
            find_perspectives(two_groups(), rng=0, most=0)

    def test_one_fold(self) -> None:
        with pytest.raises(ArgumentError, match="folds = 1 must be 2 or more"):
            find_perspectives(two_groups(), rng=0, folds=1)

    def test_weights_out_of_range(self) -> None:
        weights = np.ones(800)
        weights[[3, 5]] = [1.5, -1.0]
        with pytest.raises(ArgumentError, match=r"weights\[3\] = 1.5 must lie in \[0, 1\]; 2 are affected"):
            find_perspectives(two_groups(), rng=0, weights=weights)

    def test_too_few_weights(self) -> None:
        with pytest.raises(ShapeError, match="weights must have 800 values, not 2"):
            find_perspectives(two_groups(), rng=0, weights=[1, 1])

    def test_a_mask_of_the_wrong_length(self) -> None:
        with pytest.raises(ShapeError, match=r"careless has shape \(2,\); there are 10 annotators"):
            find_perspectives(two_groups(), rng=0, careless=np.array([True, False]))

    def test_no_source_of_randomness(self) -> None:
        with pytest.raises(ArgumentError, match=r"rng must be a numpy\.random\.Generator or a non-negative seed"):
            find_perspectives(two_groups(), rng=-1)

    @pytest.mark.parametrize("scheme", [LabelScheme.multilabel(["a", "b"]), LabelScheme.numeric(0, 1)])
    def test_schemes_without_classes(self, scheme: LabelScheme) -> None:
        votes = Annotations(
            scheme,
            Items(("a",)),
            Annotators(("x:1",)),
            np.array([0]),
            np.array([0]),
            np.array([-1]),
            value=np.array([0.5]) if scheme.kind == "numeric" else None,
        )
        with pytest.raises(SchemeError, match="finding perspectives"):
            find_perspectives(votes, rng=0)


def test_the_score_is_of_votes_that_the_fit_has_not_seen() -> None:
    entries = as_entries(two_groups(n_items=40))
    fold = _folds(entries, 4, np.random.default_rng(7))
    score = np.zeros(entries.size)
    for k in range(4):
        train = entries.take(fold != k)
        score[fold == k] = held_out(fit_groups(train, 1, np.random.default_rng(0)), train, entries.take(fold == k))
    found = find_perspectives(two_groups(n_items=40), rng=np.random.default_rng(7), folds=4)
    assert found.counts[0].log_score == pytest.approx(score.mean())
