"""Who can be asked in which round: people may come and leave while a campaign runs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotators
from variorum.errors import ArgumentError, UnknownNameError

__all__ = ["Presence"]


@dataclass(frozen=True, eq=False)
class Presence:
    """Who is there, from round to round; the unknown annotator always is.

    Attributes:
        since: Rounds in which that changed, increasing; in those before the first nobody is there.
        who: Who is there from each of them on, shape (len(since), n_annotators).

    Example:
        >>> presence = Presence((0, 2), np.array([[True, True, False], [False, True, True]]))
        >>> presence.at(1), presence.at(7)
        (array([ True,  True, False]), array([False,  True,  True]))
    """

    since: Sequence[int]
    who: NDArray[np.bool_]

    @classmethod
    def by_attribute(cls, annotators: Annotators, attribute: str) -> Presence:
        """Read from an attribute of the annotators in which round each comes, to stay.

        Args:
            annotators: The annotators.
            attribute: Its name; values are whole numbers from 0, and who has none is there from the beginning.

        Returns:
            The presence.

        Raises:
            UnknownNameError: If the annotators have no such attribute.
            ArgumentError: If a value is not a round.

        Example:
            >>> people = Annotators(("a:ann", "a:ben"), attributes={"from_round": (None, "3")})
            >>> Presence.by_attribute(people, "from_round").at(2)
            array([ True, False])
        """
        if attribute not in annotators.attributes:
            known = ", ".join(annotators.attributes) or "none"
            raise UnknownNameError(f"annotators have no attribute {attribute!r}; theirs are: {known}.")
        values = annotators.attributes[attribute]
        wrong = [k for k, value in enumerate(values) if value is not None and not value.isdecimal()]
        if wrong:
            raise ArgumentError(
                f"{attribute} of annotator {annotators.ids[wrong[0]]!r} is {values[wrong[0]]!r}, no round; "
                f"{len(wrong)} of {len(values)} are none. Give whole numbers from 0, or leave it empty."
            )
        arrives = np.array([0 if value is None else int(value) for value in values], np.int64)
        since = np.unique(np.append(arrives, 0))
        return cls(tuple(since.tolist()), arrives <= since[:, None])

    def at(self, round_: int) -> NDArray[np.bool_]:
        """Who is there in a round, shape (n_annotators,)."""
        last = int(np.searchsorted(self.since, round_, side="right")) - 1
        return self.who[last] if last >= 0 else np.zeros(self.who.shape[1], bool)
