from __future__ import annotations

import json

import pytest

from variorum.errors import RecordError, RunFolderError, StudyError
from variorum.studies.base import Run
from variorum.studies.store import RUNS, SETTINGS, RunStore

KEY = {"method": "soft", "seed": 1}


def opened(folder, **changes):
    settings = {"seeds": 3, "shift": 0.5} | changes
    return RunStore(folder, "small", "quick", settings, "0.1.0", may_change=("seeds",))


def test_a_run_comes_back_as_it_was(tmp_path):
    folder = tmp_path / "new" / "runs"
    run = Run(KEY, {"score": [0.1, None], "name": "ü"}, 1.25, "0.1.0, commit abc")
    with opened(folder) as store:
        assert KEY not in store
        store.add(run)
        assert store[KEY] == run
    with opened(folder) as store:
        assert store[{"seed": 1, "method": "soft"}] == run
    described = json.loads((folder / SETTINGS).read_text())
    assert described == {"study": "small", "preset": "quick", "settings": {"seeds": 3, "shift": 0.5}, "code": "0.1.0"}


def test_without_a_folder_nothing_is_written(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with opened(None) as store:
        store.add(Run(KEY, {}))
        assert KEY in store
    assert list(tmp_path.iterdir()) == []


def test_a_torn_last_line_is_cut_off_and_run_again(tmp_path):
    with opened(tmp_path) as store:
        store.add(Run(KEY, {"score": 1.0}))
        store.add(Run({**KEY, "seed": 2}, {"score": 2.0}))
    content = (tmp_path / RUNS).read_bytes()
    for cut in (1, len(content.splitlines()[1]) // 2):
        (tmp_path / RUNS).write_bytes(content[:-cut])
        with opened(tmp_path) as store:
            assert list(store.runs.values()) == [Run(KEY, {"score": 1.0})]
            store.add(Run({**KEY, "seed": 2}, {"score": 2.0}))
        assert (tmp_path / RUNS).read_bytes() == content


def test_other_settings_are_refused_by_name(tmp_path):
    opened(tmp_path).__exit__(None, None, None)
    with pytest.raises(
        StudyError, match=r"with shift = 0\.5 where this call has 0\.75; 1 of 2 settings differ\. Give the"
    ):
        opened(tmp_path, shift=0.75)
    with pytest.raises(StudyError, match=r"with device = no value where this call has \"cpu\""):
        opened(tmp_path, device="cpu")
    with pytest.raises(StudyError, match="holds runs of the study 'small'"):
        RunStore(tmp_path, "other", "quick", {}, "")


def test_more_seeds_go_on_with_what_is_there(tmp_path):
    with opened(tmp_path) as store:
        store.add(Run(KEY, {"score": 1.0}))
    with opened(tmp_path, seeds=5) as store:
        assert KEY in store
    assert json.loads((tmp_path / SETTINGS).read_text())["settings"]["seeds"] == 5


def test_folders_of_something_else_are_left_alone(tmp_path):
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(StudyError, match=r"holds 'notes\.txt' and no settings\.json"):
        opened(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["notes.txt"]
    with pytest.raises(StudyError, match="is a file; a study needs a folder"):
        opened(tmp_path / "notes.txt")


def test_a_second_process_is_kept_out(tmp_path):
    with opened(tmp_path), pytest.raises(RunFolderError, match="in use by another process"):
        opened(tmp_path)
    with opened(tmp_path):
        pass


@pytest.mark.parametrize("content", ["[]", "{", '{"study": "small"}'])
def test_edited_settings_are_refused(tmp_path, content):
    (tmp_path / SETTINGS).write_text(content)
    with pytest.raises(StudyError, match=r"settings\.json is not what a study writes"):
        opened(tmp_path)
    # The refusal lets go of the folder.
    (tmp_path / SETTINGS).unlink()
    with opened(tmp_path):
        pass


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('{"key": 3}', "line 2, is no run of a study"),
        ('{"run": "0", "key": {"seed": 7}, "values": {}}', r"line 2, has the key 'seed 7', which is not the one"),
        ("nonsense", "line 2, is not a JSON object"),
    ],
)
def test_edited_runs_are_refused(tmp_path, line, message):
    with opened(tmp_path) as store:
        store.add(Run(KEY, {}))
    with (tmp_path / RUNS).open("a") as file:
        file.write(line + "\n")
    with pytest.raises(RecordError, match=message):
        opened(tmp_path)
