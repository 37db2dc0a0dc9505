"""A small file of votes, and the command itself."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from cli.commands import Command, Outcome
from variorum.cli import main


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Command:
    """The command line in this process, in a folder of its own."""
    monkeypatch.chdir(tmp_path)

    def run(line: str) -> Outcome:
        words = shlex.split(line)
        assert words[0] == "variorum"
        capsys.readouterr()
        code = main(words[1:])
        said = capsys.readouterr()
        return Outcome(code, said.out, said.err)

    return run


@pytest.fixture
def votes(tmp_path: Path) -> Path:
    """Forty items with texts, four annotators of whom three answer each item, two labels."""
    path = tmp_path / "votes.csv"
    rows = ["item,annotator,label,text"]
    for item in range(40):
        good = item % 3 != 0
        text = f"a {'bright' if good else 'gloomy'} day number {item}"
        for annotator in range(4):
            if (item + annotator) % 4:
                label = "yes" if good != ((item + 2 * annotator) % 7 == 0) else "no"
                rows.append(f"i{item},{'abcd'[annotator]},{label},{text}")
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path
