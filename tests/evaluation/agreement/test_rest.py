import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.agreement import loops
from variorum.errors import ShapeError
from variorum.evaluation import agreement_with_rest, annotator_agreement


@pytest.mark.parametrize("distance", ["nominal", "linear", "quadratic"])
@given(columns=loops.votes())
def test_everyone_against_the_rest_is_the_definition(distance, columns):
    answers, farthest = loops.gather(*columns), loops.DISTANCES[distance](0, 2)
    found = annotator_agreement(*columns, distance=distance, n_annotators=5, n_classes=3)
    for person in range(5):
        agreement, expected, kappa = loops.rest(
            answers, person, lambda a, b: loops.DISTANCES[distance](a, b) / farthest
        )
        assert found.agreement[person] == pytest.approx(agreement, abs=1e-9, nan_ok=True)
        assert found.expected[person] == pytest.approx(expected, abs=1e-9, nan_ok=True)
        assert found.kappa[person] == pytest.approx(kappa, abs=1e-9, nan_ok=True)
        mine = [of_item for of_item in answers.values() if person in dict(of_item)]
        assert found.n_answers[person] == len(mine)
        assert found.n_items[person] == sum(len(of_item) > 1 for of_item in mine)


@given(columns=loops.votes())
def test_agreement_with_rest_is_the_same_without_chance(columns):
    np.testing.assert_array_equal(
        agreement_with_rest(*columns, n_annotators=5), annotator_agreement(*columns, n_annotators=5).agreement
    )


@given(columns=loops.votes(unknown=False), seed=st.integers(0, 2**32 - 1))
def test_renamed_annotators_keep_their_scores(columns, seed):
    items, annotators, labels = columns
    names = np.random.default_rng(seed).permutation(4)
    one = annotator_agreement(items, annotators, labels, n_annotators=4)
    other = annotator_agreement(items, names[annotators], labels, n_annotators=4)
    np.testing.assert_allclose(other.kappa[names], one.kappa, atol=1e-9)


def test_only_shared_items_count():
    # Item 0: annotators 0 and 1 agree. Item 1: annotator 2 alone.
    np.testing.assert_array_equal(agreement_with_rest([0, 0, 1], [0, 1, 2], [1, 1, 0]), [1, 1, np.nan])


def test_the_lowest_come_first_if_they_share_enough():
    # Item 0: annotators 0 and 1 agree, 2 does not. Item 1: 0 and 1 differ. Item 2: 3 is alone.
    found = annotator_agreement([0, 0, 0, 1, 1, 2], [0, 1, 2, 0, 1, 3], [0, 0, 1, 0, 1, 0])
    assert np.isnan(found.kappa[3])
    ranked = found.ranked().tolist()
    assert sorted(ranked) == [0, 1, 2]
    assert (np.diff(found.kappa[ranked]) >= 0).all()
    assert sorted(found.ranked(min_items=2).tolist()) == [0, 1]


def test_two_labels_on_an_item_are_two_halves_of_an_answer():
    # Annotator 0 says 0 and 1, annotator 1 says 0, annotator 2 says 0. With 0: 1/2. With 1: (1/2 + 1) / 2.
    found = agreement_with_rest([0, 0, 0, 0], [0, 0, 1, 2], [0, 1, 0, 0])
    np.testing.assert_allclose(found, [0.5, 0.75, 0.75])


def test_bad_arguments_are_named():
    with pytest.raises(ShapeError, match="labels must have 2 values, not 1"):
        agreement_with_rest([0, 0], [0, 1], [0])
