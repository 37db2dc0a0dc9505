from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ArgumentError, NotCountsError, SchemeError, UnknownNameError
from variorum.labels import normalize, population_weights, vote_counts


def test_counts_leave_out_what_was_not_answered(table):
    votes = table([0, 0, 0, 1], [0, 1, 2, 0], [1, -1, 1, 0], status=np.array([0, 1, 0, 0], np.int8))
    assert vote_counts(votes).tolist() == [[0, 2], [1, 0]]


def test_counts_take_population_weights(table):
    votes = table([0, 0, 0], [0, 1, -1], [0, 1, 1])
    # Annotator 0 weighs 2, annotator 1 weighs 0.5, the unknown one 1.
    assert vote_counts(votes, weights=[2, 0.5]).tolist() == [[2, 1.5]]


@pytest.mark.parametrize(
    ("scheme", "value", "remedy"),
    [
        (LabelScheme.multilabel(["a", "b"]), None, "aggregate each label by itself"),
        (LabelScheme.numeric(0, 1), [0.5], "bin the values"),
    ],
)
def test_counts_refuse_schemes_without_one_class_an_answer(scheme, value, remedy):
    label = [0] if value is None else [-1]
    votes = Annotations(scheme, Items(("i",)), Annotators(("t:0",)), [0], [0], label, value=value)
    with pytest.raises(SchemeError, match=remedy):
        vote_counts(votes)


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 50))
def test_normalize_does_not_depend_on_the_scale(seed, factor):
    counts = np.random.default_rng(seed).integers(0, 4, (6, 3))
    np.testing.assert_allclose(normalize(counts), normalize(counts * factor), rtol=1e-12)
    voted = counts.sum(axis=1) > 0
    np.testing.assert_allclose(normalize(counts)[voted].sum(axis=1), 1)
    assert np.isnan(normalize(counts)[~voted]).all()


def test_normalize_rules_for_empty_rows():
    assert normalize([[0, 0], [1, 3]], empty="uniform").tolist() == [[0.5, 0.5], [0.25, 0.75]]
    with pytest.raises(NotCountsError, match=r"counts\[1\] holds no vote; 2 of 3 rows are affected"):
        normalize([[1, 0], [0, 0], [0, 0]], empty="error")
    with pytest.raises(UnknownNameError, match="Did you mean 'uniform'"):
        normalize([[1, 0]], empty="unifrom")  # type: ignore[arg-type]
    with pytest.raises(NotCountsError, match=r"counts\[0\] = \[-1.0, 2.0\]"):
        normalize([[-1, 2]])
    assert normalize(np.empty((0, 3))).shape == (0, 3)


PEOPLE = Annotators(
    tuple(f"t:{i}" for i in range(5)), attributes={"group": ("a", "a", "a", "b", None), "empty": (None,) * 5}
)


def test_population_weights_reach_the_shares():
    each = population_weights(PEOPLE, "group", {"a": 0.25, "b": 0.75}, other=0)
    # Four people are in a group: a's three share 0.25 * 4 = 1, b's one has 0.75 * 4 = 3.
    np.testing.assert_allclose(each, [1 / 3, 1 / 3, 1 / 3, 3, 0])


def test_population_weights_by_kind():
    people = Annotators(("t:0", "t:1", "t:2"), kind=("human", "llm", "llm"))
    np.testing.assert_allclose(population_weights(people, "kind", {"human": 1, "llm": 0}), [3, 0, 0])


@pytest.mark.parametrize(
    ("attribute", "shares", "other", "error", "message"),
    [
        ("age", {"a": 1}, None, UnknownNameError, "no attribute 'age'; there are: kind, group"),
        ("group", {"a": 0.5, "b": 0.6}, 0, ArgumentError, r"sum to one \(sum 1.1\)"),
        ("group", {"a": 1.5, "b": -0.5}, 0, ArgumentError, "must be 0 or more"),
        ("group", {"a": 0.5, "b": 0.5}, None, ArgumentError, "annotator 't:4' has group = None.*1 of 5"),
        ("group", {"a": 0.5, "c": 0.5}, 1, ArgumentError, "group 'c', which no annotator has"),
        ("group", {"a": 0.5, "b": 0.5}, -1, ArgumentError, "other = -1"),
    ],
)
def test_population_weights_refuse(attribute, shares, other, error, message):
    with pytest.raises(error, match=message):
        population_weights(PEOPLE, attribute, shares, other=other)
