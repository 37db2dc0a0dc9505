"""How methods with a smooth objective climb it: L-BFGS in units of curvature, until many steps gain next to nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize
from threadpoolctl import ThreadpoolController

__all__ = ["STEPS", "Ascent", "climb"]

# One step can be short by chance, so many in a row cannot.
STEPS: Final = 10
# The vectors are too short for several threads, which on a busy machine made the search up to 20 times slower.
_BLAS: Final = ThreadpoolController()


@dataclass(frozen=True, eq=False)
class Ascent:
    """Where a climb ended.

    Attributes:
        point: The parameters, shape (n_parameters,).
        trace: The objective before each step, never falling; at least one value.
        converged: Whether the criterion was met.
    """

    point: NDArray[np.float64]
    trace: NDArray[np.float64]
    converged: bool


def climb(
    loss: Callable[[NDArray[np.float64]], tuple[float, NDArray[np.float64]]],
    start: NDArray[np.float64],
    unit: NDArray[np.float64],
    max_iterations: int,
    tolerance: float,
) -> Ascent:
    """Climb an objective until `STEPS` steps together gain less than the tolerance.

    A gain of g that is still to come means that parameters are some sqrt(2 g) standard deviations of their own
    posterior from their end, however many votes there are. Parameters are measured in units of about that standard
    deviation, since an annotator's thousand votes and an item's five bend the objective so differently that the search
    would crawl.

    Args:
        loss: The negated objective and its gradient, at a point of shape (n_parameters,).
        start: Where to start.
        unit: What one step of each parameter is measured in, shape (n_parameters,), above 0.
        max_iterations: Most steps, 1 or more.
        tolerance: In nats, 0 or more; with 0 it ends where no step gains anything but rounding.

    Returns:
        The end.

    Example:
        >>> climb(lambda x: (float((x - 1) @ (x - 1)), 2 * (x - 1)), np.zeros(1), np.ones(1), 50, 1e-9).point
        array([1.])
    """
    reached = [-loss(start)[0]]

    def scaled_loss(scaled: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        value, slope = loss(scaled * unit)
        return value, slope * unit

    def settled() -> bool:
        return len(reached) > STEPS and reached[-1] - reached[-1 - STEPS] < tolerance

    def note(intermediate_result: Any) -> None:
        reached.append(-float(intermediate_result.fun))
        if settled():
            raise StopIteration

    options: Any = {"maxiter": max_iterations, "maxfun": 20 * max_iterations, "ftol": 0.0, "gtol": 1e-9}
    with _BLAS.limit(limits=1, user_api="blas"):
        found = minimize(scaled_loss, start / unit, jac=True, method="L-BFGS-B", callback=note, options=options)
    # A search that ends by itself finds no step that gains anything but rounding.
    converged = settled() or len(reached) <= max_iterations
    trace = np.array(reached[:-1] if len(reached) > 1 else reached)
    return Ascent(np.asarray(found.x * unit), trace, converged)
