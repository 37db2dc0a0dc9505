"""One-coin Dawid-Skene: every annotator is right with one probability, whatever the true label."""

from __future__ import annotations

import numpy as np
from numpy.typing import DTypeLike, NDArray

from variorum.annotations import Annotations
from variorum.checks import as_choice
from variorum.labels.base import Fit, LabelEstimate, Watch, need_classes
from variorum.labels.fit import as_estimate, climb, unwatched
from variorum.labels.iteration import (
    FLOOR,
    Sums,
    Voters,
    check_stopping,
    expect,
    need_known,
    own,
    pooled_note,
    start_from_shares,
    votes_of_cells,
    warn_unconverged,
)
from variorum.labels.vote_matrix import Rows, VoteMatrix, vote_matrix

__all__ = ["fit_one_coin", "one_coin"]


def one_coin(
    annotations: Annotations,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    dtype: DTypeLike = np.float64,
) -> LabelEstimate:
    """Estimate one true label an item, and how often each annotator gives it, by expectation maximisation.

    Dawid and Skene's model with one parameter an annotator: the true label is given with probability skill, every other
    with an equal share of the rest. It is the steadier one where annotators have few votes, and blind to preferences
    for a class. Repeated votes and votes of unknown annotators count as in `dawid_skene`.

    Iteration starts from vote shares. Each M-step sets the priors to the posterior's mean and each skill to the mean
    posterior of the labels given; each E-step applies Bayes' rule.

    Args:
        annotations: The votes.
        max_iterations: Most iterations, 1 or more.
        tolerance: Gain of the log-likelihood, nats a vote, below which the iteration ends; 0 or more.
        dtype: Arithmetic in ``float64`` or ``float32``; sums over items are kept in float64, and so are results.

    Returns:
        Estimate whose `skill` is the probability of giving the true label, and whose trace is the log-likelihood of the
        votes, nats.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Zhang, Chen, Zhou and Jordan 2016, "Spectral methods meet EM", section 2 (the model). Start, update order and
        floor are those of crowd-kit 1.4; the criterion is the log-likelihood.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 1, 1, 1, 0, 0, 0, 0])
        >>> one_coin(votes).posterior.round(2)
        array([[1., 0.],
               [0., 1.],
               [1., 0.]])
    """
    need_classes(annotations, "one-coin Dawid-Skene")
    check_stopping(max_iterations, tolerance)
    as_choice("dtype", np.dtype(dtype).name, ("float64", "float32"))
    votes = vote_matrix(annotations, dtype)
    posterior = np.empty((votes.n_rows, votes.n_classes), dtype)
    fit = fit_one_coin(votes, posterior, max_iterations=max_iterations, tolerance=tolerance)
    return as_estimate(annotations, votes, posterior, fit)


def fit_one_coin(
    votes: VoteMatrix,
    posterior: Rows,
    watch: Watch = unwatched,
    *,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
) -> Fit:
    """`one_coin` on a vote matrix whose shards and posterior need not be in memory.

    Args:
        votes: The votes.
        posterior: Overwritten, shape (n_rows, n_classes); its type is that of the arithmetic.
        watch: Called after each iteration.
        max_iterations: See `one_coin`; so is the following.
        tolerance: Nats a vote.

    Returns:
        The fit, with skill.

    Raises:
        SchemeError: If no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.
    """
    check_stopping(max_iterations, tolerance)
    voters = need_known(votes, "one-coin Dawid-Skene", "skill")
    if not votes.n_rows:
        return Fit("one-coin", np.full(votes.n_classes, np.nan))
    n_votes = voters.total(votes_of_cells(votes))
    skill, priors = _maximize(votes, voters, n_votes, start_from_shares(votes, posterior))

    def step() -> float:
        nonlocal skill, priors
        log_likelihood, sums = expect(votes, _probability(votes, voters, skill), priors, posterior)
        skill, priors = _maximize(votes, voters, n_votes, sums)
        return log_likelihood

    trace, converged = climb(step, votes.n_votes, max_iterations, tolerance, watch)
    if not converged:
        criterion = f"the gain fell below {tolerance:g} nats a vote"
        warn_unconverged("one-coin Dawid-Skene", max_iterations, criterion, stacklevel=4)
    return Fit(
        "one-coin",
        priors,
        skill=voters.spread(skill, votes.n_annotators),
        pooled_skill=float(skill[-1]) if voters.pooled else None,
        trace=np.array(trace),
        converged=converged,
        notes=pooled_note(voters, "skill"),
    )


def _maximize(
    votes: VoteMatrix, voters: Voters, n_votes: NDArray[np.float64], sums: Sums
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """M-step: skills and priors."""
    return np.minimum(voters.total(own(votes, sums)) / n_votes, 1.0), sums.classes / votes.n_rows


def _probability(votes: VoteMatrix, voters: Voters, skill: NDArray[np.float64]) -> NDArray[np.float64]:
    """Probability of each cell's label given each class, shape (n_cells, n_classes)."""
    right = skill[voters.of_cell]
    wrong = (1 - right) / max(1, votes.n_classes - 1)
    is_true = votes.cell_label[:, None] == np.arange(votes.n_classes)
    return np.clip(np.where(is_true, right[:, None], wrong[:, None]), FLOOR, 1 - FLOOR)
