from __future__ import annotations

import csv
import sys

import pytest

from reporting.parsed import Parsed, leaks
from studies.small_study import ENTRY
from variorum.errors import StudyError
from variorum.studies.running import run_study
from variorum.studies.write_up import write_up


def test_report_markdown_and_data_stand_beside_each_other(tmp_path):
    outcome = run_study("small", studies=ENTRY)
    written = write_up(outcome, tmp_path)
    assert [path.name for path in written.files] == ["report.html", "findings.md", "scores.csv"]
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert leaks(page) == []
    assert "Is hard worse than soft?" in Parsed(page).text
    assert "shift0.5" in Parsed(page).text
    text = (tmp_path / "findings.md").read_text(encoding="utf-8")
    assert text.startswith("# small\n\nIs hard worse than soft?\n\nHard is open.\n\n## All\n")
    with (tmp_path / "scores.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 6
    assert float(rows[0]["score"]) == pytest.approx(sum(outcome.runs[0].values["score"]) / 20)


def test_a_missing_extra_leaves_the_tables(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "altair", None)
    written = write_up(run_study("small", studies=ENTRY), tmp_path)
    assert "pip install 'variorum[report]'" in written.report_missing
    assert sorted(path.name for path in tmp_path.iterdir()) == ["findings.md", "scores.csv"]


def test_an_unfinished_study_is_not_written_up(tmp_path):
    outcome = run_study("small", studies=ENTRY, changes={"failing": ("soft",)})
    with pytest.raises(StudyError, match="'small' is not finished"):
        write_up(outcome, tmp_path)
    assert list(tmp_path.iterdir()) == []
