"""Every measure of agreement by name: what it is called, what it says, how it is computed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
from numpy.typing import ArrayLike

from variorum.checks import as_choice, as_rng
from variorum.evaluation.agreement._answers import Answers
from variorum.evaluation.agreement._scale import FloatArray, as_positions
from variorum.evaluation.agreement._tally import Tally, votes_in
from variorum.evaluation.agreement.bootstrap import AgreementInterval, interval_of, resample
from variorum.evaluation.agreement.fleiss import fleiss
from variorum.evaluation.agreement.gwet import gwet
from variorum.evaluation.agreement.krippendorff import alpha
from variorum.evaluation.agreement.raw import difference, raw

__all__ = ["AGREEMENT", "AgreementMeasure", "agreement_interval", "measure_of"]

Formula = Callable[[Tally, FloatArray | None], FloatArray]


@dataclass(frozen=True)
class AgreementMeasure:
    """A measure of agreement.

    Attributes:
        title: What it is called.
        meaning: What it says, in one sentence.
        formula: Computes it from a tally, for each draw of items.
        distance: How far two answers are apart.
        corrects: What the agreement expected by chance is made of.
    """

    title: str
    meaning: str
    formula: Formula
    distance: Literal["nominal", "ordinal", "interval", "quadratic", "ratio", "jaccard", "masi"]
    corrects: str


_POOLED = "the labels as often as all annotators together give them"
_ITEMS = "the labels as often as they are given, every item counting the same"
_HARD = "answers at random to items that are hard to tell, few where one label prevails"

AGREEMENT: Final[dict[str, AgreementMeasure]] = {
    "raw": AgreementMeasure("raw agreement", "Labels agree or they do not.", raw, "nominal", "nothing"),
    "alpha-nominal": AgreementMeasure(
        "Krippendorff’s alpha, nominal", "Labels agree or they do not.", alpha, "nominal", _POOLED
    ),
    "alpha-ordinal": AgreementMeasure(
        "Krippendorff’s alpha, ordinal", "Labels are as far apart as there are votes between them.",
        alpha, "ordinal", _POOLED,
    ),
    "alpha-interval": AgreementMeasure(
        "Krippendorff’s alpha, interval", "Distance is the squared difference.", alpha, "interval", _POOLED
    ),
    "alpha-ratio": AgreementMeasure(
        "Krippendorff’s alpha, ratio", "Distance is the difference in proportion to the sum, squared.",
        alpha, "ratio", _POOLED,
    ),
    "alpha-masi": AgreementMeasure(
        "Krippendorff’s alpha, MASI", "Sets agree in part where they overlap, more where one holds the other.",
        alpha, "masi", _POOLED,
    ),
    "alpha-jaccard": AgreementMeasure(
        "Krippendorff’s alpha, Jaccard", "Sets agree in part where they overlap.", alpha, "jaccard", _POOLED
    ),
    "fleiss-kappa": AgreementMeasure("Fleiss’ kappa", "Labels agree or they do not.", fleiss, "nominal", _ITEMS),
    "gwet-ac1": AgreementMeasure(
        "Gwet’s AC1", "Labels agree or they do not.", gwet, "nominal", _HARD,
    ),
    "gwet-ac2": AgreementMeasure(
        "Gwet’s AC2, quadratic", "Labels agree in part, by the square of their difference.", gwet, "quadratic", _HARD
    ),
    "difference": AgreementMeasure(
        "typical difference", "Root mean square difference of two annotators, in units of the range; lower is closer.",
        difference, "interval", "nothing",
    ),
}  # fmt: skip
"""The measures by name."""


def measure_of(name: str, answers: Answers) -> tuple[Callable[[FloatArray | None], FloatArray], float]:
    """A measure of some answers, and its value.

    Args:
        name: A name of `AGREEMENT`.
        answers: What it is computed on.

    Returns:
        A function of multiplicities, shape (n_draws, n_items), that gives one value a draw; and the value on the data
        as they are.
    """
    measure = AGREEMENT[name]
    if measure.distance == "ordinal":
        ordinal = answers.ordinal()
        return ordinal, float(ordinal(None))
    if measure.distance == "ratio" and not answers.n_classes:
        # For resampled items six digits are enough, and take a fraction of the memory.
        return answers.ratio(exact=False).alpha, float(answers.ratio(exact=True).alpha(None))
    tally = answers.tally(measure.distance, counted=measure.formula is gwet)
    return lambda w: measure.formula(tally, w), float(measure.formula(tally, None))


def agreement_interval(
    counts: ArrayLike,
    rng: np.random.Generator | int,
    *,
    measure: str = "alpha-nominal",
    positions: ArrayLike | None = None,
    n_draws: int = 1000,
    level: float = 0.95,
) -> AgreementInterval:
    """A measure of agreement of vote counts, with its bootstrap interval over items.

    Args:
        counts: Vote counts in whole votes, shape (n_items, n_classes), each vote by another annotator.
        rng: Source of the resamples.
        measure: A name of `AGREEMENT`, but for those of sets of labels.
        positions: Where each class lies, shape (n_classes,), for interval, ratio and quadratic; ``None`` for 0, 1, 2,
            ...
        n_draws: Number of resamples; 0 for no interval.
        level: Probability of the interval, in (0, 1).

    Returns:
        Value and percentile interval. Items are resampled with all their votes; annotators are not, so that the
        interval speaks of other items for the same annotators. With few items it is too narrow.

    Raises:
        NotCountsError: If a count is negative, not finite or not whole.
        UnknownNameError: If the measure is not known.
        ShapeError: If positions do not fit the classes.
        ArgumentError: If the number of draws or the level is out of range.

    Source:
        Efron 1979; for alpha, Zapf et al. 2016 (BMC Medical Research Methodology 16) compare it with Krippendorff's own
        resampling of pairs, which takes pairs of one item for independent.

    Example:
        >>> found = agreement_interval([[3, 0], [0, 3], [2, 1], [3, 0], [1, 2]] * 20, rng=0)
        >>> round(found.value, 3), found.low < found.value < found.high, found.n_undefined
        (0.446, True, 0)
    """
    as_choice("measure", measure, [name for name, m in AGREEMENT.items() if m.distance not in ("masi", "jaccard")])
    votes = votes_in(counts)
    answers = Answers.of_counts(votes, as_positions(positions, votes.shape[1]))
    function, value = measure_of(measure, answers)
    draws = resample([function], answers.votes.n_items, as_rng(rng), n_draws=n_draws, level=level)
    return interval_of(value, draws[0], level)
