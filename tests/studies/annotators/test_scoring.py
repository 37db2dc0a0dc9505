from __future__ import annotations

import math

import numpy as np
import pytest

from variorum.annotations import ANSWERED, Annotations, Annotators, Items, LabelScheme
from variorum.studies.annotators import scoring
from variorum.studies.annotators.votes import VoteSplit
from variorum.training import TrainingData


def split_of(item, annotator, label, n_annotators, n_items=2):
    empty = TrainingData(np.zeros((1, 1)), np.ones((1, 2)))
    columns = (np.array(each) for each in (item, annotator, label))
    return VoteSplit(empty, np.zeros((n_items, 1)), *columns, np.ones(n_annotators, np.int64), 2)


def votes_of(given, **attributes):
    """So many votes of each annotator, all on one item."""
    annotator = np.repeat(np.arange(len(given)), given)
    return Annotations(
        LabelScheme.nominal(("yes", "no")),
        Items(("a",)),
        Annotators(tuple(f"t:{k}" for k in range(len(given))), attributes=attributes),
        np.zeros(annotator.size, np.int32),
        annotator.astype(np.int32),
        np.zeros(annotator.size, np.int32),
        status=np.full(annotator.size, ANSWERED),
    )


def test_population_is_scored_by_item():
    split = split_of([0, 0, 1], [0, 1, 0], [0, 1, 1], 2)
    scores = scoring.score_population(split, np.array([[0.5, 0.5], [0.25, 0.75]]))
    assert scores["js"][0] == pytest.approx(0)
    # -ln 1/2 for the split item, -ln 3/4 for the unanimous one.
    np.testing.assert_allclose(scores["soft-ce"], [math.log(2), math.log(4 / 3)])


def test_each_vote_is_scored_by_its_own_prediction():
    split = split_of([0, 0, 1], [0, 2, 0], [0, 1, 1], 4)
    predicted = np.array([[0.5, 0.5], [0.75, 0.25], [0.25, 0.75]])
    groups = {"side": {"x": np.array([0, 1]), "y": np.array([2]), "z": np.array([3])}}
    found = scoring.score_annotators(split, predicted, groups, np.array([0, 0, 2, -1]))
    first, third = (math.log(2) + math.log(4 / 3)) / 2, math.log(4)
    # Annotators 1 and 3 have no test vote: neither has a score, and group x has annotator 0's.
    np.testing.assert_allclose(found["ce"], [first, third])
    np.testing.assert_allclose(found["error"], [0.0, 1.0])
    assert found["groups"]["side"]["x"] == pytest.approx(first)
    assert math.isnan(found["groups"]["side"]["z"])
    assert found["worst group"] == pytest.approx(third)
    np.testing.assert_allclose(found["thirds"], [first, np.nan, third])
    # Nobody has ten votes.
    assert math.isnan(found["worst"])
    assert math.isnan(found["worst tenth"])
    assert found["considered"] == 0


def test_the_worst_tenth_is_rounded_up():
    # Eleven annotators of ten votes each, on one item: those with odd numbers vote 1, the others 0.
    annotator = np.repeat(np.arange(11), 10)
    split = split_of(np.zeros(110, int), annotator, annotator % 2, 11, n_items=1)
    right = 0.9 - 0.05 * annotator
    predicted = np.where(
        (annotator % 2 == 0)[:, None], np.stack([right, 1 - right], 1), np.stack([1 - right, right], 1)
    )
    found = scoring.score_annotators(split, predicted, {}, np.full(11, -1))
    assert found["considered"] == 11
    assert found["worst"] == pytest.approx(-math.log(0.4))
    assert found["worst tenth"] == pytest.approx(-(math.log(0.4) + math.log(0.45)) / 2)
    assert math.isnan(found["worst group"])


def test_groups_need_annotators_and_votes():
    votes = votes_of(
        [100, 100, 100, 100, 100, 100, 50, 50, 900],
        age=("19", "24", "22", "25", "34", "30", "36", "40", None),
        side=("x", "x", "x", "x", "y", "y", "y", "z", "z"),
        lone=("a", "a", "a", "a", "a", "a", "a", "b", "b"),
    )
    found = scoring.groups_of(votes)
    # 35 to 44 has two annotators, z two, and lone one group with three or more: too few each.
    assert {name: list(each) for name, each in found.items()} == {"age": ["25 to 34", "up to 24"], "side": ["x", "y"]}
    np.testing.assert_array_equal(found["age"]["25 to 34"], [3, 4, 5])
    np.testing.assert_array_equal(found["side"]["y"], [4, 5, 6])


def test_thirds_are_those_of_votes_and_none_where_all_gave_as_many():
    np.testing.assert_array_equal(scoring.thirds_of(votes_of([1, 2, 0, 10, 11, 100, 90])), [0, 0, -1, 1, 1, 2, 2])
    np.testing.assert_array_equal(scoring.thirds_of(votes_of([50, 49, 50, 51])), [-1] * 4)


def test_lines_are_none_without_two_votes_an_item():
    assert scoring.line_scores(np.eye(2), 0) == {"js": {}, "soft-ce": {}}
    lines = scoring.line_scores(np.array([[3.0, 2.0], [5.0, 0.0], [1.0, 4.0]] * 10), 0)
    assert set(lines["js"]) == {"oracle floor", "fresh panel"}
    assert all(low <= mean <= high for each in lines.values() for mean, low, high in each.values())
