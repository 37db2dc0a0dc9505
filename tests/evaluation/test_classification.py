import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.evaluation import accuracy, class_f1, f1, majority_vote_accuracy


@given(st.integers(0, 2**32 - 1), st.integers(1, 20), st.sampled_from(["micro", "macro", "weighted"]))
def test_f1_is_scikit_learns(seed, n, average):
    human, model = np.random.default_rng(seed).dirichlet(np.ones(4), (2, n))
    expected = f1_score(human.argmax(axis=1), model.argmax(axis=1), average=average)
    assert f1(human, model, average=average) == pytest.approx(expected)


@given(st.integers(0, 2**32 - 1))
def test_micro_f1_is_accuracy(seed):
    human, model = np.random.default_rng(seed).dirichlet(np.ones(3), (2, 9))
    assert f1(human, model, average="micro") == pytest.approx(accuracy(human, model).mean())


def test_class_f1_is_nan_for_a_class_that_never_wins():
    # Class 0: 1 hit of 1 gold, 2 predicted -> 2/3. Class 1: no hit -> 0. Class 2: nobody's.
    human, model = [[0.9, 0.1, 0.0], [0.2, 0.8, 0.0]], [[0.6, 0.4, 0.0], [0.7, 0.3, 0.0]]
    np.testing.assert_allclose(class_f1(human, model), [2 / 3, 0, np.nan])


def test_tie_rules():
    human = [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.3, 0.7]]
    model = [[0.9, 0.1], [0.1, 0.9], [0.5, 0.5], [0.5, 0.5]]
    np.testing.assert_array_equal(accuracy(human, model), [1, 0, 1, 0])
    # Two coins agree half of the time.
    np.testing.assert_array_equal(accuracy(human, model, ties="split"), [0.5, 0.5, 0.5, 0.5])


@given(st.integers(0, 2**32 - 1))
def test_split_ties_do_not_depend_on_the_order_of_classes(seed):
    rng = np.random.default_rng(seed)
    human, model = rng.multinomial(4, [0.25] * 4, (2, 10)) / 4
    order = rng.permutation(4)
    np.testing.assert_array_equal(
        accuracy(human, model, ties="split"), accuracy(human[:, order], model[:, order], ties="split")
    )


def test_majority_vote_splits_ties_and_skips_what_it_cannot_judge():
    counts = [[3, 1, 0], [2, 2, 0], [1, 1, 1], [2, 2, 0], [0, 0, 0], [4, 0, 0]]
    np.testing.assert_allclose(
        majority_vote_accuracy(counts, [0, 1, 2, 2, 0, -1]), [1, 1 / 2, 1 / 3, 0, np.nan, np.nan]
    )


@given(st.integers(0, 2**32 - 1))
def test_majority_vote_is_the_split_accuracy_of_vote_shares(seed):
    rng = np.random.default_rng(seed)
    counts = rng.multinomial(5, [0.4, 0.3, 0.3], 8)
    gold = rng.integers(0, 3, 8)
    np.testing.assert_allclose(
        majority_vote_accuracy(counts, gold), accuracy(np.eye(3)[gold], counts / 5, ties="split")
    )
    np.testing.assert_array_equal(majority_vote_accuracy(counts, gold), majority_vote_accuracy(10 * counts, gold))


def test_undefined_and_refused():
    none = np.empty((0, 2))
    assert np.isnan(f1(none, none, average="macro"))
    with pytest.raises(UnknownNameError, match="average 'samples' is not known"):
        f1([[1, 0]], [[1, 0]], average="samples")
    with pytest.raises(UnknownNameError, match="ties 'last' is not known"):
        accuracy([[1, 0]], [[1, 0]], ties="last")
    with pytest.raises(ArgumentError, match=r"gold\[0\] = 2 is out of range"):
        majority_vote_accuracy([[1, 0]], [2])
    with pytest.raises(ShapeError, match="gold must have 1 values, not 2"):
        majority_vote_accuracy([[1, 0]], [0, 1])
