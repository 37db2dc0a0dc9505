"""What a live campaign is told: the settings of a campaign, with labels and people instead of a truth."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from variorum.campaign.config import Arm, CampaignConfig
from variorum.checks import as_choice
from variorum.errors import ArgumentError

__all__ = ["ORACLES", "LiveConfig"]

ORACLES: Final = ("sheets",)
_NO_TEST: Final = "none"


@dataclass(frozen=True)
class LiveConfig(CampaignConfig):
    """A campaign with people; what it does not name is as in `CampaignConfig`.

    There is one arm and one seed, `first_seed`, since every vote costs real money, and no test items, since nobody
    knows the truth: a round is scored on its validation votes alone.

    Attributes:
        corpus: A file or folder of items; votes that it holds already count from the start, and cost nothing.
        test: Always "none".
        oracle: How people are asked: on ``sheets``.
        labels: What can be answered, in class order; empty takes the scheme of the folder or of its votes.
        scheme: The kind of scale that `labels` form: ``nominal``, ``ordinal`` or ``pairwise``.
        annotators: Who can be asked: names, or the path of one table of annotators; empty takes the folder's own. The
            only setting that may change while a campaign runs.

    Raises:
        ArgumentError: If a setting is out of range.

    Example:
        >>> config = LiveConfig("posts.csv", labels=("fine", "toxic"), annotators=("ann", "ben"), overlap=2)
        >>> [arm.name for arm in config.arms()]
        ['random, 2 votes an item']
    """

    test: str = _NO_TEST
    oracle: str = "sheets"
    labels: tuple[str, ...] = ()
    scheme: str = "nominal"
    annotators: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        super().__post_init__()
        as_choice("oracle", self.oracle, ORACLES)
        as_choice("scheme", self.scheme, ("nominal", "ordinal", "pairwise"))
        if self.test != _NO_TEST:
            raise ArgumentError(f"test = {self.test!r} must be left out: in a live campaign nobody knows the truth.")
        if self.arrival is not None:
            raise ArgumentError(
                f"arrival = {self.arrival!r} must be left out: people come to a live campaign when annotators "
                "names them."
            )
        if self.seeds != 1:
            raise ArgumentError(f"seeds must be 1 in a live campaign, not {self.seeds}: people are asked once.")
        object.__setattr__(self, "labels", _names("labels", self.labels))
        object.__setattr__(self, "annotators", _names("annotators", self.annotators))

    def arms(self) -> tuple[Arm, ...]:
        """The chosen arm alone: a random one beside it would cost as much again."""
        return super().arms()[:1]


def _names(setting: str, given: Any) -> tuple[str, ...]:
    if isinstance(given, str):
        return (given,)
    if not isinstance(given, Iterable) or not all(isinstance(name, str) and name.strip() for name in (*given,)):
        raise ArgumentError(f"{setting} must be a list of non-empty texts, not {given!r:.80}.")
    names = tuple(name.strip() for name in given)
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice is not None:
        raise ArgumentError(f"{setting} name {twice!r} twice; each stands once.")
    return names
