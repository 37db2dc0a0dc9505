"""A pilot's items resampled, whole groups at a time, and what predictions score under each resample."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.campaign.layout import stream
from variorum.campaign.planning.hidden_js import hidden_js

__all__ = ["FOLDS", "Resamples"]

FOLDS: Final = 4
"""Parts of the items that are held out in turn."""

_RESAMPLES: Final = 400


@dataclass(frozen=True, eq=False)
class Resamples:
    """Weights of a pilot's items that everything told from it shares, so that it errs together.

    Attributes:
        groups: Group of each item, from 0, shape (n_items,).
        weights: How often each item counts: all alike in the first row, then a row a resample, shape
            (n_resamples + 1, n_items).
        chance: Where in the distribution of the precision each resample looks (`HiddenJs.drawn`), shape (n_resamples,).
    """

    groups: NDArray[np.int64]
    weights: NDArray[np.float64]
    chance: NDArray[np.float64]

    @classmethod
    def of(cls, groups: NDArray[np.int64], seed: int) -> Resamples:
        """Draw whole groups with replacement.

        Args:
            groups: Group of each item, from 0, shape (n_items,).
            seed: The seed.

        Returns:
            The resamples.
        """
        n_groups = int(groups.max()) + 1
        drawn = stream(seed, "resamples").multinomial(n_groups, np.full(n_groups, 1 / n_groups), _RESAMPLES)
        weights = np.vstack([np.ones(n_groups), drawn])[:, groups].astype(np.float64)
        return cls(groups, weights, stream(seed, "precision").random(_RESAMPLES))

    def folds(self, rng: np.random.Generator) -> NDArray[np.int64]:
        """A fold of each item, whole groups at a time, from 0 to `FOLDS` - 1, shape (n_items,)."""
        return np.asarray((rng.permutation(int(self.groups.max()) + 1) % FOLDS)[self.groups], np.int64)

    def score(
        self, counts: NDArray[np.float64], predicted: NDArray[np.float64], rng: np.random.Generator
    ) -> NDArray[np.float64]:
        """Mean JS divergence from predictions to people (`hidden_js`).

        Args:
            counts: People's votes, shape (n_items, n_classes).
            predicted: Predictions of models that the items were held out from, same shape.
            rng: Source of the draws.

        Returns:
            Nats, shape (n_resamples + 1,): of all items alike, averaged over precisions; of each resample at the
            precision that it draws.
        """
        hidden = hidden_js(counts, predicted, rng)
        return np.concatenate([hidden.mean(self.weights[:1]), hidden.drawn(self.weights[1:], self.chance)])
