"""A campaign's learner, and what it reads of a corpus's items: features, texts or pictures."""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

import numpy as np
from numpy.typing import NDArray

from variorum import acquisition, assignment
from variorum.annotations import Items
from variorum.campaign.config import Arm, CampaignConfig
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.features import Featurizer, picture_array
from variorum.features.base import whole_column
from variorum.training import METHODS, Inputs, Learner, Texts

__all__ = ["PICTURE_SIZE", "learner_inputs", "learner_of", "policy_vectors", "reads_of"]

PICTURE_SIZE = 32
"""Pixels a side of the pictures that networks read."""

_REMEDY = "An encoder reads texts: give items a text, or use a learner of features."


def learner_of(config: CampaignConfig) -> Learner:
    """The learner that the settings name.

    Raises:
        UnknownNameError: If there is no learner of that name.
        ArgumentError: If it has no such setting.
    """
    build = METHODS[as_choice("learner", config.learner, METHODS)]
    try:
        return build(n_members=config.members, **config.learner_options)
    except TypeError as error:
        raise ArgumentError(f"learner_options do not fit the learner {config.learner!r}: {error}.") from None


def reads_of(learner: Learner) -> str:
    """The kind of inputs that a learner reads: "features", "pictures" or "texts"."""
    return str(getattr(learner, "reads", "features"))


def learner_inputs(items: Items, reads: str, features: Featurizer, pool: NDArray[np.int64]) -> Inputs:
    """The inputs of all items of a corpus.

    Args:
        items: The items.
        reads: "features", "pictures" or "texts".
        features: For "features"; fitted on the pool alone.
        pool: Positions of the training pool.

    Returns:
        One row an item.

    Raises:
        ArgumentError: If the items lack what is read.

    Example:
        >>> from variorum.features import ArrayFeatures
        >>> learner_inputs(Items(("a",), text=("Fine.",)), "texts", ArrayFeatures(np.eye(1)), np.array([0]))
        Texts(text=('Fine.',), second=None)
    """
    if reads == "features":
        return features.fit_transform(items, pool)
    if reads == "pictures":
        return picture_array(items, PICTURE_SIZE)
    if reads != "texts":
        raise ArgumentError(f"a learner reads features, pictures or texts, not {reads!r}.")
    second = None if items.second_text is None else whole_column(items, "second_text", _REMEDY)
    return Texts(whole_column(items, "text", _REMEDY), second)


def policy_vectors(
    items: Items, reads: str, inputs: Inputs, features: Featurizer, pool: NDArray[np.int64], arms: Iterable[Arm] | None
) -> NDArray[np.float64] | None:
    """Features as policies read them: the learner's own, or made for them where it reads texts or pictures.

    Args:
        items: The items.
        reads: What the learner reads.
        inputs: The learner's inputs.
        features: Makes the features.
        pool: Positions of the training pool.
        arms: Whose policies; ``None`` for any.

    Returns:
        Features of all items, shape (n_items, n_features); ``None`` where no policy reads them.
    """
    read: set[str] = {"features"} if arms is None else set()
    for arm in arms or ():
        read |= acquisition.READS[arm.acquisition] | acquisition.READS[arm.first] | assignment.READS[arm.assignment]
    # People's disagreement is predicted from features, whether or not a policy reads them, too.
    if not read & {"features", "disagreement"}:
        return None
    if reads == "features":
        return cast("NDArray[np.float64]", inputs)
    return cast("NDArray[np.float64]", learner_inputs(items, "features", features, pool))
