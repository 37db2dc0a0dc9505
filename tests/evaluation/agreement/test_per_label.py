from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from variorum.errors import NotCountsError, ShapeError
from variorum.evaluation import krippendorff_alpha, label_agreement

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))


@given(counts_tables)
def test_alpha_of_a_label_is_alpha_of_two_classes(counts):
    found = label_agreement(counts)
    for k in range(counts.shape[1]):
        binary = np.stack([counts.sum(axis=1) - counts[:, k], counts[:, k]], axis=1)
        assert found.alpha[k] == pytest.approx(krippendorff_alpha(binary), abs=1e-9, nan_ok=True)


@given(counts_tables)
def test_specific_agreement_is_the_chance_that_another_one_says_it_too(counts):
    found = label_agreement(counts)
    given_, both, n = np.zeros(counts.shape[1]), np.zeros(counts.shape[1]), 0
    for row in counts[counts.sum(axis=1) > 1]:
        votes = [label for label, m in enumerate(row) for _ in range(m)]
        n += len(votes)
        for a, b in permutations(votes, 2):
            given_[a] += 1 / (len(votes) - 1)
            both[a] += (a == b) / (len(votes) - 1)
    for k in range(counts.shape[1]):
        expected = both[k] / given_[k] if given_[k] else np.nan
        assert found.specific[k] == pytest.approx(expected, abs=1e-9, nan_ok=True)
        assert found.share[k] == pytest.approx(given_[k] / n if n else np.nan, abs=1e-9, nan_ok=True)


def test_several_labels_at_once():
    # Two labels on three items with three answers each: how many left them out, how many gave them.
    counts = np.array([[[0, 3], [3, 0]], [[3, 0], [2, 1]], [[1, 2], [1, 2]]])
    found = label_agreement(counts)
    assert found.alpha == pytest.approx([krippendorff_alpha(counts[:, k]) for k in range(2)])
    assert found.share == pytest.approx([5 / 9, 3 / 9])


def test_where_it_is_undefined():
    found = label_agreement([[2, 0, 0], [1, 1, 0]])
    assert np.isnan(found.alpha[2])
    assert np.isnan(found.specific[2])
    assert found.share[2] == 0
    assert np.isnan(label_agreement([[1, 0]]).share).all()


def test_bad_arguments_are_named():
    with pytest.raises(NotCountsError, match="not in whole votes"):
        label_agreement([[0.5, 0.5]])
    with pytest.raises(ShapeError, match="must have 2 axes, not 3"):
        label_agreement(np.zeros((1, 2, 3)))
