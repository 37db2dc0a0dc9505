from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from campaign.live.people import LABELS, read_sheet
from variorum.annotations import Items, LabelScheme
from variorum.campaign.live import Keyboard, Sheet, answer_sheet, find_sheet
from variorum.campaign.live.sheets import write_sheet
from variorum.errors import ArgumentError, RunFolderError, UnknownNameError

ITEMS = Items(("p0", "p1", "p2"), text=("first", "second", "third\nline"))


def _sheet(folder: Path) -> Path:
    path = folder / "ann.csv"
    write_sheet(path, [f"r000-00{n}" for n in (1, 2, 3)], [0, 1, 2], "ann", ITEMS, LabelScheme.nominal(LABELS))
    return path


def _type(path: Path, keys: str, labels: tuple[str, ...] = LABELS) -> tuple[int, list[str]]:
    """Answer a sheet by keys, and give back how many were answered and what was shown."""
    stream, shown = io.StringIO(keys), list[str]()
    keyboard = Keyboard(lambda: stream.read(1), stream.readline, shown.append)
    return answer_sheet(Sheet.open(path), labels, keyboard), shown


def _labels(path: Path) -> list[tuple[str, str]]:
    return [(row["label"], row["explanation"]) for row in read_sheet(path)]


def test_one_key_a_label_with_a_reason_before_it(tmp_path: Path) -> None:
    path = _sheet(tmp_path)
    n, shown = _type(path, "1\n r because it is\n2 ?")
    assert n == 3
    assert _labels(path) == [("fine", ""), ("toxic", "because it is"), ("unsure", "")]
    assert "  toxic (because it is)" in shown
    assert shown[-3:-1] == ["  line", "[1] fine   [2] toxic   [-] abstained   [?] unsure"]
    # A second sitting finds nothing left to do.
    assert _type(path, "111") == (0, [])


def test_undo_clears_the_last_answer_and_shows_its_item_again(tmp_path: Path) -> None:
    path = _sheet(tmp_path)
    n, shown = _type(path, "u 1 r hm\n2 u u 2 q")
    assert n == 1
    assert _labels(path) == [("toxic", ""), ("", ""), ("", "")]
    assert "  nothing to undo in this sitting" in shown
    assert shown.count("1 of 3: p0") == 3


def test_later_leaves_a_row_open_for_another_sitting(tmp_path: Path) -> None:
    path = _sheet(tmp_path)
    assert _type(path, "s12")[0] == 2
    assert _labels(path) == [("", ""), ("fine", ""), ("toxic", "")]
    assert _type(path, "-")[0] == 1
    assert _labels(path)[0] == ("abstained", "")


def test_a_key_that_means_nothing_answers_nothing_and_the_end_of_keys_keeps_everything(tmp_path: Path) -> None:
    path = _sheet(tmp_path)
    n, shown = _type(path, "x1")
    assert n == 1
    assert "  key 'x' means nothing here" in shown
    assert _labels(path) == [("fine", ""), ("", ""), ("", "")]


def test_every_answer_is_on_disk_before_the_next_item_is_shown(tmp_path: Path) -> None:
    path = _sheet(tmp_path)
    seen = []

    def key() -> str:
        seen.append([label for label, _ in _labels(path) if label])
        return "1"

    answer_sheet(Sheet.open(path), LABELS, Keyboard(key, lambda: "", lambda text: None))
    assert seen == [[], ["fine"], ["fine", "fine"]]


def test_many_labels_get_letters_and_too_many_are_refused(tmp_path: Path) -> None:
    many = tuple(f"label {n}" for n in range(12))
    path = tmp_path / "ann.csv"
    write_sheet(path, ["r000-001"], [0], "ann", ITEMS, LabelScheme.nominal(many))
    _type(path, "c", many)
    assert _labels(path) == [("label 11", "")]
    with pytest.raises(ArgumentError, match="40 labels are more than there are keys; fill in"):
        _type(path, "1", tuple(map(str, range(40))))


def _record(folder: Path, *events: dict) -> None:
    header = {
        "event": "campaign",
        "sheets": {"posts:ann": "ann", "posts:ben": "ben"},
        "corpus": {"name": "posts", "labels": list(LABELS)},
    }
    folder.mkdir(exist_ok=True)
    lines = "".join(json.dumps(event) + "\n" for event in (header, *events))
    # Somebody may be writing the next line.
    (folder / "record.jsonl").write_text(lines + '{"event": "req', encoding="utf-8")


def test_the_sheet_of_the_open_round_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "run"
    asked = [{"event": "requests", "round": n, "requests": [{"annotator": "posts:ann"}]} for n in range(2)]
    with pytest.raises(RunFolderError, match="holds no campaign with sheets"):
        find_sheet(folder, "ann")
    _record(folder)
    with pytest.raises(RunFolderError, match="has no open round"):
        find_sheet(folder, "ann")
    _record(folder, asked[0], {"event": "annotations", "round": 0}, asked[1])
    with pytest.raises(UnknownNameError, match=r"annotator 'anna' is not known. Did you mean 'ann'"):
        find_sheet(folder, "anna")
    with pytest.raises(RunFolderError, match="round 1 asks nothing of ben"):
        find_sheet(folder, "ben")
    with pytest.raises(RunFolderError, match=r"ann.csv is not there; .*--resume writes it again"):
        find_sheet(folder, "ann")
    over = {"event": "requests", "round": 2, "requests": []}
    _record(folder, asked[1], {"event": "annotations", "round": 1}, over)
    with pytest.raises(RunFolderError, match="a campaign that is over"):
        find_sheet(folder, "ann")
    _record(folder, asked[0], {"event": "annotations", "round": 0}, asked[1])
    path = folder / "sheets" / "round-001" / "ann.csv"
    path.parent.mkdir(parents=True)
    _sheet(path.parent)
    assert find_sheet(folder, "ann") == (path, LABELS)
    assert find_sheet(folder, "posts:ann") == (path, LABELS)
