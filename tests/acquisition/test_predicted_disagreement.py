"""Predicted disagreement: the view's array, from above and from below."""

from __future__ import annotations

import numpy as np
import pytest

from variorum.acquisition import least_disagreement, most_disagreement
from variorum.errors import ArgumentError
from views import view_of


def test_most_and_least_are_opposite_and_the_model_has_no_say() -> None:
    view = view_of([[[0.5, 0.5], [1.0, 0.0], [0.9, 0.1]]], disagreement=np.array([0.2, 0.6, 0.4]))
    most = most_disagreement(view, 3, np.random.default_rng(0))
    least = least_disagreement(view, 3, np.random.default_rng(0))
    assert most.item.tolist() == [1, 2, 0]
    assert most.score.tolist() == [0.6, 0.4, 0.2]
    assert least.item.tolist() == [0, 2, 1]
    assert least.score.tolist() == [-0.2, -0.4, -0.6]


@pytest.mark.parametrize(
    ("pick", "name"), [(most_disagreement, "most-disagreement"), (least_disagreement, "least-disagreement")]
)
def test_without_the_array_the_reader_is_named(pick: type, name: str) -> None:
    with pytest.raises(ArgumentError, match=f"{name} reads disagreement, which this campaign lacks"):
        pick(view_of([[[0.5, 0.5]]]), 1, np.random.default_rng(0))
