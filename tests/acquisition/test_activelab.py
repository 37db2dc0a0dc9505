"""ActiveLab: numbers worked out by hand, and when it asks again."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition import activelab
from variorum.acquisition.activelab import best_temperature
from variorum.annotations import PoolView
from views import view_of


def _voted(predicted: list[list[float]], votes: list[tuple[int, int, int]], n_annotators: int) -> PoolView:
    """A view with votes as (item, annotator, label)."""
    item, annotator, label = np.array(votes, np.int64).reshape(-1, 3).T
    counts = np.zeros((len(predicted), len(predicted[0])))
    np.add.at(counts, (item, label), 1.0)
    return view_of(
        [predicted],
        counts=counts,
        asked=counts.sum(axis=1).astype(np.int64),
        prices=np.ones(n_annotators + 1, np.int64),
        vote_item=item,
        vote_annotator=annotator.astype(np.int32),
        vote_label=label,
    )


def _scores(view: PoolView) -> np.ndarray:
    picks = activelab(view, view.n_pool, np.random.default_rng(0))
    return picks.score[np.argsort(picks.item)]


def test_votes_that_agree_by_hand() -> None:
    # Two annotators agree on items 0 and 1, and the predictions with them: all agreement is 1, a constant guess errs
    # on half, so each vote weighs 1 - 0 / .5 = 1 and the model sqrt(2), and the temperature goes to its least, .1.
    # Item 2 was not asked: .6 becomes 1 / (1 + (.4 / .6)^10) = .98296.
    view = _voted([[0.8, 0.2], [0.2, 0.8], [0.6, 0.4]], [(0, 0, 0), (0, 1, 0), (1, 0, 1), (1, 1, 1)], 2)
    root = np.sqrt(2)
    sure, new = (2 + root + 0.5) / (2 + root + 1), (0.98296 * root + 0.5) / (root + 1)
    np.testing.assert_allclose(_scores(view), [1 - sure, 1 - sure, 1 - new], atol=1e-5)


def test_single_votes_and_the_model_weigh_the_same() -> None:
    # Item 0: its class has .7, with weights 1 + 1 against a vague vote of .5: (1.4 + .5) / 3. Item 1 was voted against
    # the prediction: (.2 x 2 + .5) / 3. Item 2 has no vote: (.9 + .5) / 2.
    view = _voted([[0.7, 0.3], [0.8, 0.2], [0.1, 0.9]], [(0, 0, 0), (1, 1, 1)], 2)
    np.testing.assert_allclose(_scores(view), [1 - 1.9 / 3, 1 - 0.9 / 3, 1 - 1.4 / 2])


def test_without_any_vote_it_is_least_confidence_rescaled() -> None:
    view = view_of([[[0.7, 0.3], [0.5, 0.5]]])
    np.testing.assert_allclose(_scores(view), [1 - 1.2 / 2, 1 - 1.0 / 2])


def test_a_contested_item_is_asked_again_before_a_clear_one_is_asked_at_all() -> None:
    settled = [(item, who, item % 2) for item in range(6) for who in range(3)]
    predicted = [[0.9, 0.1] if item % 2 == 0 else [0.1, 0.9] for item in range(6)]
    contested = [(6, 0, 0), (6, 1, 1), (6, 2, 0), (6, 3, 1)]
    view = _voted([*predicted, [0.5, 0.5], [0.95, 0.05]], [*settled, *contested], 4)
    picks = activelab(view, 8, np.random.default_rng(0))
    assert picks.item[0] == 6
    # Three votes that agree are trusted more than a prediction alone.
    assert picks.item[1] == 7


def test_unknown_annotators_count_as_one() -> None:
    votes = [(0, -1, 0), (0, -1, 0), (1, -1, 1), (1, -1, 1)]
    known = [(item, 0, label) for item, _, label in votes]
    predicted = [[0.8, 0.2], [0.2, 0.8], [0.6, 0.4]]
    np.testing.assert_allclose(_scores(_voted(predicted, votes, 0)), _scores(_voted(predicted, known, 1)))


@given(st.integers(0, 1000), st.floats(0.2, 6))
def test_the_temperature_that_made_the_shares_is_found(seed: int, temperature: float) -> None:
    logits = np.random.default_rng(seed).normal(0, 1, (30, 3))
    sharp, flat = (np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) for z in (logits, logits / temperature))
    assert best_temperature(sharp, 100 * flat) == pytest.approx(temperature, rel=1e-3)


def test_the_temperature_stays_in_its_range() -> None:
    right, wrong = np.array([[0.6, 0.4]]), np.array([[0.4, 0.6]])
    votes = np.array([[5.0, 0.0]])
    assert best_temperature(right, votes) == pytest.approx(0.1, rel=1e-4)
    assert best_temperature(wrong, votes) == pytest.approx(8.0, rel=1e-4)
