"""A ground truth, and a network that says how an annotator errs on an item: multi-annotator deep learning."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding as rows_of

from variorum.errors import ArgumentError
from variorum.training.annotators.base import AnnotatorNetwork
from variorum.training.networks.base import Network

__all__ = ["MaDL"]


class MaDL(AnnotatorNetwork):
    """Ground truth p(y | x) times confusion P(z | y, x, a): an annotator gives label z with their sum over y.

    The confusion comes from a vector of the annotator, v_a, one of the item's embedding, u, through which no gradient
    runs back, and what the two make together: a linear map of h = relu(u + v_a + B(u, v_a)), with B bilinear. It starts
    where every annotator is right with probability `correct` and spreads the rest evenly.

    The loss of a vote is multiplied by the weight of its annotator: the inverse of how many others resemble the
    annotator, by a Gaussian kernel exp(-gamma |v_a - v_b|²), scaled to a mean of one over annotators with votes, so
    that a clique counts about as much as one. gamma is learned under a Gamma prior and starts at its mode.

    Args:
        body: The network below, which becomes that of the ground truth.
        n_votes: Votes of each annotator in training, shape (n_annotators,).
        correct: Probability of the right label at the start, in (0, 1).
        size: Length of the annotators' vectors.
        weighted: Whether annotators are weighted.

    Raises:
        ArgumentError: If correct is no probability between 0 and 1, or size less than 1.

    Source:
        Herde, Huseljic and Sick 2023 (TMLR), "Multi-annotator deep learning: a probabilistic framework for
        classification", with a full confusion matrix and Gamma(1.25, 0.25). As there, weights move gamma but not the
        vectors, and minus the log prior is added to the loss of a step whatever the number of votes. Deviations: the
        last map starts at 0, so that everyone is right with probability `correct` exactly; B is bilinear without layers
        of its own; and the population's answer is the mean over annotators, not the ground truth, which `truth` gives.
    """

    shape, rate = 1.25, 0.25

    def __init__(
        self,
        body: Network,
        n_votes: NDArray[np.int64],
        *,
        correct: float = 0.8,
        size: int = 16,
        weighted: bool = True,
    ) -> None:
        if not 0 < correct < 1:
            raise ArgumentError(f"correct is a probability between 0 and 1, not {correct}.")
        if size < 1:
            raise ArgumentError(f"size must be at least 1, not {size}.")
        n_classes = body.answers[0]
        super().__init__(body, n_votes, numbers=max(size, n_classes**2))
        self.n_classes, self.weighted = n_classes, weighted
        # All alike at first, so that it is what they do that sets annotators apart, not where they started.
        self.vectors = nn.Parameter(0.1 * torch.randn(len(n_votes), size))
        self.of_item = nn.Linear(self.width, size)
        self.together = nn.Parameter(torch.randn(size, size, size) / size)
        self.confusion = nn.Linear(size, n_classes**2)
        odds = correct / (1 - correct) * max(1, n_classes - 1)
        with torch.no_grad():
            self.confusion.weight.zero_()
            self.confusion.bias.copy_(math.log(odds) * torch.eye(n_classes).flatten())
        # Its logarithm: 0 is the prior's mode, (shape - 1) / rate = 1, so that weight decay pulls nowhere else.
        self.log_gamma = nn.Parameter(torch.zeros(()), requires_grad=weighted)

    def truth(self, batch: Any) -> Tensor:
        """Logits of the ground truth, shape (n, n_classes)."""
        return self.body(batch)

    def of_one(self, embedding: Tensor, annotator: Tensor) -> Tensor:
        """Log-probabilities of the label that the annotator gives."""
        vector = rows_of(annotator, self.vectors)
        item = self.of_item(embedding.detach())
        both = torch.einsum("np,nq,pqo->no", item, vector, self.together)
        return self._answer(embedding, item + vector + both)

    def of_all(self, embedding: Tensor, annotators: Tensor) -> Tensor:
        """Log-probabilities of the labels that all annotators give."""
        vector = self.vectors[annotators]
        item = self.of_item(embedding.detach())
        both = torch.einsum("np,apo->nao", item, torch.einsum("aq,pqo->apo", vector, self.together))
        return self._answer(embedding, item.unsqueeze(1) + vector + both)

    def _answer(self, embedding: Tensor, performance: Tensor) -> Tensor:
        """Sum over the true classes, of (n, width) and (n, ..., size)."""
        truth = self.head(embedding).float().log_softmax(dim=-1)
        confusion = self.confusion(performance.relu()).float().unflatten(-1, (self.n_classes, self.n_classes))
        truth = truth.view(len(truth), *[1] * (performance.dim() - 2), self.n_classes, 1)
        return (truth + confusion.log_softmax(dim=-1)).logsumexp(dim=-2)

    def annotator_weights(self) -> Tensor:
        """Weights of the annotators with votes, mean one, shape (n_voted,)."""
        vectors = self.vectors.detach()[self.voted]
        alike = (-self.log_gamma.exp() * torch.cdist(vectors, vectors).square()).exp().sum(dim=1)
        return len(alike) / alike / (1 / alike).sum()

    def example_weight(self, annotator: Tensor) -> Tensor | None:
        """The weight of each vote's annotator."""
        if not self.weighted:
            return None
        return self.annotator_weights()[torch.searchsorted(self.voted, annotator)]

    def penalty(self) -> Tensor | float:
        """Minus the log density of gamma a priori."""
        if not self.weighted:
            return 0.0
        constant = self.shape * math.log(self.rate) - math.lgamma(self.shape)
        return self.rate * self.log_gamma.exp() - (self.shape - 1) * self.log_gamma - constant
