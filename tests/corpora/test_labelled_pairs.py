from __future__ import annotations

import numpy as np
import pytest

from variorum.corpora.labelled_pairs import LabelledPairs
from variorum.errors import NotADistributionError, ShapeError


def pairs(**changes: object) -> LabelledPairs:
    columns = {"ids": ("a", "b"), "premise": ("p", "q"), "hypothesis": ("r", "s"), "labels": ("yes", "no")}
    return LabelledPairs(**({**columns, "distribution": np.array([[0.5, 0.5], [1.0, 0.0]])} | changes))


def test_some_of_them_in_any_order() -> None:
    some = pairs().take(np.array([1, 0]))
    assert (some.ids, some.premise, some.hypothesis, len(some)) == (("b", "a"), ("q", "p"), ("s", "r"), 2)
    np.testing.assert_array_equal(some.distribution, [[1.0, 0.0], [0.5, 0.5]])


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"premise": ("p",)}, ShapeError, "premise has 1 items, and distribution has 2"),
        ({"labels": ("yes",)}, ShapeError, "there are 1 labels, and distribution has 2 columns"),
        ({"distribution": np.ones((2, 2))}, NotADistributionError, r"distribution\[0\]"),
    ],
)
def test_what_does_not_fit(changes: dict[str, object], error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        pairs(**changes)
