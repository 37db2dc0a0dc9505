from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from variorum.annotations import Annotators
from variorum.reporting.decomposition.given_groups import compare_with_given


def people(**attributes: tuple[str | None, ...]) -> Annotators:
    n = len(next(iter(attributes.values())))
    return Annotators(tuple(f"x:{a}" for a in range(n)), attributes=attributes)


def rand_index(one: list[int], other: list[str]) -> float:
    """Hubert and Arabie 1985, equation 5, by counting pairs of people."""
    pairs = list(combinations(range(len(one)), 2))
    both = sum(one[a] == one[b] and other[a] == other[b] for a, b in pairs)
    first = sum(one[a] == one[b] for a, b in pairs)
    second = sum(other[a] == other[b] for a, b in pairs)
    expected = first * second / comb(len(one), 2)
    return (both - expected) / ((first + second) / 2 - expected)


@settings(max_examples=20)
@given(st.lists(st.tuples(st.integers(0, 1), st.sampled_from("nse")), min_size=5, max_size=12))
def test_the_index_counts_pairs(division: list[tuple[int, str]]) -> None:
    group, camp = [g for g, _ in division], [c for _, c in division]
    found = compare_with_given(np.array(group), people(camp=tuple(camp)), np.random.default_rng(0))
    if 2 <= len(set(camp)) <= len(camp) - 1 and len(set(group)) > 1:
        assert found[0].rand == pytest.approx(rand_index(group, camp))
        assert found[0].table.sum() == len(group)


def test_three_against_three_cannot_have_a_small_p() -> None:
    # Of the 20 ways to divide six people in threes, two are the same division: p is 0.1, up to the draws.
    found = compare_with_given(np.array([0, 0, 0, 1, 1, 1]), people(camp=tuple("nnnsss")), np.random.default_rng(1))
    assert found[0].rand == 1.0
    assert found[0].p_value == pytest.approx(0.1, abs=0.03)
    assert found[0].table.tolist() == [[3, 0], [0, 3]]


def test_people_of_whom_something_is_not_known_do_not_count() -> None:
    group = np.array([0, 0, -1, 1, 1, 1, 0])
    found = compare_with_given(group, people(camp=("n", "n", "s", "s", "s", None, "n")), np.random.default_rng(0))
    assert found[0].table.tolist() == [[3, 0], [0, 2]]


def test_what_makes_no_groups_is_left_out_and_the_closest_comes_first() -> None:
    group = np.array([0] * 8 + [1] * 8)
    known = people(
        one=("same",) * 16,
        each=tuple(map(str, range(16))),
        noise=tuple("ab" * 8),
        camp=tuple("n" * 8 + "s" * 8),
    )
    found = compare_with_given(group, known, np.random.default_rng(0))
    assert [each.attribute for each in found] == ["camp", "noise"]
    assert found[0].p_value < 0.01 < 0.5 < found[1].p_value
    assert compare_with_given(group, Annotators(known.ids), np.random.default_rng(0)) == ()
