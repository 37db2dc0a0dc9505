"""What `assign_best` adds to the contract: the best, ties at random, and when it was not the policy that decided."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from variorum.assignment import Score, assign_best
from views import picks_of, voted_view


def _always(*scores: float) -> Score:
    def score(_item: int, _candidates: NDArray[np.int32], _asked: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.array(scores)

    return score


def test_the_best_who_can_be_asked_and_forced_where_a_better_one_is_for_sale_elsewhere() -> None:
    # 2 is the best and open for item 0 alone; 3 is better still, but for sale nowhere.
    view = voted_view([], [[0, 1, 2], [0, 1], [0, 1]], 4)
    made = assign_best(picks_of([0, 1, 2]), view, np.random.default_rng(0), _always(0.0, 1.0, 2.0, 3.0))
    assert made.annotator.tolist() == [2, 1, 1]
    assert made.forced.tolist() == [False, True, True]


def test_who_was_asked_about_the_item_is_not_missed() -> None:
    # 2 has answered item 0 in an earlier round, and is asked about item 1 first in this one.
    view = voted_view([(0, 2, 0)], [[0, 1], [0, 1, 2]], 3)
    made = assign_best(picks_of([0, 1, 1]), view, np.random.default_rng(0), _always(0.0, 1.0, 2.0))
    assert made.annotator.tolist() == [1, 2, 1]
    assert not made.forced.any()


def test_ties_are_broken_evenly_and_leave_nobody_wanting() -> None:
    view = voted_view([], [[0, 1, 2]] * 3000, 3)
    made = assign_best(picks_of(list(range(3000))), view, np.random.default_rng(0), _always(1.0, 1.0, 0.0))
    # Binomial(3000, 1/2): standard deviation 27; six of them.
    assert abs(int((made.annotator == 0).sum()) - 1500) < 164
    assert not (made.annotator == 2).any()
    assert not made.forced.any()


def test_scores_see_the_candidates_and_the_requests_of_the_round() -> None:
    seen: list[tuple[int, list[int], list[int]]] = []

    def score(item: int, candidates: NDArray[np.int32], asked: NDArray[np.int64]) -> NDArray[np.float64]:
        seen.append((item, candidates.tolist(), asked.tolist()))
        return -asked.astype(float)

    view = voted_view([(0, 1, 0), (2, 0, 0), (2, 1, 0)], [[0, 2], [-1, 1, 2], []], 3)
    made = assign_best(picks_of([0, 1, 2]), view, np.random.default_rng(0), score)
    assert made.annotator.tolist() == [2, 1] or made.annotator.tolist() == [2, 2]
    assert seen[0] == (0, [0, 2], [1, 2, 0])
    assert seen[1] == (1, [1, 2], [1, 2, 1])


def test_a_quota_used_up_within_the_round_sends_the_rest_to_others() -> None:
    view = replace(voted_view([], [[0, 1], [0, 1], [0]], 2), quota_left=np.array([1, 5]))
    made = assign_best(picks_of([0, 1, 2]), view, np.random.default_rng(0), _always(1.0, 0.0))
    assert made.item.tolist() == [0, 1]
    assert made.annotator.tolist() == [0, 1]
    assert made.forced.tolist() == [False, True]
