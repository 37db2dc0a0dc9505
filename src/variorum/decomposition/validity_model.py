"""Would its author still stand by this annotation? Learned from what others judged, with each judge's leniency."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit, log_expit, logsumexp

from variorum.annotations import Annotations, ValidityJudgments, group_codes
from variorum.checks import as_array, as_vector
from variorum.decomposition.validity_round import judged_own, judged_same_label
from variorum.errors import ArgumentError, ShapeError

__all__ = ["ValidityModel", "fit_validity"]

Array = NDArray[np.float64]

# Points and weights of the standard normal that qualities are integrated over.
_POINT, _POINT_WEIGHT = np.polynomial.hermite_e.hermegauss(15)
_LOG_WEIGHT: Final = np.log(_POINT_WEIGHT / _POINT_WEIGHT.sum())
# Prior precisions: of a judge's leniency about the judges' mean, and of the bonus for labels that the judge gave too.
_LENIENCY, _BONUS = 0.1, 0.5
_PRECISIONS: Final = (1.0, 3.0, 10.0, 30.0, 100.0)
_FOLDS: Final = 5
# Features whose spread is a smaller part of their size are constant.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, eq=False)
class ValidityModel:
    """How valid each annotation is, and how lenient each judge.

    Attributes:
        rejection: Probability that the annotation's author would reject it, judging it again, shape (n_rows,), in
            [0, 1]; nan for rows that are not answered.
        rejection_by_others: The same for a judge of average leniency who gave the same label: what remains where
            nothing is known of the author.
        leniency: Log odds of each judge's accepting an annotation of average quality whose label they did not give,
            shape (n_annotators,); nan for annotators who judged nothing.
        bonus: Log odds that are added where the judge gave the label too.
        weight: Log odds of acceptance that each feature adds, per standard deviation, shape (n_features,).
        spread: Standard deviation of what is left of an annotation's quality, in log odds.
        precision: Prior precision of the weights, chosen by held-out judgments.
        log_score: Mean log probability of a held-out annotation's judgments at that precision, nats a judgment; nan
            without features, and where all judgments are of one fold.
    """

    rejection: Array
    rejection_by_others: Array
    leniency: Array
    bonus: Array
    weight: Array
    spread: float
    precision: float
    log_score: float


def fit_validity(
    annotations: Annotations,
    validity: ValidityJudgments,
    *,
    features: ArrayLike | None = None,
    own: bool = False,
    known_authors: bool = True,
    learn_from: ArrayLike | None = None,
) -> ValidityModel:
    """Predict which annotations their authors would reject, from validity judgments and features.

    A judge accepts an annotation with log odds ``leniency + bonus * (the judge gave the label too) + quality``; the
    quality of an annotation is a weighted sum of its features plus a normal rest. Weights, leniencies, bonuses and the
    spread of the rest maximise the likelihood of the judgments, the rest integrated out, with normal priors; the prior
    precision of the weights is the one of five that best predicts the judgments on items held out. The author then is a
    judge like others, who gave the label too.

    Args:
        annotations: The annotations.
        validity: Judgments about them.
        features: What may tell how valid an annotation is, shape (n_rows, n_features), nan where unknown; standardised
            here. Votes' log odds of error, the share of others who gave the label, and the reason belong here.
        own: Use authors' judgments of their own annotations too, where there are any. Off, they are as if unmade: they
            are what a study of errors is scored on.
        known_authors: Whether the author's own leniency may be used.
        learn_from: Mask of the judgments that parameters are learned from, shape (n_judgments,); all by default. Every
            judgment speaks of its annotation all the same; judges who are not learned from have average leniency.

    Returns:
        The fit.

    Raises:
        ShapeError: If the features do not fit the annotations.
        ArgumentError: If there is no judgment to learn from, or a judgment is about a row that was not answered.

    Source:
        An explanatory item response model, De Boeck and Wilson 2004: Rasch's model with covariates. VariErr
        (Weber-Genzel et al. 2024) is the protocol.

    Example:
        >>> from variorum.annotations import Annotators, Items, LabelScheme
        >>> scheme, people = LabelScheme.nominal(["no", "yes"]), Annotators(("x:1", "x:2", "x:3"))
        >>> votes = Annotations(scheme, Items(("a", "b")), people, [0, 0, 1, 1], [0, 1, 0, 1], [0, 1, 1, 1])
        >>> judged = ValidityJudgments([0, 0, 1, 1, 2, 3], [1, 2, 0, 2, 2, 2], [True, True, False, False, True, True])
        >>> found = fit_validity(votes, judged)
        >>> int(found.rejection_by_others.argmax())
        1
    """
    data = _arrange(annotations, validity, own)
    covariates = _standardised(annotations, features)
    train = data if learn_from is None else data.of(_mask(learn_from, len(validity))[data.judgment])
    if not train.row.size:
        raise ArgumentError("learn_from leaves no judgment of another annotator's reason to learn from.")
    precision, log_score = _choose_precision(annotations, train, covariates)
    judged = train.judged
    fit = _average_others(_fit(train, covariates, precision), judged)
    quality = _log_likelihood(fit, data, covariates)[1]
    rejection, stranger = _rejections(annotations, fit, covariates, quality, judged, known_authors)
    return ValidityModel(
        rejection,
        stranger,
        np.where(judged, fit.leniency, np.nan),
        np.where(judged, fit.bonus, np.nan),
        fit.weight,
        fit.spread,
        precision,
        log_score,
    )


@dataclass(frozen=True, eq=False)
class _Data:
    judgment: NDArray[np.int64]  # position among all judgments
    row: NDArray[np.int64]
    judge: NDArray[np.int64]
    same: Array  # 1 where the judge gave the label too
    sign: Array  # 1 accepted, -1 rejected
    n_rows: int
    n_judges: int

    @cached_property
    def by_row(self) -> Any:
        """Sums judgments by row, sparse, shape (n_rows, n_judgments)."""
        place = (self.row, np.arange(self.row.size))
        return sparse.csr_array((np.ones(self.row.size), place), shape=(self.n_rows, self.row.size))

    @cached_property
    def judged(self) -> NDArray[np.bool_]:
        """Who judged anything, shape (n_judges,)."""
        return np.asarray(np.bincount(self.judge, minlength=self.n_judges) > 0)

    def of(self, chosen: NDArray[np.bool_]) -> _Data:
        return replace(
            self,
            judgment=self.judgment[chosen],
            row=self.row[chosen],
            judge=self.judge[chosen],
            same=self.same[chosen],
            sign=self.sign[chosen],
        )


@dataclass(frozen=True, eq=False)
class _Fit:
    leniency: Array
    bonus: Array
    weight: Array
    spread: float


def _arrange(annotations: Annotations, validity: ValidityJudgments, own: bool) -> _Data:
    if len(validity) and validity.annotation.max() >= annotations.n_rows:
        raise ArgumentError(
            f"a judgment is about row {validity.annotation.max()}; there are {annotations.n_rows} rows."
        )
    if len(validity) and validity.judge.max() >= len(annotations.annotators):
        raise ArgumentError(f"a judgment is by annotator {validity.judge.max()}, which is none.")
    unanswered = np.flatnonzero(annotations.status[validity.annotation] != 0)
    if unanswered.size:
        row = int(validity.annotation[unanswered[0]])
        raise ArgumentError(f"row {row} is judged and was not answered; {unanswered.size} judgments are affected.")
    chosen = np.ones(len(validity), np.bool_) if own else ~judged_own(annotations, validity)
    if not chosen.any():
        raise ArgumentError(
            "there is no judgment of another annotator's reason to learn from; pass own=True, or votes."
        )
    same = judged_same_label(annotations, validity)
    return _Data(
        np.flatnonzero(chosen),
        validity.annotation[chosen].astype(np.int64),
        validity.judge[chosen].astype(np.int64),
        same[chosen].astype(np.float64),
        np.where(validity.makes_sense[chosen], 1.0, -1.0),
        annotations.n_rows,
        len(annotations.annotators),
    )


def _standardised(annotations: Annotations, features: ArrayLike | None) -> Array:
    if features is None:
        return np.zeros((annotations.n_rows, 0))
    given = as_array("features", features, 2)
    if given.shape[0] != annotations.n_rows:
        raise ShapeError(f"features has {given.shape[0]} rows; the annotations have {annotations.n_rows}.")
    as_vector("features", np.nan_to_num(given, nan=0.0, posinf=np.inf, neginf=-np.inf).ravel())
    answered = annotations.status == 0
    rows = np.where(answered[:, None], given, np.nan)
    known = ~np.isnan(rows)
    count = np.maximum(known.sum(axis=0), 1)
    rows = np.where(known, rows, 0.0)
    largest = np.abs(rows).max(axis=0, initial=0.0)
    rows /= np.where(largest > 0, largest, 1.0)
    centred = np.where(known, rows - rows.sum(axis=0) / count, 0.0)
    scale = np.sqrt((centred**2).sum(axis=0) / count)
    # The mean of a constant is off by its last digits, which tell nothing.
    return np.asarray(np.where(scale > _ROUNDING, centred / np.where(scale > _ROUNDING, scale, 1.0), 0.0))


def _choose_precision(annotations: Annotations, data: _Data, covariates: Array) -> tuple[float, float]:
    if not covariates.shape[1]:
        return _PRECISIONS[0], float("nan")
    # Whole groups of items, in an order that no random draw decides: their number modulo the folds.
    fold = group_codes(annotations.items)[annotations.item] % _FOLDS
    parts = [(data.of(fold[data.row] != k), data.of(fold[data.row] == k)) for k in range(_FOLDS)]
    folds = [(train, test) for train, test in parts if train.row.size and test.row.size]
    if not folds:
        return _PRECISIONS[0], float("nan")
    # Each precision's fit starts from that of the last.
    starts: list[_Fit | None] = [None] * len(folds)
    scores = []
    for precision in _PRECISIONS:
        total = 0.0
        for k, (train, test) in enumerate(folds):
            fit = starts[k] = _fit(train, covariates, precision, starts[k])
            # Judges of whom the other folds hold nothing are as lenient as the others, as in the fit itself.
            total += float(_log_likelihood(_average_others(fit, train.judged), test, covariates)[0].sum())
        scores.append(total / data.row.size)
    best = int(np.argmax(scores))
    return _PRECISIONS[best], scores[best]


def _log_odds(fit: _Fit, data: _Data, covariates: Array) -> Array:
    """Log odds of acceptance at each point of the rest, shape (n_judgments, n_points)."""
    mean = (covariates @ fit.weight)[data.row] + fit.leniency[data.judge] + fit.bonus[data.judge] * data.same
    return np.asarray(mean[:, None] + fit.spread * _POINT)


def _log_likelihood(fit: _Fit, data: _Data, covariates: Array) -> tuple[Array, Array, Array]:
    """Of each row's judgments; the posterior of its rest; and each judgment's pull on its log odds."""
    odds = data.sign[:, None] * _log_odds(fit, data, covariates)
    joint = _LOG_WEIGHT + data.by_row @ log_expit(odds)
    whole = logsumexp(joint, axis=1)
    posterior = np.exp(joint - whole[:, None])
    return whole, posterior, posterior[data.row] * data.sign[:, None] * expit(-odds)


def _average_others(fit: _Fit, judged: NDArray[np.bool_]) -> _Fit:
    """The same, with judges of whom nothing was learned as lenient as the others on average."""
    leniency, bonus = (np.where(judged, each, each[judged].mean()) for each in (fit.leniency, fit.bonus))
    return _Fit(leniency, bonus, fit.weight, fit.spread)


def _mask(learn_from: ArrayLike, n_judgments: int) -> NDArray[np.bool_]:
    given = np.asarray(learn_from, np.bool_)
    if given.shape != (n_judgments,):
        raise ShapeError(f"learn_from has shape {given.shape}; there are {n_judgments} judgments.")
    return given


def _fit(data: _Data, covariates: Array, precision: float, start: _Fit | None = None) -> _Fit:
    n, k = data.n_judges, covariates.shape[1]
    judged = data.judged

    def unpack(point: Array) -> _Fit:
        return _Fit(point[:n], point[n : 2 * n], point[2 * n : 2 * n + k], float(np.exp(point[-1])))

    def loss(point: Array) -> tuple[float, Array]:
        fit = unpack(point)
        whole, _, pull = _log_likelihood(fit, data, covariates)
        by_judgment = pull.sum(axis=1)
        apart = [np.where(judged, each - each[judged].mean(), each) for each in (fit.leniency, fit.bonus)]
        gradient = np.concatenate([
            np.bincount(data.judge, by_judgment, minlength=n) - _LENIENCY * apart[0],
            np.bincount(data.judge, by_judgment * data.same, minlength=n) - _BONUS * apart[1],
            covariates.T @ np.bincount(data.row, by_judgment, minlength=data.n_rows) - precision * fit.weight,
            [float((pull * fit.spread * _POINT).sum()) - point[-1]],
        ])  # fmt: skip
        penalty = _LENIENCY * (apart[0] @ apart[0]) + _BONUS * (apart[1] @ apart[1])
        penalty += precision * (fit.weight @ fit.weight) + point[-1] ** 2
        return -float(whole.sum()) + 0.5 * float(penalty), -gradient

    first = np.zeros(2 * n + k + 1)
    if start is not None:
        first = np.concatenate([start.leniency, start.bonus, start.weight, [np.log(start.spread)]])
    options: Any = {"maxiter": 1000, "ftol": 1e-9}
    return unpack(minimize(loss, first, jac=True, method="L-BFGS-B", options=options).x)


def _rejections(
    annotations: Annotations,
    fit: _Fit,
    covariates: Array,
    posterior: Array,
    judged: NDArray[np.bool_],
    known_authors: bool,
) -> tuple[Array, Array]:
    """Probability of rejection by the author, and by an average judge, of each row."""
    standing = fit.leniency + fit.bonus
    quality = (covariates @ fit.weight)[:, None] + fit.spread * _POINT

    def rejection(leniency: Array) -> Array:
        return np.asarray((posterior * expit(-(quality + leniency[:, None]))).sum(axis=1))

    judges = np.flatnonzero(judged)
    stranger = np.mean([rejection(np.full(annotations.n_rows, standing[judge])) for judge in judges], axis=0)
    author = annotations.annotator
    known = (author >= 0) & known_authors & np.isin(author, judges)
    by_author = np.where(known, rejection(standing[np.maximum(author, 0)]), stranger)
    answered = annotations.status == 0
    return np.where(answered, by_author, np.nan), np.where(answered, stranger, np.nan)
