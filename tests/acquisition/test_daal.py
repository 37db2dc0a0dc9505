"""DAAL: three items that its signs tell apart."""

from __future__ import annotations

import numpy as np
import pytest

from variorum.acquisition import daal, daal_overconfident, daal_underconfident
from variorum.errors import ArgumentError
from views import view_of

# The model's entropy is ln 2, ln 2 and 0; people's ln 2, .1 and .4.
VIEW = view_of([[[0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]], disagreement=np.array([np.log(2), 0.1, 0.4]))


def test_a_contest_that_the_model_knows_of_comes_last() -> None:
    picks = daal(VIEW, 3, np.random.default_rng(0))
    assert picks.item.tolist() == [1, 2, 0]
    np.testing.assert_allclose(picks.score, [np.log(2) - 0.1, 0.4, 0.0], atol=1e-15)


def test_each_sign_asks_for_its_own_mistake_first() -> None:
    over, under = (pick(VIEW, 3, np.random.default_rng(0)) for pick in (daal_overconfident, daal_underconfident))
    assert over.item.tolist() == [2, 0, 1]
    np.testing.assert_allclose(over.score, [0.4, 0.0, 0.1 - np.log(2)], atol=1e-15)
    assert under.item.tolist() == [1, 0, 2]
    np.testing.assert_allclose(under.score, [np.log(2) - 0.1, 0.0, -0.4], atol=1e-15)


@pytest.mark.parametrize("pick", [daal, daal_overconfident, daal_underconfident])
def test_without_predicted_disagreement_the_remedy_is_named(pick: type) -> None:
    with pytest.raises(ArgumentError, match=r"DAAL reads disagreement, which this campaign lacks: .*several votes"):
        pick(view_of([[[0.5, 0.5]]]), 1, np.random.default_rng(0))
