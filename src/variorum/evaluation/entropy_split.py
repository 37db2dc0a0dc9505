"""Which items go to the LLM: those on which its answers to differently worded prompts vary least."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.checks import as_array, as_rng
from variorum.errors import ArgumentError

__all__ = ["entropy_split"]


def entropy_split(entropies: ArrayLike, share: float, rng: np.random.Generator | int) -> NDArray[np.bool_]:
    """Give the LLM the share of items with the lowest entropy of its answers, and people the rest.

    Args:
        entropies: Entropy of the LLM's answers to each item, in any unit, 0 or more, shape (n_items,): of its answers
            to several prompts, or of its label distribution. nan where it gave no answer: such an item goes to people.
        share: Share of all items for the LLM, in [0, 1]; of what it makes, the whole number below.
        rng: Decides among items that tie at the boundary. Entropies of a handful of answers tie often, and the order
            of a file must not choose.

    Returns:
        True for the LLM, shape (n_items,). Fewer than the share are True if the LLM answered fewer items.

    Raises:
        ShapeError: If entropies are not one-dimensional.
        ArgumentError: If an entropy is negative or infinite, or the share leaves [0, 1].

    Source:
        Li et al. 2023 (EMNLP), CoAnnotating, which asks nine prompts and takes base-2 logarithms; ranks know no unit.

    Example:
        >>> entropy_split([0.9, 0.0, 0.5, 0.1], 0.5, rng=0)
        array([False,  True, False,  True])
    """
    if not 0.0 <= share <= 1.0:
        raise ArgumentError(f"share must lie in [0, 1], not {share}.")
    values = as_array("entropies", entropies, 1)
    bad = np.flatnonzero((values < 0.0) | np.isinf(values))
    if bad.size:
        raise ArgumentError(
            f"entropies[{bad[0]}] = {values[bad[0]]} must be 0 or more and finite, or nan for no answer; "
            f"{bad.size} of {values.size} values are affected."
        )
    # A share such as .29 of 100 items comes out a rounding error below the whole number that is meant.
    wanted = int(np.floor(share * values.size + 1e-9))
    # nan sorts last.
    order = np.lexsort((as_rng(rng).random(values.size), values))
    chosen = np.zeros(values.size, dtype=np.bool_)
    chosen[order[:wanted]] = True
    return chosen & ~np.isnan(values)
