from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import ArgumentError, ShapeError
from variorum.training import Texts, TrainingData
from variorum.training.inputs import as_inputs, as_pictures, kind_of, take_inputs

PICTURES = np.zeros((2, 3, 4, 4), np.uint8)


def test_every_kind_keeps_its_rows() -> None:
    assert [kind_of(x) for x in (np.zeros((2, 1)), PICTURES, Texts(("a", "b")))] == ["features", "pictures", "texts"]
    assert take_inputs(Texts(("a", "b"), ("c", "d")), np.array([1])) == Texts(("b",), ("d",))
    assert take_inputs(PICTURES, np.array([1])).shape == (1, 3, 4, 4)


def test_what_texts_refuse() -> None:
    with pytest.raises(ShapeError, match="2 texts and 1 second texts"):
        Texts(("a", "b"), ("c",))
    with pytest.raises(ArgumentError, match=r"text\[1\] is not a text; 1 of 2"):
        Texts(("a", None))  # type: ignore[arg-type]


def test_learners_of_features_say_what_to_do_with_texts_and_pictures() -> None:
    with pytest.raises(ArgumentError, match=r"inputs are texts, .* variorum\.features"):
        as_inputs("inputs", Texts(("a",)))
    with pytest.raises(ArgumentError, match="inputs are texts"):
        _ = TrainingData(Texts(("a",)), np.ones((1, 2))).features
    with pytest.raises(ArgumentError, match="inputs are pictures"):
        _ = TrainingData(PICTURES, np.ones((2, 2))).features
    with pytest.raises(ShapeError, match="must be uint8 pictures"):
        as_pictures("inputs", PICTURES.astype(float))  # type: ignore[arg-type]
