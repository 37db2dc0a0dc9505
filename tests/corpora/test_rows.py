from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import Items, LabelScheme
from variorum.corpora._rows import Rows, linked_groups, repeats_note, text_key

SCHEME = LabelScheme.nominal(["no", "yes"])


def test_annotators_stand_in_the_order_of_their_numbers() -> None:
    rows = Rows("mini")
    for name in ("Ann10", "Ann9", "Ben", "9", "Ann9"):
        rows.add(0, name, 1)
    built = rows.annotations(SCHEME, Items(("a",)), {"Ann9": {"age": "3"}}, also=["Ann1"])
    assert built.annotators.ids == ("mini:Ann1", "mini:Ann9", "mini:Ann10", "mini:Ben", "mini:9")
    assert built.annotator.tolist() == [2, 1, 3, 4, 1]
    assert built.annotators.attributes == {"age": (None, "3", None, None, None)}
    assert built.explanation is None
    assert rows.n_repeated == 1


def test_unsure_rows_have_no_label() -> None:
    rows = Rows("mini")
    rows.add(0, "1", 1, "because")
    rows.add_unsure(0, "2")
    built = rows.annotations(SCHEME, Items(("a",)))
    assert (built.label.tolist(), built.status.tolist()) == ([1, -1], [0, 2])
    assert built.explanation == ("because", None)
    assert repeats_note(rows) == ()


@pytest.mark.parametrize(("text", "key"), [("@USER Hi!", "hi"), ("<url>", "url"), ("🙂", "🙂"), ("< b >", "b")])
def test_text_key(text: str, key: str) -> None:
    assert text_key(text) == key


def components(keys: list[list[str]]) -> list[int]:
    """Reference: merge sets until nothing changes; the component of an item is the first item in it."""
    component = list(range(len(keys)))
    for _ in keys:
        for i, mine in enumerate(keys):
            for j, other in enumerate(keys):
                if set(mine) & set(other):
                    component[i] = component[j] = min(component[i], component[j])
    return component


@given(st.lists(st.lists(st.sampled_from("abcdefg"), min_size=1, max_size=3), max_size=8))
def test_linked_groups_are_connected_components(keys: list[list[str]]) -> None:
    groups = linked_groups(keys)
    np.testing.assert_array_equal([groups.index(group) for group in groups], components(keys))
