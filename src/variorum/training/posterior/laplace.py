"""Last-layer Laplace: plausible heads around the trained one, as far from it as the votes leave open."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController

from variorum.training.softmax.draws import draw_deviations
from variorum.training.softmax.laplace import posterior_at
from variorum.training.softmax.precision_search import best_precision
from variorum.training.softmax.problem import Mode, SoftmaxProblem

__all__ = ["centred_at", "laplace_heads"]

Array = NDArray[np.float64]

_BLAS = ThreadpoolController()
_INTERCEPT_PRECISION = 0.1  # acts like so many pseudo-votes spread over classes that nobody chose
_EXACT_LIMIT = 1500  # parameters of the full Hessian; the Kronecker-factored one beyond


def laplace_heads(
    embeddings: Array, votes: Array, weight: Array, bias: Array, n_members: int, rng: np.random.Generator
) -> tuple[Array, Array]:
    """Draw heads from a Gaussian around a trained one.

    The covariance is the inverse Hessian, at the trained head, of the votes' cross-entropy and a Gaussian prior, whose
    precision has the highest marginal likelihood while the head stays where it is. The head need not be the mode of
    that posterior: weight decay, early stopping and the loss have put it elsewhere, and only deviations are drawn. They
    sum to zero over classes, which a softmax cannot tell from others. Directions in which the training embeddings do
    not vary keep the prior's variance, so members disagree far from the training items. Each label of a multilabel
    scheme is a two-class problem of its own. Heads come in pairs mirrored at the trained one; an odd number includes
    it.

    Args:
        embeddings: What the head reads of the training items, shape (n_items, width).
        votes: Shape (n_items, n_classes), or (n_items, n_labels, 2).
        weight: Of the trained head, shape (n_outputs, width); outputs are the classes, or labels times 2.
        bias: Shape (n_outputs,).
        n_members: At least 1.
        rng: Source of the draws.

    Returns:
        Weights of the heads, shape (n_members, n_outputs, width), and biases, shape (n_members, n_outputs).

    Raises:
        ArgumentError: If there is no vote.

    Source:
        Daxberger et al. 2021 (NeurIPS), "Laplace redux - effortless Bayesian deep learning", last layer; the precision
        by MacKay 1992, "The evidence framework applied to classification networks".

    Example:
        >>> rng = np.random.default_rng(0)
        >>> votes = np.array([[9.0, 1.0], [1.0, 9.0]])
        >>> weight, bias = np.array([[-1.0], [1.0]]), np.zeros(2)
        >>> heads, _ = laplace_heads(np.array([[-1.0], [1.0]]), votes, weight, bias, 3, rng)
        >>> heads.shape, heads[2].tolist()
        ((3, 2, 1), [[-1.0], [1.0]])
    """
    if votes.ndim == 3:
        by_label = [
            laplace_heads(embeddings, _some(votes[:, label]), weight[rows], bias[rows], n_members, rng)
            for label, rows in enumerate(np.arange(len(bias)).reshape(votes.shape[1:]))
        ]
        return np.concatenate([w for w, _ in by_label], axis=1), np.concatenate([b for _, b in by_label], axis=1)
    with _BLAS.limit(limits=1):
        problem = SoftmaxProblem.build(embeddings, votes, _INTERCEPT_PRECISION, standardize=False)
        fixed = centred_at(problem, weight, bias)

        def same(precision: float, nearest: Mode | None) -> Mode:  # noqa: ARG001 - wherever the search is
            penalty = problem.penalty(fixed.weights, fixed.intercept, precision)
            return replace(fixed, precision=precision, log_joint=fixed.log_likelihood - penalty)

        mode, _ = best_precision(problem, same)
        posterior = posterior_at(problem, mode, _EXACT_LIMIT)
        weights, intercepts = draw_deviations(problem, mode.precision, posterior, n_members, rng)
    # The problem's intercept is the logit at the mean embedding, the head's bias that at zero.
    return weight + weights, bias + intercepts - weights @ problem.mean


def centred_at(problem: SoftmaxProblem, weight: Array, bias: Array) -> Mode:
    """A head in the coordinates of a problem, at a prior precision of 1.

    Args:
        problem: Of the embeddings that the head reads, not standardised.
        weight: Shape (n_classes, width).
        bias: Shape (n_classes,).

    Returns:
        The same label distributions of the training items; weights and intercept sum to zero over classes.
    """
    even = weight - weight.mean(axis=0)
    intercept = bias - bias.mean() + even @ problem.mean
    weights = even @ problem.basis
    likelihood, probabilities = problem.likelihood(weights, intercept)
    penalty = problem.penalty(weights, intercept, 1.0)
    return Mode(weights, intercept, probabilities, likelihood, likelihood - penalty, 1.0, True, 0)


def _some(votes: Array) -> Array:
    """Votes on one label; half a vote, undecided and spread over the items, where there is none."""
    return votes if votes.any() else np.full_like(votes, 0.25 / len(votes))
