"""MACE: every annotator either gives the true label or answers by a strategy of their own."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import digamma, gammaln

from variorum.annotations import Annotations
from variorum.checks import as_distribution, as_rng, as_vector
from variorum.errors import ArgumentError, ShapeError
from variorum.labels.base import Fit, LabelEstimate, Watch, need_classes
from variorum.labels.fit import as_estimate, climb, unwatched
from variorum.labels.iteration import (
    FLOOR,
    Sums,
    Voters,
    check_stopping,
    expect,
    need_known,
    no_votes,
    own,
    pooled_note,
    votes_of_cells,
    warn_unconverged,
)
from variorum.labels.vote_matrix import Rows, VoteMatrix, vote_matrix

__all__ = ["fit_mace", "mace"]


def mace(
    annotations: Annotations,
    *,
    variational: bool = True,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    skill_prior: tuple[float, float] = (0.5, 0.5),
    strategy_prior: float = 10.0,
    smoothing: float = 0.01,
    start: tuple[ArrayLike, ArrayLike] | None = None,
    restarts: int = 0,
    rng: np.random.Generator | int | None = None,
) -> LabelEstimate:
    """Estimate one true label an item, and when each annotator gives it rather than spams.

    With probability skill an annotator copies the true label; else the answer is drawn from the annotator's strategy,
    whatever the item. All classes are equally likely. Systematic dissent is taken for spam only as far as a constant
    strategy explains it. Repeated votes and votes of unknown annotators count as in `dawid_skene`.

    The first start is neutral: skill 1/2, strategies uniform; it depends on nothing but the votes. `restarts` adds
    random ones, and the run with the best objective wins.

    Args:
        annotations: The votes.
        variational: Variational Bayes with the two priors; otherwise expectation maximisation with `smoothing`.
        max_iterations: Most iterations of each run, 1 or more.
        tolerance: Gain of the objective, nats a vote, below which a run ends; 0 or more.
        skill_prior: Votes that each skill starts from, (copied, spammed), above 0; variational only.
        strategy_prior: Votes for each class that each strategy starts from, above 0; variational only.
        smoothing: Votes added to the expected counts, ``smoothing / n_classes`` to each, 0 or more; without
            `variational` only.
        start: Instead of the neutral start, skill (n_annotators,) in (0, 1) and strategy (n_annotators, n_classes),
            rows that sum to one. Unknown annotators start neutral.
        restarts: Random starts beside the first, 0 or more.
        rng: Draws the random starts; needed where there are any.

    Returns:
        Estimate with `skill` and `strategy` (posterior means if variational), and the trace of the best run: the lower
        bound of the log evidence, or the log-likelihood of the votes plus the log prior that smoothing is, nats.

    Raises:
        SchemeError: For multilabel and numeric schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range, or restarts lack an rng.
        ShapeError: If the start does not fit the annotators and classes.
        NotADistributionError: If a starting strategy is not a distribution.

    Warns:
        ConvergenceWarning: If the iterations of the best run run out.

    Source:
        Hovy, Berg-Kirkpatrick, Vaswani and Hovy 2013, "Learning whom to trust with MACE". Priors and smoothing are
        those of crowd-kit 1.4, which runs all iterations and starts every restart alike.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.nominal(["no", "yes"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 0, 1, 1, 0, 1, 1, 0])
        >>> mace(votes).posterior.argmax(axis=1)
        array([0, 1, 1])
    """
    need_classes(annotations, "MACE")
    prior = _Prior(variational, *skill_prior, strategy_prior, smoothing / annotations.scheme.n_classes)
    _check_options(max_iterations, tolerance, prior, restarts, rng)
    votes = vote_matrix(annotations)
    voters = need_known(votes, "MACE", "skill")
    skill, strategy = _first(annotations, start)
    if not votes.n_rows:
        return no_votes("mace", annotations)
    posterior = np.empty((votes.n_rows, votes.n_classes))
    best = _run(votes, voters, posterior, unwatched, skill, strategy, prior, max_iterations, tolerance)
    for _ in range(restarts):
        generator = as_rng(rng)  # type: ignore[arg-type]
        skill = generator.uniform(0.1, 0.9, skill.size)
        strategy = generator.dirichlet(np.ones(votes.n_classes), skill.size)
        rows = np.empty_like(posterior)
        run = _run(votes, voters, rows, unwatched, skill, strategy, prior, max_iterations, tolerance)
        if run.trace[-1] > best.trace[-1]:
            best, posterior = run, rows
    if not best.converged:
        warn_unconverged("MACE", max_iterations, f"the gain fell below {tolerance:g} nats a vote")
    return as_estimate(annotations, votes, posterior, _as_fit(best, votes, voters))


def fit_mace(
    votes: VoteMatrix,
    posterior: Rows,
    watch: Watch = unwatched,
    *,
    variational: bool = True,
    max_iterations: int = 100,
    tolerance: float = 1e-5,
    skill_prior: tuple[float, float] = (0.5, 0.5),
    strategy_prior: float = 10.0,
    smoothing: float = 0.01,
) -> Fit:
    """`mace` from its neutral start, on a vote matrix whose shards and posterior need not be in memory.

    Args:
        votes: The votes.
        posterior: Overwritten, shape (n_rows, n_classes); its type is that of the arithmetic.
        watch: Called after each iteration.
        variational: See `mace`; so are the following.
        max_iterations: 1 or more.
        tolerance: Nats a vote.
        skill_prior: Votes.
        strategy_prior: Votes.
        smoothing: Votes.

    Returns:
        The fit, with skill and strategy.

    Raises:
        SchemeError: If no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.
    """
    prior = _Prior(variational, *skill_prior, strategy_prior, smoothing / votes.n_classes)
    _check_options(max_iterations, tolerance, prior, 0, None)
    voters = need_known(votes, "MACE", "skill")
    if not votes.n_rows:
        return Fit("mace", np.full(votes.n_classes, np.nan))
    start = _neutral(votes.n_annotators, votes.n_classes)
    run = _run(votes, voters, posterior, watch, *start, prior, max_iterations, tolerance)
    if not run.converged:
        criterion = f"the gain fell below {tolerance:g} nats a vote"
        warn_unconverged("MACE", max_iterations, criterion, stacklevel=4)
    return _as_fit(run, votes, voters)


@dataclass(frozen=True)
class _Prior:
    variational: bool
    copied: float
    spammed: float
    strategy: float
    smoothing: float


@dataclass(frozen=True, eq=False)
class _Run:
    priors: NDArray[np.float64]  # (n_classes,): mean of the posterior
    skill: NDArray[np.float64]  # (n_voters,)
    strategy: NDArray[np.float64]  # (n_voters, n_classes)
    trace: list[float]
    converged: bool


@dataclass(frozen=True, eq=False)
class _Parameters:
    """Weights of the two ways to answer; below probabilities where they are variational."""

    copy: NDArray[np.float64]  # (n_voters,)
    spam: NDArray[np.float64]  # (n_voters,)
    strategy: NDArray[np.float64]  # (n_cells,): weight of the cell's label in its voter's strategy


def _check_options(
    max_iterations: int, tolerance: float, prior: _Prior, restarts: int, rng: np.random.Generator | int | None
) -> None:
    check_stopping(max_iterations, tolerance)
    if not (0 < prior.copied < np.inf and 0 < prior.spammed < np.inf):
        raise ArgumentError(f"skill_prior = {(prior.copied, prior.spammed)} must be two finite numbers above 0.")
    if not 0 < prior.strategy < np.inf:
        raise ArgumentError(f"strategy_prior = {prior.strategy} must be finite and above 0.")
    if not 0 <= prior.smoothing < np.inf:
        raise ArgumentError("smoothing must be finite and 0 or more.")
    if restarts < 0:
        raise ArgumentError(f"restarts = {restarts} must be 0 or more.")
    if restarts and rng is None:
        raise ArgumentError(f"restarts = {restarts} needs rng: a numpy.random.Generator or a seed.")


def _first(
    annotations: Annotations, start: tuple[ArrayLike, ArrayLike] | None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """First skill and strategy of each annotator, and behind the last, of the unknown ones."""
    n_annotators, n_classes = len(annotations.annotators), annotations.scheme.n_classes
    skill, strategy = _neutral(n_annotators, n_classes)
    if start is not None:
        skill[:n_annotators] = as_vector("start[0]", start[0], length=n_annotators)
        if not ((skill > 0) & (skill < 1)).all():
            bad = int((~((skill > 0) & (skill < 1))).argmax())
            raise ArgumentError(f"start[0][{bad}] = {skill[bad]} must be above 0 and below 1.")
        rows = as_distribution("start[1]", start[1])
        if rows.shape != (n_annotators, n_classes):
            raise ShapeError(f"start[1] has shape {rows.shape}; it must be {(n_annotators, n_classes)}.")
        strategy[:n_annotators] = rows
    return skill, strategy


def _neutral(n_annotators: int, n_classes: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    return np.full(n_annotators + 1, 0.5), np.full((n_annotators + 1, n_classes), 1 / n_classes)


def _run(
    votes: VoteMatrix,
    voters: Voters,
    posterior: Rows,
    watch: Watch,
    skill: NDArray[np.float64],
    strategy: NDArray[np.float64],
    prior: _Prior,
    max_iterations: int,
    tolerance: float,
) -> _Run:
    per_cell = votes_of_cells(votes)
    n_votes = voters.total(per_cell)
    first = skill[voters.annotator]
    parameters = _Parameters(first, 1 - first, strategy[voters.annotator][voters.of_cell, votes.cell_label])
    _, sums, copied = _expect(votes, voters, parameters, posterior)
    spammed = per_cell

    def step() -> float:
        nonlocal sums, copied, spammed
        # A cell's votes were copied or spammed.
        spammed = np.maximum(per_cell - copied, 0)
        parameters, penalty = _maximize(votes, voters, spammed, n_votes, prior)
        log_likelihood, sums, copied = _expect(votes, voters, parameters, posterior)
        return log_likelihood - penalty

    trace, converged = climb(step, votes.n_votes, max_iterations, tolerance, watch)
    return _Run(sums.classes / votes.n_rows, *_means(votes, voters, spammed, n_votes, prior), trace, converged)


def _as_fit(run: _Run, votes: VoteMatrix, voters: Voters) -> Fit:
    return Fit(
        "mace",
        run.priors,
        skill=voters.spread(run.skill, votes.n_annotators),
        pooled_skill=float(run.skill[-1]) if voters.pooled else None,
        strategy=voters.spread(run.strategy, votes.n_annotators),
        trace=np.array(run.trace),
        converged=run.converged,
        notes=pooled_note(voters, "skill and strategy"),
    )


def _expect(
    votes: VoteMatrix, voters: Voters, parameters: _Parameters, posterior: Rows
) -> tuple[float, Sums, NDArray[np.float64]]:
    """E-step: overwrite the posterior; log-likelihood, sums, and how many of each cell's votes were copied."""
    spam = np.maximum(parameters.spam[voters.of_cell] * parameters.strategy, FLOOR)
    copy = parameters.copy[voters.of_cell]
    is_true = votes.cell_label[:, None] == np.arange(votes.n_classes)
    probability = spam[:, None] + copy[:, None] * is_true
    log_likelihood, sums = expect(votes, probability, np.full(votes.n_classes, 1 / votes.n_classes), posterior)
    return log_likelihood, sums, own(votes, sums) * copy / (spam + copy)


def _counts(
    votes: VoteMatrix, voters: Voters, spammed: NDArray[np.float64], n_votes: NDArray[np.float64], prior: _Prior
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], NDArray[np.float64], float]:
    """Counts with prior votes: copied, spammed, by cell and their total by voter; and the prior votes of a class."""
    extra = (prior.copied, prior.spammed, prior.strategy) if prior.variational else (prior.smoothing,) * 3
    n_spammed = voters.total(spammed)
    copied = np.maximum(n_votes - n_spammed, 0) + extra[0]
    return copied, n_spammed + extra[1], spammed + extra[2], n_spammed + votes.n_classes * extra[2], extra[2]


def _maximize(
    votes: VoteMatrix, voters: Voters, spammed: NDArray[np.float64], n_votes: NDArray[np.float64], prior: _Prior
) -> tuple[_Parameters, float]:
    """M-step: parameters, and what the objective loses for their being far from the prior."""
    copy, spam, cells, strategy, extra = _counts(votes, voters, spammed, n_votes, prior)
    missing = votes.n_classes - np.bincount(voters.of_cell, minlength=voters.annotator.size)
    if not prior.variational:
        total = np.maximum(copy + spam, FLOOR)
        per_cell = cells / np.maximum(strategy, FLOOR)[voters.of_cell]
        parameters = _Parameters(copy / total, spam / total, per_cell)
        if not extra:
            return parameters, 0.0
        logs = np.log(parameters.copy).sum() + np.log(parameters.spam).sum() + np.log(per_cell).sum()
        return parameters, -float(extra * (logs + (missing * np.log(extra / strategy)).sum()))
    log_copy, log_spam = digamma(copy) - digamma(copy + spam), digamma(spam) - digamma(copy + spam)
    log_cells = digamma(cells) - digamma(strategy)[voters.of_cell]
    # Kullback-Leibler divergences of both posteriors from their priors; classes never given differ in the total alone.
    k = votes.n_classes
    skills = gammaln(copy + spam) - gammaln(copy) - gammaln(spam)
    skills -= gammaln(prior.copied + prior.spammed) - gammaln(prior.copied) - gammaln(prior.spammed)
    skills += (copy - prior.copied) * log_copy + (spam - prior.spammed) * log_spam
    by_cell = (cells - extra) * log_cells - gammaln(cells) + gammaln(extra)
    divergence = skills.sum() + (gammaln(strategy) - gammaln(k * extra)).sum() + by_cell.sum()
    return _Parameters(np.exp(log_copy), np.exp(log_spam), np.exp(log_cells)), float(divergence)


def _means(
    votes: VoteMatrix, voters: Voters, spammed: NDArray[np.float64], n_votes: NDArray[np.float64], prior: _Prior
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Skill and strategy of each voter."""
    copy, spam, cells, total, extra = _counts(votes, voters, spammed, n_votes, prior)
    # Who never spammed has, without smoothing, no strategy to speak of: uniform.
    each = np.where(total > 0, extra / np.maximum(total, FLOOR), 1 / votes.n_classes)
    strategy = np.repeat(each[:, None], votes.n_classes, axis=1)
    known = total[voters.of_cell] > 0
    strategy[voters.of_cell[known], votes.cell_label[known]] = (cells / np.maximum(total, FLOOR)[voters.of_cell])[known]
    return copy / (copy + spam), strategy
