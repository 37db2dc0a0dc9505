from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.references import accuracy, dense, shares, top
from variorum.errors import SchemeError, UnknownNameError
from variorum.labels import wawa


def test_golden_by_hand(table):
    # Majorities: item 0 is 0 (2 of 3), item 1 is 1 (2 of 3), item 2 ties.
    # Annotator 0 agrees on 0 and 1 and half on 2: 2.5 / 3. Annotator 1: 1, 0, 1/2: 1.5 / 3. Annotator 2: 0, 1: 1 / 2.
    votes = table([0, 0, 0, 1, 1, 1, 2, 2], [0, 1, 2, 0, 1, 2, 0, 1], [0, 0, 1, 1, 0, 1, 0, 1])
    estimate = wawa(votes)
    skill = np.array([2.5 / 3, 0.5, 0.5])
    np.testing.assert_allclose(estimate.skill, skill)
    # Item 0: (5/6 + 1/2) against 1/2; item 1: 1/2 against 5/6 + 1/2; item 2: 5/6 against 1/2.
    np.testing.assert_allclose(estimate.posterior, [[8 / 11, 3 / 11], [3 / 11, 8 / 11], [5 / 8, 3 / 8]])
    # The tie goes to class 0: annotator 0 then agrees on all, annotator 1 once in three.
    np.testing.assert_allclose(wawa(votes, ties="first").skill, [1, 1 / 3, 1 / 2])


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from(["share", "first"]))
def test_equals_the_dense_reference(crowd, seed, ties):
    votes = crowd(seed)
    rows = dense(votes)
    plain = shares(rows, dict.fromkeys(rows.annotators, 1.0))
    skill = accuracy(rows, {i: top(plain[i], ties) for i in rows.items})
    expected = shares(rows, skill)
    estimate = wawa(votes, ties=ties)
    np.testing.assert_allclose(estimate.posterior[rows.items], [expected[i] for i in rows.items], atol=1e-12)
    np.testing.assert_allclose(estimate.skill[rows.annotators], [skill[a] for a in rows.annotators], atol=1e-12)


def test_what_it_refuses(table):
    with pytest.raises(SchemeError, match="all annotators are unknown: no skill"):
        wawa(table([0, 0], [-1, -1], [0, 1]))
    with pytest.raises(UnknownNameError, match="Did you mean 'first'"):
        wawa(table([0], [0], [0]), ties="frist")
