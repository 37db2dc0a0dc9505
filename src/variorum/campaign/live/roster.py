"""Who can be asked in a live campaign, from round to round; the record remembers it, and files may change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Annotators, Price
from variorum.campaign.live.config import LiveConfig
from variorum.campaign.live.sheets import short_names
from variorum.campaign.presence import Presence
from variorum.campaign.record import NOTE
from variorum.errors import ArgumentError, RecordError

__all__ = ["Change", "Roster", "notes_in"]


@dataclass(frozen=True)
class Change:
    """Who came and who left.

    Attributes:
        round: The first round in which it holds.
        joined: Who can be asked from then on, as sheets call them.
        left: Who is asked no more.
    """

    round: int
    joined: tuple[str, ...]
    left: tuple[str, ...]

    def __str__(self) -> str:
        said = [f"{', '.join(self.joined)} can be asked"] if self.joined else []
        said += [f"{', '.join(self.left)} will not be asked any more"] if self.left else []
        return f"from round {self.round} on: {'; '.join(said)}."


@dataclass(frozen=True, eq=False)
class Roster:
    """Everybody whom a campaign has to do with: who answered before it, who can be asked, and who could be once.

    Attributes:
        notes: What the record says of it, or will say: an event whenever it changed.
        currency: That of the prices.
    """

    notes: tuple[Mapping[str, Any], ...]
    currency: str

    @classmethod
    def of(cls, config: LiveConfig, entries: Sequence[Mapping[str, Any]]) -> Roster:
        """The roster that is on record."""
        return cls(tuple(notes_in(entries)), config.currency)

    def news(
        self,
        config: LiveConfig,
        people: Annotators,
        askable: NDArray[np.int64],
        prices: NDArray[np.int64],
        entries: Sequence[Mapping[str, Any]],
    ) -> dict[str, Any] | None:
        """What the settings say now and the record does not.

        Args:
            config: The settings; who can be asked is whom they name now.
            people: Everybody whom the files and the settings name.
            askable: Positions of those who can be asked.
            prices: Micro-units of a request to each of them.
            entries: The record.

        Returns:
            The note for the record: it holds from the round behind the last one that was asked. ``None`` where nobody
            comes or leaves.

        Raises:
            ArgumentError: If somebody who was there before has another kind, price or attribute now, or somebody comes
                or leaves when the campaign is over.
        """
        known = {person["annotator"]: person for person in self._people()}
        asked = [people.ids[k] for k in askable]
        described = [_describe(people, prices, k) for k in range(len(people))]
        if not self.notes:
            return _note(config, 0, described, asked)
        for k in askable:
            _check_same(known.get(people.ids[k]), described[k])
        if set(asked) == set(self.notes[-1]["asked"]):
            return None
        if any(e["event"] == "forecast" or (e["event"] == "requests" and not e["requests"]) for e in entries):
            raise ArgumentError(
                "annotators come or leave, and this campaign is over. Begin another one in a new folder with what it "
                "bought: --corpus DIR/corpus."
            )
        round_ = 1 + max((entry["round"] for entry in entries if entry["event"] == "requests"), default=-1)
        new = [described[k] for k in askable if people.ids[k] not in known]
        return _note(config, round_, new, asked)

    def with_note(self, note: Mapping[str, Any]) -> Roster:
        """The roster after a further note."""
        return replace(self, notes=(*self.notes, note))

    def _people(self, n_notes: int | None = None) -> list[Mapping[str, Any]]:
        return [person for note in self.notes[:n_notes] for person in note["new"]]

    def annotators(self, *, first: bool = False) -> Annotators:
        """Everybody in the order in which they came; or those alone who were there first."""
        people = self._people(1 if first else None)
        names = dict.fromkeys(name for person in people for name in person["attributes"])
        # Where prices were given for some alone, the others cost what a request to them costs.
        priced = any(person["price"] for person in people)
        prices = [Price(**(p["price"] or {"per_annotation": p["request"], "currency": self.currency})) for p in people]
        return Annotators(
            tuple(person["annotator"] for person in people),
            tuple(person["kind"] for person in people),
            {name: tuple(person["attributes"].get(name) for person in people) for name in names},
            tuple(prices) if priced else None,
        )

    def prices(self, *, first: bool = False) -> NDArray[np.int64]:
        """Micro-units of a request to each of `annotators`."""
        return np.array([person["request"] for person in self._people(1 if first else None)], np.int64)

    @property
    def presence(self) -> Presence:
        """Who can be asked in which round, in the order of `annotators`."""
        ids = [person["annotator"] for person in self._people()]
        # Of two notes for one round the later one holds.
        asked = {note["round"]: set(note["asked"]) for note in self.notes}
        return Presence(tuple(asked), np.array([[who in some for who in ids] for some in asked.values()], bool))

    def changes(self, corpus: str) -> tuple[Change, ...]:
        """Who came and who left, but for the beginning."""
        people = self.annotators()
        short = dict(zip(people.ids, short_names(people, corpus), strict=True))
        asked = list({note["round"]: note["asked"] for note in self.notes}.items())
        return tuple(
            Change(
                round_,
                tuple(short[who] for who in now if who not in before),
                tuple(short[who] for who in before if who not in now),
            )
            for (_, before), (round_, now) in pairwise(asked)
        )

    def settle(self, votes: Annotations, *, first: bool = False) -> Annotations:
        """Votes that were there before, with the roster's annotators in place of those that the files name now.

        Raises:
            RecordError: If a vote is by somebody who was not there at the beginning.
        """
        everybody = self.annotators(first=first)
        code = np.array([everybody.index.get(who, -2) for who in votes.annotators.ids] + [-1], np.int32)[
            votes.annotator
        ]
        if (code == -2).any():
            who = votes.annotators.ids[int(votes.annotator[(code == -2).argmax()])]
            raise RecordError(
                f"the corpus holds votes of {who!r} that were not there when the campaign began; put them into its "
                "answers, or begin another campaign in a new folder."
            )
        return replace(votes, annotators=everybody, annotator=code)


def notes_in(entries: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The events of a record that say who can be asked."""
    return [entry for entry in entries if entry["event"] == NOTE]


def _note(config: LiveConfig, round_: int, new: list[dict[str, Any]], asked: list[str]) -> dict[str, Any]:
    return {"event": NOTE, "round": round_, "setting": list(config.annotators), "new": new, "asked": asked}


def _describe(people: Annotators, prices: NDArray[np.int64], at: int) -> dict[str, Any]:
    return {
        "annotator": people.ids[at],
        "kind": people.kind[at],
        "request": int(prices[at]),
        "price": None if people.prices is None else asdict(people.prices[at]),
        "attributes": {name: column[at] for name, column in people.attributes.items() if column[at] is not None},
    }


def _check_same(before: Mapping[str, Any] | None, now: Mapping[str, Any]) -> None:
    """What is not said any more stays as it was; what is said otherwise is refused, since votes were bought by it."""
    if before is None:
        return
    pairs = {"kind": (before["kind"], now["kind"])}
    if now["price"] is not None:
        pairs["price (micro-units)"] = before["request"], now["request"]
    for name, value in now["attributes"].items():
        pairs[name] = before["attributes"].get(name, value), value
    for name, (was, is_) in pairs.items():
        if was != is_:
            raise ArgumentError(
                f"annotator {now['annotator']!r} has {name} {is_!r} now and had {was!r} when they came; what was "
                "bought goes by that. Put it back, or let them come again by another name."
            )
