"""``aggregate --stream``: the command line around the engine."""

from __future__ import annotations

import io
import json
from pathlib import Path

import duckdb
import pytest
from rich.console import Console

from cli.commands import Command
from variorum.cli import streaming
from variorum.engines import METHODS

COMPLAINTS = {
    "no out": ("--stream", "--stream needs --out FILE.parquet"),
    "not Parquet": ("--stream --out o.csv", "end it in .parquet"),
    "a method that cannot stream": (
        "--stream --out o.parquet --method mmsr",
        "cannot stream. Choose one of: majority, soft",
    ),
    "no such method": ("--stream --out o.parquet --method vote", "method 'vote' is not known"),
    "a missing column": ("--stream --out o.parquet --item post", "Name the right one with --item COLUMN."),
    "an unknown label": ("--stream --out o.parquet --labels no,maybe", "give its labels with --labels A,B,...."),
    "another column": ("--stream --out o.parquet --column text=body", "--column 'text=body' is not status=COLUMN"),
    "a missing status": ("--stream --out o.parquet --column status=s", "no column 's'"),
    "no memory": ("--stream --out o.parquet --memory nan", "--memory nan must be a number of GiB above 0"),
    "little memory": ("--stream --out o.parquet --memory 0.1", "(256 MiB) or more"),
    "a policy": ("--stream --out o.parquet --duplicates drop", "duplicates 'drop' is not known"),
    "nobody known": (
        "--stream --out o.parquet --method one-coin --no-annotator",
        'Use the method "soft" or "majority"',
    ),
    "an option of streaming": ("--work w", "--work is for --stream; to read such a file into memory, make a corpus"),
    "a column in memory": ("--item post", "--item is for --stream"),
    "several sources": ("votes.csv", "2 sources are given, and several are for --stream"),
}


@pytest.mark.usefixtures("votes")
@pytest.mark.parametrize(("options", "words"), COMPLAINTS.values(), ids=COMPLAINTS)
def test_bad_input_is_one_sentence(command: Command, tmp_path: Path, options: str, words: str) -> None:
    done = command(f"variorum aggregate votes.csv {options}")
    assert (done.code, done.out) == (2, "")
    assert words in done.err
    assert done.err.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["votes.csv"]


@pytest.mark.usefixtures("votes")
@pytest.mark.parametrize(("line", "words"), [
    ("variorum aggregate rte --stream --out o.parquet", "rte is a corpus, and --stream reads files"),
    ("variorum aggregate . --stream --out o.parquet", ". is a corpus, and --stream reads files"),
    ("variorum aggregate vote.csv --stream --out o.parquet", "Did you mean 'votes.csv'"),
])  # fmt: skip
def test_streaming_is_for_files(command: Command, line: str, words: str) -> None:
    done = command(line)
    assert done.code == 2
    assert words in done.err


def test_duplicates_are_explained(command: Command, tmp_path: Path) -> None:
    (tmp_path / "twice.csv").write_text("item,annotator,label\na,x,yes\na,x,yes\n")
    done = command("variorum aggregate twice.csv --stream --out o.parquet")
    assert "Choose with --duplicates all, first or last" in done.err
    done = command("variorum aggregate twice.csv --stream --out o.parquet --duplicates first")
    assert "1 vote was left out, as repetitions of others" in done.out


@pytest.mark.usefixtures("votes")
@pytest.mark.parametrize("method", METHODS)
def test_the_same_as_in_memory(command: Command, method: str) -> None:
    streamed = command(f"variorum aggregate votes.csv --stream --method {method} --out s.parquet")
    plain = command(f"variorum aggregate votes.csv --method {method} --out m.parquet")
    assert (streamed.code, plain.code) == (0, 0), streamed.err
    assert streamed.out.splitlines()[0] == plain.out.splitlines()[0]
    with duckdb.connect() as connection:
        both = "'s.parquet' s JOIN 'm.parquet' m USING (item)"
        apart = f"SELECT count(*), max(abs(s.no - m.no) + abs(s.yes - m.yes)) FROM {both}"
        n, largest = connection.execute(apart).fetchall()[0]
    assert n == 40
    assert largest < 1e-9
    scored = command("variorum evaluate votes.csv s.parquet --json")
    assert scored.code == 0, scored.err


def test_several_files_with_every_option(command: Command, tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("post;who;answer;state\na;x;yes;\nb;y;no;\n")
    (tmp_path / "b.csv").write_text("post;who;answer;state\na;y;no;answered\nc;x;;unsure\n")
    done = command(
        "variorum aggregate a.csv b.csv --stream --method one-coin --item post --annotator who --label answer "
        "--column status=state --labels yes,no,maybe --delimiter ; --duplicates all --dtype float32 --memory 0.5 "
        "--work w --out o.parquet --json"
    )
    assert done.code == 0, done.err
    said = json.loads(done.out)
    assert (said["items"], said["items_without_a_vote"], said["rows_not_answered"]) == (3, 1, 1)
    assert (said["labels"], said["files"]) == (["yes", "no", "maybe"], ["a.csv", "b.csv"])
    assert (said["file"], said["annotators_file"]) == ("o.parquet", "o.annotators.parquet")
    assert list((tmp_path / "w").iterdir()) == []
    for_people = command(
        "variorum aggregate a.csv b.csv --stream --item post --annotator who --label answer --column status=state "
        "--out o.parquet"
    )
    assert "1 row was not answered" in for_people.out
    assert "labels: o.parquet" in for_people.out


@pytest.mark.usefixtures("votes")
def test_a_terminal_sees_how_far_it_is(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    screen = io.StringIO()
    monkeypatch.setattr(streaming, "Console", lambda **_: Console(file=screen, force_terminal=True, width=100))
    done = command("variorum aggregate votes.csv --stream --method dawid-skene --out o.parquet")
    assert done.code == 0, done.err
    assert "estimating: step" in screen.getvalue()
