import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from evaluation.agreement import loops
from evaluation.agreement.published import FLEISS, krippendorff_counts
from variorum.errors import NotCountsError
from variorum.evaluation import fleiss_kappa

counts_tables = arrays(np.int64, st.tuples(st.integers(1, 6), st.integers(2, 4)), elements=st.integers(0, 4))


def test_the_table_of_fleiss():
    # Fleiss 1971 prints .430 (p. 381), with the shares of the labels .144, .144, .167, .306 and .239.
    assert fleiss_kappa(FLEISS) == pytest.approx(0.430, abs=5e-4)
    np.testing.assert_allclose(FLEISS.sum(axis=0) / 180, [0.144, 0.144, 0.167, 0.306, 0.239], atol=5e-4)


def test_values_that_gwet_prints():
    # irrCAC 1.0, vignettes "overview" and "weighting"; the first has varying numbers of votes.
    assert fleiss_kappa(krippendorff_counts()) == pytest.approx(0.76117, abs=5e-6)
    assert fleiss_kappa(krippendorff_counts(), distance="quadratic") == pytest.approx(0.86494, abs=5e-6)
    assert fleiss_kappa(FLEISS[:15]) == pytest.approx(0.4139265, abs=5e-8)
    assert fleiss_kappa(FLEISS[:15], distance="quadratic") == pytest.approx(0.2511909, abs=5e-8)


@pytest.mark.parametrize("distance", ["nominal", "linear", "quadratic"])
@given(counts=counts_tables)
def test_kappa_is_the_definition(distance, counts):
    items, labels = np.repeat(np.indices(counts.shape).reshape(2, -1), counts.ravel(), axis=1)
    answers = loops.gather(items, [-1] * items.size, labels)
    if not answers:
        assert np.isnan(fleiss_kappa(counts, distance=distance))
        return
    expected = loops.fleiss(answers, counts.shape[1], loops.DISTANCES[distance])
    assert fleiss_kappa(counts, distance=distance) == pytest.approx(expected, abs=1e-9, nan_ok=True)


@given(counts=counts_tables, seed=st.integers(0, 2**32 - 1))
def test_order_of_items_and_classes_does_not_matter(counts, seed):
    rng = np.random.default_rng(seed)
    shuffled = counts[rng.permutation(len(counts))][:, rng.permutation(counts.shape[1])]
    assert fleiss_kappa(shuffled) == pytest.approx(fleiss_kappa(counts), nan_ok=True)


def test_where_it_is_perfect_and_where_undefined():
    assert fleiss_kappa([[3, 0], [0, 2]]) == 1.0
    assert np.isnan(fleiss_kappa([[3, 0], [2, 0]]))
    assert np.isnan(fleiss_kappa([[1, 0], [0, 1]]))
    assert np.isnan(fleiss_kappa(np.zeros((0, 2))))


@given(counts_tables)
def test_ten_copies_of_every_item_change_nothing(counts):
    assert fleiss_kappa(np.tile(counts, (10, 1))) == pytest.approx(fleiss_kappa(counts), abs=1e-9, nan_ok=True)


def test_bad_arguments_are_named():
    with pytest.raises(NotCountsError, match="not in whole votes"):
        fleiss_kappa([[0.5, 1.5]])
