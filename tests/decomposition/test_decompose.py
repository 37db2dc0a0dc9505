from __future__ import annotations

import numpy as np
import pytest

from decomposition.reading_votes import crowd
from variorum.decomposition import decompose

PLAIN = crowd(0)


@pytest.mark.parametrize("constant", [0.0, 0.1, 3.3, 1e9 / 7, 1e200, np.nan])
def test_constant_evidence_changes_nothing(constant: float) -> None:
    # Seen: a mean that is off by its last digit left a column of plus or minus ones, and errors moved by 0.1.
    evidence = np.full((PLAIN.n_rows, 1), constant)
    np.testing.assert_array_equal(decompose(PLAIN, evidence=evidence).error, decompose(PLAIN).error)
