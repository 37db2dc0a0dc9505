"""Losses on logits, one value an item, listed without torch: they call tensor methods only.

- base           `Loss`: a loss and what it reads
- cross_entropy  cross-entropy to a distribution or a hard label, KL divergence (the same gradient)
- divergences    reverse KL, Jensen-Shannon, total variation, Hellinger, Brier
- soft_f1        1 minus soft micro and macro F1, of a whole batch
- ordinal        Wasserstein distance and ranked probability score along the order of the classes
- dirichlet      Dirichlet-multinomial likelihood of the votes themselves
- annotators     cross-entropy to the votes: the best served one, their mean, the worst served one

``LOSSES`` names them; each equals its function in `variorum.evaluation` where there is one.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from variorum.checks import as_choice
from variorum.training.losses.annotators import annotator_max, annotator_mean, annotator_min
from variorum.training.losses.base import Loss, Tensor
from variorum.training.losses.cross_entropy import cross_entropy, hard_cross_entropy, kl
from variorum.training.losses.dirichlet import concentration, dirichlet_multinomial
from variorum.training.losses.divergences import brier, hellinger, js, reverse_kl, total_variation
from variorum.training.losses.ordinal import cdf, wasserstein
from variorum.training.losses.soft_f1 import soft_macro_f1, soft_micro_f1

__all__ = ["LOSSES", "Loss", "concentration", "loss_of"]


def _per_item(loss: Callable[[Tensor, Tensor], Tensor]) -> Callable[[Tensor, Tensor], Tensor]:
    """Average the values of an item's labels, where a scheme has several."""

    @wraps(loss)
    def averaged(logits: Tensor, target: Tensor) -> Tensor:
        values = loss(logits, target)
        return values if values.ndim == 1 else values.mean(-1)

    return averaged


LOSSES: dict[str, Loss] = {
    "cross-entropy": Loss(_per_item(cross_entropy), hard=_per_item(hard_cross_entropy)),
    "kl": Loss(_per_item(kl), hard=_per_item(hard_cross_entropy)),
    "reverse-kl": Loss(_per_item(reverse_kl)),
    "js": Loss(_per_item(js)),
    "total-variation": Loss(_per_item(total_variation)),
    "hellinger": Loss(_per_item(hellinger)),
    "brier": Loss(_per_item(brier)),
    "soft-micro-f1": Loss(soft_micro_f1, whole_batch=True),
    "soft-macro-f1": Loss(soft_macro_f1, whole_batch=True),
    "wasserstein": Loss(_per_item(wasserstein), ordinal=True, multilabel=False),
    "cdf": Loss(_per_item(cdf), ordinal=True, multilabel=False),
    "dirichlet-multinomial": Loss(_per_item(dirichlet_multinomial), reads="counts"),
    "annotator-min": Loss(_per_item(annotator_min), reads="counts"),
    "annotator-mean": Loss(_per_item(annotator_mean), reads="counts"),
    "annotator-max": Loss(_per_item(annotator_max), reads="counts"),
}


def loss_of(name: str) -> Loss:
    """The loss of a name.

    Args:
        name: One of `LOSSES`.

    Returns:
        The loss.

    Raises:
        UnknownNameError: If there is no loss of that name.

    Example:
        >>> loss_of("js").reads, loss_of("annotator-max").reads, loss_of("cdf").ordinal
        ('target', 'counts', True)
    """
    return LOSSES[as_choice("loss", name, LOSSES)]
