import pytest

from variorum.annotations import ValidityJudgments
from variorum.errors import ArgumentError, ShapeError


def test_validity():
    judgments = ValidityJudgments([0, 3], [1, 0], [True, False])
    assert len(judgments) == 2
    with pytest.raises(ValueError, match="read-only"):
        judgments.judge[0] = 5


def test_bad_validity():
    with pytest.raises(ShapeError, match=r"validity.judge has shape \(1,\) for 2 judgments"):
        ValidityJudgments([0, 1], [0], [True, True])
    with pytest.raises(ArgumentError, match=r"validity.annotation holds the negative position -1"):
        ValidityJudgments([-1], [0], [True])
