from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.corpora._entries import Entry, read_array, read_csv, read_json, read_json_lines, unique_ids
from variorum.errors import ReadError

ENTRY = Entry({"n": 3, "t": "a, b", "f": 1.5, "yes": True, "many": [{"x": 1}], "o": {"x": None}}, "m.json", "line 4")


def test_fields_by_type() -> None:
    assert ENTRY.get("n", int) == 3
    assert ENTRY.get("yes", bool) is True
    assert ENTRY.comma_list("t") == ["a", "b"]
    assert ENTRY.entries("many")[0].get("x", int) == 1
    assert ENTRY.entry("o").place == "line 4, 'o'"


@pytest.mark.parametrize(
    ("key", "kind", "message"),
    [
        ("absent", str, r"^m\.json, line 4: the field 'absent' is missing; there are \['f', .*\]\. Compare the file"),
        ("n", str, r"the field 'n' is '3', not a text\."),
        ("yes", int, r"the field 'yes' is 'True', not a whole number"),
        ("t", list, "the field 't' is 'a, b', not a list"),
        ("f", dict, "not an object"),
    ],
)
def test_fields_that_are_not_there_or_of_another_type(key: str, kind: type, message: str) -> None:
    with pytest.raises(ReadError, match=message):
        ENTRY.get(key, kind)


def test_names_must_be_filled() -> None:
    entry = Entry({"id": " ", "list": "a,,b"}, "m.json", "line 1")
    with pytest.raises(ReadError, match="line 1: the field 'id' is empty"):
        entry.name("id")
    with pytest.raises(ReadError, match="line 1: part 2 of the field 'list' is empty"):
        entry.comma_list("list")


def test_a_list_with_a_stranger_names_its_place() -> None:
    with pytest.raises(ReadError, match=r"line 4: many\[0\] is \"\{'x': 1\}\", not a text"):
        ENTRY.list_of("many", str)


def test_ids_must_be_unique_and_filled() -> None:
    entries = [ENTRY, Entry({}, "m.json", "line 9")]
    assert unique_ids(entries, ["a", "b"]) == ("a", "b")
    for second in ("a", ""):
        with pytest.raises(ReadError, match=f"line 9: the id '{second}' is empty or stands twice"):
            unique_ids(entries, ["a", second])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"", r"m\.json, line 1, column 1: this is not JSON"),
        (b"[]", r"m\.json, line 1: this is not a JSON object but '\[\]'"),
        (b'{\n "a": 1,\n}', r"m\.json, line 3, column 1: this is not JSON"),
        (b'{"a": 1, "a": 2}', r"line 1: an object says the key 'a' twice, and the first would be lost"),
        (b'{"a": "\xff"}', r"m\.json, byte 7: the text is not UTF-8"),
        (b'{"a":' + b"[" * 100_000, "the JSON is nested too deeply"),
    ],
)
def test_files_that_are_not_json(text: bytes, message: str, tmp_path: Path) -> None:
    (tmp_path / "m.json").write_bytes(text)
    with pytest.raises(ReadError, match=message):
        read_json(tmp_path / "m.json")


def test_files_that_are_not_there(tmp_path: Path) -> None:
    for read in (read_json, lambda path: list(read_json_lines(path)), lambda path: list(read_csv(path, ("a",)))):
        with pytest.raises(ReadError, match=r"absent cannot be read \(No such file"):
            read(tmp_path / "absent")
    with pytest.raises(ReadError, match="absent, header: this is not a NumPy array"):
        read_array(tmp_path / "absent")


def test_lines_keep_their_number_and_their_separators(tmp_path: Path) -> None:
    file = tmp_path / "m.json"
    file.write_text('{"a": "x\u2028y"}\n\n{"a": }\n', encoding="utf-8")
    lines = read_json_lines(file)
    assert next(lines).get("a", str) == "x\u2028y"
    with pytest.raises(ReadError, match=r"m\.json, line 3, column 7: this is not JSON"):
        next(lines)


texts = st.text(st.characters(codec="utf-8"))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts | st.sampled_from([",}", ", ]", '\\",}', '",']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(texts, values, max_size=3))
def test_lenient_reading_adds_nothing_to_json_and_forgives_commas(tmp_path_factory: Any, whole: dict[str, Any]) -> None:
    file = tmp_path_factory.mktemp("lenient") / "m.json"
    file.write_text(json.dumps(whole, indent=1), encoding="utf-8")
    assert read_json(file, lenient=True).values == whole
    # A separator with a comma after every last element, which the strict reader refuses.
    loose = json.dumps({"outer": whole, "list": [1]}, indent=1).replace("]\n}", "],\n}")
    file.write_text(loose, encoding="utf-8")
    assert read_json(file, lenient=True).values == {"outer": whole, "list": [1]}
    with pytest.raises(ReadError, match="this is not JSON"):
        read_json(file)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"m\.csv, line 1: the header \[\] lacks the columns \['a', 'b'\]"),
        ("a,b\n1\n", r"m\.csv, line 2: the row has 1 fields where 2 to 2 are expected"),
        ("a,b\n1,2\n\n1,2,3\n", r"m\.csv, line 4: the row has 3 fields where 2 to 2 are expected"),
        ('a,b\n1,"2\n', r"m\.csv, line 2: this is not CSV \(unexpected end of data\)"),
        ('a,b\n1,"2"x\n', r"this is not CSV"),
    ],
)
def test_files_that_are_not_csv(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_text(text)
    with pytest.raises(ReadError, match=message):
        list(read_csv(tmp_path / "m.csv", ("a", "b")))


def test_csv_rows(tmp_path: Path) -> None:
    (tmp_path / "m.csv").write_bytes('\ufeffb,a,stray\r\n"x\ny",2\r\n\r\n3,4,5\r\n'.encode())
    rows = list(read_csv(tmp_path / "m.csv", ("a", "b")))
    assert [dict(row.values) for row in rows] == [{"b": "x\ny", "a": "2"}, {"b": "3", "a": "4", "stray": "5"}]
    assert [row.place for row in rows] == ["line 3", "line 5"]


@pytest.mark.parametrize("content", [b"", b"no array", b"\x93NUMPY\x01\x00"])
def test_files_that_are_not_arrays(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "m.npy").write_bytes(content)
    with pytest.raises(ReadError, match=r"m\.npy, header: this is not a NumPy array"):
        read_array(tmp_path / "m.npy")
