import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import entropy_split


@given(
    arrays(np.float64, st.integers(0, 20), elements=st.sampled_from([0.0, 0.5, 1.0, np.nan])),
    st.floats(0, 1),
    st.integers(0, 99),
)
def test_the_llm_gets_the_lowest_entropies_up_to_its_share(entropies, share, seed):
    to_llm = entropy_split(entropies, share, seed)
    answered = np.isfinite(entropies)
    assert to_llm.sum() == min(int(np.floor(share * entropies.size + 1e-9)), answered.sum())
    assert not to_llm[~answered].any()
    if to_llm.any() and (answered & ~to_llm).any():
        assert entropies[to_llm].max() <= entropies[answered & ~to_llm].min()


def test_ties_are_drawn_and_repeat_with_the_seed():
    chosen = np.mean([entropy_split([0.0, 0.0, 0.0, 1.0], 0.25, seed) for seed in range(600)], axis=0)
    # A third each, standard deviation sqrt(2/9 / 600) = .019.
    np.testing.assert_allclose(chosen, [1 / 3, 1 / 3, 1 / 3, 0], atol=0.08)
    np.testing.assert_array_equal(entropy_split(np.zeros(9), 0.5, 1), entropy_split(np.zeros(9), 0.5, 1))


def test_a_share_means_its_whole_number():
    # .29 * 100 is 28.999999999999996.
    assert entropy_split(np.arange(100.0), 0.29, 0).sum() == 29
    assert entropy_split(np.arange(10.0), 0.39, 0).sum() == 3


def test_bad_arguments_are_named():
    with pytest.raises(ArgumentError, match=r"share must lie in \[0, 1\], not 1.2"):
        entropy_split([0.1], 1.2, 0)
    with pytest.raises(ArgumentError, match=r"entropies\[1\] = -0.5 must be 0 or more and finite, or nan"):
        entropy_split([0.1, -0.5], 0.5, 0)
    with pytest.raises(ShapeError, match="entropies must have 1 axes, not 2"):
        entropy_split([[0.1]], 0.5, 0)
