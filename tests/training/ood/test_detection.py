from __future__ import annotations

from dataclasses import astuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import average_precision_score, roc_auc_score, roc_curve

from variorum.errors import ArgumentError, ShapeError
from variorum.training.ood import detection

# Few different scores, so that most lists hold ties.
SCORES = st.lists(st.integers(0, 5), min_size=1, max_size=40)


def test_by_hand() -> None:
    # Of 6 pairs the outside item is higher in 5. Keeping all 3 inside items means a threshold of 0.6, below which the
    # outside 0.5 lies; finding both outside items means 0.5, at which 0.6 is flagged.
    found = detection([0.1, 0.2, 0.6], [0.5, 0.7])
    assert found.auroc == pytest.approx(5 / 6)
    assert found.fpr95 == 0.5
    assert found.fpr95_out == pytest.approx(1 / 3)
    # Outside first: precision 1 at 0.7, 2/3 at 0.5. Inside first: 1 at 0.1 and at 0.2, 3/4 at 0.6.
    assert found.aupr_out == pytest.approx((1 + 2 / 3) / 2)
    assert found.aupr_in == pytest.approx((1 + 1 + 3 / 4) / 3)
    assert (found.n_in, found.n_out) == (3, 2)


@given(SCORES, SCORES)
def test_against_scikit_learn(inside: list[int], outside: list[int]) -> None:
    found = detection(inside, outside)
    is_out = np.r_[np.zeros(len(inside), int), np.ones(len(outside), int)]
    scores = np.r_[inside, outside].astype(float)
    assert found.auroc == pytest.approx(roc_auc_score(is_out, scores))
    assert found.aupr_out == pytest.approx(average_precision_score(is_out, scores))
    assert found.aupr_in == pytest.approx(average_precision_score(1 - is_out, -scores))
    for rate, positive, score in ((found.fpr95_out, is_out, scores), (found.fpr95, 1 - is_out, -scores)):
        fall_out, recall, _ = roc_curve(positive, score, drop_intermediate=False)
        assert rate == pytest.approx(fall_out[recall >= 0.95].min())


@given(SCORES, SCORES)
def test_turning_the_score_round_turns_the_sides_round(inside: list[int], outside: list[int]) -> None:
    one, other = detection(inside, outside), detection(-np.array(outside), -np.array(inside))
    assert one.auroc == pytest.approx(other.auroc)
    assert (one.fpr95, one.fpr95_out) == (other.fpr95_out, other.fpr95)
    assert (one.aupr_in, one.aupr_out) == (other.aupr_out, other.aupr_in)


def test_perfect_and_useless_scores() -> None:
    perfect = detection(np.zeros(20), np.ones(10))
    assert astuple(perfect) == (1.0, 0.0, 0.0, 1.0, 1.0, 20, 10)
    useless = detection(np.zeros(20), np.zeros(10))
    assert (useless.auroc, useless.fpr95, useless.fpr95_out) == (0.5, 1.0, 1.0)
    assert (useless.aupr_in, useless.aupr_out) == pytest.approx((2 / 3, 1 / 3))


@pytest.mark.parametrize(("inside", "outside"), [([], [1.0]), ([1.0], []), ([], [])])
def test_one_side_is_undefined(inside: list[float], outside: list[float]) -> None:
    assert np.isnan(astuple(detection(inside, outside))[:5]).all()


def test_scores_are_checked() -> None:
    with pytest.raises(ArgumentError, match=r"outside\[0\] = nan is not finite"):
        detection([1.0], [np.nan])
    with pytest.raises(ShapeError, match=r"inside must have 1 axes, not 2"):
        detection([[1.0]], [1.0])
