from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import warnings
from functools import partial
from pathlib import Path

import duckdb
import numpy as np
import pytest

from engines.conftest import read_result, rows_of, write_columns
from variorum.annotations import Annotations, Items, LabelScheme, read
from variorum.corpora import load_corpus
from variorum.engines import METHODS, aggregate, aggregate_files, database, mapped, shards
from variorum.errors import (
    ArgumentError,
    ConvergenceWarning,
    DiskFullError,
    DuplicateError,
    MissingFileError,
    ReadError,
    SchemeError,
)
from variorum.labels import METHODS as IN_MEMORY
from variorum.labels import dawid_skene, fit_dawid_skene


def check_equal(estimate, votes, expected, atol=1e-9):
    """The streamed estimate is the one in memory, item by item and annotator by annotator."""
    ids, posterior = read_result(estimate.path, votes.scheme.labels)
    assert ids == sorted(set(np.array(votes.items.ids)[votes.item]))
    place = {name: n for n, name in enumerate(votes.items.ids)}
    np.testing.assert_allclose(posterior, expected.posterior[[place[i] for i in ids]], atol=atol, rtol=0)
    np.testing.assert_allclose(estimate.priors, expected.priors, atol=atol)
    np.testing.assert_allclose(estimate.trace, expected.trace, rtol=max(atol, 1e-12))
    for name in ("method", "population", "converged", "n_iterations", "notes"):
        assert getattr(estimate, name) == getattr(expected, name)
    assert estimate.n_votes == len(votes)
    assert estimate.n_unanswered == votes.n_rows - len(votes)
    assert estimate.without_vote == np.isnan(posterior[:, 0]).sum()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_equals_the_method_in_memory(crowd, as_file, tmp_path, method, suffix):
    votes = crowd(1)
    estimate = aggregate_files(as_file(votes, f"votes{suffix}"), tmp_path / "out.parquet", method=method)
    check_equal(estimate, votes, IN_MEMORY[method](votes))
    assert estimate.without_vote > 0
    assert estimate.path == tmp_path / "out.parquet"


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("corpus", ["rte", "dog", "trec", "synthetic-plain"])
def test_equals_the_method_in_memory_on_corpora(as_file, tmp_path, method, corpus, request):
    if not corpus.startswith("synthetic-"):
        request.getfixturevalue("data_root")
    votes = load_corpus(corpus).annotations
    estimate = aggregate_files(
        as_file(votes), tmp_path / "out.parquet", method=method, labels=votes.scheme.labels, duplicates="all"
    )
    check_equal(estimate, votes, IN_MEMORY[method](votes))


@pytest.mark.parametrize("method", METHODS)
def test_shards_chunks_parts_and_files_change_nothing(crowd, as_file, tmp_path, monkeypatch, method):
    votes = crowd(2, n_items=200)
    half = votes.n_rows // 2
    monkeypatch.setattr(shards, "_SHARD_ITEMS", 7)
    monkeypatch.setattr(shards, "_SHARD_VOTES", 11)
    monkeypatch.setattr(shards, "stored_votes", partial(shards.stored_votes))
    monkeypatch.setattr(aggregate, "pack", lambda *a, **k: shards.pack(*a, **{**k, "chunk_rows": 5}))
    files = [as_file(votes, "a.csv", rows=slice(half)), as_file(votes, "b.parquet", rows=slice(half, None))]
    estimate = aggregate_files(files, tmp_path / "out.parquet", method=method)
    check_equal(estimate, votes, IN_MEMORY[method](votes))


@pytest.mark.parametrize("method", ["dawid-skene", "one-coin", "mace"])
def test_annotators_have_a_file_of_their_own(crowd, as_file, tmp_path, method):
    votes = crowd(3)
    estimate = aggregate_files(as_file(votes), tmp_path / "out.parquet", method=method)
    expected = IN_MEMORY[method](votes)
    assert estimate.annotators == tmp_path / "out.annotators.parquet"
    rows = rows_of(estimate.annotators)
    given = np.bincount(votes.annotator[votes.status == 0] + 1, minlength=7)[[1, 2, 3, 4, 5, 6, 0]]
    who, labels = list(zip([*votes.annotators.ids, None], given, strict=True)), votes.scheme.labels
    numbers = np.array([row[len(row) - (2 if method == "mace" else 1) :] for row in rows], float)
    skill = None if expected.skill is None else [*expected.skill, expected.pooled_skill]
    if method == "one-coin":
        assert [row[:2] for row in rows] == who
        np.testing.assert_allclose(numbers[:, 0], skill, atol=1e-9)
    elif method == "mace":
        assert [row[:3] for row in rows] == [(*one, label) for one in who for label in labels]
        np.testing.assert_allclose(numbers[:, 0], np.repeat(skill, 3), atol=1e-9)
        # The strategy of unknown annotators is nobody's.
        np.testing.assert_allclose(numbers[:, 1], [*expected.strategy.ravel(), *[np.nan] * 3], atol=1e-9)
    else:
        assert [row[:4] for row in rows] == [(*one, true, label) for one in who for true in labels for label in labels]
        confusion = np.concatenate((expected.confusion, expected.pooled_confusion[None]))
        np.testing.assert_allclose(numbers[:, 0], confusion.ravel(), atol=1e-9)


@pytest.mark.parametrize("method", ["majority", "soft"])
def test_without_parameters_there_is_no_file_of_annotators(crowd, as_file, tmp_path, method):
    estimate = aggregate_files(as_file(crowd(3)), tmp_path / "out.parquet", method=method)
    assert estimate.annotators is None
    assert not list(tmp_path.glob("*.annotators.*"))


def test_an_annotator_without_votes_has_null_parameters(tmp_path):
    columns = {"item": list("aabbc"), "annotator": list("xyxyz"), "label": ["n", "y", "n", "n", None]}
    path = write_columns(tmp_path / "v.parquet", {**columns, "status": [*["answered"] * 4, "unsure"]})
    estimate = aggregate_files(path, tmp_path / "o.parquet", method="one-coin")
    assert [row for row in rows_of(estimate.annotators) if row[0] == "z"] == [("z", 0, None)]
    assert estimate.population == "equal annotators: 2 annotators with 4 votes"
    assert rows_of(estimate.path)[2] == ("c", None, None)


def test_the_file_says_what_is_in_it(crowd, as_file, tmp_path):
    votes = crowd(4)
    estimate = aggregate_files(as_file(votes), tmp_path / "out.parquet", method="dawid-skene")
    with duckdb.connect() as connection:
        said = dict(
            connection.execute(
                f"SELECT decode(key), decode(value) FROM parquet_kv_metadata('{estimate.path}')"
            ).fetchall()
        )
    facts = json.loads(said["variorum-estimate"])
    assert (facts["method"], facts["population"]) == ("dawid-skene", estimate.population)
    assert facts["trace"] == estimate.trace.tolist()
    assert facts["notes"] == ["votes of unknown annotators share one confusion matrix"]


def test_single_precision_halves_the_file_and_agrees(crowd, as_file, tmp_path):
    votes = crowd(5, n_items=300)
    estimate = aggregate_files(as_file(votes), tmp_path / "out.parquet", method="dawid-skene", dtype="float32")
    check_equal(estimate, votes, dawid_skene(votes, dtype="float32"), atol=1e-4)
    with duckdb.connect() as connection:
        types = {
            row[1] for row in connection.execute(f"DESCRIBE SELECT * EXCLUDE item FROM '{estimate.path}'").fetchall()
        }
    assert types == {"FLOAT"}


def test_row_order_changes_no_bit(crowd, as_file, tmp_path):
    votes = crowd(6)
    results = []
    for seed in range(3):
        path = as_file(votes, f"v{seed}.parquet", seed=seed)
        results.append(aggregate_files(path, tmp_path / f"o{seed}.parquet", method="dawid-skene"))
    assert len({rows and tuple(rows) for rows in (tuple(rows_of(r.path)) for r in results)}) == 1
    assert len({tuple(r.trace) for r in results}) == 1


def test_a_kernel_brings_its_options(crowd, as_file, tmp_path):
    votes = crowd(7)
    kernel = partial(fit_dawid_skene, smoothing=0.5, tolerance=1e-8)
    estimate = aggregate_files(as_file(votes), tmp_path / "o.parquet", method=kernel)
    check_equal(estimate, votes, dawid_skene(votes, smoothing=0.5, tolerance=1e-8))
    with pytest.raises(ArgumentError, match="smoothing = -1"):
        aggregate_files(as_file(votes), tmp_path / "o.parquet", method=partial(fit_dawid_skene, smoothing=-1))
    with pytest.warns(ConvergenceWarning, match="stopped after 1 iterations") as caught:
        aggregate_files(as_file(votes), tmp_path / "o.parquet", method=partial(fit_dawid_skene, max_iterations=1))
    assert caught[0].filename == __file__


def test_numbers_are_sorted_as_numbers_and_stay_numbers(tmp_path):
    columns = {"item": np.array([10, 9, 10, 9]), "annotator": [1, 1, 2, 2], "label": [1, 10, 9, 10]}
    path = write_columns(tmp_path / "v.parquet", columns)
    estimate = aggregate_files(path, tmp_path / "o.parquet")
    assert estimate.labels == ("1", "9", "10")
    assert rows_of(estimate.path) == [(9, 0.0, 0.0, 1.0), (10, 0.5, 0.5, 0.0)]
    # Beside a file of texts, numbers are texts.
    texts = write_columns(tmp_path / "t.parquet", {"item": [" 9 ", "x"], "annotator": ["3", "3"], "label": ["1", "1"]})
    both = aggregate_files([path, texts], tmp_path / "o.parquet")
    assert [row[0] for row in rows_of(both.path)] == ["10", "9", "x"]
    assert rows_of(both.path)[1] == ("9", 1 / 3, 0.0, 2 / 3)


def test_reads_ids_as_the_reader_in_memory_does(tmp_path):
    # Blanks around ids do not count, whatever their kind; labels that are whole numbers beside gaps are no fractions.
    columns = {
        "item": ["a", " a", "b\u3000", "\tb", "日本", "日本 "],
        "annotator": ["x", "y ", " x", "y", "x", "y"],
        "label": [1.0, 2.0, 1.0, 1.0, None, 2.0],
        "status": [None, "answered", None, None, "unsure", None],
    }
    path = write_columns(tmp_path / "v.parquet", columns)
    votes = read(path)
    estimate = aggregate_files(path, tmp_path / "o.parquet")
    check_equal(estimate, votes, IN_MEMORY["soft"](votes))
    assert estimate.labels == ("1", "2")


@pytest.mark.parametrize("suffix", [".parquet", ".csv", ".jsonl"])
def test_takes_a_file_of_ours_at_its_word(crowd, tmp_path, suffix):
    # The scheme has a label that nobody gave, and there are items without rows; "=x" is escaped in CSV.
    votes = crowd(8, unknown=0)
    scheme = LabelScheme.nominal(["=x", "never", "+y", "z"])
    label = np.where(votes.label < 0, -1, np.array([0, 2, 3])[votes.label])
    ids = tuple(f"-{i}" for i in range(len(votes.items) + 2))
    again = type(votes)(
        scheme, type(votes.items)(ids), votes.annotators, votes.item, votes.annotator, label, votes.status
    )
    path = tmp_path / f"v{suffix}"
    again.write(path)
    estimate = aggregate_files(path, tmp_path / "o.parquet", method="soft")
    assert estimate.labels == ("=x", "never", "+y", "z")
    found, posterior = read_result(estimate.path, estimate.labels)
    assert sorted(found) == sorted(ids)
    expected = IN_MEMORY["soft"](again).posterior
    np.testing.assert_allclose(posterior, expected[[ids.index(i) for i in found]])


def test_several_files_of_ours_have_the_labels_and_items_of_all(crowd, tmp_path):
    votes = crowd(8, unknown=0)
    more = Annotations(votes.scheme, Items(("i0", "x", "y")), votes.annotators, [0, 1], [5, 0], [1, 1])
    other = Annotations(LabelScheme.nominal(["c1", "d"]), Items(("z",)), votes.annotators, [0], [0], [0])
    files = []
    for name, part in (("a", votes), ("b", more), ("c", other)):
        files.append(tmp_path / f"{name}.parquet")
        part.write(files[-1])
    same = aggregate_files(files[:2], tmp_path / "o.parquet", duplicates="first")
    assert same.labels == votes.scheme.labels
    assert {row[0] for row in rows_of(same.path)} >= {*votes.items.ids, "x", "y"}
    assert rows_of(same.path)[-1] == ("y", None, None, None)
    assert aggregate_files(files, tmp_path / "o.parquet", duplicates="first").labels == ("c0", "c1", "c2")


def test_repeated_votes(tmp_path):
    columns = {"item": list("aaaab"), "annotator": ["x", "x", None, None, "x"], "label": ["n", "n", "n", "n", "y"]}
    path = write_columns(tmp_path / "v.parquet", columns)
    out = tmp_path / "o.parquet"
    with pytest.raises(
        DuplicateError, match=r"item 'a', annotator 'x', label 'n'\) stands more.*1 of 5 rows.*duplicates="
    ):
        aggregate_files(path, out)
    assert not out.exists()
    every = aggregate_files(path, out, duplicates="all")
    assert (every.n_votes, every.n_repeated) == (5, 0)
    assert every.population == "equal annotators: 1 annotator with 3 votes and 2 votes of unknown annotators"
    for keep in ("first", "last"):
        once = aggregate_files(path, out, duplicates=keep, method="one-coin")
        assert (once.n_votes, once.n_repeated) == (4, 1)
        assert once.population == "equal annotators: 1 annotator with 2 votes and 2 votes of unknown annotators"
        expected = IN_MEMORY["one-coin"](read(path, duplicates=keep))
        np.testing.assert_allclose(once.trace, expected.trace)


def test_columns_of_other_names_and_no_annotator(tmp_path):
    columns = {"post": ["a", "a", "b"], "answer": ["y", "n", "n"], "status": ["fine", "fine", "odd"]}
    path = write_columns(tmp_path / "v.csv", columns)
    options = {"item": "post", "label": "answer", "status": None, "annotator": None}
    estimate = aggregate_files(path, tmp_path / "o.parquet", **options)
    assert estimate.population == "equal annotators: 0 annotators with 0 votes and 3 votes of unknown annotators"
    assert rows_of(estimate.path) == [("a", 0.5, 0.5), ("b", 1.0, 0.0)]
    with pytest.raises(SchemeError, match=r'all annotators are unknown.*Use the method "soft" or "majority"'):
        aggregate_files(path, tmp_path / "o.parquet", method="dawid-skene", **options)


GOOD = {"item": ["a", "b"], "annotator": ["x", "x"], "label": ["n", "y"]}


def test_files_that_cannot_be(tmp_path):
    path, out = write_columns(tmp_path / "v.parquet", GOOD), tmp_path / "o.parquet"
    with pytest.raises(MissingFileError, match=r"Did you mean 'v\.parquet'"):
        aggregate_files(tmp_path / "w.parquet", out)
    with pytest.raises(ArgumentError, match="at least one file"):
        aggregate_files([], out)
    with pytest.raises(ArgumentError, match="is one of the files to read"):
        aggregate_files(path, path)
    (tmp_path / "f.parquet").mkdir()
    with pytest.raises(ArgumentError, match="is a folder"):
        aggregate_files(path, tmp_path / "f.parquet")
    (tmp_path / "empty.csv").write_text("")
    with pytest.raises(ReadError, match="the file is empty"):
        aggregate_files(tmp_path / "empty.csv", out)
    (tmp_path / "head.csv").write_text("item,annotator,label\n")
    with pytest.raises(ReadError, match="there is a header and no row below it"):
        aggregate_files(tmp_path / "head.csv", out)
    (tmp_path / "broken.parquet").write_bytes(path.read_bytes()[:-20])
    with pytest.raises(ReadError, match=r"broken\.parquet: the Parquet file cannot be read"):
        aggregate_files(tmp_path / "broken.parquet", out)
    (tmp_path / "ragged.csv").write_text("item,annotator,label\na,x,n\nb,x\n")
    with pytest.raises(ReadError, match=r"ragged\.csv: the rows cannot be read"):
        aggregate_files(tmp_path / "ragged.csv", out)
    votes = read(path)
    multilabel = Annotations(LabelScheme.multilabel(["n", "y"]), votes.items, votes.annotators, [0, 1], [0, 0], [0, 1])
    multilabel.write(tmp_path / "m.parquet")
    with pytest.raises(SchemeError, match="the scheme is multilabel"):
        aggregate_files(tmp_path / "m.parquet", out)
    assert not out.exists()


class StoppedError(Exception):
    """Somebody stops."""


@pytest.mark.parametrize("stage", ["counting", "sorting", "packing", "estimating", "writing"])
def test_what_is_stopped_leaves_nothing(crowd, as_file, tmp_path, stage):
    out, other, work = tmp_path / "o.parquet", tmp_path / "o.annotators.parquet", tmp_path / "work"
    out.write_text("old")
    other.write_text("old")
    seen = []

    def stop(progress):
        seen.append(progress.stage)
        if progress.stage == stage:
            raise StoppedError

    path = as_file(crowd(9))
    with pytest.raises(StoppedError):
        aggregate_files(path, out, method="dawid-skene", work=work, progress=stop)
    assert seen[-1] == stage
    assert out.read_text() == other.read_text() == "old"
    assert list(work.iterdir()) == []
    assert {p.name for p in tmp_path.iterdir()} == {path.name, out.name, other.name, work.name}


def test_progress_tells_every_stage(crowd, as_file, tmp_path):
    seen = []
    estimate = aggregate_files(as_file(crowd(9)), tmp_path / "o.parquet", method="one-coin", progress=seen.append)
    assert list(dict.fromkeys(p.stage for p in seen)) == ["counting", "sorting", "packing", "estimating", "writing"]
    steps = [p for p in seen if p.stage == "estimating" and p.done]
    assert [p.done for p in steps] == list(range(1, estimate.n_iterations + 1))
    assert steps[-1].gain == pytest.approx((estimate.trace[-1] - estimate.trace[-2]) / estimate.n_votes)
    written = [p for p in seen if p.stage == "writing"][-1]
    assert written.done == written.total == estimate.n_items


def test_a_disk_that_is_too_small_is_told_before_the_work(crowd, as_file, tmp_path, monkeypatch):
    usage, path = shutil.disk_usage(tmp_path), as_file(crowd(9))
    for free, what in ((100, "sorting [0-9]+ rows"), (4_200, "the posterior of 60 items")):
        monkeypatch.setattr(database.shutil, "disk_usage", lambda _, free=free: usage._replace(free=free))
        with pytest.raises(DiskFullError, match=rf"{what} needs 0\.0 MiB on the disk of .* with work="):
            aggregate_files(path, tmp_path / "o.parquet", method="soft")
    assert [p.name for p in tmp_path.iterdir()] == ["votes.parquet"]


@pytest.mark.skipif(not hasattr(os, "posix_fallocate"), reason="this system cannot reserve space")
def test_a_disk_that_fills_up_is_no_crash(crowd, as_file, tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(mapped.os, "posix_fallocate", refuse)
    with pytest.raises(DiskFullError, match=r"the disk of .* is full .* with work="):
        aggregate_files(as_file(crowd(9)), tmp_path / "o.parquet", method="soft")
    assert [p.name for p in tmp_path.iterdir()] == ["votes.parquet"]


def test_warnings_are_those_of_the_method(crowd, as_file, tmp_path):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        aggregate_files(as_file(crowd(1)), tmp_path / "o.parquet", method="dawid-skene")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_leaves_nothing(tmp_path, number):
    rng = np.random.default_rng(0)
    n = 2_000_000
    with duckdb.connect() as connection:
        connection.register(
            "v",
            {"item": np.arange(n) % 400_000, "annotator": np.arange(n) // 400_000, "label": rng.integers(3, size=n)},
        )
        connection.execute(f"COPY (SELECT * FROM v) TO '{tmp_path / 'v.parquet'}' (FORMAT parquet)")
    # A shell that starts this in the background leaves the interrupt ignored, and children inherit that.
    heed = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    start = heed + "import sys; from variorum.cli import main; sys.exit(main())"
    words = ["aggregate", "v.parquet", "--stream", "--method", "dawid-skene", "--out", "o.parquet"]
    run = subprocess.Popen([sys.executable, "-c", start, *words], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    while not list(tmp_path.glob(".o.parquet.*.work/rows.duckdb")):
        assert run.poll() is None
        time.sleep(0.02)
    run.send_signal(number)
    _, said = run.communicate(timeout=60)
    assert (run.returncode, said) == (130, "Error: stopped.\n")
    assert [p.name for p in Path(tmp_path).iterdir()] == ["v.parquet"]
