"""Distributional labels: a Dirichlet for each item, and the prior that the votes themselves suggest."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln, polygamma

from variorum.checks import as_counts, as_vector
from variorum.errors import ArgumentError, ConvergenceWarning, ShapeError

__all__ = ["DirichletLabels", "PolyaFit", "dirichlet_labels", "fit_dirichlet_prior", "fit_polya"]

# Concentration of a class that nobody ever chose; the likelihood would have 0.
_UNSEEN: Final = 1e-6
# Where the likelihood pushes the precision to 0 or to infinity, it stops here.
_LEAST_PRECISION: Final = 1e-3
_MOST_PRECISION: Final = 1e6


@dataclass(frozen=True, eq=False)
class DirichletLabels:
    """A distribution over label distributions for each item: it keeps how many votes stand behind the shares.

    Attributes:
        concentration: Dirichlet concentration, shape (n_items, n_classes), positive.
    """

    concentration: NDArray[np.float64]

    @property
    def precision(self) -> NDArray[np.float64]:
        """Total concentration, prior and votes, shape (n_items,)."""
        return np.asarray(self.concentration.sum(axis=1))

    @property
    def mean(self) -> NDArray[np.float64]:
        """Expected label distribution, shape (n_items, n_classes): the soft label."""
        return self.concentration / self.precision[:, None]

    @property
    def variance(self) -> NDArray[np.float64]:
        """Variance of each class probability, shape (n_items, n_classes)."""
        mean = self.mean
        return mean * (1 - mean) / (self.precision[:, None] + 1)

    @property
    def expected_entropy(self) -> NDArray[np.float64]:
        """Expected entropy of the label distribution, nats, shape (n_items,).

        It is what people disagree on; `mean`'s entropy minus it is what is not known about them.
        """
        return np.asarray(
            digamma(self.precision + 1) - (self.mean * digamma(self.concentration + 1)).sum(axis=1), np.float64
        )


def dirichlet_labels(counts: ArrayLike, prior: ArrayLike | float) -> DirichletLabels:
    """The posterior Dirichlet of each item: prior concentration plus votes.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more.
        prior: Prior concentration, positive: shape (n_classes,), or one number for all classes. 1 is the uniform
            prior, 0.5 Jeffreys'; `fit_dirichlet_prior` takes it from the votes.

    Returns:
        One Dirichlet an item; an item without votes keeps the prior.

    Raises:
        NotCountsError: If a count is negative or not finite.
        ShapeError: If the prior has another number of classes.
        ArgumentError: If the prior is not positive.

    Source:
        Conjugacy of Dirichlet and multinomial; type (c) labels of the label taxonomy in docs/papers.md.

    Example:
        >>> label = dirichlet_labels([[3, 1]], prior=1)
        >>> label.mean, label.precision
        (array([[0.66666667, 0.33333333]]), array([6.]))
    """
    array = as_counts("counts", counts)
    each = np.asarray(prior, np.float64)
    each = as_vector("prior", np.full(array.shape[1], float(each)) if each.ndim == 0 else each)
    if each.size != array.shape[1]:
        raise ShapeError(f"prior has {each.size} classes and counts {array.shape[1]}.")
    if (each <= 0).any():
        raise ArgumentError(f"prior[{int((each <= 0).argmax())}] = {each[(each <= 0).argmax()]} must be positive.")
    return DirichletLabels(array + each)


@dataclass(frozen=True, eq=False)
class PolyaFit:
    """A Dirichlet prior fitted to vote counts.

    Attributes:
        concentration: Shape (n_classes,), positive.
        trace: Log-likelihood of the counts in their order-free form without the multinomial coefficients, nats, at the
            start of each iteration; empty where nothing was iterated.
        converged: Whether the criterion was met; true where a bound or the fallback was taken.
        identified: Whether the votes determine the precision.
        note: What happened where they do not, or where the fit did not converge; empty otherwise.
    """

    concentration: NDArray[np.float64]
    trace: NDArray[np.float64]
    converged: bool
    identified: bool
    note: str = ""


def fit_dirichlet_prior(
    counts: ArrayLike, *, max_iterations: int = 200, tolerance: float = 1e-8
) -> NDArray[np.float64]:
    """The Dirichlet concentration under which the vote counts are likeliest.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more; items without votes say nothing.
        max_iterations: Most iterations.
        tolerance: Largest gradient with respect to the log concentration, nats an item, that counts as converged.

    Returns:
        Concentration, shape (n_classes,), positive. Its sum, the precision, is large where items resemble each other
        and small where most are unanimous, each for its own class.

    Raises:
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If there is no vote at all, or an option is out of its range.

    Warns:
        ConvergenceWarning: If the votes do not determine the precision (one vote an item, every item unanimous, or
            items that differ less than chance would have it), or the fit did not converge. The message says what was
            taken instead; `fit_polya` returns it as a value.

    Source:
        Minka 2000, "Estimating a Dirichlet distribution": Newton steps (in the log concentration, a deviation), and
        the fixed point, eq. 55, wherever a Newton step would not raise the likelihood.

    Example:
        >>> fit_dirichlet_prior([[2, 0], [0, 2], [1, 1], [2, 0], [1, 1]]).round(3)
        array([3., 2.])
    """
    fit = fit_polya(counts, max_iterations=max_iterations, tolerance=tolerance)
    if fit.note:
        warnings.warn(fit.note, ConvergenceWarning, stacklevel=2)
    return fit.concentration


def fit_polya(counts: ArrayLike, *, max_iterations: int = 200, tolerance: float = 1e-8) -> PolyaFit:
    """`fit_dirichlet_prior` with its trace and what it has to say, and without warnings.

    Args:
        counts: Vote counts, shape (n_items, n_classes), 0 or more.
        max_iterations: Most iterations.
        tolerance: Largest gradient, nats an item, that counts as converged.

    Returns:
        The fit.

    Raises:
        NotCountsError: If a count is negative or not finite.
        ArgumentError: If there is no vote at all, or an option is out of its range.

    Example:
        >>> fit_polya([[1, 0], [0, 1], [1, 0]]).note
        'no item has more than one vote, so the votes do not determine the precision; it was set to n_classes = 2.'
    """
    if max_iterations < 1 or not tolerance >= 0:
        raise ArgumentError(f"max_iterations = {max_iterations} must be 1 or more, tolerance = {tolerance} 0 or more.")
    array = as_counts("counts", counts)
    total = array.sum(axis=1)
    if not (total > 0).any():
        raise ArgumentError("counts hold no vote; a prior needs at least one.")
    array, total = array[total > 0], total[total > 0]
    shares = array.sum(axis=0) / array.sum()
    n_classes = shares.size
    nothing = np.empty(0)
    several = total > 1 + 1e-9
    if not several.any():
        note = (
            "no item has more than one vote, so the votes do not determine the precision; "
            f"it was set to n_classes = {n_classes}."
        )
        return PolyaFit(_spread(shares, float(n_classes)), nothing, True, False, note)
    if (array[several].max(axis=1) >= total[several] * (1 - 1e-9)).all():
        note = f"every item is unanimous, so the likelihood has precision 0; it was set to {_LEAST_PRECISION:g}."
        return PolyaFit(_spread(shares, _LEAST_PRECISION), nothing, True, False, note)
    seen = shares > 0
    fit = _ascend(_Polya(array[:, seen], total), shares[seen] * n_classes, max_iterations, tolerance)
    concentration = np.full(n_classes, _UNSEEN)
    concentration[seen] = fit.concentration
    return PolyaFit(concentration, fit.trace, fit.converged, fit.identified, fit.note)


def _spread(shares: NDArray[np.float64], precision: float) -> NDArray[np.float64]:
    return np.maximum(shares * precision, _UNSEEN)


class _Polya:
    """Log-likelihood of the concentration; counts enter through the distinct values of each column alone."""

    def __init__(self, counts: NDArray[np.float64], total: NDArray[np.float64]) -> None:
        columns = [np.unique(column, return_counts=True) for column in counts.T]
        self.value = np.concatenate([value for value, _ in columns])
        self.times = np.concatenate([times for _, times in columns]).astype(np.float64)
        self.column = np.repeat(np.arange(len(columns)), [value.size for value, _ in columns])
        self.total, self.total_times = np.unique(total, return_counts=True)
        self.n_items = total.size

    def log_likelihood(self, a: NDArray[np.float64]) -> float:
        each, whole = a[self.column], a.sum()
        inner = self.times @ (gammaln(each + self.value) - gammaln(each))
        return float(inner + self.total_times @ (gammaln(whole) - gammaln(whole + self.total)))

    def slopes(self, a: NDArray[np.float64], order: int) -> tuple[NDArray[np.float64], float]:
        """Derivative of the terms of each class, and that of the common term, of this order."""
        each, whole = a[self.column], a.sum()
        inner = self.times * (polygamma(order - 1, each + self.value) - polygamma(order - 1, each))
        outer = self.total_times @ (polygamma(order - 1, whole + self.total) - polygamma(order - 1, whole))
        return np.bincount(self.column, inner, minlength=a.size).astype(np.float64), float(-outer)


def _ascend(model: _Polya, start: NDArray[np.float64], max_iterations: int, tolerance: float) -> PolyaFit:
    a, value = start, model.log_likelihood(start)
    trace: list[float] = []
    for _ in range(max_iterations):
        trace.append(value)
        inner, outer = model.slopes(a, 1)
        gradient = a * (inner + outer)
        if a.sum() >= _MOST_PRECISION:
            note = (
                "the items differ no more than chance would have it, so the likelihood has no largest precision; "
                f"it was set to {_MOST_PRECISION:g}."
            )
            return PolyaFit(a * (_MOST_PRECISION / a.sum()), np.array(trace), True, False, note)
        if np.abs(gradient).max() <= tolerance * model.n_items:
            return PolyaFit(a, np.array(trace), True, True)
        proposal = _newton(model, a, gradient)
        new = -np.inf if proposal is None else model.log_likelihood(proposal)
        if proposal is None or not new > value:
            proposal = a * inner / -outer
            new = model.log_likelihood(proposal)
        a, value = proposal, new
    note = (
        f"{max_iterations} iterations were not enough (gradient {np.abs(gradient).max() / model.n_items:.2g} an item)."
    )
    return PolyaFit(a, np.array(trace), False, True, note)


def _newton(model: _Polya, a: NDArray[np.float64], gradient: NDArray[np.float64]) -> NDArray[np.float64] | None:
    """One Newton step in log a, or None where the likelihood is not concave there."""
    inner, outer = model.slopes(a, 2)
    # The Hessian is diagonal + outer * a a', so Sherman and Morrison solve it.
    diagonal = gradient + a * a * inner
    denominator = 1 + outer * (a * a / diagonal).sum() if (diagonal < 0).all() else -1.0
    if denominator <= 0:
        return None
    solved = gradient / diagonal
    step = solved - (a / diagonal) * outer * (a * solved).sum() / denominator
    stepped: NDArray[np.float64] = a * np.exp(np.clip(-step, -3, 3))
    return stepped
