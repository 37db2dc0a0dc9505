"""A sheet answered in the terminal, one key a label; the sheet stays the only place where answers are."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any, Final

from variorum.campaign.live.oracle import round_folder
from variorum.campaign.live.roster import notes_in
from variorum.campaign.live.sheets import REFUSALS, Sheet
from variorum.checks import as_choice
from variorum.errors import ArgumentError, RunFolderError

__all__ = ["Keyboard", "answer_sheet", "find_sheet"]

_REASON, _UNDO, _LATER, _QUIT = "rusq"
_REFUSAL_KEYS: Final = dict(zip(REFUSALS, "-?", strict=True))
_NO_TIME: Final = 0.05
_LABEL_KEYS: Final = "123456789abcdefghijklmnoptvwxyz"


@dataclass(frozen=True)
class Keyboard:
    """How a person and the program talk.

    Attributes:
        key: Waits for one key; an empty text when there will be no more.
        line: Waits for the rest of a line.
        say: Shows a line.
    """

    key: Callable[[], str]
    line: Callable[[], str]
    say: Callable[[str], None]


def find_sheet(folder: Path, who: str) -> tuple[Path, tuple[str, ...]]:
    """Find the sheet that an annotator is to fill in.

    Args:
        folder: A live campaign's folder.
        who: The annotator, with or without the corpus's name.

    Returns:
        The sheet, and the labels in class order.

    Raises:
        RunFolderError: If the folder holds no live campaign, or no round is open, or the sheet is gone.
        UnknownNameError: If the campaign has no annotator of that name.
    """
    entries = _whole_lines(folder / "record.jsonl")
    header = entries[0] if entries else {}
    if not isinstance(header.get("sheets"), dict):
        raise RunFolderError(f"{folder} holds no campaign with sheets; begin one with variorum run --oracle sheets.")
    corpus, files = header["corpus"], dict(header["sheets"])
    for note in notes_in(entries):
        files |= note["sheets"]
    full = who if who in files else f"{corpus['name']}:{who}"
    if full not in files:
        as_choice("annotator", who, [name.removeprefix(f"{corpus['name']}:") for name in files])
    asked = [entry for entry in entries if entry["event"] == "requests"]
    over = {entry["round"] for entry in entries if entry["event"] == "annotations"}
    if asked and not asked[-1]["requests"]:
        raise RunFolderError(f"{folder} holds a campaign that is over; there is nothing left to answer.")
    if not asked or asked[-1]["round"] in over:
        raise RunFolderError(f"{folder} has no open round; variorum run --out {folder} --resume opens the next one.")
    number = asked[-1]["round"]
    path = folder / round_folder(number) / f"{files[full]}.csv"
    if all(request["annotator"] != full for request in asked[-1]["requests"]):
        raise RunFolderError(f"round {number} asks nothing of {who}; wait for the next one.")
    if not path.is_file():
        raise RunFolderError(f"{path} is not there; variorum run --out {folder} --resume writes it again.")
    return path, tuple(corpus["labels"])


def _whole_lines(path: Path) -> list[dict[str, Any]]:
    """A record as far as it is written, while somebody else may be writing on."""
    if not path.is_file():
        return []
    content = path.read_bytes()
    try:
        return [json.loads(line) for line in content[: content.rfind(b"\n") + 1].splitlines()]
    except ValueError:
        raise RunFolderError(f"{path} is not a campaign's record; it was edited.") from None


def answer_sheet(sheet: Sheet, labels: Sequence[str], keyboard: Keyboard) -> int:
    """Go through the open rows of a sheet; every answer is saved before the next item is shown.

    Args:
        sheet: The sheet; nobody else may change it meanwhile.
        labels: The labels in class order.
        keyboard: Who answers.

    Returns:
        How many rows were answered.

    Raises:
        ArgumentError: If there are more labels than keys.
    """
    if len(labels) > len(_LABEL_KEYS):
        raise ArgumentError(f"{len(labels)} labels are more than there are keys; fill in {sheet.path} instead.")
    choices = dict(zip(_LABEL_KEYS, labels, strict=False))
    choices |= {key: word for word, key in _REFUSAL_KEYS.items() if word not in labels}
    done: list[int] = []
    later: list[int] = []
    row = _next_row(sheet, later)
    if row is not None:
        keyboard.say(f"[{_REASON}] reason, then the label   [{_UNDO}] undo   [{_LATER}] later   [{_QUIT}] quit")
    while row is not None:
        _show(sheet, row, choices, keyboard)
        command, reason, seconds = _command(choices, keyboard)
        if command == _QUIT:
            break
        if command == _LATER:
            later.append(row)
        elif command == _UNDO and done:
            row = done.pop()
            sheet.fill(row, dict.fromkeys({"label", "explanation", "seconds"} & {*sheet.header}, ""))
            continue
        elif command == _UNDO:
            keyboard.say("  nothing to undo in this sitting")
            continue
        else:
            given = {"label": choices[command]} | ({"explanation": reason} if reason else {})
            # Keys from a pipe take no time, and say nothing of it.
            sheet.fill(row, given | ({"seconds": f"{seconds:.1f}"} if seconds >= _NO_TIME else {}))
            keyboard.say(f"  {choices[command]}" + (f" ({reason})" if reason else ""))
            done.append(row)
        row = _next_row(sheet, later)
    return len(done)


def _next_row(sheet: Sheet, later: Sequence[int]) -> int | None:
    return next((row for row in range(len(sheet.rows)) if sheet.is_open(row) and row not in later), None)


def _show(sheet: Sheet, row: int, choices: Mapping[str, str], keyboard: Keyboard) -> None:
    keyboard.say("")
    keyboard.say(f"{row + 1} of {len(sheet.rows)}: {sheet.cell(row, 'item')}")
    for text in sheet.texts(row):
        for line in text.splitlines():
            keyboard.say(f"  {line}")
    keyboard.say("   ".join(f"[{key}] {name}" for key, name in choices.items()))


def _command(choices: Mapping[str, str], keyboard: Keyboard) -> tuple[str, str, float]:
    """The next key that means something, the reason given before it, and how long both took."""
    started, reason = perf_counter(), ""
    while True:
        key = keyboard.key()
        if not key:
            key = _QUIT
        if key in choices or key in (_UNDO, _LATER, _QUIT):
            return key, reason, perf_counter() - started
        if key == _REASON:
            keyboard.say("reason:")
            reason = keyboard.line().strip()
        elif not key.isspace():
            keyboard.say(f"  key {key!r} means nothing here")
