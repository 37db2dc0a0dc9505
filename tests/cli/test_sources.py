from __future__ import annotations

from pathlib import Path

import pytest

from variorum.cli.sources import open_with_attribute

TEXT = "item,annotator,label,group,camp\na,x,yes,g1,north\na,y,no,g1,south\nb,x,no,g2,north\nb,y,no,g2,south\n"


@pytest.fixture
def file(tmp_path: Path) -> str:
    path = tmp_path / "v.csv"
    path.write_text(TEXT, encoding="utf-8")
    return str(path)


def test_a_column_of_a_file_becomes_an_attribute(file: str) -> None:
    corpus = open_with_attribute(file, "camp")
    assert corpus.annotators.attributes == {"camp": ("north", "south")}
    assert corpus.items.group == ("g1", "g2")
    assert corpus.name == "v"


def test_a_column_called_group_is_about_annotators_only_if_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "v.csv"
    path.write_text("item,annotator,label,group\na,x,yes,north\na,y,no,south\nb,x,no,north\n", encoding="utf-8")
    corpus = open_with_attribute(str(path), "group")
    assert corpus.annotators.attributes == {"group": ("north", "south")}
    assert corpus.items.group is None


def test_what_is_no_column_is_left_for_the_caller_to_miss(file: str) -> None:
    assert open_with_attribute(file, "town").annotators.attributes == {}
    assert open_with_attribute(file, None).items.group == ("g1", "g2")
