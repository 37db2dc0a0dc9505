"""Dawid and Skene's model: every annotator has a confusion matrix, every item one true label."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import DTypeLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.labels.base import Fit, LabelEstimate, Watch, need_classes
from variorum.labels.fit import as_estimate, climb, unwatched
from variorum.labels.iteration import (
    FLOOR,
    Sums,
    check_stopping,
    expect,
    group_voters,
    need_known,
    start_from_shares,
    warn_unconverged,
)
from variorum.labels.vote_matrix import Rows, VoteMatrix, vote_matrix

__all__ = ["dawid_skene", "fit_dawid_skene"]


def dawid_skene(
    annotations: Annotations,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    smoothing: float = 0.0,
    dtype: DTypeLike = np.float64,
) -> LabelEstimate:
    """Estimate one true label an item, and how each annotator mistakes it, by expectation maximisation.

    The model takes all disagreement for error: its posterior is what is known of a single truth, not how people vary.
    An annotator's repeated votes on an item count as independent votes; an elicited distribution counts as fractional
    votes. Votes of unknown annotators, beside those of known ones, share one confusion matrix, that of an average
    stranger: each is a person of whom nothing else is known.

    Iteration starts from vote shares. Each E-step sets the posterior of item i to softmax over c of
    log prior[c] + sum of log confusion[a, c, l] over i's votes (a, l); each M-step sets the priors to the posterior's
    mean and confusion[a, c, l] to the share of label l in a's votes, weighted by the posterior of c.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Gain of the objective, nats a vote, below which the iteration ends; 0 or more.
        smoothing: Votes added to each cell of each annotator's confusion matrix (a Dirichlet prior with concentration
            1 + smoothing), 0 or more; 0 is maximum likelihood.
        dtype: Arithmetic in ``float64`` or ``float32``; sums over items are kept in float64, and so are results.

    Returns:
        Estimate with posterior, priors, confusion and trace: the log-likelihood of the votes, nats, plus the log prior
        of the confusion matrices where there is smoothing.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Dawid and Skene 1979, "Maximum likelihood estimation of observer error-rates using the EM algorithm", eqs.
        2.3 to 2.5. Start, update order and floor are those of crowd-kit 1.4; the criterion is the log-likelihood.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 1, 1, 1, 0, 0, 0, 0])
        >>> dawid_skene(votes).posterior.round(2)
        array([[1., 0.],
               [0., 1.],
               [1., 0.]])
    """
    need_classes(annotations, "Dawid-Skene")
    _check_options(max_iterations, tolerance, smoothing)
    as_choice("dtype", np.dtype(dtype).name, ("float64", "float32"))
    votes = vote_matrix(annotations, dtype)
    posterior = np.empty((votes.n_rows, votes.n_classes), dtype)
    fit = fit_dawid_skene(votes, posterior, max_iterations=max_iterations, tolerance=tolerance, smoothing=smoothing)
    return as_estimate(annotations, votes, posterior, fit)


def fit_dawid_skene(
    votes: VoteMatrix,
    posterior: Rows,
    watch: Watch = unwatched,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    smoothing: float = 0.0,
) -> Fit:
    """`dawid_skene` on a vote matrix whose shards and posterior need not be in memory.

    Args:
        votes: The votes.
        posterior: Overwritten, shape (n_rows, n_classes); its type is that of the arithmetic.
        watch: Called after each iteration.
        max_iterations: See `dawid_skene`; so are the following two.
        tolerance: Nats a vote.
        smoothing: Votes.

    Returns:
        The fit, with confusion.

    Raises:
        SchemeError: If no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.
    """
    _check_options(max_iterations, tolerance, smoothing)
    pooled = need_known(votes, "Dawid-Skene", "confusion matrix").pooled
    k = votes.n_classes
    if not votes.n_rows:
        return Fit("dawid-skene", np.full(k, np.nan), confusion=np.full((votes.n_annotators, k, k), np.nan))
    parameters = _maximize(votes, start_from_shares(votes, posterior), smoothing)

    def step() -> float:
        nonlocal parameters
        penalty = _log_prior(votes, parameters, smoothing)
        log_likelihood, sums = expect(votes, parameters.confusion, parameters.priors, posterior)
        parameters = _maximize(votes, sums, smoothing)
        return log_likelihood + penalty

    trace, converged = climb(step, votes.n_votes, max_iterations, tolerance, watch)
    if not converged:
        criterion = f"the gain fell below {tolerance:g} nats a vote"
        warn_unconverged("Dawid-Skene", max_iterations, criterion, stacklevel=4)
    confusion = _dense(parameters, votes, smoothing)
    return Fit(
        "dawid-skene",
        parameters.priors,
        confusion=confusion[: votes.n_annotators],
        pooled_confusion=confusion[votes.n_annotators] if pooled else None,
        trace=np.array(trace),
        converged=converged,
        notes=("votes of unknown annotators share one confusion matrix",) if pooled else (),
    )


def _check_options(max_iterations: int, tolerance: float, smoothing: float) -> None:
    check_stopping(max_iterations, tolerance)
    if not 0 <= smoothing < np.inf:
        raise ArgumentError(f"smoothing = {smoothing} must be finite and 0 or more.")


@dataclass(frozen=True, eq=False)
class _Parameters:
    priors: NDArray[np.float64]  # (n_classes,)
    confusion: NDArray[np.float64]  # (n_cells, n_classes): label of the cell given each true class
    totals: NDArray[np.float64]  # (n_groups, n_classes): smoothed votes of each annotator with votes, by true class


def _maximize(votes: VoteMatrix, sums: Sums, smoothing: float) -> _Parameters:
    """M-step: priors, and the probability of each cell's label for each true class."""
    first, size = group_voters(votes)
    cells = sums.cells + smoothing if smoothing else np.maximum(sums.cells, FLOOR)
    # Cells that never occurred have no column, and their smoothing alone.
    totals = np.add.reduceat(cells, first, axis=0) + ((votes.n_classes - size) * smoothing)[:, None]
    return _Parameters(sums.classes / votes.n_rows, cells / np.repeat(totals, size, axis=0), totals)


def _log_prior(votes: VoteMatrix, parameters: _Parameters, smoothing: float) -> float:
    if not smoothing:
        return 0.0
    missing = votes.n_classes - group_voters(votes)[1]
    empty = (missing * np.log(smoothing / parameters.totals).sum(axis=1)).sum()
    return float(smoothing * (np.log(parameters.confusion).sum() + empty))


def _dense(parameters: _Parameters, votes: VoteMatrix, smoothing: float) -> NDArray[np.float64]:
    """Confusion matrices, (n_annotators + 1, true class, label); nan for annotators without votes."""
    k = votes.n_classes
    dense = np.full((votes.n_annotators + 1, k, k), np.nan)
    voters = votes.cell_annotator[group_voters(votes)[0]]
    dense[voters] = (smoothing / parameters.totals)[:, :, None]
    dense[votes.cell_annotator, :, votes.cell_label] = parameters.confusion
    return dense
