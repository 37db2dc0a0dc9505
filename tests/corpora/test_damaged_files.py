"""Whatever is wrong with a file, the error is a ReadError that names it: nothing else may come out of a reader."""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from variorum.errors import ReadError

from .miniatures import MINIATURES
from .real_files import spec_of

STRANGERS = (None, 7, -1.5, "?", "", [], {}, [None], {"?": None})


def readable(module: str, root: Path) -> str | None:
    """Read; the message of the ReadError, or nothing."""
    try:
        spec_of(module).open(root)
    except ReadError as error:
        return str(error)
    return None


def paths(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The places inside a JSON value."""
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from paths(child, (*path, key))


def damaged(value: Any, path: tuple[Any, ...], stranger: Any) -> Any:
    """The value with another one at a place, or without that place where the stranger is an ellipsis."""
    value = copy.deepcopy(value)
    inner = value
    for key in path[:-1]:
        inner = inner[key]
    if stranger is ...:
        del inner[path[-1]]
    else:
        inner[path[-1]] = stranger
    return value


@pytest.mark.parametrize("module", MINIATURES)
def test_the_miniature_is_read_and_is_the_spec(module: str, tmp_path: Path) -> None:
    MINIATURES[module](tmp_path)
    corpus = spec_of(module).open(tmp_path)
    assert len(corpus.annotations) > 0
    assert corpus.scheme == spec_of(module).scheme
    assert corpus.path == tmp_path


@pytest.mark.parametrize("module", MINIATURES)
@pytest.mark.parametrize("content", [b"", b"\n", b"\xff\xfe\x00\x00", b"{", b"<html>Not found</html>\n", b"null\n"])
def test_a_file_that_is_something_else(module: str, content: bytes, tmp_path: Path) -> None:
    MINIATURES[module](tmp_path)
    for file in spec_of(module).files:
        path = tmp_path / file.path
        whole = path.read_bytes()
        path.write_bytes(content)
        said = readable(module, tmp_path)
        # Blank lines are no entries: a file of JSON lines without any is an empty corpus.
        if said is None:
            assert not content.strip()
            assert len(spec_of(module).open(tmp_path).items) == 0
        else:
            assert path.name in said
        path.write_bytes(whole)


@pytest.mark.parametrize("module", MINIATURES)
def test_a_file_that_is_cut_or_gone(module: str, tmp_path: Path) -> None:
    MINIATURES[module](tmp_path)
    for file in spec_of(module).files:
        path = tmp_path / file.path
        whole = path.read_bytes()
        path.write_bytes(whole[:-5])
        assert path.name in (readable(module, tmp_path) or ""), file.path
        path.unlink()
        assert path.name in (readable(module, tmp_path) or ""), file.path
        path.write_bytes(whole)
    assert readable(module, tmp_path) is None


@pytest.mark.parametrize("module", sorted(set(MINIATURES) - {"cifar10h", "popquorn_offensiveness", "livenli"}))
def test_values_that_are_missing_or_of_another_type(module: str, tmp_path: Path) -> None:
    MINIATURES[module](tmp_path)
    refused = 0
    for file in spec_of(module).files:
        path = tmp_path / file.path
        text = path.read_text(encoding="utf-8")
        # The files of annotators have commas too many, or nan; they are tested above and in their own tests.
        if path.stem.endswith("_meta"):
            continue
        lines = [json.loads(line) for line in text.split("\n") if line] if text.count("\n{") else [json.loads(text)]
        for place in paths(lines[0]):
            for stranger in (..., *STRANGERS):
                entries = [damaged(lines[0], place, stranger), *lines[1:]]
                path.write_text("\n".join(map(json.dumps, entries)), encoding="utf-8")
                said = readable(module, tmp_path)
                refused += said is not None
                assert said is None or path.name in said, (place, stranger, said)
        path.write_text(text, encoding="utf-8")
    assert refused > 20


@pytest.mark.parametrize("module", ["popquorn_offensiveness", "livenli"])
def test_cells_that_hold_something_else(module: str, tmp_path: Path) -> None:
    MINIATURES[module](tmp_path)
    path = tmp_path / spec_of(module).files[0].path
    table = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    refused = 0
    for row in range(len(table)):
        for column in range(len(table[1])):
            for stranger in ("", "?", "nan", "[", "{}", "['x']", "1e400"):
                out = io.StringIO()
                csv.writer(out).writerows(damaged(table, (row, column), stranger))
                path.write_bytes(out.getvalue().encode())
                said = readable(module, tmp_path)
                refused += said is not None
                assert said is None or said.startswith(path.name), (row, column, stranger, said)
    assert refused > 20
