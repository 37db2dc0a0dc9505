"""Ordinal Dawid-Skene: every annotator confuses near levels more than far ones, every item has one true level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import log_softmax

from variorum.annotations import Annotations
from variorum.errors import ArgumentError
from variorum.labels.base import LabelEstimate, need_scheme, population_statement
from variorum.labels.climb import STEPS, climb
from variorum.labels.iteration import (
    Sums,
    check_stopping,
    expect,
    need_known,
    no_votes,
    over_items,
    pooled_note,
    start_from_shares,
    votes_of_cells,
    warn_unconverged,
)
from variorum.labels.ordered_confusion import OrderedConfusion, Reading
from variorum.labels.vote_matrix import VoteMatrix, vote_matrix

__all__ = ["ordinal_dawid_skene"]

# A vote that the model all but excludes must keep a logarithm.
_LEAST: Final = 1e-300


def ordinal_dawid_skene(
    annotations: Annotations,
    *,
    max_iterations: int = 1_000,
    tolerance: float = 1e-6,
    precision_sd: float = 1.0,
    bias_sd: float = 1.0,
) -> LabelEstimate:
    """Estimate one true level an item, and how each annotator mistakes it: two numbers instead of a matrix.

    The model takes all disagreement for error, as `dawid_skene` does, and expects near levels to be confused more than
    far ones. Of an item of true level c, annotator a answers label l with odds

        exp(attraction[l] + bias[a] * x[l] - precision[a] * abs(x[l] - x[c])),

    where all annotators share how attractive labels are and where on a scale they lie, x increasing. Between two
    neighbouring labels, that is, an annotator prefers the one towards the truth by the precision, and the upper one by
    the bias, both in nats times their distance. Precision 0 is an answer that has nothing to do with the item, and
    below it lie adverse annotators; a bias that exceeds the precision ends on one end of the scale.

    Where annotators have few votes, two numbers each are learned well from what leaves the K (K - 1) numbers of a
    confusion matrix at chance. With many votes, and mistakes that do not follow the order, a matrix fits better.

    With positions one apart on average, priors are normal: precision around the usual one, which is learned and for
    which 2 counts like one annotator's, with standard deviation `precision_sd`; bias around 0 with `bias_sd`;
    attraction around 0 with 2. Distances of neighbours have the log density 5 * scheme's distance * log distance, and
    the shares of the levels count one item more, whose level is any. Repeated votes and votes of unknown annotators
    count as in `dawid_skene`.

    The posterior density of all parameters, with the true levels summed out, is climbed by L-BFGS: its gradient is that
    of an EM step, and its maxima are the fixed points of EM. The start is a crowd without bias on the scheme's own
    scale, and vote shares for the levels.

    Args:
        annotations: The votes of an ordinal scheme; its positions say how far levels are apart.
        max_iterations: Most iterations, 1 or more.
        tolerance: Gain of the objective over ten iterations, nats in all, below which the iteration ends; 0 or more.
        precision_sd: Standard deviation of precisions, nats a step, above 0.
        bias_sd: Standard deviation of biases, nats a step, above 0.

    Returns:
        Estimate with `skill`, the precision, `bias` (above 0: answers are too high), both in nats a unit of the
        scheme's positions, and `positions`, which share the ends of the scheme's; the `confusion` that follows from
        them; and the trace: log-likelihood of the votes plus log prior up to a constant, nats, at the start of each
        iteration, never falling.

    Raises:
        SchemeError: For other than ordinal schemes, and where no annotator is known.
        ArgumentError: If an option is out of its range.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Dawid and Skene 1979 for one true label; Goodman 1979, "Simple models for the analysis of association in
        cross-classifications having ordered categories", for odds of neighbours that follow a shared scale. The
        distance from the truth, the priors and the climb are ours. Answers cut from a latent scale with a bias as a
        shift (Samejima 1969; Lakshminarayanan and Teh 2013) were tried: see docs/labels.md.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme = LabelScheme.ordinal(["bad", "fair", "good"])
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator = [0, 0, 0, 1, 1, 1, 2, 2, 2], [0, 1, 2] * 3
        >>> votes = Annotations(scheme, Items(("a", "b", "c")), people, item, annotator, [0, 0, 1, 1, 1, 2, 2, 2, 2])
        >>> estimate = ordinal_dawid_skene(votes)
        >>> estimate.posterior.argmax(axis=1), bool(estimate.bias[2] > estimate.bias[0])
        (array([0, 1, 2]), True)
    """
    need_scheme(annotations, "ordinal Dawid-Skene", "ordinal")
    check_stopping(max_iterations, tolerance)
    for name, value in (("precision_sd", precision_sd), ("bias_sd", bias_sd)):
        if not 0 < value < np.inf:
            raise ArgumentError(f"{name} = {value} must be finite and above 0.")
    votes = vote_matrix(annotations)
    voters = need_known(votes, "ordinal Dawid-Skene", "precision")
    if not votes.n_rows:
        return no_votes("ordinal-dawid-skene", annotations)
    where = np.array(annotations.scheme.positions)
    step = float(np.diff(where).mean()) if where.size > 1 else 1.0
    crowd = OrderedConfusion(
        voters.of_cell, votes.cell_label, voters.annotator.size, np.diff(where) / step, precision_sd, bias_sd
    )
    model = _Model(votes, crowd)
    unit = model.unit(voters.total(votes_of_cells(votes)))
    end = climb(model.loss, model.start(), unit, max_iterations, tolerance)
    if not end.converged:
        warn_unconverged(
            "ordinal Dawid-Skene", max_iterations, f"{STEPS} iterations gained less than {tolerance:g} nats"
        )
    found = model.expect(end.point)
    n_annotators, pooled = len(annotations.annotators), voters.pooled
    precision, bias = found.reading.precision / step, found.reading.bias / step
    return LabelEstimate(
        "ordinal-dawid-skene",
        over_items(found.posterior, votes, len(annotations.items)),
        found.shares,
        population_statement(annotations),
        confusion=voters.spread(found.confusion, n_annotators),
        pooled_confusion=found.confusion[-1] if pooled else None,
        skill=voters.spread(precision, n_annotators),
        pooled_skill=float(precision[-1]) if pooled else None,
        bias=voters.spread(bias, n_annotators),
        pooled_bias=float(bias[-1]) if pooled else None,
        positions=where[0] + step * found.reading.position,
        trace=end.trace,
        converged=end.converged,
        n_iterations=end.trace.size,
        notes=pooled_note(voters, "precision and bias"),
    )


@dataclass(frozen=True, eq=False)
class _Expected:
    """What an E-step gives."""

    reading: Reading
    confusion: NDArray[np.float64]  # (n_voters, true level, label)
    shares: NDArray[np.float64]  # (n_classes,)
    posterior: NDArray[np.float64]  # (n_rows, n_classes)
    sums: Sums
    objective: float


@dataclass(frozen=True, eq=False)
class _Model:
    """The annotators, and behind their parameters the logarithms of the levels' shares, up to a constant."""

    votes: VoteMatrix
    crowd: OrderedConfusion

    def start(self) -> NDArray[np.float64]:
        posterior = np.empty((self.votes.n_rows, self.votes.n_classes))
        shares = start_from_shares(self.votes, posterior).classes / self.votes.n_rows
        # Levels that nobody chose start where the weight of one item more puts them.
        weight = 1 / (self.votes.n_classes * self.votes.n_rows)
        return np.concatenate((self.crowd.start(), np.log(shares + weight)))

    def unit(self, n_votes: NDArray[np.float64]) -> NDArray[np.float64]:
        each = np.full(self.votes.n_classes, (1 + self.votes.n_rows / self.votes.n_classes) ** -0.5)
        return np.concatenate((self.crowd.unit(n_votes), each))

    def expect(self, point: NDArray[np.float64]) -> _Expected:
        """E-step, and the objective: log posterior density up to a constant."""
        reading = self.crowd.reading(point[: self.crowd.n_parameters])
        log_shares = log_softmax(point[self.crowd.n_parameters :])
        shares, posterior = np.exp(log_shares), np.empty((self.votes.n_rows, self.votes.n_classes))
        confusion = np.exp(self.crowd.log_confusion(reading))
        probability = np.maximum(self.crowd.of_cells(confusion), _LEAST)
        log_likelihood, sums = expect(self.votes, probability, shares, posterior)
        # The levels' prior: one item more, whose level is any.
        objective = log_likelihood + self.crowd.log_prior(reading) + float(log_shares.mean())
        return _Expected(reading, confusion, shares, posterior, sums, objective)

    def loss(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative objective and its gradient."""
        found = self.expect(point)
        by_crowd = self.crowd.gradient(found.reading, found.confusion, found.sums.cells)
        n_classes, n_rows = self.votes.n_classes, self.votes.n_rows
        by_level = found.sums.classes + 1 / n_classes - (n_rows + 1) * found.shares
        return -found.objective, -np.concatenate((by_crowd, by_level))
