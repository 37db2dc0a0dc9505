"""One matrix an annotator, between a ground truth's label distribution and the annotator's."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding as rows_of

from variorum.training.annotators.base import AnnotatorNetwork, prior_precision
from variorum.training.networks.base import Network

__all__ = ["CrowdLayer"]


class CrowdLayer(AnnotatorNetwork):
    """A matrix for each annotator on the logarithms of the ground truth: softmax(W_a ln p(x)).

    Matrices start at the identity, where every annotator answers with the ground truth, and have a normal prior around
    it: who gave few votes stays near.

    Args:
        body: The network below, which becomes that of the ground truth.
        n_votes: Votes of each annotator in training, shape (n_annotators,).
        spread: Standard deviation of a matrix's entries a priori; ``inf`` for no prior.

    Raises:
        ArgumentError: If spread is not positive.

    Source:
        Rodrigues and Pereira 2018 (AAAI), "Deep learning from crowds", their variant MW. Deviations: they multiply
        p(x), not its logarithm, so that at their identity no annotator is ever surer than e to 1; they have no prior;
        and the population's answer is the mean over annotators, not the ground truth, which `truth` gives.
    """

    def __init__(self, body: Network, n_votes: NDArray[np.int64], *, spread: float = 1.0) -> None:
        super().__init__(body, n_votes)
        self.n_classes = self.answers[0]
        self.precision = prior_precision(spread, n_votes)
        self.register_buffer("identity", torch.eye(self.n_classes).flatten())
        self.deviation = nn.Parameter(torch.zeros(len(n_votes), self.n_classes**2))

    def truth(self, batch: Any) -> Tensor:
        """Logits of the ground truth, shape (n, n_classes)."""
        return self.body(batch)

    def of_one(self, embedding: Tensor, annotator: Tensor) -> Tensor:
        """The matrix of each item's annotator on its ground truth."""
        matrix = (self.identity + rows_of(annotator, self.deviation)).unflatten(1, (self.n_classes, self.n_classes))
        return torch.einsum("nkj,nj->nk", matrix, self._log_truth(embedding))

    def of_all(self, embedding: Tensor, annotators: Tensor) -> Tensor:
        """All matrices on each ground truth."""
        matrices = (self.identity + self.deviation[annotators]).view(-1, self.n_classes)
        return (self._log_truth(embedding) @ matrices.T).unflatten(1, (len(annotators), self.n_classes))

    def penalty(self) -> Tensor | float:
        """The normal prior of the deviations from the identity."""
        return 0.5 * self.precision * self.deviation.square().sum() if self.precision else 0.0

    def _log_truth(self, embedding: Tensor) -> Tensor:
        return self.head(embedding).float().log_softmax(dim=-1)
