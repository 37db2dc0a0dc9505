"""What a step minimises: a loss on the examples of an epoch."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot

from variorum.training.base import TrainingData
from variorum.training.delivery import Examples
from variorum.training.losses import Loss
from variorum.training.networks.base import Batches

__all__ = ["Bound", "Objective"]


class Objective:
    """A loss, and the votes of losses that read them.

    Args:
        loss: The loss.
        data: The training items.
    """

    def __init__(self, loss: Loss, data: TrainingData) -> None:
        self._loss, self._counts, self._n_classes = loss, data.counts, data.counts.shape[-1]
        self._votes: Tensor | None = None

    def bind(self, examples: Examples, device: torch.device) -> Bound:
        """Put the examples of an epoch on a device."""
        if self._loss.reads == "counts" and self._votes is None:
            self._votes = torch.as_tensor(self._counts, dtype=torch.float32, device=device)
        return Bound(self._loss, self._n_classes, examples, self._votes, device)


class Bound:
    """The examples of an epoch on a device."""

    def __init__(
        self, loss: Loss, n_classes: int, examples: Examples, votes: Tensor | None, device: torch.device
    ) -> None:
        self._loss, self._n_classes, self._votes = loss, n_classes, votes
        self._item = _on(examples.item, device)
        self._hard = np.issubdtype(examples.target.dtype, np.integer)
        self._target = _on(examples.target, device)
        self._weight = None if examples.weight is None else _on(examples.weight, device)
        self._annotator = None if examples.annotator is None else _on(examples.annotator, device)
        self._partner = None if examples.partner is None else _on(examples.partner, device)
        self._share = None if examples.share is None else _on(examples.share, device)

    def loss(self, model: Any, inputs: Batches, rows: Tensor, augment: np.random.Generator) -> Tensor:
        """Mean loss of some examples.

        Args:
            model: The network.
            inputs: All inputs.
            rows: Positions of the examples in the epoch, int64.
            augment: Source of the inputs' augmentation.

        Returns:
            A scalar; an example's weight multiplies its loss. A model of annotators may weigh them as well, and add a
            prior.
        """
        rows = rows.to(self._item.device)
        batch = inputs.take(self._item[rows], augment)
        if self._partner is not None and self._share is not None:
            other, share = inputs.take(self._item[self._partner[rows]], augment), self._share[rows]
            batch = share.view(-1, *[1] * (batch.dim() - 1)) * batch
            batch = batch + (1 - share).view(-1, *[1] * (batch.dim() - 1)) * other
        weight = None if self._weight is None else self._weight[rows]
        if self._annotator is None:
            return self._of(model(batch), rows, weight)
        annotator = self._annotator[rows]
        network = getattr(model, "module", model)  # what several processes wrap
        own = network.example_weight(annotator)
        weight = own if weight is None else weight if own is None else own * weight
        return self._of(model(batch, annotator), rows, weight) + network.penalty()

    def _of(self, logits: Tensor, rows: Tensor, weight: Tensor | None) -> Tensor:
        """Mean loss of the logits of some examples."""
        if self._votes is not None:
            return self._mean(self._loss.function(logits, self._votes[self._item[rows]]), weight)
        target, hard = self._target[rows], self._hard
        if self._partner is not None and self._share is not None:
            pair = target, self._target[self._partner[rows]]
            if hard:  # a mixture of labels is a label distribution
                pair, hard = tuple(one_hot(label.long(), self._n_classes) for label in pair), False
            share = self._share[rows].view(-1, *[1] * (pair[0].dim() - 1))
            target = share * pair[0] + (1 - share) * pair[1]
        if hard:
            target = target.long()
            if self._loss.hard is not None:
                return self._mean(self._loss.hard(logits, target), weight)
            target = one_hot(target, self._n_classes).to(logits.dtype)
        if self._loss.whole_batch:
            return self._loss.function(logits, target, weight)
        return self._mean(self._loss.function(logits, target), weight)

    @staticmethod
    def _mean(losses: Tensor, weight: Tensor | None) -> Tensor:
        if losses.dim() > 1:  # one value a label of a multilabel scheme
            losses = losses.flatten(1).mean(dim=1)
        return losses.mean() if weight is None else (losses * weight).mean()


def _on(values: NDArray[Any], device: torch.device) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values)).to(device)
