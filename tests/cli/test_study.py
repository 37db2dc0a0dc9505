"""``study``: the list, a run, a second run, what fails, and the keyboard."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from cli.commands import Command
from studies.small_study import ENTRY
from variorum.cli import study
from variorum.studies import STUDIES


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A study called small beside the others."""
    monkeypatch.setitem(STUDIES, "small", ENTRY["small"])


def test_the_list_has_every_question(command: Command) -> None:
    done = command("variorum study")
    assert done.code == 0, done.err
    for name, entry in STUDIES.items():
        [line] = [line for line in done.out.splitlines() if line.split()[:1] == [name]]
        assert entry.question in line
        assert "quick, cpu, paper" in line
    listed = json.loads(command("variorum study --json").out)
    assert listed["metrics"] == {"question": STUDIES["metrics"].question, "presets": ["quick", "cpu", "paper"]}


def test_the_example_and_the_same_again(command: Command, tmp_path: Path) -> None:
    done = command(study.EXAMPLE)
    assert done.code == 0, done.err
    assert "Over the 30 printed rows" in done.out
    assert "report: metrics/report.html" in done.out.replace(os.sep, "/")
    page = (tmp_path / "metrics" / "report.html").read_bytes()
    runs = (tmp_path / "metrics" / "runs.jsonl").read_bytes()
    assert done.err.splitlines()[-1].startswith("52/52 rows every printed row")
    again = command(study.EXAMPLE)
    assert again.out == done.out
    assert again.err == "52 of 52 runs finished before\n"
    assert (tmp_path / "metrics" / "report.html").read_bytes() == page
    assert (tmp_path / "metrics" / "runs.jsonl").read_bytes() == runs


@pytest.mark.usefixtures("small")
def test_any_setting_can_be_given(command: Command) -> None:
    said = json.loads(command("variorum study small --set seeds=2 --set shift=0.25 --json").out)
    assert (said["settings"]["seeds"], said["settings"]["shift"]) == (2, 0.25)
    refused = command("variorum study small --set shfit=1")
    assert refused.code == 2
    assert "study 'small' has no setting 'shfit'; its settings are seeds, shift" in refused.err


@pytest.mark.usefixtures("small")
def test_json_holds_all_of_it_in_a_folder_named_by_study_and_preset(command: Command, tmp_path: Path) -> None:
    done = command("variorum study small --seeds 2 --json")
    assert (done.code, done.err) == (0, "")
    said = json.loads(done.out)
    assert (said["study"], said["preset"], said["folder"], said["runs"]) == ("small", "quick", "small-quick", 4)
    assert said["settings"]["seeds"] == 2
    assert (said["failures"], said["report_missing"]) == ([], None)
    assert said["findings"]["verdict"] == ["Hard is open."]
    assert said["findings"]["tables"][0]["rows"][1][3] == {"p": 0.5, "smallest": 0.5}
    assert [Path(name).name for name in said["files"]] == ["report.html", "findings.md", "scores.csv"]
    assert all((tmp_path / name).is_file() for name in said["files"])


@pytest.mark.usefixtures("small")
def test_a_failing_run_is_named_and_the_command_ends_with_2(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from studies import small_study

    whole = small_study.STUDY
    broken = type(whole)(whole.presets, whole.runs, _stumbling(whole.run), whole.findings)
    monkeypatch.setattr(small_study, "STUDY", broken)
    done = command("variorum study small --out out")
    assert done.code == 2
    assert "method hard, seed 1: failed, ZeroDivisionError: by nothing" in done.err
    assert (
        "Error: 1 of 6 runs failed, the first with method hard, seed 1: ZeroDivisionError: by nothing. The others are "
        "kept, details stand in out/failures.txt; mend it, and the same command goes on with what is missing."
    ) in done.err.replace(os.sep, "/")
    assert "Traceback" not in done.err
    assert "Traceback" in (tmp_path / "out" / "failures.txt").read_text()
    assert not (tmp_path / "out" / "report.html").exists()
    machine = command("variorum study small --out out --json")
    assert machine.code == 2
    assert json.loads(machine.out)["failures"][0]["key"] == {"method": "hard", "seed": 1}
    assert json.loads(machine.out)["findings"] is None
    monkeypatch.setattr(small_study, "STUDY", whole)
    mended = command("variorum study small --out out")
    assert mended.code == 0, mended.err
    assert "5 of 6 runs finished before" in mended.err
    assert not (tmp_path / "out" / "failures.txt").exists()


def _stumbling(run):
    def stumble(key, settings):
        if key == {"method": "hard", "seed": 1}:
            raise ZeroDivisionError("by nothing")
        return run(key, settings)

    return stumble


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("variorum study metric", "study 'metric' is not known. Did you mean 'metrics'"),
        ("variorum study metrics --preset fast", "preset 'fast' is not known"),
        ("variorum study metrics --seeds 3", "study 'metrics' has no setting 'seeds'; its settings are draws"),
        ("variorum study metrics --sources none", "none holds neither sources.csv nor sources.json"),
        ("variorum study small --sources none", "study 'small' has no setting 'sources'"),
        ("variorum study small --seeds 0", "--seeds"),
        ("variorum study small --processes 0", "--processes"),
        ("variorum study small --out taken", "taken holds 'notes.txt' and no settings.json"),
    ],
)
def test_mistakes_are_one_sentence(command: Command, tmp_path: Path, line: str, said: str) -> None:
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "notes.txt").write_text("mine")
    done = command(line)
    assert done.code == 2
    assert said in done.err
    assert len(done.err.splitlines()) == 1
    assert done.out == ""


@pytest.mark.usefixtures("small")
def test_presets_that_differ_in_seeds_alone_go_on_with_one_anothers_runs(command: Command) -> None:
    assert command("variorum study small --out out").code == 0
    done = command("variorum study small --out out --preset cpu")
    assert done.code == 0, done.err
    assert done.err.startswith("6 of 12 runs finished before\n")
    assert "12 runs: " in done.out


def test_without_the_extra_the_tables_are_complete(
    command: Command, tmp_path: Path, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "altair", None)
    done = command("variorum study small --out out")
    assert done.code == 0, done.err
    assert "no report: altair is not installed." in done.out
    assert (tmp_path / "out" / "findings.md").is_file()


_SCRIPT = """
import sys
from studies.small_study import ENTRY, Settings, STUDY
from variorum.studies import STUDIES
from variorum.cli import main
if __name__ == "__main__":
    STUDIES["small"] = ENTRY["small"]
    STUDY.presets["quick"] = Settings(waits=3600.0, trace="trace")
    sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def endless(tmp_path: Path) -> Iterator[Callable[[int], subprocess.Popen[str]]]:
    """Starts a study of which each run takes an hour, and leaves its processes' numbers in a file."""
    script = tmp_path / "start.py"
    script.write_text(_SCRIPT)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    begun: list[subprocess.Popen[str]] = []

    def start(processes: int) -> subprocess.Popen[str]:
        words = [sys.executable, str(script), "study", "small", "--out", "out", "--processes", str(processes)]
        # A session of its own, so that the whole group of processes can be interrupted, as a terminal does.
        begun.append(
            subprocess.Popen(
                words, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True
            )
        )
        _until(lambda: len(_numbers(tmp_path)) == processes or begun[-1].poll() is not None)
        return begun[-1]

    yield start
    for process in begun:
        process.kill()
        process.communicate()


def _numbers(folder: Path) -> list[int]:
    trace = folder / "trace"
    return [int(line.split()[-1]) for line in trace.read_text().splitlines()] if trace.exists() else []


def _alive(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    # Where nobody waits for orphans, a dead one still has its number, and says so.
    stat = Path(f"/proc/{number}/stat")
    return not (stat.exists() and stat.read_text().rpartition(")")[2].split()[0] == "Z")


def _until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it takes too long"
        time.sleep(0.02)


posix = pytest.mark.skipif(os.name == "nt", reason="an interrupt cannot be sent to one process")


@posix
@pytest.mark.parametrize("processes", [1, 2])
def test_the_keyboard_stops_it(endless: Callable[[int], subprocess.Popen[str]], tmp_path: Path, processes: int) -> None:
    started = endless(processes)
    os.killpg(started.pid, signal.SIGINT)
    _, errors = started.communicate(timeout=60)
    assert started.returncode == 130
    assert errors == "Error: stopped; finished runs are kept, and the same command goes on with the others.\n"
    _until(lambda: not any(map(_alive, _numbers(tmp_path))))


@posix
def test_processes_do_not_outlive_a_study_that_was_killed(
    endless: Callable[[int], subprocess.Popen[str]], tmp_path: Path
) -> None:
    endless(2).kill()
    _until(lambda: not any(map(_alive, _numbers(tmp_path))))
