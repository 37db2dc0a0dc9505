"""The record: what was asked, answered, paid and scored, in order; also the memory from which a run goes on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import perf_counter
from typing import Any, Final

import numpy as np

from variorum.annotations import STATUSES, UNKNOWN, Annotations
from variorum.campaign.journal import AppendOnlyFile
from variorum.campaign.oracle import Answers, Request
from variorum.errors import RecordError

__all__ = ["FORMAT", "NOTE", "Record", "answers_from_rows", "answers_to_rows"]

FORMAT: Final = 3
"""Version of the record's format; its first line names it."""

NOTE: Final = "annotators"
"""The event that comes from outside, wherever the campaign stands: who can be asked from some round on."""

# Columns that a row has or lacks, and what stands for lacking.
_OPTIONAL: Final[Mapping[str, Any]] = {"seconds": np.nan, "confidence": np.nan, "time": np.nan, "shown_first": -1}


class Record:
    """An append-only JSONL file that a deterministic campaign writes, and reads back first when it is started again.

    The campaign is a program without clocks, so its events come in the same order every time. `event` returns the next
    recorded event if there is one and makes and writes it otherwise: resuming is running the program again.

    Args:
        path: The file; ``None`` keeps the record in memory.
        timings: Where the seconds go that each event took to make, which the record must not hold.
    """

    def __init__(self, path: Path | None, timings: AppendOnlyFile) -> None:
        self._file, self._timings = AppendOnlyFile(path), timings
        self._next = 0

    @property
    def entries(self) -> list[dict[str, Any]]:
        """All events so far."""
        return self._file.entries

    def event(self, key: Mapping[str, Any], make: Callable[[], Mapping[str, Any]]) -> dict[str, Any]:
        """The next event, remembered or made now.

        Args:
            key: What identifies it: kind, arm, seed, round.
            make: Makes the rest of it; called only if it is not on record.

        Returns:
            The event as it stands on record.

        Raises:
            RecordError: If the record holds another event in this place.
        """
        self._pass_notes()
        if self._next == len(self._file.entries):
            started = perf_counter()
            made = make()
            self._timings.append({**_short(key), "seconds": round(perf_counter() - started, 6)})
            self._file.append({**key, **made})
        entry = self._file.entries[self._next]
        self._next += 1
        differing = [name for name, value in key.items() if entry.get(name) != value]
        if differing:
            where, recorded, now = _difference(differing[0], entry.get(differing[0]), key[differing[0]])
            raise RecordError(
                f"line {self._next} of the record has {where} = {recorded!r} where this campaign has {now!r}; "
                "go on with the settings and the corpus that it was started with, or choose another folder."
            )
        return entry

    def note(self, event: Mapping[str, Any]) -> None:
        """Write down what comes from outside, behind what is on record; `event` passes over it.

        Args:
            event: The event; its kind is `NOTE`.
        """
        self._file.append(event)

    def _pass_notes(self) -> None:
        while self._next < len(self.entries) and self.entries[self._next]["event"] == NOTE:
            self._next += 1

    def answered(self) -> set[str]:
        """Ids of the requests that were answered so far."""
        return {row["request"] for entry in self.entries for row in entry.get("rows", ())}

    def end(self) -> None:
        """Make sure that nothing stands behind the last event.

        Raises:
            RecordError: If something does.
        """
        self._pass_notes()
        if self._next < len(self.entries):
            raise RecordError(f"the record goes on behind line {self._next}, where this campaign ends; was it edited?")

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def _short(key: Mapping[str, Any]) -> dict[str, Any]:
    return {name: key[name] for name in ("event", "arm", "seed", "round") if name in key}


def _difference(name: str, recorded: Any, now: Any) -> tuple[str, Any, Any]:
    """The innermost name under which two values differ, and the two values there."""
    if isinstance(recorded, Mapping) and isinstance(now, Mapping):
        for inner in [*now, *recorded]:
            if recorded.get(inner) != now.get(inner):
                return _difference(inner, recorded.get(inner), now.get(inner))
    return name, recorded, now


def answers_to_rows(answers: Answers, requests: Sequence[Request]) -> list[dict[str, Any]]:
    """Answers as JSON rows that name ids, labels and statuses, so that the record can be read without the corpus."""
    votes = answers.annotations
    rows = []
    for row in range(votes.n_rows):
        annotator, label = int(votes.annotator[row]), int(votes.label[row])
        line: dict[str, Any] = {
            "request": requests[int(answers.request[row])].id,
            "item": votes.items.ids[int(votes.item[row])],
            "annotator": None if annotator == UNKNOWN else votes.annotators.ids[annotator],
            "label": None if label < 0 else votes.scheme.labels[label],
            "status": STATUSES[int(votes.status[row])],
            "cost": 0 if votes.cost is None else int(votes.cost[row]),
        }
        if votes.explanation is not None and votes.explanation[row] is not None:
            line["explanation"] = votes.explanation[row]
        for name, absent in _OPTIONAL.items():
            column = getattr(votes, name)
            value = absent if column is None else column[row].item()
            if value not in (absent, None) and value == value:  # nan differs from itself
                line[name] = value
        if votes.distribution is not None and np.isfinite(votes.distribution[row, 0]):
            line["distribution"] = [float(p) for p in votes.distribution[row]]
        rows.append(line)
    return rows


def answers_from_rows(rows: Sequence[Mapping[str, Any]], like: Annotations, round_: int) -> Annotations:
    """Read what `answers_to_rows` wrote.

    Args:
        rows: The rows.
        like: Annotations with the items, annotators and scheme that the rows name.
        round_: Their round.

    Returns:
        The annotations, with cost and round.

    Raises:
        RecordError: If a row names an item, annotator, label or status that the corpus does not have.
    """
    labels = {name: code for code, name in enumerate(like.scheme.labels)}
    try:
        item = [like.items.index[row["item"]] for row in rows]
        who = [UNKNOWN if row["annotator"] is None else like.annotators.index[row["annotator"]] for row in rows]
        label = [-1 if row["label"] is None else labels[row["label"]] for row in rows]
        status = [STATUSES.index(row["status"]) for row in rows]
        cost = [int(row["cost"]) for row in rows]
    except (KeyError, ValueError) as error:
        raise RecordError(
            f"the record names {error}, which the corpus does not hold; was the corpus changed?"
        ) from None
    distribution = None
    if any("distribution" in row for row in rows):
        absent = [np.nan] * like.scheme.n_classes
        distribution = np.array([row.get("distribution", absent) for row in rows], float)
    optional = {
        name: np.array([row.get(name, absent) for row in rows])
        for name, absent in _OPTIONAL.items()
        if any(name in row for row in rows)
    }
    explained = any("explanation" in row for row in rows)
    return Annotations(
        like.scheme,
        like.items,
        like.annotators,
        np.array(item, np.int32),
        np.array(who, np.int32),
        np.array(label, np.int32),
        np.array(status, np.int8),
        explanation=[row.get("explanation") for row in rows] if explained else None,
        distribution=distribution,
        cost=np.array(cost, np.int64),
        round=np.full(len(rows), round_, np.int32),
        **optional,
    )
