from __future__ import annotations

import numpy as np

from variorum.decomposition.item_types import type_grid
from variorum.decomposition.responses import Responses

TYPES = type_grid(3, 10)


def test_strangers_do_not_count_for_the_spread_of_leanings() -> None:
    # Seen: several people in one are no annotator with a leaning, and still made all leanings smaller.
    rng = np.random.default_rng(0)
    careless, read = rng.random((5, 3)), 4 * rng.random((5, 3, len(TYPES)))
    responses = Responses.start(rng.integers(1, 9, (5, 3)).astype(float))
    last = np.arange(5) == 4
    with_stranger = responses.update(careless, read, TYPES, last, lean=True)
    read[4] *= rng.random((3, 1))
    np.testing.assert_allclose(
        responses.update(careless, read, TYPES, last, lean=True).spread, with_stranger.spread, rtol=1e-12
    )
