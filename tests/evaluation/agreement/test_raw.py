from itertools import permutations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.agreement import loops
from evaluation.agreement.published import FLEISS, krippendorff_counts
from variorum.errors import NotCountsError, UnknownNameError
from variorum.evaluation import pairwise_agreement, raw_agreement

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))


def votes_of(row):
    return [label for label, n in enumerate(row) for _ in range(n)]


@given(counts_tables)
def test_pairwise_agreement_is_the_share_of_equal_pairs(counts):
    expected = [
        np.mean([a == b for a, b in permutations(votes_of(row), 2)]) if row.sum() > 1 else np.nan for row in counts
    ]
    np.testing.assert_allclose(pairwise_agreement(counts), expected, atol=1e-12)


@pytest.mark.parametrize("distance", ["linear", "quadratic"])
@given(counts=counts_tables)
def test_labels_agree_in_part_by_their_distance(distance, counts):
    farthest = loops.DISTANCES[distance](0, counts.shape[1] - 1)
    expected = [
        np.mean([1 - loops.DISTANCES[distance](a, b) / farthest for a, b in permutations(votes_of(row), 2)])
        if row.sum() > 1
        else np.nan
        for row in counts
    ]
    np.testing.assert_allclose(pairwise_agreement(counts, distance=distance), expected, atol=1e-12)


def test_values_that_gwet_prints():
    # irrCAC 1.0, vignettes "overview" and "weighting": pa.coeff.raw and the column pa.
    assert raw_agreement(krippendorff_counts()) == pytest.approx(0.8181818, abs=5e-8)
    assert raw_agreement(krippendorff_counts(), distance="quadratic") == pytest.approx(0.9753788, abs=5e-8)
    assert raw_agreement(FLEISS[:15]) == pytest.approx(0.5511111, abs=5e-8)


def test_items_count_equally_and_those_with_one_vote_not_at_all():
    # 1/3, 1 and nothing.
    assert raw_agreement([[2, 1], [9, 0], [1, 0]]) == pytest.approx(2 / 3)
    assert np.isnan(raw_agreement([[1, 0], [0, 1]]))
    assert np.isnan(raw_agreement(np.zeros((0, 2))))


def test_positions_say_how_far_labels_are_apart():
    # Labels at 0, 1 and 10: the first two are as good as the same.
    near, far = [[1, 1, 0]], [[1, 0, 1]]
    assert raw_agreement(near, distance="linear", positions=[0, 1, 10]) == pytest.approx(0.9)
    assert raw_agreement(far, distance="linear", positions=[0, 1, 10]) == pytest.approx(0.0)


@given(counts_tables)
def test_ten_copies_of_every_item_change_nothing(counts):
    assert raw_agreement(np.tile(counts, (10, 1))) == pytest.approx(raw_agreement(counts), abs=1e-9, nan_ok=True)


def test_bad_arguments_are_named():
    with pytest.raises(NotCountsError, match="negative"):
        pairwise_agreement([[-1, 2]])
    with pytest.raises(UnknownNameError, match="distance 'ordinal' is not known"):
        raw_agreement([[1, 2]], distance="ordinal")
