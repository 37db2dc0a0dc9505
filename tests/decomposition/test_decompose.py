from __future__ import annotations

import numpy as np
import pytest

from decomposition.reading_votes import crowd, table
from variorum.decomposition import decompose
from variorum.errors import ArgumentError

PLAIN = crowd(0)


@pytest.mark.parametrize("constant", [0.0, 0.1, 3.3, 1e9 / 7, 1e200, np.nan])
def test_constant_evidence_changes_nothing(constant: float) -> None:
    # Seen: a mean that is off by its last digit left a column of plus or minus ones, and errors moved by 0.1.
    evidence = np.full((PLAIN.n_rows, 1), constant)
    np.testing.assert_array_equal(decompose(PLAIN, evidence=evidence).error, decompose(PLAIN).error)


@pytest.mark.parametrize("weights", [[0, 0, 0], [0, 0, 1]])
def test_a_population_of_nobody(weights: list[float]) -> None:
    # Seen: a ZeroDivisionError. The third annotator has no vote.
    votes = table([0, 0, 1], [0, 1, 0], [0, 1, 1], n_annotators=3)
    with pytest.raises(ArgumentError, match="weights are 0 for all annotators with a vote; the population has nobody"):
        decompose(votes, weights=weights)


def test_what_the_others_make_of_an_item_that_a_large_group_agrees_on() -> None:
    # Seen: 250 votes of the first group made a type's posterior 0 in numbers, and taking them away again made that type
    # certain: the first group was expected to read 1 where the only other vote is 0.
    n = 250
    item = np.repeat([0, 1, 0, 1], [n, n, 1, 1])
    annotator = np.concatenate((np.arange(n), np.arange(n), [n, n]))
    votes = table(item, annotator, np.repeat([0, 1, 0, 1], [n, n, 1, 1]))
    expected = decompose(votes, groups=np.repeat([0, 1], [n, 1])).model.units.prior
    assert expected is not None
    # Units are item by item, and group by group within.
    assert (expected[:2, 0] > 0.5).all()
    assert (expected[2:, 1] > 0.5).all()


def test_a_scheme_of_one_label() -> None:
    # Seen: answers that could not depend on the item were all errors. Nothing tells them, and one in ten stays one.
    votes = table([0, 0, 1], [0, 1, 0], [0, 0, 0], n_classes=1)
    found = decompose(votes)
    np.testing.assert_allclose(found.error, 0.1)
    np.testing.assert_array_equal(found.distribution, 1.0)
    assert found.notes == ()
