"""What a head is scored by in the study of losses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.evaluation import (
    accuracy,
    brier,
    ent_ce,
    entropy_correlation,
    expected_calibration_error,
    hellinger,
    js_divergence,
    kl_divergence,
    soft_macro_f1,
    total_variation,
    wasserstein,
)
from variorum.labels import normalize

__all__ = ["CALIBRATION", "ITEMWISE", "SCORES", "ScoreEntry", "head_scores", "scores_of"]

Array = NDArray[np.float64]

FLOOR: Final = 1e-10
"""Probabilities below it count as it in KL: a loss that allows zeros would else be infinitely wrong."""


@dataclass(frozen=True)
class ScoreEntry:
    """A score of the study.

    Attributes:
        title: As tables print it.
        loss: The loss that is this score, or has its gradient; ``None`` if there is none.
        higher: Whether more is better.
    """

    title: str
    loss: str | None = None
    higher: bool = False

    @property
    def direction(self) -> str:
        """The title with its direction."""
        return f"{self.title}, {'higher' if self.higher else 'lower'} is better"


SCORES: Final[Mapping[str, ScoreEntry]] = {
    "kl": ScoreEntry("KL", "cross-entropy"),
    "js": ScoreEntry("JS", "js"),
    "tvd": ScoreEntry("TVD", "total-variation"),
    "brier": ScoreEntry("Brier", "brier"),
    "hellinger": ScoreEntry("Hellinger", "hellinger"),
    "soft_macro_f1": ScoreEntry("soft macro F1", "soft-macro-f1", higher=True),
    "wasserstein": ScoreEntry("Wasserstein", "wasserstein"),
    "accuracy": ScoreEntry("accuracy", higher=True),
    "entropy_correlation": ScoreEntry("entropy correlation", higher=True),
}
"""Scores of predicted distributions; the Wasserstein distance on ordinal corpora alone."""

CALIBRATION: Final = ("dist_ce", "ent_ce", "absolute_ent_ce", "ece")
"""Scores of calibration, without tests."""

ITEMWISE: Final = ("kl", "js")
"""Scores that are kept item by item, for intervals over items."""


def scores_of(ordinal: bool) -> tuple[str, ...]:
    """Names of the scores that mean something on a corpus.

    Example:
        >>> "wasserstein" in scores_of(False)
        False
    """
    return tuple(name for name in SCORES if ordinal or name != "wasserstein")


def head_scores(counts: Array, predicted: Array, positions: ArrayLike | None) -> dict[str, Any]:
    """All scores of test items.

    Args:
        counts: All their votes, shape (n_test, n_classes).
        predicted: Predicted distributions, same shape.
        positions: Of the classes on their scale; ``None`` for nominal ones.

    Returns:
        Means by name, and under "items" the values of `ITEMWISE`. ECE has ten bins of equal mass and is against the
        majority of items that have one.
    """
    human = normalize(counts)
    items = {
        "kl": kl_divergence(human, predicted, floor=FLOOR),
        "js": js_divergence(human, predicted),
        "tvd": total_variation(human, predicted),
        "brier": brier(human, predicted),
        "hellinger": hellinger(human, predicted),
        "accuracy": accuracy(human, predicted),
    }
    if positions is not None:
        items["wasserstein"] = partial(wasserstein, positions=positions)(human, predicted)
    gap = ent_ce(human, predicted)
    decided = (counts == counts.max(axis=1, keepdims=True)).sum(axis=1) == 1
    gold = counts[decided].argmax(axis=1)
    return {
        **{name: float(values.mean()) for name, values in items.items()},
        "soft_macro_f1": soft_macro_f1(human, predicted),
        "entropy_correlation": entropy_correlation(human, predicted, kind="spearman"),
        "dist_ce": float(items["tvd"].mean()),
        "ent_ce": float(gap.mean()),
        "absolute_ent_ce": float(np.abs(gap).mean()),
        "ece": expected_calibration_error(gold, predicted[decided], binning="equal-mass"),
        # Five decimals are far below any difference that is looked at, and keep the record small.
        "items": {name: items[name].round(5) for name in ITEMWISE},
    }
