"""The command as a whole: help, version, mistakes, start-up."""

from __future__ import annotations

import importlib
import json
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path
from types import SimpleNamespace

import pytest

from cli.commands import RUN, Command, process
from variorum import __version__
from variorum.cli import VERBS, app, main
from variorum.cli.remedies import as_options
from variorum.errors import ConvergenceWarning

COMPLAINTS = {
    "no such verb": ("variorum fly", "No such command 'fly'"),
    "no such option": ("variorum corpora --colour", "No such option: --colour"),
    "option without its value": ("variorum export votes.csv --out", "requires an argument"),
    "missing option": ("variorum run --corpus votes.csv", "Missing option '--out'"),
    "missing argument": ("variorum evaluate votes.csv", "Missing argument 'MODEL'"),
    "not a number": ("variorum run --corpus votes.csv --overlap two --out r", "--overlap"),
    "no corpus": ("variorum run --out r", "corpus is missing"),
    "unknown corpus": ("variorum run --corpus synthetic-plan --out r", "Did you mean 'synthetic-plain'"),
    "unknown acquisition": ("variorum run --corpus votes.csv --acquisition bold --out r", "Did you mean 'bald'"),
    "unknown assignment": ("variorum run --corpus votes.csv --assignment rr --out r", "assignment 'rr' is not known"),
    "unknown learner": ("variorum run --corpus votes.csv --learner bert --out r", "learner 'bert' is not known"),
    "unknown features": ("variorum run --corpus votes.csv --features bow --out r", "'bow' is not known"),
    "missing features": ("variorum run --corpus votes.csv --features none.npy --out r", "none.npy"),
    "unknown test column": ("variorum run --corpus votes.csv --test fold --out r", "fold"),
    "budget that is no money": ("variorum run --corpus votes.csv --budget lots --out r", "'lots' is not a number"),
    "budget below one annotation": ("variorum run --corpus votes.csv --budget 0.01 --out r", "does not buy one"),
    "overlap of none": ("variorum run --corpus votes.csv --overlap 0 --out r", "overlap must be a whole number"),
    "taken folder": ("variorum run --corpus votes.csv --out taken", "taken is not empty"),
    "folder of something else": ("variorum run --corpus votes.csv --out taken --resume", "holds no record.jsonl"),
    "out is a file": ("variorum run --corpus votes.csv --out votes.csv", "votes.csv is a file"),
    "missing settings": ("variorum run --config none.toml --out r", "none.toml: No such file or directory"),
    "settings that are no TOML": ("variorum run --config votes.csv --out r", "votes.csv is not TOML"),
    "missing file": ("variorum run --corpus none.csv --out r", "none.csv: there is no such file or folder"),
    "import of a missing file": ("variorum import none.csv --out c", "none.csv"),
    "import of a missing column": ("variorum import votes.csv --item post --out c", "no column 'post'"),
    "import of columns with other names": ("variorum import other_names.csv --out c", "with --item COLUMN."),
    "import without a column of annotators": ("variorum import model.csv --label no --out c", "or --no-annotator if"),
    "import of a misnamed text": ("variorum import votes.csv --column text=body --out c", "--column text=COLUMN."),
    "import of a missing field": ("variorum import votes.csv --field fold --out c", "with --field COLUMN."),
    "import of words as numbers": ("variorum import votes.csv --scheme numeric --out c", "--labels LOW,HIGH"),
    "import of words in order": ("variorum import votes.csv --scheme ordinal --out c", "--labels LOWEST,...,HIGHEST"),
    "import of a range of words": ("variorum import votes.csv --scheme numeric --labels a,b --out c", "is no range"),
    "import of ragged rows": ("variorum import ragged.csv --out c", "--delimiter MARK"),
    "import of a folder": ("variorum import taken --out c", "this is a folder. Give a file."),
    "import of duplicates": ("variorum import twice.csv --out c", "--duplicates all, first or last"),
    "import without a policy": ("variorum import twice.csv --duplicates drop --out c", "duplicates 'drop'"),
    "import with a bad role": ("variorum import votes.csv --column reason --out c", "is not ROLE=COLUMN"),
    "import of an unknown label": ("variorum import votes.csv --labels no,maybe --out c", "yes"),
    "import of an unknown kind": ("variorum import votes.csv --scheme fuzzy --out c", "'fuzzy' is not known"),
    "import into a taken folder": ("variorum import votes.csv --out taken", "replace a corpus with --overwrite"),
    "run on columns with other names": (
        "variorum run --corpus other_names.csv --out r",
        "variorum import other_names.csv --item COLUMN --annotator COLUMN --label COLUMN --out FOLDER",
    ),
    "aggregate of duplicates": ("variorum aggregate twice.csv", "variorum import twice.csv"),
    "export of duplicates": ("variorum export twice.csv --out v.jsonl", "variorum import twice.csv"),
    "evaluate columns with other names": ("variorum evaluate other_names.csv model.csv", "variorum import first"),
    "export of a missing file": ("variorum export none.csv --out v.jsonl", "none.csv: there is no such file"),
    "export to an unknown format": ("variorum export votes.csv --out v.xlsx", "v.xlsx"),
    "export over a file": ("variorum export votes.csv --out twice.csv", "twice.csv: the file exists"),
    "unknown method": ("variorum aggregate votes.csv --method vote", "method 'vote' is not known"),
    "aggregate to an unknown format": ("variorum aggregate votes.csv --out l.txt", "l.txt"),
    "unknown metric": ("variorum evaluate votes.csv model.csv --metric kil", "Did you mean 'kl'"),
    "missing items": ("variorum evaluate votes.csv model.csv", "item 'i1' of HUMAN is not in MODEL; 39 of 40"),
    "missing labels": ("variorum evaluate votes.csv other.csv", "MODEL lacks ['no']"),
    "missing model": ("variorum evaluate votes.csv none.csv", "none.csv"),
    "rows that are no distributions": ("variorum evaluate votes.csv sums.csv", "Divide each row by its sum"),
    "a model that is a folder": ("variorum evaluate votes.csv taken", "taken: this is a folder. Give a file."),
    "a model without items": ("variorum evaluate votes.csv bare.csv", "needs a column 'item'"),
    "a model with an item twice": ("variorum evaluate votes.csv repeat.csv", "item 'i0' stands twice"),
    "agreement of a missing file": ("variorum agreement none.csv", "none.csv: there is no such file"),
    "agreement of columns with other names": ("variorum agreement other_names.csv", "variorum import other_names.csv"),
    "agreement by a missing column": (
        "variorum agreement votes.csv --group city",
        "annotator attribute 'city' is not known",
    ),
    "agreement by an unknown attribute": (
        "variorum agreement synthetic-plain --group grup",
        "annotator attribute 'grup' is not known. Did you mean 'group'",
    ),
    "agreement with too few resamples": ("variorum agreement votes.csv --bootstrap -1", "'--bootstrap'"),
    "agreement with a negative seed": ("variorum agreement votes.csv --seed -1", "'--seed'"),
    "agreement into a folder": ("variorum agreement votes.csv --bootstrap 0 --out taken", "taken"),
    "report of no run": ("variorum report taken", "holds no record.jsonl"),
    "report of a broken run": ("variorum report broken", "does not begin with a campaign's settings"),
}


@pytest.fixture
def litter(tmp_path: Path, votes: Path) -> None:
    """Files that the complaints are about."""
    (tmp_path / "taken").mkdir()
    (tmp_path / "taken" / "thesis.txt").write_text("mine")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "record.jsonl").write_text('{"event": "party"}\n')
    texts = {
        "other_names.csv": "post,who,stance\na,x,yes\n",
        "ragged.csv": "item,annotator,label\na,x\n",
        "twice.csv": "item,annotator,label\na,x,yes\na,x,yes\n",
        "model.csv": "item,no,yes\ni0,0.5,0.5\n",
        "other.csv": "item,yes,perhaps\ni0,0.5,0.5\n",
        "sums.csv": "item,no,yes\ni0,0.5,0.6\n",
        "bare.csv": "no,yes\n0.5,0.5\n",
        "repeat.csv": "item,no,yes\ni0,0.5,0.5\ni0,0.4,0.6\n",
    }
    for name, text in texts.items():
        (tmp_path / name).write_text(text)


@pytest.mark.usefixtures("litter")
@pytest.mark.parametrize(("line", "words"), COMPLAINTS.values(), ids=COMPLAINTS.keys())
def test_bad_input_is_one_sentence_and_exit_code_2(command: Command, line: str, words: str) -> None:
    done = command(line)
    assert done.code == 2
    assert words in done.err
    assert done.err.startswith("Error: ")
    assert done.err.count("\n") == 1
    assert done.out == ""


@pytest.mark.usefixtures("litter")
def test_bad_input_in_a_process_of_its_own(tmp_path: Path) -> None:
    done = process(tmp_path, "variorum import twice.csv --out c --json")
    assert (done.code, done.out) == (2, "")
    assert "duplicate" in done.err
    assert "Traceback" not in done.err
    assert not (tmp_path / "c").exists()


@pytest.mark.parametrize("verb", VERBS)
def test_help_of_every_verb_has_its_example(command: Command, verb: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("TERMINAL_WIDTH", "200")
    example = importlib.import_module(VERBS[verb].module).EXAMPLE
    done = command(f"variorum {verb} --help")
    assert done.code == 0
    assert example in " ".join(done.out.split())
    assert example.startswith(f"variorum {verb} ")


@pytest.mark.parametrize("line", ["variorum", "variorum --help"])
def test_front_page_lists_every_verb(command: Command, line: str) -> None:
    done = command(line)
    assert done.code == 0
    assert all(f" {verb} " in done.out for verb in VERBS)


def test_version_by_command_and_by_module() -> None:
    by_module = subprocess.run(
        [sys.executable, "-m", "variorum", "--version"], capture_output=True, text=True, check=True
    )
    assert by_module.stdout == f"variorum {__version__}\n"


def test_front_page_loads_no_room(tmp_path: Path) -> None:
    done = process(
        tmp_path,
        "variorum --help",
        before="import atexit\natexit.register(lambda: print(sorted({m.split('.')[0] for m in sys.modules})))",
    )
    assert done.code == 0
    loaded = done.out.splitlines()[-1]
    assert "'typer'" in loaded
    assert not [name for name in ("sklearn", "scipy", "duckdb", "altair", "torch") if f"'{name}'" in loaded]


@pytest.mark.parametrize(
    "patterns", [f"{word}=" for word in ("item", "scheme", "fields", "attributes", "delimiter", "duplicates")]
)
def test_no_complaint_names_an_argument_of_python(patterns: str) -> None:
    said = {
        "item=": "Name the right one with item=....",
        "scheme=": "Correct the file, or give its labels with scheme=.",
        "fields=": "Correct it, or drop the column from fields=.",
        "attributes=": "Name the right one with attributes=....",
        "delimiter=": "or name the right one with delimiter=.",
        "duplicates=": 'Choose with duplicates="all", "first" or "last", or remove them.',
    }[patterns]
    assert patterns not in as_options(said)
    assert "--" in as_options(said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no interrupt for one process")
@pytest.mark.usefixtures("votes")
def test_the_keyboard_stops_a_run_which_goes_on_as_if_nothing_had_happened(command: Command, tmp_path: Path) -> None:
    words = f"run {RUN} --acquisition bald --seeds 40 --out out".split()
    start = "import sys; from variorum.cli import main; sys.exit(main())"
    # A shell that starts this in the background leaves the interrupt ignored, and children inherit that.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    run = subprocess.Popen(
        [sys.executable, "-c", heed + start, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True
    )
    record = tmp_path / "out" / "record.jsonl"
    while not (record.is_file() and record.stat().st_size > 20_000):
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130
    assert said == "Error: stopped; what was bought is in the record, and --resume goes on with it.\n"
    before = record.read_bytes()
    done = command(f"variorum {' '.join(words)} --resume --json")
    assert done.code == 0, done.err
    assert record.read_bytes().startswith(before[: before.rfind(b"\n") + 1])


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt(), 130), (BrokenPipeError(), 0)])
def test_stopping_is_no_accident(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], raised: BaseException, code: int
) -> None:
    def stop(**_: object) -> None:
        raise raised

    monkeypatch.setattr(app.os, "dup2", lambda *_: None)
    monkeypatch.setattr(app.importlib, "import_module", lambda _: SimpleNamespace(app=stop))
    assert main(["demo"]) == code
    assert "Traceback" not in capfd.readouterr().err


def test_warnings_are_one_line(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def warn(**_: object) -> None:
        warnings.simplefilter("always")
        warnings.warn("not yet\nthere", ConvergenceWarning, stacklevel=1)

    monkeypatch.setattr(app.importlib, "import_module", lambda _: SimpleNamespace(app=warn))
    assert main(["demo"]) == 0
    assert capsys.readouterr().err == "ConvergenceWarning: not yet there\n"


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def bug(**_: object) -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr(app.importlib, "import_module", lambda _: SimpleNamespace(app=bug))
    with pytest.raises(ZeroDivisionError, match="a bug"):
        main(["demo"])


def test_json_is_ascii_and_strict(command: Command, tmp_path: Path) -> None:
    (tmp_path / "v.csv").write_text("item,annotator,label\nä,x,\u2028\x1b[31m\n", encoding="utf-8")
    done = command("variorum aggregate v.csv --json")
    assert done.code == 0
    assert done.out.isascii()
    assert json.loads(done.out)["posterior"] == {"ä": [1.0]}
