"""The prior precision of the highest marginal likelihood."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from variorum.training.softmax.laplace import KroneckerPosterior, log_evidence
from variorum.training.softmax.problem import Mode, SoftmaxProblem

__all__ = ["best_precision", "maximize_scalar", "search_precision"]

_LOGIT_VARIANCES = (1e-2, 1e4)  # the prior variance of a logit stays between these
_STEP = 1.5  # first step in log precision
_WIDTH = 0.1  # log precision is found to about this width: the evidence is flat at its top
_TOLERANCE = 1e-2  # posterior standard deviations: evidences are then right to a small part of a nat


def search_precision(problem: SoftmaxProblem, max_iterations: int) -> tuple[Mode, float]:
    """Find the mode at the precision of the highest Kronecker-factored evidence.

    Args:
        problem: Inputs and votes.
        max_iterations: Limit on the steps to each mode.

    Returns:
        The mode there, to a tolerance of a hundredth of a posterior standard deviation, and its evidence in nats.
        Without signal the precision ends where the prior standard deviation of a logit is 0.1.

    Example:
        >>> problem = SoftmaxProblem.build(np.array([[-1.0], [1.0]]), np.array([[9.0, 1.0], [1.0, 9.0]]), 0.1, True)
        >>> 0.1 < search_precision(problem, 100)[0].precision < 10
        True
    """

    def solve(precision: float, nearest: Mode | None) -> Mode:
        return problem.solve(precision, start=nearest, tolerance=_TOLERANCE, max_iterations=max_iterations)

    return best_precision(problem, solve)


def best_precision(problem: SoftmaxProblem, mode_at: Callable[[float, Mode | None], Mode]) -> tuple[Mode, float]:
    """Find the precision of the highest Kronecker-factored evidence, given how to find a mode.

    Args:
        problem: Inputs and votes.
        mode_at: From a precision, and a known mode at a near one if there is any, to the mode.

    Returns:
        The mode there, and its evidence in nats.
    """
    spread = float(problem.moments.sum() / problem.totals.sum())  # mean squared norm of the inputs
    if problem.n_classes == 1 or problem.rank == 0:  # the votes say nothing about weights
        mode = mode_at(1.0, None)
        return mode, log_evidence(problem, mode, KroneckerPosterior.at(problem, mode))
    modes: dict[float, tuple[Mode, float]] = {}

    def evidence(log_precision: float) -> float:
        nearest = min(modes, key=lambda other: abs(other - log_precision), default=None)
        mode = mode_at(float(np.exp(log_precision)), None if nearest is None else modes[nearest][0])
        value = log_evidence(problem, mode, KroneckerPosterior.at(problem, mode))
        modes[log_precision] = mode, value
        return value

    low, high = (float(np.log(spread / variance)) for variance in reversed(_LOGIT_VARIANCES))
    best = maximize_scalar(evidence, float(np.log(spread)), low, high, step=_STEP, width=_WIDTH)
    return modes[best]


def maximize_scalar(
    function: Callable[[float], float], start: float, low: float, high: float, *, step: float, width: float
) -> float:
    """Climb from a start until a maximum is bracketed, then narrow the bracket by parabolas.

    Made for few evaluations of a smooth, expensive function with one hump.

    Args:
        function: What to maximise.
        start: Where to begin, between the bounds.
        low: Lower bound.
        high: Upper bound.
        step: First step; later ones grow.
        width: Stop when the next step would be smaller.

    Returns:
        The evaluated point of the highest value; a bound if the function rises all the way there.

    Example:
        >>> round(maximize_scalar(lambda x: -((x - 2.0) ** 2), 0.0, -9.0, 9.0, step=1.5, width=0.1), 6)
        2.0
    """
    seen = {start: function(start)}

    def at(x: float) -> float:
        if x not in seen:
            seen[x] = function(x)
        return seen[x]

    def climb(direction: float) -> float:
        here, stride = start, step
        while True:
            there = float(np.clip(here + direction * stride, low, high))
            if at(there) <= at(here):
                return here
            here, stride = there, 1.6 * stride

    middle = climb(1.0)
    if middle == start:
        middle = climb(-1.0)
    if middle in (low, high) and low < high:  # the hump may lie just inside the bound
        inside = middle + (width if middle == low else -width)
        if not low < inside < high or at(inside) <= at(middle):
            return middle
        middle = inside
    while low < middle < high:
        below, above = max(x for x in seen if x < middle), min(x for x in seen if x > middle)
        # The parabola through the three points peaks here; stay inside the bracket.
        left, right = (middle - below) * (at(middle) - at(above)), (middle - above) * (at(middle) - at(below))
        if left == right:
            break
        vertex = middle - 0.5 * ((middle - below) * left - (middle - above) * right) / (left - right)
        vertex = float(np.clip(vertex, 0.9 * below + 0.1 * middle, 0.9 * above + 0.1 * middle))
        if abs(vertex - middle) < width:
            break
        if at(vertex) > at(middle):
            middle = vertex
    return middle
