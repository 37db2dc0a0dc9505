"""How a synthetic population reads its sentences: label distributions by item and by perspective."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaincinv

from variorum.corpora.synthetic_sentences import IRONIC, TOPICS, VAGUE, Sentences, picked

__all__ = ["dirichlet_items", "expected_readings", "mixture_items", "rounded", "tilted"]

# Item distributions that no single Dirichlet yields: unanimous, split in two, level.
_PATTERNS = np.array(
    [
        (0.96, 0.03, 0.01),
        (0.02, 0.96, 0.02),
        (0.01, 0.03, 0.96),
        (0.49, 0.02, 0.49),
        (0.50, 0.47, 0.03),
        (0.03, 0.47, 0.50),
        (0.34, 0.33, 0.33),
        (0.78, 0.18, 0.04),
        (0.04, 0.18, 0.78),
    ]
)


def rounded(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Rescale to distributions, cut off after six decimals so that every platform draws the same votes.

    Args:
        weights: Non-negative, the last axis is the classes.

    Returns:
        The same shape; the last axis sums to one.

    Example:
        >>> rounded(np.array([[1.0, 1.0, 2.0]]))
        array([[0.25, 0.25, 0.5 ]])
    """
    shares = np.round(weights / _total(weights), 6)
    return np.asarray(shares / _total(shares))


def _total(weights: NDArray[np.float64]) -> NDArray[np.float64]:
    # One after the other: the order in which numpy sums an axis is its own affair.
    total = weights[..., 0]
    for k in range(1, weights.shape[-1]):
        total = total + weights[..., k]
    return total[..., None]


def expected_readings(sentences: Sentences) -> NDArray[np.float64]:
    """What the writer's meaning leads readers to on average.

    Stances add up to a verdict, stances against each other make it mixed, vagueness levels the distribution, and an
    ironic sentence is taken by its word by nearly half of the readers.

    Args:
        sentences: The sentences.

    Returns:
        Distributions over negative, mixed, positive, shape (n_items, 3).
    """
    stance = (sentences.stance[:, 0] + sentences.stance[:, 1]) / 2.0
    apart = np.abs(sentences.stance[:, 0] - sentences.stance[:, 1]) / 4.0
    vague = sentences.manner == VAGUE
    scale = np.where(vague, 0.55, 1.35)
    mixed = 0.2 + 2.6 * apart - 0.4 * np.abs(stance) + np.where(vague, 0.6, 0.0)
    logits = np.stack([-scale * stance, mixed, scale * stance], axis=1)
    literal = rounded(np.exp(logits))
    ironic = 0.45 * literal + 0.55 * literal[:, ::-1]
    return rounded(np.where((sentences.manner == IRONIC)[:, None], ironic, literal) + 0.01)


def dirichlet_items(
    expected: NDArray[np.float64], concentration: float, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Draw each item's distribution from a Dirichlet around what is expected of it.

    Args:
        expected: Distributions, shape (n_items, n_classes).
        concentration: Sum of the Dirichlet's parameters; larger is closer to what is expected.
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        Distributions, shape (n_items, n_classes).
    """
    return rounded(gammaincinv(concentration * expected, rng.random(expected.shape)) + 1e-6)


def mixture_items(expected: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """Give each item one of nine patterns, most often one near to what is expected of it.

    Args:
        expected: Distributions over three classes, shape (n_items, 3).
        rng: Source of randomness; only its uniform doubles are used.

    Returns:
        Distributions, shape (n_items, 3): unanimous, split in two, or level, with nothing in between.
    """
    distance = np.abs(expected[:, None, :] - _PATTERNS)
    score = np.round(distance[..., 0] + distance[..., 1] + distance[..., 2], 6)
    score = score + 0.5 * rng.random((expected.shape[0], len(_PATTERNS)))
    # One in ten items is beyond what the text shows.
    free = picked(rng.random((expected.shape[0],)), len(_PATTERNS))
    return rounded(_PATTERNS[np.where(rng.random(expected.shape[0]) < 0.1, free, score.argmin(axis=1))])


def tilted(
    items: NDArray[np.float64], topic: NDArray[np.int64], n_perspectives: int, strength: float, by_topic: bool
) -> NDArray[np.float64]:
    """How each perspective reads each item.

    The first perspective reads the items as they are. The second is more severe; the third sees more that is mixed.
    By topic, they are so on the first half of the topics, and the opposite on the others.

    Args:
        items: Distributions over negative, mixed, positive, shape (n_items, 3).
        topic: Topic of each item, shape (n_items,).
        n_perspectives: 1 to 3.
        strength: Shift in log odds.
        by_topic: Whether the shift changes its direction with the topic.

    Returns:
        Distributions, shape (n_perspectives, n_items, 3).
    """
    shift = np.array([(0.0, 0.0, 0.0), (1.0, 0.0, -1.0), (-0.5, 1.0, -0.5)])[:n_perspectives] * strength
    direction = np.where(by_topic & (topic >= len(TOPICS) // 2), -1.0, 1.0)
    return rounded(items * np.exp(shift[:, None, :] * direction[:, None]))
