"""ACTOR: entropies of annotators, alone and together, against logits; pairs that can be asked."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax
from scipy.stats import entropy

from variorum.acquisition import actor_group, actor_individual, actor_mixed, actor_vote_variance
from variorum.acquisition.actor import group_entropy, vote_variance
from variorum.annotations import PoolView
from variorum.errors import ArgumentError
from views import view_of, views


@given(st.integers(0, 10_000), st.integers(1, 6), st.integers(2, 5))
def test_group_entropy_of_probabilities_is_that_of_the_logits(seed: int, n_annotators: int, n_classes: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (n_annotators, 7, n_classes))
    paper = entropy(softmax(logits.sum(axis=0), axis=1), axis=1)
    np.testing.assert_allclose(group_entropy(softmax(logits, axis=2)), paper, atol=1e-10)


def test_one_annotator_who_rules_a_class_out_leaves_the_entropy_finite() -> None:
    assert group_entropy(np.array([[[1.0, 0.0]], [[0.0, 1.0]]])) == pytest.approx(np.log(2))


@given(st.integers(0, 10_000), st.integers(1, 8))
def test_vote_variance_of_two_classes_is_the_variance_of_the_class_number(seed: int, n_annotators: int) -> None:
    predicted = np.random.default_rng(seed).dirichlet(np.ones(2), (n_annotators, 6))
    np.testing.assert_allclose(vote_variance(predicted), predicted.argmax(axis=2).var(axis=0), atol=1e-12)


def test_vote_variance_does_not_care_which_classes_are_far_apart_by_number() -> None:
    # Votes 0 and 1, then 0 and 2: shares (1/2, 1/2, 0), (1 - 1/2) / 2 = .25 both. A tie is half a vote for each.
    one, two, last, tied = [0.8, 0.1, 0.1], [0.1, 0.8, 0.1], [0.1, 0.1, 0.8], [0.4, 0.4, 0.2]
    np.testing.assert_allclose(vote_variance(np.array([[one, one, tied], [two, last, tied]])), 0.25)


# Two items, three annotators; the first pair of item 0 is sold out, item 1 was answered by nobody yet.
CLEAR, OPEN, HALF = [0.99, 0.01], [0.5, 0.5], [0.8, 0.2]
BY_ANNOTATOR = np.array([[OPEN, CLEAR], [CLEAR, HALF], [HALF, CLEAR]])


def _pool(**more: object) -> PoolView:
    given: dict[str, object] = {
        "pair_start": np.array([0, 2, 5]),
        "pair_annotator": np.array([1, 2, 0, 1, 2], np.int32),
        "pair_left": np.ones(5, np.int64),
        "prices": np.ones(4, np.int64),
        "by_annotator": BY_ANNOTATOR,
    }
    return view_of(np.full((1, 2, 2), 0.5), **given | more)


def test_individual_entropy_picks_the_least_certain_annotator_among_those_who_can_be_asked() -> None:
    picks = actor_individual(_pool(), 2, np.random.default_rng(0))
    assert picks.annotator is not None
    # H(.8, .2) = .5004 for (item 0, annotator 2) and (item 1, annotator 1); annotator 0 is open on item 0 but sold out.
    assert sorted(zip(picks.item.tolist(), picks.annotator.tolist(), strict=True)) == [(0, 2), (1, 1)]
    np.testing.assert_allclose(picks.score, 0.500402, atol=1e-6)


def test_mixed_adds_the_groups_entropy() -> None:
    picks = actor_mixed(_pool(), 1, np.random.default_rng(0))
    # Group of item 0: .5 x .99 x .8 against .5 x .01 x .2; of item 1: .99 x .8 x .99 against .01 x .2 x .01.
    of_group = [entropy([0.396, 0.001]), entropy([0.78408, 0.00002])]
    assert of_group[0] > of_group[1]
    assert picks.item.tolist() == [0]
    assert picks.annotator is not None
    assert picks.annotator.tolist() == [2]
    np.testing.assert_allclose(picks.score, of_group[0] + entropy([0.8, 0.2]))


def test_an_unknown_annotator_is_as_uncertain_as_the_group() -> None:
    view = _pool(pair_annotator=np.array([-1, 1, 0, 1, 2], np.int32), pair_left=np.array([1, 0, 1, 1, 1]))
    picks = actor_individual(view, 2, np.random.default_rng(0))
    assert picks.item.tolist() == [1, 0]
    assert picks.annotator is not None
    assert picks.annotator.tolist() == [1, -1]
    assert picks.score[1] == pytest.approx(entropy([0.396, 0.001]))


def test_group_and_vote_variance_leave_the_annotator_to_assignment_and_ask_again() -> None:
    view = _pool(asked=np.array([3, 0]))
    for pick in (actor_group, actor_vote_variance):
        picks = pick(view, 2, np.random.default_rng(0))
        assert picks.annotator is None
        assert picks.item.tolist() == [0, 1]


@given(views)
def test_the_picked_pair_is_its_items_best(view: PoolView) -> None:
    picks = actor_individual(view, 3, np.random.default_rng(0))
    assert picks.annotator is not None
    by_annotator = view.given("by_annotator", "the test")
    for item, who, score in zip(picks.item, picks.annotator, picks.score, strict=True):
        others = [a for a in view.annotators_of(int(item)) if a >= 0]
        if who >= 0:
            assert score == pytest.approx(max(entropy(by_annotator[a, item]) for a in others))


@pytest.mark.parametrize("pick", [actor_group, actor_individual, actor_mixed, actor_vote_variance])
def test_without_a_model_of_annotators_the_remedy_is_named(pick: type) -> None:
    with pytest.raises(ArgumentError, match=r"ACTOR reads by_annotator, .*--set annotators=heads"):
        pick(view_of([[[0.5, 0.5]]]), 1, np.random.default_rng(0))
