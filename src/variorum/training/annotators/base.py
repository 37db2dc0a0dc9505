"""What models of annotators share: each annotator's answer, and the mean over annotators as the population's."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from variorum.errors import ArgumentError
from variorum.training.inputs import Inputs
from variorum.training.networks.base import Batches, Network

__all__ = ["AnnotatorNetwork", "prior_precision"]

_NUMBERS = 2**22  # numbers of one array in a forward pass over all annotators: 16 MiB


class AnnotatorNetwork(Network):
    """A network that answers for each annotator, on top of one that embeds items.

    The population's answer is the mean of the annotators' label distributions. Its weights: annotators with a vote in
    training count equally, however many votes they gave; others have no answer of their own and get the population's.

    Subclasses give `of_one` and `of_all`.

    Attributes:
        body: The network below: it reads and embeds items, and its head is where all annotators start.
        n_votes: Votes of each annotator in training, shape (n_annotators,).
        voted: Annotators with a vote, shape (n_voted,).

    Args:
        body: The network below, with its head at its start.
        n_votes: Votes of each annotator in training, at least one in all, shape (n_annotators,).
        numbers: Numbers that a forward pass holds for each pair of item and annotator.
    """

    def __init__(self, body: Network, n_votes: NDArray[np.int64], numbers: int = 1) -> None:
        # The parts are the body's own: a second head would be one that nothing trains.
        nn.Module.__init__(self)
        self.body, self.width, self.answers = body, body.width, body.answers
        self.dropout, self.head = body.dropout, body.head
        self.register_buffer("n_votes", torch.as_tensor(n_votes))
        self.register_buffer("voted", torch.as_tensor(np.flatnonzero(n_votes)))
        pairs = _NUMBERS // max(numbers, math.prod(self.answers))
        self.at_a_time = max(1, min(body.at_a_time, pairs // len(self.voted)))

    @abstractmethod
    def of_one(self, embedding: Tensor, annotator: Tensor) -> Tensor:
        """Logits of one annotator an item.

        Args:
            embedding: Of the items, shape (n, width).
            annotator: Whom each item is put to, int64, shape (n,).

        Returns:
            Shape (n, *answers).
        """

    @abstractmethod
    def of_all(self, embedding: Tensor, annotators: Tensor) -> Tensor:
        """Logits of several annotators for every item.

        Args:
            embedding: Of the items, shape (n, width).
            annotators: Whom all items are put to, int64, shape (m,).

        Returns:
            Shape (n, m, *answers).
        """

    def example_weight(self, annotator: Tensor) -> Tensor | None:  # noqa: ARG002 - for those that weigh annotators
        """Multiplier of the loss of votes by these annotators, shape (n,); ``None`` for one everywhere."""
        return None

    def penalty(self) -> Tensor | float:
        """What a step adds to the mean loss of its examples: minus the log prior, per training vote."""
        return 0.0

    def read(self, inputs: Inputs, device: torch.device) -> Batches:
        """As the network below."""
        return self.body.read(inputs, device)

    def embed(self, batch: Any) -> Tensor:
        """As the network below."""
        return self.body.embed(batch)

    def forward(self, batch: Any, annotator: Tensor | None = None) -> Tensor:
        """Logits of annotators, or of the population.

        Args:
            batch: As `Batches.take` gives it.
            annotator: Who labels each item, int64, shape (n,), all of them with a vote in training; ``None`` for the
                population.

        Returns:
            Shape (n, *answers). The population's are log-probabilities.
        """
        embedding = self.dropout(self.embed(batch))
        if annotator is not None:
            return self.of_one(embedding, annotator)
        logits = self.of_all(embedding, self.voted)
        return logits.float().log_softmax(dim=-1).logsumexp(dim=1) - math.log(len(self.voted))

    def by_annotator(self, inputs: Batches) -> NDArray[np.float64]:
        """Each annotator's label distribution of each item, in evaluation mode.

        Args:
            inputs: As `read` gives them.

        Returns:
            Shape (n_annotators, n_items, *answers); rows sum to one. Annotators without a vote in training get the
            mean of the others.
        """
        voted = self.voted.cpu().numpy()
        others = np.setdiff1d(np.arange(len(self.n_votes)), voted)
        answer = np.empty((len(self.n_votes), len(inputs), *self.answers))
        was = self.training
        self.eval()
        with torch.no_grad():
            for rows in torch.arange(len(inputs)).split(self.at_a_time) if len(inputs) else ():
                logits = self.of_all(self.embed(inputs.take(rows, None)), self.voted)
                people = logits.double().softmax(dim=-1).transpose(0, 1).cpu().numpy()
                answer[voted, rows[0] : rows[-1] + 1] = people
                if others.size:
                    answer[others, rows[0] : rows[-1] + 1] = people.mean(axis=0)
        self.train(was)
        return answer


def prior_precision(spread: float, n_votes: NDArray[np.int64]) -> float:
    """Precision of a normal prior, per vote: what half a sum of squares is multiplied by beside a mean loss.

    Args:
        spread: Standard deviation, positive.
        n_votes: Votes of each annotator in training.

    Returns:
        1 / (spread² votes); 0 where the spread is infinite.

    Raises:
        ArgumentError: If spread is not positive.

    Example:
        >>> prior_precision(0.5, np.array([3, 1]))
        1.0
    """
    if not spread > 0:
        raise ArgumentError(f"spread must be positive, not {spread}; float('inf') stands for no prior.")
    return 1 / (spread**2 * int(n_votes.sum()))
