from itertools import product

import numpy as np
import pytest
from hypothesis import given

from evaluation.agreement import loops
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import jaccard_distance, krippendorff_alpha_of_votes, label_sets, masi_distance

ALL = np.array(list(product([0, 1], repeat=3)))


def members(row):
    return {k for k, belongs in enumerate(row) if belongs}


def masi(a, b):
    """Passonneau 2006: Jaccard times 1, 2/3, 1/3 or 0."""
    if a == b:
        return 0.0
    monotonicity = 0.0 if not a & b else 2 / 3 if a <= b or b <= a else 1 / 3
    return 1 - len(a & b) / len(a | b) * monotonicity


def jaccard(a, b):
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def test_distances_of_all_sets_of_three_labels():
    for distance, loop in ((masi_distance, masi), (jaccard_distance, jaccard)):
        expected = [[loop(members(p), members(q)) for q in ALL] for p in ALL]
        np.testing.assert_allclose(distance(ALL), expected)


def test_values_by_hand():
    # {a} and {a, b}: Jaccard 1/2, one holds the other, 1 - 1/2 * 2/3 = 2/3. {a, b} and {b, c}: 1/3, 1 - 1/3 * 1/3 =
    # 8/9.
    found = masi_distance([[1, 0, 0], [1, 1, 0], [0, 1, 1]])
    np.testing.assert_allclose(found, [[0, 2 / 3, 1], [2 / 3, 0, 8 / 9], [1, 8 / 9, 0]])


@given(loops.votes())
def test_alpha_over_sets_is_the_definition(columns):
    items, annotators, labels = columns
    found = label_sets(items, annotators, labels, n_labels=3)
    answers = loops.gather(items, annotators, labels)
    sets = {i: [(who, {frozenset(p): 1.0}) for who, p in of_item] for i, of_item in answers.items()}
    for distance, loop in ((masi_distance, masi), (jaccard_distance, jaccard)):
        alpha = krippendorff_alpha_of_votes(
            found.item, found.annotator, found.code, distance=distance(found.sets)
        ) if found.code.size else np.nan  # fmt: skip
        assert alpha == pytest.approx(loops.alpha(sets, loop), abs=1e-9, nan_ok=True)


def test_rows_are_gathered_and_an_empty_set_is_an_answer():
    # Annotator 0 gives item 0 both labels in two rows, annotator 1 none; two unknown rows are two answers.
    found = label_sets([0, 0, 0, 1, 1], [0, 0, 1, -1, -1], [1, 0, -1, 0, 1])
    assert found.item.tolist() == [0, 0, 1, 1]
    assert found.annotator.tolist() == [0, 1, -1, -1]
    assert sorted(found.sets[found.code[:2]].tolist()) == [[False, False], [True, True]]
    assert label_sets([], [], []).code.shape == (0,)


def test_more_labels_than_bits_of_a_word():
    many = label_sets(np.zeros(70, int), np.repeat([0, 1], 35), np.arange(70), n_labels=70)
    assert many.sets.shape == (2, 70)
    assert many.sets.sum(axis=1).tolist() == [35, 35]
    assert masi_distance(many.sets)[0, 1] == 1.0


def test_bad_arguments_are_named():
    with pytest.raises(ShapeError, match="sets must have 2 axes"):
        masi_distance([1, 0])
    with pytest.raises(ArgumentError, match=r"sets\[0, 1\] = 2 is neither 0 nor 1; 1 of 2 cells"):
        jaccard_distance([[1, 2]])
