"""Scores that say how far an item is from what a network was trained on. Higher is further out, in all of them.

- ``scores``       of logits: maximum softmax probability, maximum logit, entropy, energy
- ``odin``         of a network and inputs (needs PyTorch): temperature and a perturbation
- ``mahalanobis``  of embeddings: Gaussians of the classes with one covariance, hard or soft classes
- ``knn``          of embeddings: the k-th nearest training item
- ``detection``    area under the curve, false positives at 95 % recall and average precision of a score

``OOD_SCORES`` names them, with what each of them reads.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.training.ood.detection import Detection, detection
from variorum.training.ood.knn import nearest_neighbours
from variorum.training.ood.mahalanobis import ClassGaussians, class_gaussians, mahalanobis
from variorum.training.ood.odin import odin, perturb_inputs
from variorum.training.ood.scores import energy, logit_entropy, max_logit, max_probability

__all__ = [
    "OOD_SCORES",
    "ClassGaussians",
    "Detection",
    "OodScore",
    "class_gaussians",
    "detection",
    "energy",
    "logit_entropy",
    "mahalanobis",
    "max_logit",
    "max_probability",
    "nearest_neighbours",
    "odin",
    "perturb_inputs",
]


@dataclass(frozen=True)
class OodScore:
    """A score by name.

    Attributes:
        function: Takes what `reads` names, in that order, and gives one value an item, higher for further out.
        reads: Out of "logits" (n_items, n_classes) and "embeddings" (n_items, n_features) of the items; "reference",
            the training items' embeddings, and "classes", the weights of the classes in each; "module", a network from
            "inputs" to logits.
    """

    function: Callable[..., NDArray[np.float64]]
    reads: tuple[str, ...]

    def __call__(self, **material: Any) -> NDArray[np.float64]:
        """Score items out of all that is known of them.

        Args:
            **material: At least what `reads` names; the rest is left alone.

        Returns:
            Shape (n_items,).

        Example:
            >>> OOD_SCORES["max-logit"](logits=[[1.0, 3.0]], embeddings=[[0.0, 1.0]])
            array([-3.])
        """
        return self.function(*(material[name] for name in self.reads))


OOD_SCORES: Final[dict[str, OodScore]] = {
    "msp": OodScore(max_probability, ("logits",)),
    "max-logit": OodScore(max_logit, ("logits",)),
    "entropy": OodScore(logit_entropy, ("logits",)),
    "energy": OodScore(energy, ("logits",)),
    "odin": OodScore(odin, ("module", "inputs")),
    "mahalanobis": OodScore(mahalanobis, ("embeddings", "reference", "classes")),
    "knn": OodScore(nearest_neighbours, ("embeddings", "reference")),
}
