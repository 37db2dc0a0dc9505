"""The two stages of fine-tuning, as learners."""

from __future__ import annotations

from typing import Any, Final

from variorum.training import NetworkLearner, encoder

__all__ = ["stage_one", "stage_two"]

# What the published scripts leave to the library that they call: no weight decay, a learning rate that falls to 0
# without a warm-up, gradients of norm 1 at most, 128 word pieces.
_LEFT_OPEN: Final[dict[str, Any]] = {
    "weight_decay": 0.0,
    "schedule": "linear",
    "warmup": 0.0,
    "clip": 1.0,
    "max_length": 128,
}


def stage_one(name: str, *, pooling: str = "mean", **changes: Any) -> NetworkLearner:
    """Fine-tuning on one label an item: MNLI in the papers.

    Args:
        name: The encoder, as `variorum.training.encoder` takes it.
        pooling: "mean" over word pieces, or "first".
        **changes: Fields of `NetworkLearner` and of `Training` that differ.

    Returns:
        The learner: 3 epochs in batches of 32 at 2e-5, the best accuracy of every 100 steps on held-out items.

    Source:
        Chen et al. 2024 (EMNLP Findings) and their scripts.

    Example:
        >>> stage_one("minilm").training.monitor
        'accuracy'
    """
    usual: dict[str, Any] = {"epochs": 3, "batch_size": 32, "evaluate_every": 100, "monitor": "accuracy"}
    return encoder(encoder=name, pooling=pooling, learning_rate=2e-5, **(_LEFT_OPEN | usual | changes))


def stage_two(name: str, *, pooling: str = "mean", **changes: Any) -> NetworkLearner:
    """Fine-tuning on label distributions: cross-entropy with soft targets.

    Args:
        name: The encoder, as `variorum.training.encoder` takes it.
        pooling: "mean" over word pieces, or "first".
        **changes: Fields of `NetworkLearner` and of `Training` that differ.

    Returns:
        The learner: 5 epochs in batches of 4 at 2e-5, the best macro-F1 of every 20 steps on held-out items.

    Source:
        Chen et al. 2024 (EMNLP Findings) and their scripts.

    Example:
        >>> stage_two("minilm", epochs=1).training.batch_size
        4
    """
    usual: dict[str, Any] = {"epochs": 5, "batch_size": 4, "evaluate_every": 20, "monitor": "macro-f1"}
    return encoder(encoder=name, pooling=pooling, learning_rate=2e-5, **(_LEFT_OPEN | usual | changes))
