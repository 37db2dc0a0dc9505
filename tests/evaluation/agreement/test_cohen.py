import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from evaluation.agreement import loops
from evaluation.agreement.published import abstractors_votes
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import annotator_agreement, cohen_kappas


def test_values_that_gwet_prints():
    # irrCAC 1.0, vignettes "overview" and "weighting": kappa2.table(cont3x3abstractors).
    votes = abstractors_votes()
    plain, squared = cohen_kappas(*votes), cohen_kappas(*votes, distance="quadratic")
    assert plain.kappa == pytest.approx([0.7964094], abs=5e-8)
    assert plain.agreement == pytest.approx([0.89])
    assert squared.kappa == pytest.approx([0.8921569], abs=5e-8)
    assert squared.agreement == pytest.approx([0.9725])


@pytest.mark.parametrize("distance", ["nominal", "linear", "quadratic"])
@given(columns=loops.votes())
def test_every_pair_is_the_definition(distance, columns):
    answers = loops.gather(*columns)
    found = cohen_kappas(*columns, distance=distance, n_annotators=5, n_classes=3)
    assert (found.first < found.second).all()
    shown = {(a, b): k for k, (a, b) in enumerate(zip(found.first.tolist(), found.second.tolist(), strict=True))}
    farthest = loops.DISTANCES[distance](0, 2)
    for a in range(5):
        for b in range(a + 1, 5):
            n, agreement, kappa = loops.cohen(answers, a, b, lambda x, y: loops.DISTANCES[distance](x, y) / farthest)
            assert ((a, b) in shown) == (n > 0)
            if n:
                k = shown[a, b]
                assert found.n_items[k] == n
                assert found.agreement[k] == pytest.approx(agreement)
                assert found.kappa[k] == pytest.approx(kappa, abs=1e-9, nan_ok=True)


@pytest.mark.parametrize(("distance", "weights"), [("nominal", None), ("linear", "linear"), ("quadratic", "quadratic")])
def test_scikit_learn_agrees(distance, weights):
    rng = np.random.default_rng(5)
    first, second = rng.integers(0, 4, 60), rng.integers(0, 4, 60)
    found = cohen_kappas(np.tile(np.arange(60), 2), np.repeat([0, 1], 60), np.append(first, second), distance=distance)
    assert found.kappa[0] == pytest.approx(cohen_kappa_score(first, second, weights=weights))


def test_of_two_annotators_each_is_the_rest_of_the_other():
    rng = np.random.default_rng(2)
    columns = np.tile(np.arange(40), 2), np.repeat([0, 1], 40), rng.integers(0, 3, 80)
    kappa = cohen_kappas(*columns).kappa[0]
    assert annotator_agreement(*columns).kappa == pytest.approx([kappa, kappa])


@given(columns=loops.votes(unknown=False), seed=st.integers(0, 2**32 - 1))
def test_renamed_annotators_and_shuffled_votes_have_the_same_kappas(columns, seed):
    items, annotators, labels = columns
    rng = np.random.default_rng(seed)
    names, order = rng.permutation(4), rng.permutation(items.size)
    one = cohen_kappas(items, annotators, labels, n_annotators=4).matrix()
    other = cohen_kappas(items[order], names[annotators[order]], labels[order], n_annotators=4).matrix()
    np.testing.assert_allclose(other[np.ix_(names, names)], one, atol=1e-9)


def test_the_matrix_and_the_mean():
    # Items 0 to 3 are shared by 0 and 1, item 4 by 1 and 2.
    items, annotators = [0, 0, 1, 1, 2, 2, 3, 3, 4, 4], [0, 1] * 4 + [1, 2]
    found = cohen_kappas(items, annotators, [0, 0, 0, 1, 1, 1, 1, 1, 0, 1], n_annotators=4)
    nan = np.nan
    # 0 and 1: agreement 3/4, by chance (2*1 + 2*3)/16 = 1/2. 1 and 2: one item, 0 against 1, by chance 0.
    expected = [[nan, 0.5, nan, nan], [0.5, nan, 0.0, nan], [nan, 0.0, nan, nan], [nan] * 4]
    np.testing.assert_allclose(found.matrix(), expected)
    assert found.mean() == pytest.approx(0.25)
    assert found.mean(min_items=2) == pytest.approx(0.5)
    assert np.isnan(found.mean(min_items=5))
    assert found.ranked().tolist() == [1, 0]
    assert found.ranked(min_items=2).tolist() == [0]


def test_a_matrix_of_distances_and_positions():
    votes = abstractors_votes()
    by_position = cohen_kappas(*votes, distance="linear", positions=[0.0, 1.0, 5.0])
    by_matrix = cohen_kappas(*votes, distance=[[0, 1, 5], [1, 0, 4], [5, 4, 0]])
    np.testing.assert_allclose(by_position.kappa, by_matrix.kappa)
    np.testing.assert_allclose(by_position.agreement, by_matrix.agreement)


def test_nobody_in_common_and_nothing_at_all():
    assert cohen_kappas([0, 1], [0, 1], [0, 0]).kappa.shape == (0,)
    assert cohen_kappas([], [], []).matrix().shape == (0, 0)
    unanimous = cohen_kappas([0, 0, 1, 1], [0, 1, 0, 1], [1, 1, 1, 1])
    assert np.isnan(unanimous.kappa).all()
    assert unanimous.agreement == pytest.approx([1.0])


def test_bad_arguments_are_named():
    with pytest.raises(ShapeError, match="labels must have 2 values, not 1"):
        cohen_kappas([0, 0], [0, 1], [0])
    with pytest.raises(ArgumentError, match=r"codes lie in \[0, 2\)"):
        cohen_kappas([0, 0], [0, 1], [0, 2], n_classes=2)
