"""The learning curve of a training run."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CurvePoint", "LearningCurve"]


@dataclass(frozen=True)
class CurvePoint:
    """An evaluation.

    Attributes:
        epoch: Epochs begun, from 1.
        step: Optimizer steps made.
        loss: Mean training loss since the last evaluation.
        scores: Monitors on the validation items; empty without any.
    """

    epoch: int
    step: int
    loss: float
    scores: dict[str, float]


@dataclass(frozen=True)
class LearningCurve:
    """What happened in training.

    Attributes:
        points: Evaluations in order.
        best: Which of them the kept weights are from.
        stopped_early: Whether patience ended the run.
        seed: What the run's randomness came from.
    """

    points: tuple[CurvePoint, ...]
    best: int
    stopped_early: bool
    seed: int

    @property
    def kept(self) -> CurvePoint:
        """The evaluation whose weights were kept."""
        return self.points[self.best]
