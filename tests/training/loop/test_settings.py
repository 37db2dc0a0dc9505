from __future__ import annotations

from typing import Any

import pytest

from variorum.errors import ArgumentError, UnknownNameError
from variorum.training import Training


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"epochs": 0}, "epochs must be at least 1, not 0"),
        ({"epochs": 2.5}, "epochs must be a whole number, not 2.5"),
        ({"batch_size": 32.0}, "batch_size must be a whole number, not 32.0"),
        ({"patience": True}, "patience must be a whole number, not True"),
        ({"batch_size": 0}, "batch_size must be at least 1"),
        ({"accumulate": 0}, "accumulate must be at least 1"),
        ({"patience": 0}, "patience must be at least 1"),
        ({"evaluate_every": 0}, "evaluate_every must be at least 1"),
        ({"learning_rate": 0.0}, "learning_rate must be positive"),
        ({"learning_rate": float("nan")}, "learning_rate must be positive"),
        ({"weight_decay": -0.1}, "weight_decay must be at least 0"),
        ({"momentum": 1.0}, r"momentum is in \[0, 1\), not 1.0"),
        ({"clip": 0.0}, "clip must be positive, or None"),
        ({"warmup": 1.0}, r"warmup is a share of the steps in \[0, 1\)"),
    ],
)
def test_numbers_out_of_range(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ArgumentError, match=said):
        Training(**changes)


@pytest.mark.parametrize("name", ["optimizer", "schedule", "precision", "keep", "monitor"])
def test_unknown_names(name: str) -> None:
    with pytest.raises(UnknownNameError, match=f"{name}.*'no such'"):
        Training(**{name: "no such"})  # type: ignore[arg-type]
