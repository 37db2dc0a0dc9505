from __future__ import annotations

import pytest

from variorum.errors import ArgumentError
from variorum.studies.realised_drop import RealisedDropSettings


def test_moments_leave_items_unasked():
    settings = RealisedDropSettings(1)
    assert settings.moments(2000) == (200, 500, 1000)
    assert settings.moments(1000) == (152, 380, 760)
    # A pool of fewer than twice as many is halved.
    assert settings.moments(300) == (30, 75, 150)


def test_one_value_stands_for_a_tuple():
    settings = RealisedDropSettings(1, corpora="hs-brexit", votes=200)
    assert (settings.corpora, settings.votes) == (("hs-brexit",), (200,))


@pytest.mark.parametrize(
    ("changes", "match"),
    [
        ({"corpora": ()}, "corpora is empty"),
        ({"votes": (200, 200)}, "votes must be whole numbers from 1 that increase"),
        ({"seeds": 0}, "seeds must be at least 1"),
        ({"draws": 5}, "draws at least 20"),
        ({"best": 241}, "best between 1 and unasked"),
        ({"unasked": 2, "best": 1}, "unasked must be at least 3"),
    ],
)
def test_what_is_out_of_range_is_refused(changes, match):
    with pytest.raises(ArgumentError, match=match):
        RealisedDropSettings(**{"seeds": 1, **changes})


def test_too_small_a_pool_is_refused():
    with pytest.raises(ArgumentError, match="a pool of 4 items is too small"):
        RealisedDropSettings(1).moments(4)
