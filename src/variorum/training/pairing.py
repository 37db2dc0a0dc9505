"""Which deliveries, losses and models go together; the rest is refused before anything is trained."""

from __future__ import annotations

from variorum.errors import ArgumentError
from variorum.training.annotators import ONE_CHOICE
from variorum.training.base import TrainingData
from variorum.training.inputs import kind_of
from variorum.training.losses import LOSSES

__all__ = ["check_choices", "check_pairing"]


def check_choices(*, delivery: str, loss: str, annotators: str | None, posterior: str | None) -> None:
    """Refuse choices that go together on no data.

    Args:
        delivery: Name of the delivery.
        loss: Name of the loss.
        annotators: Name of the model of annotators, if any.
        posterior: Where members come from, if there are several.

    Raises:
        ArgumentError: With a sentence that says what to do.

    Example:
        >>> check_choices(delivery="sls", loss="kl", annotators=None, posterior=None)
    """
    chosen = LOSSES[loss]
    if annotators is not None and (chosen.reads == "counts" or chosen.whole_batch):
        raise ArgumentError(
            f"models of annotators learn from single votes, and the loss {loss!r} needs all of an item at once; "
            "use 'cross-entropy'."
        )
    if chosen.reads == "counts" and delivery != "soft":
        raise ArgumentError(
            f"the loss {loss!r} reads all votes of an item at once, and the delivery {delivery!r} does not give them; "
            "use the delivery 'soft'."
        )
    if (annotators is None) != (delivery != "annotators"):
        raise ArgumentError(
            f"the model of annotators {annotators!r} learns from single votes; use the delivery 'annotators'."
            if annotators is not None
            else "the delivery 'annotators' gives each vote with its annotator, and this model knows none; choose a "
            "model of annotators, 'heads' say, or the delivery 'repeated-labelling'."
        )
    if posterior == "laplace" and loss == "dirichlet-multinomial":
        raise ArgumentError("a Laplace posterior is one of a softmax head; use the posterior 'ensemble' or 'dropout'.")
    if posterior in ("laplace", "dropout") and annotators is not None:
        raise ArgumentError(
            f"the posterior {posterior!r} draws heads, and a model of annotators has more than one; "
            "use the posterior 'ensemble'."
        )


def check_pairing(data: TrainingData, *, delivery: str, loss: str, annotators: str | None) -> None:
    """Refuse what does not go together with these data.

    Args:
        data: What will be trained on.
        delivery: Name of the delivery.
        loss: Name of the loss.
        annotators: Name of the model of annotators, if any.

    Raises:
        ArgumentError: With a sentence that says what to do.

    Example:
        >>> import numpy as np
        >>> data = TrainingData(np.zeros((1, 1)), np.ones((1, 3)))
        >>> check_pairing(data, delivery="sls", loss="kl", annotators=None)
    """
    chosen = LOSSES[loss]
    if chosen.ordinal and not data.ordinal:
        raise ArgumentError(
            f"the loss {loss!r} needs classes in order, and these are not; use 'js' or 'cross-entropy', "
            "or read the labels with an ordinal scheme."
        )
    if data.counts.ndim == 3 and not chosen.multilabel:
        raise ArgumentError(
            f"the loss {loss!r} gives one label out of several, and the votes are multilabel; use 'js'."
        )
    if delivery == "mixup" and kind_of(data.inputs) == "texts":
        raise ArgumentError("mixup mixes features or pictures, and these are texts; use 'label-smoothing' or 'soft'.")
    if annotators is not None and data.by_annotator is None:
        raise ArgumentError(
            f"the model of annotators {annotators!r} learns who gave which vote, and some votes have no annotator; "
            "leave them out, or train without a model of annotators."
        )
    if annotators in ONE_CHOICE and data.counts.ndim == 3:
        raise ArgumentError(
            f"the model of annotators {annotators!r} confuses one label with another, and the votes are multilabel; "
            "use 'heads' or 'embeddings'."
        )
