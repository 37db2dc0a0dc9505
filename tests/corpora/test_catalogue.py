from pathlib import Path
from urllib.parse import urlsplit

import pytest

from variorum.corpora import CORPORA, corpora_table, find_corpus, load_corpus
from variorum.errors import UnknownNameError


def test_names_are_the_specs_own() -> None:
    assert [spec.name for spec in CORPORA.values()] == list(CORPORA)
    assert all(name == name.lower() and "_" not in name for name in CORPORA)


@pytest.mark.parametrize("name", CORPORA)
def test_files_are_pinned_to_a_commit_of_a_public_home(name: str) -> None:
    for file in CORPORA[name].files:
        parts = urlsplit(file.url)
        assert (parts.scheme, parts.hostname) == ("https", "raw.githubusercontent.com")
        commit = parts.path.split("/")[3]
        assert len(commit) == 40
        assert set(commit) <= set("0123456789abcdef")
    assert CORPORA[name].home.startswith("https://") or not CORPORA[name].files


@pytest.mark.parametrize("name", CORPORA)
def test_the_documented_sizes_are_true(name: str) -> None:
    spec = CORPORA[name]
    if find_corpus(spec) is None:
        pytest.skip(f"{name} is not on this machine; set VARIORUM_DATA to a folder that holds it")
    corpus = load_corpus(name)
    assert (len(corpus.items), len(corpus.annotators), len(corpus.annotations)) == (
        spec.n_items,
        spec.n_annotators,
        spec.n_annotations,
    )
    assert corpus.scheme == spec.scheme
    assert corpus.name == name
    assert all(one.startswith(f"{name}:") for one in corpus.annotators.ids)
    assert (corpus.path is None) == (not spec.files)


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(
        UnknownNameError, match=r"corpus 'synthetic-plane' is not known\. Did you mean 'synthetic-plain'"
    ):
        load_corpus("synthetic-plane")


def test_the_table_loads_and_fetches_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VARIORUM_DATA", str(tmp_path))
    for variable in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(tmp_path / "cache"))
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    rows = {row.name: row for row in corpora_table()}
    assert list(rows) == list(CORPORA)
    assert rows["synthetic-drift"].where == "built in"
    assert rows["synthetic-drift"].at_hand
    assert rows["rte"].where == "not found: will be fetched from https://github.com/yuan-li/truth-inference-at-scale"
    assert not rows["rte"].at_hand
    assert (rows["rte"].n_items, rows["rte"].n_annotators, rows["rte"].n_annotations) == (800, 164, 8000)
    assert (rows["rte"].scheme, rows["rte"].n_classes) == ("nominal", 2)
    for file in CORPORA["rte"].files:
        (tmp_path / file.path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / file.path).write_text("anything")
    found = next(row for row in corpora_table() if row.name == "rte")
    assert found.where == str(tmp_path)
    assert found.at_hand
    assert list(tmp_path.rglob("*.part")) == []
