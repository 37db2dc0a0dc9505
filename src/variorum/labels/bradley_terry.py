"""Bradley-Terry: worths of contestants from answers about pairs, with ties and annotators of their own reliability."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from variorum.annotations import ANSWERED, Annotations
from variorum.errors import ArgumentError, SchemeError
from variorum.labels.base import LabelEstimate, class_shares, need_scheme, population_statement
from variorum.labels.climb import STEPS, climb
from variorum.labels.iteration import check_stopping, no_votes, softmax, warn_unconverged

__all__ = ["bradley_terry"]

_TIE: Final = 2


def bradley_terry(
    annotations: Annotations,
    *,
    first: str = "text",
    second: str = "second_text",
    order_effect: bool = False,
    worth_sd: float = 2.0,
    reliability_sd: float = 0.5,
    max_iterations: int = 1_000,
    tolerance: float = 1e-6,
) -> LabelEstimate:
    """Estimate the worth of everything compared, how often ties are, and how reliable each annotator is.

    Items are pairs; what they compare stands in two columns of the items, by default their two texts, and equal texts
    are one contestant. With worths w = exp(s), the odds of the first of (i, j), the second and a tie are

        w[i] : w[j] : v * sqrt(w[i] * w[j]),

    Davidson's extension of Bradley and Terry. First to second have the odds of their worths, whether or not ties are
    offered; a tie is v times as likely as either between equals, and the rarer the farther two are apart. Divided by
    the root, the odds are exp(m / 2) : exp(-m / 2) : v with m = s[i] - s[j]. Here annotators differ, and so does it
    which of the two was shown first:

        m = reliability[a] * (s[i] - s[j]) + order_effect * (1 where i was shown first, -1 where j was, else 0).

    (Rao and Kupper's ties are differences that fall short of a threshold, which shifts the odds of first to second.
    Davidson's are an exponential family, so that for given reliabilities the density below has one maximum.)

    Reliability stands in front of the log odds, as ability in `glad`: 1 is usual, 0 answers at random, below 0 is
    adverse, above 1 sharper. It is the noise of an annotator's comparisons, so that careless ones still get clear cases
    right. (Crowd-BT has a share of each annotator's answers flipped, however clear the case.)

    All parameters have normal priors: s, log v and the order effect around 0 with standard deviation `worth_sd`,
    reliability around 1 with `reliability_sd`. They keep contestants finite who always win, annotators with few votes
    usual, and settle what votes cannot: where groups of contestants never meet, the mean of s in each is 0, so that
    worths compare within a group only, which a note says. The density is climbed by L-BFGS from equal worths.

    Votes of unknown annotators share one reliability; where nobody is known, it is 1. An elicited distribution counts
    as fractional votes. To predict an item without votes, take the formula and `worth`.

    Args:
        annotations: The votes of a pairwise scheme: first, second, and a tie if there is a third label.
        first: Column of the items that names the first contestant.
        second: Column of the items that names the second.
        order_effect: Whether to estimate what being shown first is worth.
        worth_sd: Standard deviation of log worths, above 0.
        reliability_sd: Standard deviation of reliabilities, 0 or more; with 0 all annotators weigh the same.
        max_iterations: Most iterations, 1 or more.
        tolerance: Gain of the objective over ten iterations, nats in all, below which the iteration ends; 0 or more.

    Returns:
        Estimate whose posterior is what an annotator of reliability 1 answers, were neither shown first; `contestants`
        and their log `worth`, `tie_odds` v, `order_effect`, `skill`, the reliability, and the trace: log-likelihood of
        the votes plus log prior up to a constant, nats, at the start of each iteration, never falling.

    Raises:
        SchemeError: For other than pairwise schemes, and where items do not say what they compare.
        ArgumentError: If an option is out of its range, or an order effect is asked for and no vote says what was shown
            first.

    Warns:
        ConvergenceWarning: If the iterations run out.

    Source:
        Bradley and Terry 1952, "Rank analysis of incomplete block designs"; Davidson 1970, "On extending the
        Bradley-Terry model to accommodate ties in paired comparison experiments"; Davidson and Beaver 1977 for the
        order effect; Chen, Bennett, Collins-Thompson and Horvitz 2013, "Pairwise ranking aggregation in a crowdsourced
        setting", for annotators. Reliability as a factor, and normal priors, are ours.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> items = Items(("1", "2"), text=("tea", "milk"), second_text=("milk", "mud"))
        >>> people = Annotators(("x:1", "x:2", "x:3"))
        >>> item, annotator, label = [0, 0, 0, 1, 1, 1], [0, 1, 2] * 2, [0, 0, 2, 0, 0, 0]
        >>> estimate = bradley_terry(Annotations(LabelScheme.pairwise(), items, people, item, annotator, label))
        >>> estimate.contestants, estimate.worth.round(1)
        (('milk', 'mud', 'tea'), array([ 0.3, -1.9,  1.5]))
        >>> estimate.posterior[0].round(2)
        array([0.6 , 0.18, 0.22])
    """
    need_scheme(annotations, "Bradley-Terry", "pairwise")
    check_stopping(max_iterations, tolerance)
    if not 0 < worth_sd < np.inf:
        raise ArgumentError(f"worth_sd = {worth_sd} must be finite and above 0.")
    if not 0 <= reliability_sd < np.inf:
        raise ArgumentError(f"reliability_sd = {reliability_sd} must be finite and 0 or more.")
    votes = _votes(annotations)
    names, pairs = _contestants(annotations, first, second, np.unique(votes.item))
    if order_effect and not votes.shown.any():
        raise ArgumentError(
            "order_effect = True needs to know which of a pair was shown first, and no vote says so; "
            "give the column shown_first, or leave the order effect out."
        )
    if not votes.item.size:
        return no_votes("bradley-terry", annotations)
    seen, code = np.unique(pairs[votes.item], return_inverse=True)
    voter_of, voter = np.unique(votes.annotator, return_inverse=True)
    known = voter_of[0] < len(annotations.annotators)
    model = _Model(
        votes,
        code.reshape(-1, 2),
        voter,
        n_contestants=seen.size,
        n_voters=voter_of.size if known and reliability_sd else 0,
        n_classes=annotations.scheme.n_classes,
        with_order=order_effect,
        worth_sd=worth_sd,
        reliability_sd=reliability_sd,
    )
    end = climb(model.loss, model.start(), model.unit(), max_iterations, tolerance)
    if not end.converged:
        warn_unconverged("Bradley-Terry", max_iterations, f"{STEPS} iterations gained less than {tolerance:g} nats")
    found = model.parameters(end.point)
    worth = np.full(len(names), np.nan)
    worth[seen] = found.worth
    posterior = np.full((len(annotations.items), model.n_classes), np.nan)
    voted = np.unique(votes.item)
    posterior[voted] = softmax(model.scores(worth[pairs[voted, 0]] - worth[pairs[voted, 1]], found.log_tie))
    pooled = known and voter_of[-1] == len(annotations.annotators)
    skill = np.full(len(annotations.annotators) + 1, np.nan)
    skill[voter_of] = found.reliability
    return LabelEstimate(
        "bradley-terry",
        posterior,
        class_shares(posterior),
        population_statement(annotations),
        skill=skill[:-1] if model.n_voters else None,
        pooled_skill=float(skill[-1]) if model.n_voters and pooled else None,
        contestants=names,
        worth=worth,
        tie_odds=float(np.exp(found.log_tie)) if model.n_classes > _TIE else None,
        order_effect=found.order if order_effect else None,
        trace=end.trace,
        converged=end.converged,
        n_iterations=end.trace.size,
        notes=_notes(votes, code.reshape(-1, 2), order_effect, known, bool(model.n_voters and pooled)),
    )


@dataclass(frozen=True, eq=False)
class _Votes:
    """One entry a vote, of shape (n_votes,) each; an elicited distribution is one for each label with mass."""

    item: NDArray[np.int64]
    annotator: NDArray[np.int64]  # n_annotators for the unknown ones
    label: NDArray[np.int64]
    weight: NDArray[np.float64]
    shown: NDArray[np.float64]  # 1 where the first contestant was shown first, -1 where the second was, 0 unknown


def _votes(annotations: Annotations) -> _Votes:
    rows = np.flatnonzero(annotations.status == ANSWERED)
    label, weight = annotations.label[rows], np.ones(rows.size)
    if annotations.distribution is not None:
        elicited = ~np.isnan(annotations.distribution[rows, 0])
        row, column = np.nonzero(np.where(elicited[:, None], annotations.distribution[rows], 0.0))
        weight = np.concatenate((weight[~elicited], annotations.distribution[rows[row], column]))
        label = np.concatenate((label[~elicited], column.astype(np.int32)))
        rows = np.concatenate((rows[~elicited], rows[row]))
    annotator = annotations.annotator[rows].astype(np.int64)
    shown = np.zeros(rows.size)
    if annotations.shown_first is not None:
        shown = np.array([1.0, -1.0, 0.0])[annotations.shown_first[rows]]
    return _Votes(
        annotations.item[rows].astype(np.int64),
        np.where(annotator < 0, len(annotations.annotators), annotator),
        label.astype(np.int64),
        weight,
        shown,
    )


def _contestants(
    annotations: Annotations, first: str, second: str, voted: NDArray[np.int64]
) -> tuple[tuple[str, ...], NDArray[np.int64]]:
    """Names, sorted, and the two that each item compares, shape (n_items, 2), -1 where it names none."""
    columns = annotations.items.columns()
    missing = [name for name in (first, second) if name not in columns]
    if missing:
        raise SchemeError(
            f"Bradley-Terry needs to know what each item compares, and items have no column {missing[0]!r}; there are: "
            f"{', '.join(columns) or 'none'}. Give items text=... and second_text=..., or name two other columns as "
            'first and second, or use the method "soft".'
        )
    sides = [columns[first], columns[second]]
    nameless = [int(i) for i in voted if not sides[0][i] or not sides[1][i]]
    if nameless:
        which = first if not sides[0][nameless[0]] else second
        raise SchemeError(
            f"item {annotations.items.ids[nameless[0]]!r} has votes and no {which}, so that nobody knows what it "
            f'compares; {len(nameless)} items are affected. Leave them out, or use the method "soft".'
        )
    names = tuple(sorted({name for side in sides for name in side if name}))
    place = {name: code for code, name in enumerate(names)}
    codes = [[place.get(name or "", -1) for name in side] for side in sides]
    return names, np.array(codes, np.int64).reshape(2, -1).T


def _notes(votes: _Votes, code: NDArray[np.int64], order_effect: bool, known: bool, pooled: bool) -> tuple[str, ...]:
    notes = []
    if pooled:
        notes.append("votes of unknown annotators share one reliability")
    if not known:
        notes.append("no annotator is known, so all votes weigh the same")
    unsaid = np.count_nonzero(votes.shown == 0)
    if order_effect and unsaid:
        notes.append(f"{unsaid} of {votes.shown.size} votes do not say which was shown first")
    met = sparse.coo_array((np.ones(len(code)), (code[:, 0], code[:, 1])), shape=(code.max() + 1,) * 2)
    n_groups = connected_components(met, directed=False)[0]
    if n_groups > 1:
        notes.append(f"contestants fall into {n_groups} groups that never met: worths compare within a group only")
    return tuple(notes)


@dataclass(frozen=True, eq=False)
class _Parameters:
    worth: NDArray[np.float64]  # (n_contestants,)
    log_tie: float
    order: float
    reliability: NDArray[np.float64]  # (n_voters,), or one 1 for all


@dataclass(frozen=True, eq=False)
class _Model:
    """Parameters travel as one vector: worths, log tie odds, order effect and reliabilities, as far as estimated."""

    votes: _Votes
    pair: NDArray[np.int64]  # (n_votes, 2)
    voter: NDArray[np.int64]  # (n_votes,)
    n_contestants: int
    n_voters: int  # whose reliability is estimated
    n_classes: int
    with_order: bool
    worth_sd: float
    reliability_sd: float

    @property
    def _has_tie(self) -> bool:
        return self.n_classes > _TIE

    def start(self) -> NDArray[np.float64]:
        return np.concatenate((np.zeros(self.n_contestants + self._has_tie + self.with_order), np.ones(self.n_voters)))

    def unit(self) -> NDArray[np.float64]:
        """About how far each parameter can move by chance."""
        weight = self.votes.weight
        met = np.bincount(self.pair.ravel(), np.repeat(weight, 2), minlength=self.n_contestants)
        given = np.bincount(self.voter, weight)[: self.n_voters]
        of_all = np.full(self._has_tie + self.with_order, weight.sum())
        of_worths = self.worth_sd**-2 + np.concatenate((met, of_all)) / 5
        of_voters = self.reliability_sd**-2 + given / 5 if self.n_voters else given
        return np.asarray(np.concatenate((of_worths, of_voters)) ** -0.5)

    def parameters(self, point: NDArray[np.float64]) -> _Parameters:
        """What the vector holds."""
        worth, tie, order, reliability = np.split(
            point, np.cumsum([self.n_contestants, int(self._has_tie), int(self.with_order)])
        )
        return _Parameters(worth, float(tie.sum()), float(order.sum()), reliability if self.n_voters else np.ones(1))

    def scores(self, margin: NDArray[np.float64], log_tie: float) -> NDArray[np.float64]:
        """Logarithms of the odds of the labels, shape (n, n_classes)."""
        columns = [margin / 2, -margin / 2, np.full(margin.size, log_tie)]
        return np.column_stack(columns[: self.n_classes])

    def loss(self, point: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Negative log posterior density up to a constant, and its gradient."""
        now, votes = self.parameters(point), self.votes
        apart = now.worth[self.pair[:, 0]] - now.worth[self.pair[:, 1]]
        reliability = now.reliability[self.voter] if self.n_voters else np.ones(1)
        half = (reliability * apart + now.order * votes.shown) / 2
        log_tie = now.log_tie if self._has_tie else -np.inf
        top = np.maximum(np.abs(half), log_tie)
        one, two, tie = np.exp(half - top), np.exp(-half - top), np.exp(log_tie - top)
        total = one + two + tie
        n_ties = float(self._tied @ votes.weight)
        log_likelihood = (votes.weight * self._side) @ half - votes.weight @ (top + np.log(total))
        pull = votes.weight * (self._side - (one - two) / total) / 2
        pushed = pull * reliability
        by_worth = np.bincount(self.pair[:, 0], pushed, minlength=self.n_contestants)
        by_worth = by_worth - np.bincount(self.pair[:, 1], pushed, minlength=self.n_contestants)
        by_tie = np.array([n_ties - votes.weight @ (tie / total)] if self._has_tie else [])
        by_order = np.array([pull @ votes.shown] if self.with_order else [])
        by_voter = np.bincount(self.voter, pull * apart) if self.n_voters else np.empty(0)
        away = (point - self._centre) / self._sd**2
        objective = float(log_likelihood - 0.5 * (away @ (point - self._centre))) + n_ties * now.log_tie
        return -objective, away - np.concatenate((by_worth, by_tie, by_order, by_voter))

    @cached_property
    def _side(self) -> NDArray[np.float64]:
        """Which side each vote takes: 1 for the first, -1 for the second, 0 for neither."""
        return np.asarray(np.array([1.0, -1.0, 0.0])[self.votes.label])

    @cached_property
    def _tied(self) -> NDArray[np.float64]:
        return np.asarray(self.votes.label == _TIE, np.float64)

    @cached_property
    def _centre(self) -> NDArray[np.float64]:
        return self.start()

    @cached_property
    def _sd(self) -> NDArray[np.float64]:
        n_odds = self.n_contestants + self._has_tie + self.with_order
        return np.concatenate((np.full(n_odds, self.worth_sd), np.full(self.n_voters, self.reliability_sd)))
