from __future__ import annotations

import json
from dataclasses import dataclass

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import ArgumentError
from variorum.studies.base import as_plain, digest

plain = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**40), 2**40)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(plain)
def test_what_is_plain_stays_as_it_is_and_survives_json(value):
    assert as_plain("v", value) == value
    assert json.loads(json.dumps(as_plain("v", value), allow_nan=False)) == value


@given(st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=5), min_size=2), st.randoms())
def test_a_digest_does_not_depend_on_the_order_of_names(key, dice):
    names = list(key)
    dice.shuffle(names)
    assert digest({name: key[name] for name in names}) == digest(key)


def test_digests_tell_types_apart():
    assert len({digest({"k": value}) for value in (1, "1", 1.5, True, None, [1])}) == 6


@dataclass(frozen=True)
class Pair:
    left: float
    right: np.ndarray


def test_arrays_tuples_and_dataclasses_become_lists_and_mappings():
    value = {"pair": Pair(float("nan"), np.array([[1, 2]])), 3: (np.float32(0.5), np.bool_(True))}
    assert as_plain("v", value) == {"pair": {"left": None, "right": [[1, 2]]}, "3": [0.5, True]}


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"kl": [0.0, float("inf")]}, r"values\['kl'\]\[1\] is inf, which a record cannot hold"),
        ({"when": {1, 2}}, r"values\['when'\] is a set"),
        ({"kind": Pair}, r"values\['kind'\] is a type"),
    ],
)
def test_what_json_cannot_hold_is_refused_by_name(value, message):
    with pytest.raises(ArgumentError, match=message):
        as_plain("values", value)
