from __future__ import annotations

import numpy as np

from variorum.studies.errors.varierr_errors import _drawn, _row
from variorum.studies.errors.varierr_scores import THREE_TERMS, Score, all_scores

from .small_varierr import small_study


def three_terms() -> Score:
    return next(score for score in all_scores(small_study()) if score.name == THREE_TERMS)


def test_a_score_of_some_pairs_is_compared_with_three_terms_on_these_pairs() -> None:
    # The interval once had three terms on all pairs, and the difference on those of the score.
    study, baseline = small_study(), three_terms()
    values = baseline.values.copy()
    values[::3] = np.nan
    rng = np.random.default_rng(0)
    n_items = len(study.corpus.items)
    draws = [_drawn(study, rng.integers(n_items, size=n_items)) for _ in range(20)]
    row = _row(study, Score("three terms on some pairs", "", values), baseline, draws)
    assert row.against_three_terms == (0, 0, 0)
    assert row.within_interval[0] < row.within_interval[1]
