from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import ANSWERED, UNSURE, Annotations, Annotators, Items, LabelScheme
from variorum.studies import Evidence, vote_evidence

SCHEME = LabelScheme.nominal(["no", "yes"])
PEOPLE = Annotators(("x:1", "x:2", "x:3"))
NAN = float("nan")


def votes(
    item: list[int],
    annotator: list[int],
    label: list[int],
    *,
    time: list[float] | None = None,
    seconds: list[float] | None = None,
    status: list[int] | None = None,
) -> Annotations:
    return Annotations(
        SCHEME,
        Items(("a", "b", "c")),
        PEOPLE,
        np.array(item, np.int32),
        np.array(annotator, np.int32),
        np.array(label, np.int32),
        status=np.array(status or [ANSWERED] * len(item), np.int8),
        time=None if time is None else np.array(time),
        seconds=None if seconds is None else np.array(seconds),
    )


def column(annotations: Annotations, name: str) -> list[float]:
    found = vote_evidence(annotations)
    assert found is not None
    assert found.values.shape == (annotations.n_rows, len(found.names))
    values: list[float] = found.values[:, found.names.index(name)].tolist()
    return values


def test_speed_is_the_log_of_the_items_median_over_the_time_taken() -> None:
    # Item a: 2, 4, 16 seconds, median of the logs log 4. Item b: 1 and 4, median of the logs log 2. Item c: alone.
    found = column(votes([0, 1, 0, 0, 1, 2], [0, 0, 1, 2, 1, 2], [0] * 6, seconds=[2, 1, 4, 16, 4, 7]), "speed")
    assert found == pytest.approx([np.log(2), np.log(2), 0, -np.log(4), -np.log(2), 0])


def test_times_of_zero_and_unknown_times_are_no_speed_and_move_no_median() -> None:
    found = column(votes([0, 0, 0, 1], [0, 1, 2, 0], [0] * 4, seconds=[2, 0, NAN, NAN]), "speed")
    assert found == pytest.approx([0, NAN, NAN, NAN], nan_ok=True)


def test_no_time_at_all_is_no_evidence() -> None:
    assert vote_evidence(votes([0], [0], [0])) is None
    assert vote_evidence(votes([0], [0], [0], seconds=[0.0], time=[NAN])) is None


def test_progress_runs_from_an_annotators_first_answer_to_the_last() -> None:
    found = column(votes([0, 1, 2, 0, 1], [0, 0, 0, 1, -1], [0] * 5, time=[30, 10, 20, 5, 1]), "progress")
    # Whoever answered once is at the beginning; nobody knows how far the unknown annotator was.
    assert found == pytest.approx([1, 0, 0.5, 0, NAN], nan_ok=True)


def test_repeats_are_the_share_of_other_answers_that_differ() -> None:
    # Annotator 0 answers item a three times: no, no, yes.
    found = column(votes([0, 0, 0, 1], [0, 0, 0, 0], [0, 0, 1, 1], time=[1, 2, 3, 4]), "repeats")
    assert found == pytest.approx([0.5, 0.5, 1, NAN], nan_ok=True)


def test_two_labels_given_at_one_time_are_one_answer() -> None:
    # They were once taken for repeats that differ, which made every answer of two labels look careless.
    once = vote_evidence(votes([0, 0, 1], [0, 0, 0], [0, 1, 1], time=[1, 1, 2]))
    assert once is not None
    assert once.names == ("progress",)
    # Both labels at time 1, "yes" again at time 2: the repeat agrees with one of the two.
    found = column(votes([0, 0, 0], [0, 0, 0], [0, 1, 1], time=[1, 1, 2]), "repeats")
    assert found == pytest.approx([1, 0, 0.5])


def test_repeats_of_others_and_of_what_was_not_answered_do_not_count() -> None:
    found = vote_evidence(votes([0, 0, 0], [0, 1, 0], [0, 1, -1], time=[1, 2, 3], status=[ANSWERED, ANSWERED, UNSURE]))
    assert found is not None
    assert found.names == ("progress",)


def naive_repeats(annotations: Annotations) -> list[float]:
    assert annotations.time is not None
    shares = []
    for row in range(annotations.n_rows):
        others = [
            other
            for other in range(annotations.n_rows)
            if annotations.item[other] == annotations.item[row]
            and annotations.annotator[other] == annotations.annotator[row]
            and annotations.time[other] != annotations.time[row]
        ]
        differ = [other for other in others if annotations.label[other] != annotations.label[row]]
        shares.append(len(differ) / len(others) if others else NAN)
    return shares


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(0, 1), st.integers(0, 4)), min_size=1))
def test_repeats_match_a_loop_over_pairs_of_rows(rows: list[tuple[int, int, int, int]]) -> None:
    item, annotator, label, time = map(list, zip(*rows, strict=True))
    annotations = votes(item, annotator, label, time=[float(t) for t in time])
    expected = naive_repeats(annotations)
    found = vote_evidence(annotations)
    assert isinstance(found, Evidence)
    if np.isnan(expected).all():
        assert "repeats" not in found.names
    else:
        assert column(annotations, "repeats") == pytest.approx(expected, nan_ok=True)


@given(st.permutations(range(6)))
def test_the_order_of_rows_does_not_matter(order: list[int]) -> None:
    given_votes = votes(
        [0, 0, 0, 1, 1, 2],
        [0, 0, 1, 1, 2, 2],
        [0, 1, 1, 0, 0, 1],
        time=[1, 2, 3, 4, 5, 6],
        seconds=[1, 2, 4, 3, NAN, 9],
    )
    straight, turned = vote_evidence(given_votes), vote_evidence(given_votes.take(np.array(order)))
    assert straight is not None
    assert turned is not None
    assert turned.names == straight.names
    np.testing.assert_allclose(turned.values, straight.values[order])
