import numpy as np
import pytest

from variorum.annotations import Items
from variorum.errors import ArgumentError, ShapeError, UnknownNameError


def test_columns_and_positions():
    items = Items(("a", "b"), text=("One.", None), fields={"split": ("dev", "test")})
    assert len(items) == 2
    assert items.index == {"a": 0, "b": 1}
    assert list(items.columns()) == ["text", "split"]
    assert items.column("split") == ("dev", "test")
    assert repr(items) == "Items(2 items; columns: text, split)"


def test_take_keeps_every_column():
    items = Items(
        ("a", "b", "c"),
        text=("1", "2", "3"),
        second_text=("x", None, "z"),
        image=("i", "j", "k"),
        payload=("{}", "[]", None),
        group=("g", "g", "h"),
        fields={"gold": ("p", "q", "r")},
    )
    assert items.take(np.array([2, 0])) == Items(
        ("c", "a"), ("3", "1"), ("z", "x"), ("k", "i"), (None, "{}"), ("h", "g"), {"gold": ("r", "p")}
    )


def test_lists_are_copied():
    ids, texts, fields = ["a", "b"], ["One.", "Two."], {"gold": ["x", "y"]}
    items = Items(ids, text=texts, fields=fields)
    ids.append("a"), texts.clear(), fields["gold"].clear(), fields.clear()
    assert items == Items(("a", "b"), text=("One.", "Two."), fields={"gold": ("x", "y")})


def test_bad_items():
    with pytest.raises(ArgumentError, match=r"items.gold\[1\] = 2 is neither a text nor None"):
        Items(("a", "b"), fields={"gold": ("1", 2)})
    with pytest.raises(ArgumentError, match=r"item id '' at position 1 is not a non-empty text"):
        Items(("a", ""))
    with pytest.raises(ArgumentError, match=r"item id 'a' stands twice"):
        Items(("a", "a"))
    with pytest.raises(ShapeError, match=r"items.text has 1 values for 2 items"):
        Items(("a", "b"), text=("x",))
    with pytest.raises(ShapeError, match=r"items.split has 3 values"):
        Items(("a", "b"), fields={"split": ("x", "y", "z")})
    with pytest.raises(UnknownNameError, match=r"no column 'gold'; there are: text"):
        Items(("a",), text=("x",)).column("gold")
