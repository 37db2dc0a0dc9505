import json

import pytest

from variorum.annotations import LabelScheme, read
from variorum.annotations.files.description import Description
from variorum.errors import ReadError


@pytest.fixture
def written(tmp_path):
    path = tmp_path / "v.csv"
    path.write_text("item,annotator,label\na,1,x\n")
    return read(path, scheme=LabelScheme.nominal(["y", "x"])).write(tmp_path / "w.csv")


def test_the_scheme_survives_and_can_be_overridden(written):
    assert read(written).scheme.labels == ("y", "x")
    assert read(written, scheme="nominal").scheme.labels == ("x",)


def test_rows_added_by_hand(written):
    with written.open("a") as file:
        file.write("b,2,y\n")
    votes = read(written)
    assert votes.items.ids == ("a", "b")
    assert votes.annotators.ids == ("1", "2")
    with written.open("a") as file:
        file.write("b,2,y\n")
    with pytest.raises(ReadError, match="duplicate"):
        read(written)


def test_a_broken_companion(written):
    companion = written.with_name("w.csv.json")
    companion.write_text(companion.read_text().replace('"version": 1', '"version": 2'))
    with pytest.raises(ReadError, match=r"w.csv.json: this does not describe annotations .*version 2.*Delete it"):
        read(written)
    companion.write_text('{"format": "variorum-annotations", "version": 1, "repeats": 0, "scheme": {"kind": "x"}}')
    with pytest.raises(ReadError, match=r"scheme kind 'x' is not known"):
        read(written)


def test_another_tools_companion_is_left_alone(written):
    written.with_name("w.csv.json").write_text(json.dumps({"colour": "blue"}))
    assert read(written).scheme.labels == ("x",)


def test_json_round_trip():
    said = Description(LabelScheme.ordinal(["a", "b"]), 3)
    assert Description.from_json(said.to_json(), "x") == Description(said.scheme, 3, ours=True)
