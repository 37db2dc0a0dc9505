"""One vector an annotator, let into the item's embedding by a gate that the item sets."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding as rows_of

from variorum.training.annotators.base import AnnotatorNetwork, prior_precision
from variorum.training.networks.base import Network

__all__ = ["Embeddings"]


class Embeddings(AnnotatorNetwork):
    """An embedding of each annotator, added to the item's: h = x + g(x) * e_a, and one head reads h.

    The gate g(x) = sigmoid(G x + c) decides for each dimension how much of the annotator gets in. Vectors start at 0,
    where all annotators are the body alone, and have a normal prior around it.

    Args:
        body: The network below.
        n_votes: Votes of each annotator in training, shape (n_annotators,).
        spread: Standard deviation of a vector's entries a priori, in units of the item's embedding; ``inf`` for no
            prior.

    Raises:
        ArgumentError: If spread is not positive.

    Source:
        After Deng et al. 2023 (EMNLP Findings), "You are what you annotate: towards better models through annotator
        representations". Taken: the annotator embedding, added to the item's with a learned weight. Their weight is one
        number a pair of item and annotator, here it is one a dimension; their annotation embedding, a mean over the
        labels that the annotator gave, is left out, since in training it would hold the label to be predicted.
    """

    def __init__(self, body: Network, n_votes: NDArray[np.int64], *, spread: float = 1.0) -> None:
        super().__init__(body, n_votes)
        self.precision = prior_precision(spread, n_votes)
        self.gate = nn.Linear(self.width, self.width)
        self.vectors = nn.Parameter(torch.zeros(len(n_votes), self.width))

    def of_one(self, embedding: Tensor, annotator: Tensor) -> Tensor:
        """The head on the item's embedding with the annotator's."""
        vector = rows_of(annotator, self.vectors)
        return self.head(embedding + self.gate(embedding).sigmoid() * vector).unflatten(-1, self.answers)

    def of_all(self, embedding: Tensor, annotators: Tensor) -> Tensor:
        """The same; the head is linear, so that what an annotator adds to the logits is a product of matrices."""
        gated = self.gate(embedding).sigmoid().unsqueeze(1) * self.head.weight
        logits = self.head(embedding).unsqueeze(1) + (gated @ self.vectors[annotators].T).transpose(1, 2)
        return logits.unflatten(-1, self.answers)

    def penalty(self) -> Tensor | float:
        """The normal prior of the vectors."""
        return 0.5 * self.precision * self.vectors.square().sum() if self.precision else 0.0
