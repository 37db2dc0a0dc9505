from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.small_rounds import votes_of
from variorum.decomposition import PairEvidence, item_label_pairs, label_count, rerank_by_count


def test_by_hand() -> None:
    # Label 0 of item 0 by two, label 1 by one who gave both; label 1 of item 1 by three, one of them twice.
    votes = votes_of([0, 0, 0, 1, 1, 1, 1], [0, 1, 1, 0, 1, 2, 2], [0, 0, 1, 1, 1, 1, 1], n=(2, 3, 2))
    np.testing.assert_array_equal(label_count(PairEvidence(item_label_pairs(votes))), [-2, -1, -3])


def test_single_annotators_labels_come_first() -> None:
    # One annotator: pairs 1, 3; in their order by score, then the others in theirs. Four levels of scores, .1 to .9.
    votes = votes_of([0, 0, 0, 1, 1, 1], [0, 1, 2, 0, 1, 2], [0, 0, 1, 0, 0, 1], n=(2, 3, 2))
    evidence = PairEvidence(item_label_pairs(votes))
    found = rerank_by_count(np.array([0.9, 0.1, 0.5, 0.2]), evidence)
    np.testing.assert_allclose(found, [3 / 4, 1 + 0 / 4, 2 / 4, 1 + 1 / 4])


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_order_and_ties_are_kept_within_both_parts(data: st.DataObject) -> None:
    rows = data.draw(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3), st.integers(0, 2)), min_size=1))
    votes = votes_of(*np.array(rows).T, n=(6, 4, 3))
    evidence = PairEvidence(item_label_pairs(votes))
    n = len(evidence.pairs)
    scores = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)), np.float64)
    found = rerank_by_count(scores, evidence)
    single = evidence.pairs.n_annotators == 1
    assert (found[single] >= 1).all()
    assert (found[~single] < 1).all()
    assert ((found >= 0) & (found < 2)).all()
    for part in (single, ~single):
        sign = np.sign(scores[part][:, None] - scores[part])
        np.testing.assert_array_equal(np.sign(found[part][:, None] - found[part]), sign)
