"""``run --oracle sheets`` and ``annotate``: a campaign with people, from the command line."""

from __future__ import annotations

import io
import json
from importlib.util import find_spec
from pathlib import Path

import pytest

from campaign.live.people import fill, read_sheet, sheets, write_items, write_sheet
from cli.commands import Command, Outcome
from variorum.annotations import read_corpus
from variorum.campaign.journal import FolderLock

START = (
    "variorum run --oracle sheets --corpus posts.csv --labels fine,toxic --annotators ann,ben --budget 0.60 "
    "--price 0.05 --cold-start 8 --batch 4 --members 4 --out run"
)
GO_ON = "variorum run --out run --resume"


@pytest.fixture
def typed(command: Command, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command line with ``<<<`` and the keys behind it."""
    write_items(tmp_path)

    def run(line: str) -> Outcome:
        words, _, keys = line.partition(" <<< ")
        monkeypatch.setattr("sys.stdin", io.StringIO(keys))
        return command(words)

    return run


def test_a_campaign_from_the_first_sheet_to_the_report(typed: Command, tmp_path: Path) -> None:
    begun = typed(START)
    assert begun.code == 0, begun.err
    assert "0 votes, paid 0.00 EUR of 0.60 EUR" in begun.out
    assert "round 0 waits for 8 of 8 answers" in begun.out
    assert "in the terminal: variorum annotate run --as ann" in begun.out
    assert "run/sheets/round-000/ann.csv" in begun.out.replace("\\", "/")
    assert not (tmp_path / "run" / "report.html").exists()

    for number in range(2):
        for path in sheets(tmp_path / "run", number):
            keys = ["r rude\n2" if "never learn" in row["text"] else "1" for row in read_sheet(path)]
            # The first sitting ends after one answer, and the second goes on behind it.
            first = typed(f"variorum annotate run --as {path.stem} <<< {keys[0]}q")
            assert first.code == 0, first.err
            assert f"1 answered, {len(keys) - 1} open: " in first.out
            last = typed(f"variorum annotate run --as {path.stem} <<< {''.join(keys[1:])}")
            assert last.code == 0, last.err
            assert "that was all of this round" in last.out
        went_on = typed(GO_ON)
        assert went_on.code == 0, went_on.err
    assert "The campaign is over." in went_on.out
    assert "12 votes, paid 0.60 EUR of 0.60 EUR" in went_on.out
    assert "kept aside" not in went_on.out
    shares = read_sheet(tmp_path / "run" / "distributions.csv")
    assert len(shares) == 24
    assert all(float(row["fine"]) + float(row["toxic"]) == pytest.approx(1) for row in shares)

    nothing = typed("variorum annotate run --as ann <<< 1")
    assert nothing.code == 2
    assert "a campaign that is over" in nothing.err
    again = typed("variorum report run --json")
    assert again.code == 0, again.err
    summary = json.loads(again.out)
    assert summary["over"] is True
    assert summary["spent_micro_units"] == 600_000
    assert [score["requests"] for score in summary["rounds"]] == [8, 12]
    counted = typed("variorum aggregate run/corpus --json")
    assert counted.code == 0, counted.err
    assert "rude" in (read_corpus(tmp_path / "run" / "corpus").annotations.explanation or ())
    if find_spec("altair") is not None:
        page = (tmp_path / "run" / "report.html").read_text(encoding="utf-8")
        assert "12 votes on" in page


def test_what_does_not_fit_is_shown_and_the_round_can_be_closed(typed: Command, tmp_path: Path) -> None:
    typed(START)
    ann, ben = sheets(tmp_path / "run", 0)
    fill(ann)
    rows = fill(ben)
    write_sheet(ben, [rows[0] | {"label": "toxc"}, rows[1] | {"item": "p99"}, *rows[2:]])
    write_sheet(tmp_path / "run" / "answers" / "more.csv", [{"item": "p1", "annotator": "zoe", "label": "fine"}])
    waiting = typed(GO_ON)
    assert waiting.code == 0
    assert "3 rows kept aside, neither counted nor lost (run/aside.csv):" in waiting.out.replace("\\", "/")
    assert (
        "sheets/round-000/ben.csv, line 2: label 'toxc' is not one of fine, toxic. Did you mean 'toxic'?" in waiting.out
    )
    assert "sheets/round-000/ben.csv, line 3: item 'p99' was" in waiting.out
    assert "answers/more.csv, line 2: annotator 'zoe' is none of this campaign." in waiting.out
    assert "round 0 waits for 2 of 8 answers" in waiting.out

    closed = typed(f"{GO_ON} --close-round --json")
    assert closed.code == 0, closed.err
    said = json.loads(closed.out)
    assert said["withdrawn"] == 2
    assert said["spent_micro_units"] == 6 * 50_000
    assert said["over"] is False
    assert [each["kind"] for each in said["aside"]] == ["late", "edited", "foreign"]
    assert [each["open"] for each in said["waiting"]] == [each["requests"] for each in said["waiting"]]


def test_annotate_for_machines_and_its_mistakes(typed: Command, tmp_path: Path) -> None:
    nowhere = typed("variorum annotate run --as ann <<< 1")
    assert nowhere.code == 2
    assert "holds no campaign with sheets; begin one with variorum run --oracle sheets" in nowhere.err
    typed(START)
    stranger = typed("variorum annotate run --as anna <<< 1")
    assert stranger.code == 2
    assert "Did you mean 'ann'?" in stranger.err
    done = typed("variorum annotate run --as ann --json <<< 12")
    assert done.code == 0
    told = json.loads(done.out)
    assert told["answered"] == 2
    assert told["open"] == len(read_sheet(tmp_path / "run" / "sheets" / "round-000" / "ann.csv")) - 2
    assert "[1] fine" in done.err
    # A second sitting at the same sheet would write over the first one's answers.
    with FolderLock(tmp_path / "run" / "sheets" / "round-000", ".ann.lock"):
        taken = typed("variorum annotate run --as ann <<< 1")
    assert taken.code == 2
    assert "in use by another process" in taken.err


def test_texts_do_not_drive_the_terminal(typed: Command, tmp_path: Path) -> None:
    write_sheet(tmp_path / "posts.csv", [{"item": f"p{n}", "text": f"red \x1b[31m{n}"} for n in range(12)])
    typed(START)
    shown = typed("variorum annotate run --as ann <<< q")
    assert "  red ?[31m" in shown.out
    assert "\x1b" not in shown.out


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("variorum run --corpus posts.csv --labels a,b --out run", "labels is for campaigns with people"),
        ("variorum run --corpus synthetic-plain --close-round --out run", "--close-round is for campaigns with people"),
        ("variorum run --oracle sheets --corpus posts.csv --annotators ann --out run", "(--labels A,B,...)"),
        ("variorum run --oracle sheets --corpus posts.csv --labels a,b --out run", "(--annotators ANN,BEN,..."),
        ("variorum run --oracle letters --corpus posts.csv --labels a,b --out run", "oracle 'letters' is not known"),
        (f"{START} --seeds 2", "seeds must be 1 in a live campaign"),
        (f"{START} --test 0.2", "nobody knows the truth"),
    ],
)
def test_mistakes_are_one_sentence(typed: Command, line: str, message: str) -> None:
    done = typed(line)
    assert done.code == 2
    assert message in done.err
    assert done.err.count("\n") == 1
