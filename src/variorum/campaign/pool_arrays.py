"""What a policy reads of the pool beside votes and prices, made only if it is read."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotators
from variorum.campaign.disagreement import predict_disagreement
from variorum.campaign.market import Market
from variorum.decomposition import annotator_profiles
from variorum.errors import UnknownNameError
from variorum.training import Prediction

__all__ = ["group_codes_of", "group_names_of", "pool_arrays"]


def group_codes_of(annotators: Annotators, attribute: str) -> NDArray[np.int32]:
    """The group of each annotator by an attribute, as codes in the order of the names; -1 where it is not known.

    Raises:
        UnknownNameError: If the annotators have no such attribute.

    Example:
        >>> group_codes_of(Annotators(("a", "b", "c"), attributes={"age": ("old", None, "new")}), "age")
        array([ 1, -1,  0], dtype=int32)
    """
    if attribute not in annotators.attributes:
        known = ", ".join(annotators.attributes) or "none"
        raise UnknownNameError(f"annotators have no attribute {attribute!r}; theirs are: {known}.")
    codes = {name: code for code, name in enumerate(group_names_of(annotators, attribute))}
    return np.array([-1 if name is None else codes[name] for name in annotators.attributes[attribute]], np.int32)


def group_names_of(annotators: Annotators, attribute: str) -> tuple[str, ...]:
    """The names of the groups by an attribute that the annotators have, in the order of their codes."""
    return tuple(sorted({name for name in annotators.attributes[attribute] if name is not None}))


def pool_arrays(
    reads: Set[str],
    market: Market,
    items: NDArray[np.int64],
    prediction: Prediction | None,
    vectors: NDArray[np.float64] | None,
    n_annotators: int,
) -> dict[str, NDArray[Any]]:
    """The arrays that policies read, of those that a prediction, features and the bought votes give.

    Args:
        reads: Names of what is read.
        market: What was bought.
        items: Positions of the pool items.
        prediction: Of the pool items; ``None`` before there is a model.
        vectors: Features of the pool items, where there are any.
        n_annotators: How many annotators there are.

    Returns:
        Arrays of a `PoolView` by name.
    """
    arrays: dict[str, NDArray[Any]] = {}
    if "features" in reads and vectors is not None:
        arrays["features"] = vectors
    if "disagreement" in reads:
        arrays["disagreement"] = predict_disagreement(market.counts[items], vectors)
    if prediction is None:
        return arrays
    if "by_annotator" in reads and prediction.by_annotator is not None:
        arrays["by_annotator"] = prediction.by_annotator
    if reads & {"annotator_effects", "error_rates"} and n_annotators:
        item, annotator, label = market.votes_on(items)
        found = annotator_profiles(prediction.mean[item], annotator, label, n_annotators)
        arrays["annotator_effects"], arrays["error_rates"] = found.effects, found.error_rates
    return arrays
