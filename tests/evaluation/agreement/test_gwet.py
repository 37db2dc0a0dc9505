import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.agreement import loops
from evaluation.agreement.published import ABSTRACTORS, FLEISS, krippendorff_counts
from variorum.errors import NotCountsError
from variorum.evaluation import fleiss_kappa, gwet_ac1, gwet_ac2

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))


def test_values_that_gwet_prints():
    # irrCAC 1.0, vignettes "overview" and "weighting"; the first has varying numbers of votes.
    assert gwet_ac1(krippendorff_counts()) == pytest.approx(0.77544, abs=5e-6)
    assert gwet_ac2(krippendorff_counts()) == pytest.approx(0.914, abs=5e-6)
    assert gwet_ac1(FLEISS[:15]) == pytest.approx(0.4448007, abs=5e-8)
    assert gwet_ac2(FLEISS[:15]) == pytest.approx(0.4837438, abs=5e-8)
    rows, columns = np.nonzero(ABSTRACTORS)
    pairs = np.repeat(np.eye(3, dtype=int)[rows] + np.eye(3, dtype=int)[columns], ABSTRACTORS[rows, columns], axis=0)
    assert gwet_ac1(pairs) == pytest.approx(0.8493305, abs=5e-8)
    assert gwet_ac2(pairs) == pytest.approx(0.9402369, abs=5e-8)


@pytest.mark.parametrize("distance", ["nominal", "linear", "quadratic"])
@given(counts=counts_tables)
def test_it_is_the_definition(distance, counts):
    items, labels = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    answers = loops.gather(items, [-1] * items.size, labels)
    k = counts.shape[1]
    expected = np.nan
    if answers:
        farthest = loops.DISTANCES[distance](0, k - 1)
        expected = loops.gwet(answers, k, lambda a, b: loops.DISTANCES[distance](a, b) / farthest)
    assert gwet_ac2(counts, distance=distance) == pytest.approx(expected, abs=1e-9, nan_ok=True)


def test_the_paradox_of_kappa():
    # Of 100 items, two annotators agree on 90 by "no", on none by "yes": 90 % agreement, and a kappa below chance.
    counts = [[2, 0]] * 90 + [[1, 1]] * 10
    # Fleiss: shares .95 and .05, by chance .9025 + .0025 = .905. AC1: by chance 2 * .95 * .05 = .095.
    assert fleiss_kappa(counts) == pytest.approx((0.9 - 0.905) / (1 - 0.905))
    assert gwet_ac1(counts) == pytest.approx((0.9 - 0.095) / (1 - 0.095))


def test_labels_that_nobody_gives_count():
    assert gwet_ac1([[2, 0, 0], [1, 1, 0]]) > gwet_ac1([[2, 0], [1, 1]])


def test_where_it_is_perfect_and_where_undefined():
    assert gwet_ac1([[3, 0], [2, 0]]) == 1.0
    assert np.isnan(gwet_ac1([[3], [2]]))
    assert np.isnan(gwet_ac1([[1, 0], [0, 1]]))
    assert np.isnan(gwet_ac2(np.zeros((0, 2))))


@given(counts_tables)
def test_ten_copies_of_every_item_change_nothing(counts):
    assert gwet_ac1(np.tile(counts, (10, 1))) == pytest.approx(gwet_ac1(counts), abs=1e-9, nan_ok=True)


def test_bad_arguments_are_named():
    with pytest.raises(NotCountsError, match="negative"):
        gwet_ac1([[-1, 2]])
