from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from variorum.studies.code_state import commit_of

git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def call(folder, *words):
    identity = ("-c", "user.name=n", "-c", "user.email=e", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True, capture_output=True)


@git
def test_a_commit_its_changes_and_files_that_are_no_part_of_it(tmp_path):
    file = tmp_path / "code.py"
    file.write_text("1\n")
    call(tmp_path, "init")
    assert commit_of(file) is None
    call(tmp_path, "add", "code.py")
    call(tmp_path, "commit", "-m", "one")
    first = commit_of(file)
    assert re.fullmatch("[0-9a-f]{12}", first)
    (tmp_path / "notes.txt").write_text("not tracked, not code")
    assert commit_of(file) == first
    file.write_text("2\n")
    assert commit_of(file) == f"{first}, with changes"
    # Installed into somebody else's checkout: their commit says nothing about this code.
    other = tmp_path / "venv" / "code.py"
    other.parent.mkdir()
    other.write_text("3\n")
    assert commit_of(other) is None


def test_without_git_there_is_no_commit(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    assert commit_of(tmp_path / "code.py") is None
