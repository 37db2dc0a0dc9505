"""One linear head an annotator on a shared embedding: ACTOR, with heads that start together and are pulled together."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn.functional import embedding as rows_of

from variorum.training.annotators.base import AnnotatorNetwork, prior_precision
from variorum.training.networks.base import Network

__all__ = ["Heads"]


class Heads(AnnotatorNetwork):
    """A linear head for each annotator.

    Head a is the shared head plus a deviation, which starts at 0 and has a normal prior: an annotator's bias deviates
    by about `spread`, and what the item adds by as much again if embeddings vary by one in each direction. Who gave few
    votes stays near the others.

    Args:
        body: The network below.
        n_votes: Votes of each annotator in training, shape (n_annotators,).
        shared: Whether there is a shared head; without it the heads are free, as in the paper, but start as one.
        spread: Standard deviation of an annotator's bias a priori, in logits; ``inf`` for no prior. Only with `shared`.

    Raises:
        ArgumentError: If spread is not positive.

    Source:
        Wang and Plank 2023 (EMNLP), "ACTOR: Active learning with annotator-specific classification heads"; Davani, Díaz
        and Prabhakaran 2022 (TACL). They have no shared head, no prior, and start every head at random.
    """

    def __init__(self, body: Network, n_votes: NDArray[np.int64], *, shared: bool = True, spread: float = 1.0) -> None:
        super().__init__(body, n_votes)
        self.shared = shared
        # Steps and prior on weights count along an embedding, whose length grows with the root of its width.
        self.scale = 1 / math.sqrt(self.width) if shared else 1.0
        self.precision = prior_precision(spread, n_votes) if shared else 0.0
        weight, bias = self.head.weight.detach(), self.head.bias.detach()
        n_annotators = len(n_votes)
        start = 0.0 if shared else 1.0
        self.weight = nn.Parameter(start * weight.flatten().repeat(n_annotators, 1))
        self.bias = nn.Parameter(start * bias.repeat(n_annotators, 1))
        self.head.requires_grad_(shared)

    def of_one(self, embedding: Tensor, annotator: Tensor) -> Tensor:
        """Each item through the head of its annotator."""
        weight = rows_of(annotator, self.weight).view(len(annotator), -1, self.width)
        logits = torch.einsum("now,nw->no", weight, embedding) * self.scale + rows_of(annotator, self.bias)
        if self.shared:
            logits = logits + self.head(embedding)
        return logits.unflatten(-1, self.answers)

    def of_all(self, embedding: Tensor, annotators: Tensor) -> Tensor:
        """Each item through the heads of all."""
        weight = self.weight[annotators].view(-1, self.width)
        logits = (embedding @ weight.T).unflatten(1, (len(annotators), -1)) * self.scale + self.bias[annotators]
        if self.shared:
            logits = logits + self.head(embedding).unsqueeze(1)
        return logits.unflatten(-1, self.answers)

    def penalty(self) -> Tensor | float:
        """The normal prior of the deviations."""
        if not self.precision:
            return 0.0
        return 0.5 * self.precision * (self.weight.square().sum() + self.bias.square().sum())
