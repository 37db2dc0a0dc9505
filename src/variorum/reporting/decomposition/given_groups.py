"""Groups that were found, compared with what is known of the annotators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import adjusted_rand_score

from variorum.annotations import Annotators

__all__ = ["GivenGroups", "compare_with_given"]

_DRAWS: Final = 999
_MOST_VALUES: Final = 20


@dataclass(frozen=True, eq=False)
class GivenGroups:
    """An attribute of the annotators beside the groups that were found.

    Attributes:
        attribute: Its name.
        values: Its values, in the order of the table's rows.
        table: Annotators by value and group, shape (n_values, n_groups).
        rand: Adjusted Rand index: 1 where both tell the same people apart, 0 on average where neither says anything of
            the other.
        p_value: Share of random exchanges of annotators with as high an index, itself included.
    """

    attribute: str
    values: tuple[str, ...]
    table: NDArray[np.int64]
    rand: float
    p_value: float


def compare_with_given(
    group: NDArray[np.int64], annotators: Annotators, rng: np.random.Generator
) -> tuple[GivenGroups, ...]:
    """Compare found groups with every attribute that makes groups: 2 values or more, 20 at most, not one for each.

    Args:
        group: Group of each annotator, -1 where unknown, shape (n_annotators,).
        annotators: The annotators.
        rng: Draws the exchanges.

    Returns:
        One comparison an attribute, smallest p first.

    Source:
        Hubert and Arabie 1985, "Comparing partitions".

    Example:
        >>> people = Annotators(("x:1", "x:2", "x:3", "x:4"), attributes={"camp": ("n", "n", "s", "s")})
        >>> compare_with_given(np.array([0, 0, 1, 1]), people, np.random.default_rng(0))[0].rand
        1.0
    """
    found = []
    for name, column in annotators.attributes.items():
        known = np.array([g >= 0 and value is not None for g, value in zip(group, column, strict=True)], np.bool_)
        names = tuple(sorted({str(value) for value, k in zip(column, known, strict=True) if k}))
        if not 2 <= len(names) <= min(_MOST_VALUES, int(known.sum()) - 1):
            continue
        own = group[known]
        given = np.array([names.index(str(value)) for value, k in zip(column, known, strict=True) if k], np.int64)
        table = _table(given, own, len(names))
        # With these margins the index rises with the sum of squares, which is all that an exchange changes.
        squares = [np.square(_table(given, rng.permutation(own), len(names))).sum() for _ in range(_DRAWS)]
        p = (1 + int(np.count_nonzero(np.array(squares) >= np.square(table).sum()))) / (1 + _DRAWS)
        found.append(GivenGroups(name, names, table, float(adjusted_rand_score(given, own)), p))
    return tuple(sorted(found, key=lambda each: (each.p_value, -each.rand, each.attribute)))


def _table(given: NDArray[np.int64], own: NDArray[np.int64], n_values: int) -> NDArray[np.int64]:
    n_groups = int(own.max()) + 1
    return np.bincount(given * n_groups + own, minlength=n_values * n_groups).reshape(n_values, n_groups)
