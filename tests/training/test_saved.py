from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.errors import ArgumentError, ReadError
from variorum.training import ANNOTATORS, AnnotatorVotes, TrainingData, linear, load_predictor, mlp, save_predictor
from variorum.training.softmax import SoftmaxRegression

RNG = np.random.default_rng(0)
INPUTS = RNG.standard_normal((30, 4))
COUNTS = RNG.integers(0, 4, (30, 3)).astype(float) + 1
WHO = np.arange(60) % 5
DATA = TrainingData(
    INPUTS, COUNTS, by_annotator=AnnotatorVotes(np.arange(60) % 30, WHO, RNG.integers(0, 3, 60), n_annotators=6)
)


@pytest.mark.parametrize(
    "learner",
    [
        SoftmaxRegression(n_members=4),
        mlp(epochs=2, hidden=(8, 5), dropout=0.1),
        linear(epochs=2, n_members=5),
        linear(epochs=2, n_members=2, posterior="ensemble"),
        linear(epochs=2, loss="dirichlet-multinomial"),
        mlp(epochs=2, hidden=(8, 5), dropout=0.2, n_members=3, posterior="dropout"),
        *(linear(epochs=1, delivery="annotators", annotators=name) for name in ANNOTATORS),
    ],
    ids=str,
)
def test_a_predictor_predicts_what_it_predicted(learner: Any, tmp_path: Path) -> None:
    fitted = learner.fit(DATA, np.random.default_rng(1))
    save_predictor(fitted, tmp_path / "model")
    again = load_predictor(tmp_path / "model")
    before, after = fitted.predict(INPUTS), again.predict(INPUTS)
    assert np.array_equal(before.members, after.members)
    if before.by_annotator is not None:
        assert np.array_equal(before.by_annotator, after.by_annotator)
    if before.concentration is not None:
        assert np.array_equal(before.concentration, after.concentration)
    if hasattr(fitted, "curves"):
        assert again.curves == fitted.curves  # type: ignore[attr-defined]
        assert again.learner == learner  # type: ignore[attr-defined]


def test_what_is_no_predictor(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"holds no predictor \(predictor.json is missing\)"):
        load_predictor(tmp_path)
    (tmp_path / "predictor.json").write_text("{", encoding="utf-8")
    with pytest.raises(ReadError, match="is damaged"):
        load_predictor(tmp_path)
    with pytest.raises(ArgumentError, match="a int cannot be saved"):
        save_predictor(3, tmp_path)  # type: ignore[arg-type]


def test_damaged_weights_are_named(tmp_path: Path) -> None:
    save_predictor(linear(epochs=1).fit(DATA, np.random.default_rng(1)), tmp_path)
    weights = tmp_path / "weights.pt"
    weights.write_bytes(weights.read_bytes()[:100])
    with pytest.raises(ReadError, match=r"weights\.pt is damaged or of another network"):
        load_predictor(tmp_path)
    weights.unlink()
    with pytest.raises(ReadError, match=r"weights\.pt is missing"):
        load_predictor(tmp_path)
