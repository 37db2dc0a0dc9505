"""Votes as files, and results read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.engines.database import Database

STATUS = np.array(["answered", "abstained", "unsure"], object)


def write_columns(path: Path, columns: dict) -> Path:
    """Write columns: lists of objects, of which None is an empty cell, or arrays, which keep their type."""
    lists = {name: column for name, column in columns.items() if not isinstance(column, np.ndarray)}
    arrays = {name: column for name, column in columns.items() if isinstance(column, np.ndarray)}
    # DuckDB before 2.0 stumbles over an array that holds nothing but None.
    empty = {name for name, column in lists.items() if all(cell is None for cell in column)}
    arrays |= {name: np.array([*column, None], object)[:-1] for name, column in lists.items() if name not in empty}
    chosen = ", ".join(f"NULL::VARCHAR AS {name}" if name in empty else name for name in columns)
    how = {".csv": "FORMAT csv, HEADER", ".jsonl": "FORMAT json", ".parquet": "FORMAT parquet"}[path.suffix]
    with duckdb.connect() as connection:
        connection.register("columns", arrays)
        connection.execute(f"COPY (SELECT {chosen} FROM columns) TO '{path}' ({how})")
    return path


@pytest.fixture
def as_file(tmp_path: Path) -> Callable[..., Path]:
    """Annotations as a file, rows in random order."""

    def write(votes: Annotations, name: str = "votes.parquet", *, seed: int = 0, rows=slice(None)) -> Path:
        order = np.random.default_rng(seed).permutation(votes.n_rows)[rows]
        columns = {
            "item": np.array(votes.items.ids, object)[votes.item],
            "annotator": np.array([*votes.annotators.ids, None], object)[votes.annotator],
            "label": np.array([*votes.scheme.labels, None], object)[votes.label],
            "status": STATUS[votes.status],
        }
        return write_columns(tmp_path / name, {key: column[order] for key, column in columns.items()})

    return write


def read_result(path: Path, labels) -> tuple[list, np.ndarray]:
    """Item ids and posterior of a result, nan where null."""
    with duckdb.connect() as connection:
        columns = connection.execute(f"SELECT * FROM '{path}'").fetchnumpy()
    assert list(columns) == ["item", *labels]
    shares = [np.ma.filled(np.ma.asarray(columns[label]).astype(float), np.nan) for label in labels]
    return np.ma.getdata(columns["item"]).tolist(), np.column_stack(shares)


def rows_of(path: Path) -> list[tuple]:
    """All rows of a Parquet file."""
    with duckdb.connect() as connection:
        return connection.execute(f"SELECT * FROM '{path}'").fetchall()


@pytest.fixture
def crowd() -> Callable[..., Annotations]:
    """A random crowd: uneven annotators, some unknown, unanswered rows, items without votes, no repeated votes."""

    def draw(seed: int, *, n_items: int = 60, n_classes: int = 3, unknown: float = 0.1) -> Annotations:
        rng = np.random.default_rng(seed)
        n_annotators = 6
        item, annotator = np.nonzero(rng.random((n_items, n_annotators)) < rng.uniform(0.2, 1, n_annotators))
        truth, skill = rng.integers(n_classes, size=n_items), rng.uniform(0.4, 0.95, n_annotators)
        right = rng.random(item.size) < skill[annotator]
        label = np.where(right, truth[item], rng.integers(n_classes, size=item.size))
        status = rng.choice(3, item.size, p=[0.8, 0.1, 0.1])
        status[item == 3] = 1
        label[status > 0] = -1
        annotator = np.where(rng.random(item.size) < unknown, -1, annotator)
        scheme = LabelScheme.nominal([f"c{k}" for k in range(n_classes)])
        items, people = (
            Items(tuple(f"i{i}" for i in range(n_items))),
            Annotators(tuple(f"a{i}" for i in range(n_annotators))),
        )
        return Annotations(scheme, items, people, item, annotator, label, status)

    return draw


@pytest.fixture
def database(tmp_path: Path):
    """A database in a folder of its own."""
    folder = tmp_path / "work"
    folder.mkdir()
    with Database(folder, 1 << 29) as opened:
        yield opened
