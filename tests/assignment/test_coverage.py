from __future__ import annotations

from collections import Counter
from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from variorum.assignment import coverage
from views import picks_of, voted_view


@given(groups=st.lists(st.integers(-1, 3), min_size=1, max_size=12), n=st.integers(0, 60), seed=st.integers(0, 9))
def test_with_everybody_for_sale_no_share_is_off_by_more_than_a_request(groups: list[int], n: int, seed: int) -> None:
    everybody = list(range(len(groups)))
    view = voted_view([], [everybody] * max(n, 1), len(groups), groups=np.array(groups, np.int32))
    made = coverage(picks_of(list(range(n))), view, np.random.default_rng(seed))
    assert not made.forced[: n if len(groups) > 1 else 0].any()
    got, members = Counter(groups[who] for who in made.annotator), Counter(groups)
    for group, size in members.items():
        assert abs(got[group] - n * size / len(groups)) < 2.0
        # Within a group nobody is asked a second time before everybody was asked once, and so on.
        times = [int((made.annotator == who).sum()) for who in everybody if groups[who] == group]
        assert max(times) - min(times) <= 1


def test_without_groups_the_least_asked_comes_first() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0), (1, 1, 0)], [[], [], *[[0, 1, 2]] * 3], 3)
    made = coverage(picks_of([2, 3, 4]), view, np.random.default_rng(0))
    # Asked 1, 2, 0 times: first 2, then 0 and 2 in either order; everybody then has two requests.
    assert made.annotator[0] == 2
    assert sorted(made.annotator[1:].tolist()) == [0, 2]


def test_what_was_asked_before_counts_and_a_group_behind_catches_up() -> None:
    # Group 0 (0, 1) has had all six requests: group 1 (2, 3) gets the next six.
    votes = [(0, who, 0) for who in (0, 1) for _ in range(3)]
    groups = np.array([0, 0, 1, 1], np.int32)
    view = voted_view(votes, [[], *[[0, 1, 2, 3]] * 6], 4, groups=groups)
    made = coverage(picks_of([1, 2, 3, 4, 5, 6]), view, np.random.default_rng(0))
    assert np.bincount(made.annotator, minlength=4).tolist() == [0, 0, 3, 3]


def test_abstentions_count_as_requests() -> None:
    # Nobody of group 1 ever answered: asked as often as group 0, it is not behind.
    view = voted_view([(0, 0, 0)] * 4, [[], [0, 1], [0, 1]], 2, groups=np.array([0, 1], np.int32))
    asked = replace(view, asked_item=np.zeros(8, np.int64), asked_annotator=np.repeat([0, 1], 4).astype(np.int32))
    made = coverage(picks_of([1, 2]), asked, np.random.default_rng(0))
    assert sorted(made.annotator.tolist()) == [0, 1]


def test_forced_where_the_group_behind_is_not_for_sale_here() -> None:
    view = voted_view([(0, 0, 0), (0, 1, 0)], [[], [0, 1], [0, 1, 2]], 3, groups=np.array([0, 0, 1], np.int32))
    made = coverage(picks_of([1, 2]), view, np.random.default_rng(0))
    assert made.annotator[1] == 2
    assert made.forced.tolist() == [True, False]
