"""Distance correlation against the textbook's double centring, written out in full."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import cdist
from scipy.stats import pearsonr, spearmanr

from variorum.errors import UnknownNameError
from variorum.evaluation import distance_correlation, entropy, entropy_correlation


def double_centred(x):
    d = cdist(x, x)
    return d - d.mean(axis=0) - d.mean(axis=1)[:, None] + d.mean()


def textbook(human, model):
    a, b = double_centred(human), double_centred(model)
    return np.sqrt((a * b).mean() / np.sqrt((a * a).mean() * (b * b).mean()))


def related(n, n_classes, seed, share=0.5):
    rng = np.random.default_rng(seed)
    human, noise = rng.dirichlet(np.ones(n_classes), (2, n))
    return human, share * human + (1 - share) * noise


# 1,025 rows and more start threads; 513 and 1,024 sit at the edges of the blocks.
@pytest.mark.parametrize("n", [2, 3, 341, 512, 513, 1024, 1025, 2600])
@pytest.mark.parametrize("n_classes", [2, 3, 10])
def test_equals_double_centring(n, n_classes):
    human, model = related(n, n_classes, seed=n)
    assert distance_correlation(human, model) == pytest.approx(textbook(human, model), abs=1e-12)


def test_equals_double_centring_on_nearly_independent_rows():
    human, model = related(1500, 3, seed=5, share=0.0)
    assert distance_correlation(human, model) == pytest.approx(textbook(human, model), abs=1e-11)


@given(st.integers(0, 2**32 - 1), st.integers(2, 60))
def test_repeated_rows_are_weighed_not_dropped(seed, n):
    rng = np.random.default_rng(seed)
    human, model = (rng.multinomial(4, [0.5, 0.3, 0.2], n) / 4 for _ in range(2))
    if np.ptp(human, axis=0).max() == 0 or np.ptp(model, axis=0).max() == 0:
        assert distance_correlation(human, model) == 0
        return
    a, b = double_centred(human), double_centred(model)
    squared = max((a * b).mean(), 0) / np.sqrt((a * a).mean() * (b * b).mean())
    assert distance_correlation(human, model) ** 2 == pytest.approx(squared, abs=1e-12)


@given(st.integers(0, 2**32 - 1))
def test_invariances(seed):
    human, model = related(40, 3, seed)
    rng = np.random.default_rng(seed)
    value = distance_correlation(human, model)
    rows, left, right = rng.permutation(40), rng.permutation(3), rng.permutation(3)
    assert distance_correlation(human[rows], model[rows]) == value
    assert distance_correlation(model, human) == pytest.approx(value, abs=1e-12)
    assert distance_correlation(human[:, left], model[:, right]) == pytest.approx(value, abs=1e-12)
    assert distance_correlation(human, 0.3 * human + 0.7 / 3) == pytest.approx(1, abs=1e-9)
    assert 0 <= value <= 1


def test_a_constant_side_is_0_by_convention_and_rounding_does_not_hide_it():
    human, _ = related(50, 3, seed=1)
    uniform = np.full((50, 3), 1 / 3)
    noisy = uniform + 1e-16 * np.random.default_rng(0).integers(-1, 2, uniform.shape)
    assert distance_correlation(human, uniform) == 0
    assert distance_correlation(uniform, human) == 0
    assert distance_correlation(human, noisy) == 0
    assert distance_correlation(human[:1], human[:1]) == 0
    assert np.isnan(distance_correlation(np.empty((0, 3)), np.empty((0, 3))))


def test_memory_stays_far_below_one_n_by_n_matrix():
    human, model = related(6000, 3, seed=0)
    tracemalloc.start()
    distance_correlation(human, model)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # One 6,000 x 6,000 matrix is 288 MB; four lanes of two 2 MB blocks and some columns are about 20 MB.
    assert peak < 40e6


@given(st.integers(0, 2**32 - 1))
def test_entropy_correlation_is_scipys(seed):
    human, model = related(30, 4, seed)
    a, b = entropy(human), entropy(model)
    assert entropy_correlation(human, model) == pytest.approx(pearsonr(a, b).statistic, abs=1e-12)
    assert entropy_correlation(human, model, kind="spearman") == pytest.approx(spearmanr(a, b).statistic, abs=1e-12)


def test_spearman_takes_permuted_rows_as_ties():
    # Rows 0 and 1 have one entropy; ranks (1.5, 1.5, 3) against (1, 2, 3): cov .5*... = 1.5 / sqrt(1.5 * 2).
    human = [[0.7, 0.1, 0.2], [0.1, 0.2, 0.7], [1 / 3, 1 / 3, 1 / 3]]
    model = [[0.9, 0.05, 0.05], [0.6, 0.2, 0.2], [0.4, 0.3, 0.3]]
    assert entropy_correlation(human, model, kind="spearman") == pytest.approx(1.5 / np.sqrt(3))


def test_entropy_correlation_is_nan_where_undefined():
    human, _ = related(5, 3, seed=2)
    assert np.isnan(entropy_correlation(human, np.full((5, 3), 1 / 3)))
    assert np.isnan(entropy_correlation(np.eye(3), human[:3]))
    assert np.isnan(entropy_correlation(human[:1], human[:1]))
    assert np.isnan(entropy_correlation(np.empty((0, 3)), np.empty((0, 3))))


def test_an_unknown_kind_is_refused():
    with pytest.raises(UnknownNameError, match=r"kind 'kendall' is not known.*pearson, spearman"):
        entropy_correlation([[1, 0]], [[1, 0]], kind="kendall")
