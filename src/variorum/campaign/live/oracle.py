"""The oracle that asks people: it writes sheets, and waits until they come back."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from variorum.annotations import Annotations, Corpus
from variorum.annotations.files.tables import Column, write_table
from variorum.campaign.layout import stream
from variorum.campaign.live.incoming import Aside, Asked, Given, Rules, read_rows, sort_rows
from variorum.campaign.live.sheets import SHEETS, file_names, short_names, write_sheet
from variorum.campaign.market import empty_like
from variorum.campaign.oracle import Answers, Request
from variorum.campaign.record import Record
from variorum.errors import WaitingForAnswers

__all__ = ["SheetOracle", "SheetState", "requests_on_record", "round_folder"]


@dataclass(frozen=True)
class SheetState:
    """How far a sheet of the open round is.

    Attributes:
        annotator: Who fills it in, as the sheet calls them.
        path: The sheet, seen from the campaign's folder.
        n_requests: Requests on it.
        n_open: Those without an answer that counts.
    """

    annotator: str
    path: str
    n_requests: int
    n_open: int


def round_folder(round_: int) -> str:
    """Where the sheets of a round are, seen from the campaign's folder.

    Example:
        >>> round_folder(3)
        'sheets/round-003'
    """
    return f"{SHEETS}/round-{round_:03d}"


def requests_on_record(entries: Sequence[Mapping[str, Any]], seed: int) -> list[Asked]:
    """All requests that a record holds, in the order in which sheets show them.

    Within a round the order is shuffled, so that neither it nor a request's id tells what is asked for validation.

    Args:
        entries: The record's events.
        seed: The campaign's seed.

    Returns:
        The requests; one of the open round has no answers on record yet.
    """
    recorded: dict[int, dict[str, set[tuple[str, str]]]] = {}
    for entry in entries:
        if entry["event"] == "annotations":
            said = recorded.setdefault(entry["round"], {})
            for row in entry["rows"]:
                answer = row["label"] or row["status"], row.get("explanation", "")
                said.setdefault(row["request"], set()).add(answer)
    asked = []
    for entry in entries:
        if entry["event"] == "requests":
            number, requests = entry["round"], entry["requests"]
            closed = recorded.get(number)
            order = stream(seed, "sheets", number).permutation(len(requests))
            for place, position in enumerate(order.tolist(), 1):
                request = requests[position]
                answers = None if closed is None else frozenset(closed.get(request["id"], ()))
                name = f"r{number:03d}-{place:03d}"
                asked.append(Asked(request["id"], name, number, request["item"], request["annotator"], answers))
    return asked


class SheetOracle:
    """Asks people on one sheet an annotator and round; see `campaign.Oracle` for the contract.

    The campaign's record is its memory: sheets are written from it, once, and rows that come back are held against it.

    Args:
        folder: The campaign's folder.
        record: Its record.
        corpus: Items, annotators and labels.
        seed: The campaign's seed.
        close_round: Withdraw what is still open in the round that is asked about first; it brings no row and costs
            nothing.
        look_only: Write no sheets, and take no answers.
    """

    def __init__(
        self,
        folder: Path,
        record: Record,
        corpus: Corpus,
        seed: int,
        *,
        close_round: bool = False,
        look_only: bool = False,
    ) -> None:
        self._folder, self._record, self._empty, self._seed = folder, record, empty_like(corpus.annotations), seed
        self._close, self._look_only = close_round, look_only
        names = short_names(corpus.annotators, corpus.name)
        ids = corpus.annotators.ids
        self._short = dict(zip(ids, names, strict=True))
        self.files = dict(zip(ids, file_names(names), strict=True))
        self._known = {**dict(zip(names, ids, strict=True)), **{name: name for name in ids}}
        self.aside: tuple[Aside, ...] = ()
        self.sheets: tuple[SheetState, ...] = ()

    def ask(self, requests: Sequence[Request]) -> Answers:
        """Write the sheets that are not there yet, and take what came back.

        Raises:
            WaitingForAnswers: If a request has no answer, and the round is not to be closed.
            ReadError: If a file among the sheets or answers cannot be read.
        """
        asked = requests_on_record(self._record.entries, self._seed)
        number = asked[-1].round
        mine = [each for each in asked if each.round == number]
        if not self._look_only:
            self._write(mine, number)
        answers = self._take(asked)
        close, self._close = self._close, False
        self.sheets = self._states(mine, number, answers)
        n_open = sum(state.n_open for state in self.sheets)
        if self._look_only or (n_open and not close):
            if not n_open:
                raise WaitingForAnswers(f"round {number} has all its {len(mine)} answers; go on with --resume.")
            raise WaitingForAnswers(
                f"round {number} waits for {n_open} of {len(mine)} answers; fill in the sheets in "
                f"{self._folder / round_folder(number)}, and go on with --resume."
            )
        return self._answers(requests, answers)

    def look(self) -> None:
        """Read what came back without asking anything; rows of rounds that are over may have been added or changed."""
        self._take(requests_on_record(self._record.entries, self._seed))

    def _write(self, mine: Sequence[Asked], number: int) -> None:
        for who, file in self.files.items():
            theirs = [each for each in mine if each.annotator == who]
            path = self._folder / round_folder(number) / f"{file}.csv"
            if theirs and not path.exists():
                positions = [self._empty.items.index[each.item] for each in theirs]
                names = [each.name for each in theirs]
                write_sheet(path, names, positions, self._short[who], self._empty.items, self._empty.scheme)

    def _take(self, asked: Sequence[Asked]) -> dict[str, list[Given]]:
        rules = Rules(self._empty.scheme.labels, self._empty.items.index, self._known)
        answers, self.aside = sort_rows(list(read_rows(self._folder)), asked, rules)
        if not self._look_only:
            _write_aside(self._folder / "aside.csv", self.aside)
        return answers

    def _states(self, mine: Sequence[Asked], number: int, answers: Mapping[str, object]) -> tuple[SheetState, ...]:
        states = []
        for who, file in self.files.items():
            theirs = [each.request in answers for each in mine if each.annotator == who]
            if theirs:
                path = f"{round_folder(number)}/{file}.csv"
                states.append(SheetState(self._short[who], path, len(theirs), theirs.count(False)))
        return tuple(states)

    def _answers(self, requests: Sequence[Request], answers: Mapping[str, Sequence[Given]]) -> Answers:
        rows = [
            (place, request, given, 0 if nth else request.price)
            for place, request in enumerate(requests)
            for nth, given in enumerate(answers.get(request.id, ()))
        ]
        votes = Annotations(
            self._empty.scheme,
            self._empty.items,
            self._empty.annotators,
            np.array([request.item for _, request, _, _ in rows], np.int32),
            np.array([request.annotator for _, request, _, _ in rows], np.int32),
            np.array([given.label for _, _, given, _ in rows], np.int32),
            np.array([given.status for _, _, given, _ in rows], np.int8),
            explanation=[given.explanation for _, _, given, _ in rows],
            seconds=np.array([given.seconds for _, _, given, _ in rows], float),
            cost=np.array([cost for _, _, _, cost in rows], np.int64),
        )
        return Answers(votes, np.array([place for place, _, _, _ in rows], np.int64))


def _write_aside(path: Path, aside: Sequence[Aside]) -> None:
    if not aside:
        path.unlink(missing_ok=True)
        return
    write_table(
        path,
        {
            "file": Column("text", [each.row.file for each in aside]),
            "line": Column("text", [each.row.line for each in aside]),
            "kind": Column("text", [each.kind for each in aside]),
            "why": Column("text", [each.why for each in aside]),
            "row": Column("json", [json.dumps(dict(each.row.cells), ensure_ascii=False) for each in aside]),
        },
    )
