"""How well a metric orders sources as the fine-tuned model's score does: rank correlations and their intervals."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from variorum.errors import ArgumentError

__all__ = ["LEAST_ROWS", "METRIC_NAMES", "Prediction", "Sources", "prediction_from", "rank_prediction"]

METRIC_NAMES: Final = ("KL", "JS", "TVD", "D.Corr")
"""KL and JS distance and total variation to people, and distance correlation with them."""

LEAST_ROWS: Final = 10
"""With fewer rows a resample holds too few different ones, and no interval is given."""

_LEAST_FAMILIES = 4
_SIGN = np.array([-1.0, -1.0, -1.0, 1.0])
_ENDS = (0.025, 0.975)


@dataclass(frozen=True)
class Sources:
    """Sources with their metrics and the score of what was fine-tuned on them.

    Attributes:
        metrics: In the order of `METRIC_NAMES`, shape (n_sources, 4); a column of nan was not measured.
        score: Of the fine-tuned model, higher is better, shape (n_sources,).
        family: Which sources are kin (same table, same people or language model), shape (n_sources,).
    """

    metrics: NDArray[np.float64]
    score: NDArray[np.float64]
    family: NDArray[np.int64]


@dataclass(frozen=True)
class Prediction:
    """Rank correlations of nearness to people with the score.

    Every metric is turned so that more is nearer; 1 means that the nearer source always teaches better.

    Attributes:
        n: Number of sources.
        n_families: Number of families.
        spearman: Of each metric, shape (4,); nan where undefined.
        by_rows: Ends of the 95 % interval when sources are resampled, shape (4, 2); nan with too few.
        by_families: The same when whole families are resampled, shape (4, 2); nan with fewer than 4 families.
        lead: Distance correlation's less the metric's, shape (4,); 0 for itself.
        lead_by_rows: Its interval over the same resamples of sources, shape (4, 2).
        lead_by_families: Its interval over resamples of families, shape (4, 2).
        undefined: Share of resamples in which a side was constant; they are left out.
    """

    n: int
    n_families: int
    spearman: NDArray[np.float64]
    by_rows: NDArray[np.float64]
    by_families: NDArray[np.float64]
    lead: NDArray[np.float64]
    lead_by_rows: NDArray[np.float64]
    lead_by_families: NDArray[np.float64]
    undefined: float


def rank_prediction(
    sources: Sources, rng: np.random.Generator, *, draws: int = 2000, within: bool = False
) -> Prediction:
    """How well each metric orders sources by what they teach.

    Args:
        sources: At least 3.
        rng: Source of the resamples.
        draws: Number of resamples.
        within: Rank within families and pool the ranks' deviations from the family's mean, so that no difference
            between families counts; rows are then resampled within their family, and families as wholes.

    Returns:
        Correlations and intervals. Intervals over rows take sources for independent, which kin are not; those over
        families do not, and are rough where there are few.

    Raises:
        ArgumentError: If there are fewer than 3 sources, or `draws` is below 1.

    Source:
        Spearman 1904; ties share their mean rank. Percentile bootstrap, Efron 1979; of whole clusters, Davison and
        Hinkley 1997, section 3.8.

    Example:
        >>> metrics = np.array([[0.3, 0.3, 0.3, 0.1], [0.2, 0.1, 0.2, 0.5], [0.1, 0.2, 0.1, 0.9]])
        >>> sources = Sources(metrics, np.array([0.4, 0.5, 0.6]), np.zeros(3, int))
        >>> rank_prediction(sources, np.random.default_rng(0)).spearman
        array([1. , 0.5, 1. , 1. ])
    """
    n = sources.score.size
    if n < 3:
        raise ArgumentError(f"sources must be at least 3, not {n}, to be ranked.")
    if draws < 1:
        raise ArgumentError(f"draws must be at least 1, not {draws}.")
    families = [np.flatnonzero(sources.family == family) for family in np.unique(sources.family)]
    together = families if within else [np.arange(n)]
    observed = _correlation([_sums(sources, rows) for rows in together])
    over_rows = np.empty((0, len(METRIC_NAMES)))
    if n >= LEAST_ROWS:
        chosen = [rows[rng.integers(rows.size, size=(draws, rows.size))] for rows in together]
        over_rows = _correlation([_sums(sources, rows) for rows in chosen])
    over_families = np.empty((0, len(METRIC_NAMES)))
    if len(families) >= _LEAST_FAMILIES:
        drawn = rng.integers(len(families), size=(draws, len(families)))
        if within:
            sums = [_sums(sources, rows) for rows in families]
            each = [np.stack([part[k] for part in sums])[drawn].sum(axis=1) for k in range(3)]
            over_families = _correlation([(each[0], each[1], each[2])])
        else:
            of_draws = [np.concatenate([families[k] for k in draw]) for draw in drawn.tolist()]
            over_families = np.array([_correlation([_sums(sources, rows)]) for rows in of_draws])
    measured = ~np.isnan(observed)
    # Whole families may happen to leave out all sources of which a metric is not known.
    over_families[:, ~measured] = np.nan
    undefined = float(np.isnan(over_rows[:, measured]).any(axis=1).mean()) if len(over_rows) and measured.any() else 0.0
    return Prediction(
        n,
        len(families),
        observed,
        _ends(over_rows),
        _ends(over_families),
        observed[-1] - observed,
        _ends(over_rows[:, -1:] - over_rows),
        _ends(over_families[:, -1:] - over_families),
        undefined,
    )


def prediction_from(values: Mapping[str, Any]) -> Prediction:
    """A prediction from the values of a run, where undefined numbers are ``None``."""
    whole = ("n", "n_families", "undefined")
    read: dict[str, Any] = {
        name: value if name in whole else np.array(value, np.float64) for name, value in values.items()
    }
    return Prediction(**read)


_Sums: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]


def _sums(sources: Sources, rows: NDArray[np.int64]) -> _Sums:
    """Sums of products and of squares of centred ranks over some rows, shape (..., n_rows): each of shape (..., 4)."""
    x, y = _ranks(sources.metrics[rows] * _SIGN), _ranks(sources.score[rows, None])
    return (x * y).sum(axis=-2), np.square(x).sum(axis=-2), np.square(y).sum(axis=-2)


def _correlation(sums: list[_Sums]) -> NDArray[np.float64]:
    """The correlation from the sums of one group, or pooled over several; nan where a side is constant."""
    products, squares_x, squares_y = (np.sum([part[k] for part in sums], axis=0) for k in range(3))
    scale, found = np.sqrt(squares_x * squares_y), np.full(products.shape, np.nan)
    np.divide(products, scale, out=found, where=scale > 0)
    return found


def _ranks(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Ranks less their mean along the last axis but one; a column with a nan is all nan."""
    ranks = np.asarray(rankdata(values, axis=-2), np.float64)
    centred: NDArray[np.float64] = ranks - ranks.mean(axis=-2, keepdims=True)
    return centred


def _ends(resamples: NDArray[np.float64]) -> NDArray[np.float64]:
    """Percentile ends of each column, resamples in which it is undefined left out; shape (4, 2)."""
    ends = np.full((resamples.shape[1], 2), np.nan)
    for k, column in enumerate(resamples.T):
        defined = column[~np.isnan(column)]
        if defined.size:
            ends[k] = np.quantile(defined, _ENDS)
    return ends
