"""Scores of a source of label distributions, and of a model fine-tuned on it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.evaluation import (
    Interval,
    accuracy,
    distance_correlation,
    f1,
    js_distance,
    js_divergence,
    kl_divergence,
    soft_cross_entropy,
    total_variation,
)

__all__ = ["f1_interval", "model_scores", "source_distances"]

Array = NDArray[np.float64]
Codes = NDArray[np.int64]


def source_distances(human: Array, source: Array) -> dict[str, float]:
    """How near a source is to people, in the conventions of the published tables.

    Args:
        human: People's distributions, shape (n_items, n_classes).
        source: The source's, same shape.

    Returns:
        Means over items of KL(people || source) with a floor of 1e-10, of the Jensen-Shannon *distance* (square root)
        and of the total variation distance, and the distance correlation; natural logarithms.

    Example:
        >>> source_distances(np.eye(2), np.eye(2))["distance_correlation"]
        1.0
    """
    return {
        "kl": float(kl_divergence(human, source, floor=1e-10).mean()),
        "js": float(js_distance(human, source).mean()),
        "tvd": float(total_variation(human, source).mean()),
        "distance_correlation": distance_correlation(human, source),
    }


def model_scores(human: Array, model: Array) -> dict[str, float]:
    """Scores of a model's predictions.

    Args:
        human: People's distributions, shape (n_items, n_classes); the most likely class is the gold label, the first
            of equally likely ones.
        model: The model's, same shape, positive.

    Returns:
        Weighted and macro F1 and accuracy; means over items of KL(people || model), of the Jensen-Shannon divergence
        and of the cross-entropy, nats; the distance correlation.

    Example:
        >>> scores = model_scores(np.array([[0.5, 0.5]]), np.array([[0.25, 0.75]]))
        >>> round(scores["cross_entropy"] - scores["kl"], 4)  # the entropy of people
        0.6931
    """
    return {
        "weighted_f1": f1(human, model, average="weighted"),
        "macro_f1": f1(human, model, average="macro"),
        "accuracy": float(accuracy(human, model).mean()),
        "kl": float(kl_divergence(human, model).mean()),
        "js": float(js_divergence(human, model).mean()),
        "cross_entropy": float(soft_cross_entropy(human, model).mean()),
        "distance_correlation": distance_correlation(human, model),
    }


def f1_interval(
    gold: Codes,
    predicted: Codes,
    rng: np.random.Generator,
    *,
    less: Codes | None = None,
    n_classes: int = 3,
    draws: int = 2000,
) -> Interval:
    """Two-level bootstrap interval of a mean weighted F1 over seeds, or of a difference of two.

    Args:
        gold: Gold label of each item, shape (n_items,).
        predicted: Predicted labels, one row a seed, shape (n_seeds, n_items).
        rng: Source of the resamples.
        less: Predictions of another model on the same seeds and items, whose F1 is subtracted; ``None`` subtracts none.
        n_classes: Number of labels.
        draws: Resamples.

    Returns:
        Mean and 95 % percentile interval over resamples of seeds and of items, drawn independently.

    Source:
        The pigeonhole bootstrap, Owen 2007, as `variorum.evaluation.two_level_interval`, for a score that is not a
        mean over items.

    Example:
        >>> found = f1_interval(np.array([0, 1, 2]), np.array([[0, 1, 2], [0, 1, 2]]), np.random.default_rng(0))
        >>> found.mean, found.low, found.high
        (1.0, 1.0, 1.0)
    """
    n_seeds, n_items = predicted.shape
    of_items = rng.multinomial(n_items, np.full(n_items, 1 / n_items), size=draws).astype(np.float64)
    of_seeds = rng.multinomial(n_seeds, np.full(n_seeds, 1 / n_seeds), size=draws) / n_seeds
    whole, even = np.ones((1, n_items)), np.full((1, n_seeds), 1 / n_seeds)
    observed = _mean_f1(gold, predicted, whole, even, n_classes)
    resampled = _mean_f1(gold, predicted, of_items, of_seeds, n_classes)
    if less is not None:
        observed = observed - _mean_f1(gold, less, whole, even, n_classes)
        resampled = resampled - _mean_f1(gold, less, of_items, of_seeds, n_classes)
    low, high = np.quantile(resampled, [0.025, 0.975])
    return Interval(float(observed[0]), float(low), float(high), 0.95, draws)


def _mean_f1(gold: Codes, predicted: Codes, of_items: Array, of_seeds: Array, n_classes: int) -> Array:
    """Weighted F1 under weights of items, averaged under weights of seeds; a value a draw."""
    classes = np.arange(n_classes)
    is_gold = (gold[:, None] == classes).astype(np.float64)
    golds = of_items @ is_gold
    mean = np.zeros(len(of_items))
    for row, share in zip(predicted, of_seeds.T, strict=True):
        said = (row[:, None] == classes).astype(np.float64)
        whole = golds + of_items @ said
        scores = np.divide(2 * (of_items @ (said * is_gold)), whole, out=np.zeros(whole.shape), where=whole > 0)
        mean += share * (scores * golds).sum(axis=1) / golds.sum(axis=1)
    return mean
