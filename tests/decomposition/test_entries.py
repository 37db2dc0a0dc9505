from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.reading_votes import table
from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations
from variorum.decomposition.entries import as_entries, unit_matrix


def test_answered_rows_in_the_order_of_items() -> None:
    votes = table(
        [2, 0, 1, 0, 2], [0, 1, 2, 0, 1], [1, 0, -1, 1, -1], status=[ANSWERED, ANSWERED, ABSTAINED, ANSWERED, UNSURE]
    )
    entries = as_entries(votes)
    assert entries.row.tolist() == [1, 3, 0]
    assert entries.item.tolist() == [0, 0, 2]
    assert entries.label.tolist() == [0, 1, 1]
    assert entries.weight.tolist() == [1.0, 1.0, 1.0]
    # The third annotator only abstained, and is no voter.
    assert entries.annotator.tolist() == [0, 1]
    assert entries.voter.tolist() == [1, 0, 0]
    assert (entries.size, entries.n_voters, entries.pooled) == (3, 2, False)
    assert (entries.n_items, entries.n_classes) == (3, 2)


def test_unknown_annotators_are_one_voter_behind_the_others() -> None:
    entries = as_entries(table([0, 1, 2], [-1, 3, -1], [0, 1, 1]))
    assert entries.pooled
    # Four annotators are known to the table, of whom one voted; unknown ones follow them all.
    assert entries.annotator.tolist() == [3, 4]
    assert entries.voter.tolist() == [1, 0, 1]


def test_elicited_distributions_are_entries_for_their_classes() -> None:
    # The elicited distribution holds, whatever label stands beside it.
    given = [[np.nan] * 3, [0.25, 0.0, 0.75], [0.0, 1.0, 0.0]]
    entries = as_entries(table([1, 0, 1], [0, 0, 1], [2, -1, 0], distribution=given))
    assert entries.row.tolist() == [1, 1, 0, 2]
    assert entries.label.tolist() == [0, 2, 2, 1]
    assert entries.weight.tolist() == [0.25, 0.75, 1.0, 1.0]


def test_no_answer_is_no_entry() -> None:
    entries = as_entries(table([0], [0], [-1], status=[ABSTAINED]))
    assert (entries.size, entries.n_voters, entries.pooled) == (0, 0, False)


def test_take_keeps_the_positions_of_voters() -> None:
    entries = as_entries(table([0, 0, 1], [4, 2, 7], [0, 1, 1]))
    part = entries.take(np.array([2, 0]))
    assert part.annotator.tolist() == [2, 4, 7]
    assert part.voter.tolist() == [2, 1]
    assert entries.take(entries.label == 1).row.tolist() == [1, 2]


def test_sums_per_voter() -> None:
    entries = as_entries(table([0, 0, 1, 1], [1, 0, 1, -1], [0, 1, 1, 0]))
    assert entries.per_voter(np.array([1.0, 2.0, 4.0, 8.0])).tolist() == [2.0, 5.0, 8.0]


def test_votes_for_the_same_cell_add_up() -> None:
    matrix = unit_matrix(np.array([0, 0, 1]), np.array([1, 1, 0]), np.array([1.0, 0.5, 1.0]), (2, 3))
    np.testing.assert_array_equal(matrix.toarray(), [[0.0, 1.5, 0.0], [1.0, 0.0, 0.0]])


def mixed(seed: int) -> Annotations:
    """A table with every quirk: rows in any order, unanswered, elicited, strangers, items without a vote."""
    rng = np.random.default_rng(seed)
    n, k = int(rng.integers(1, 30)), int(rng.integers(2, 5))
    status = rng.choice([ANSWERED, ANSWERED, ANSWERED, UNSURE, ABSTAINED], n)
    elicited = (status == ANSWERED) & (rng.random(n) < 0.3)
    return table(
        rng.integers(6, size=n),
        rng.integers(-1, 4, size=n),
        np.where((status == ANSWERED) & ~elicited, rng.integers(k, size=n), -1),
        n_items=7,
        n_annotators=4,
        n_classes=k,
        status=status,
        distribution=np.where(elicited[:, None], rng.dirichlet(np.ones(k), n), np.nan),
    )


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_nothing_is_dropped(seed: int) -> None:
    votes = mixed(seed)
    entries = as_entries(votes)
    counts = np.zeros((7, votes.scheme.n_classes))
    np.add.at(counts, (entries.item, entries.label), entries.weight)
    np.testing.assert_allclose(counts, votes.counts())
    assert (np.diff(entries.item) >= 0).all()
    who = votes.annotator[entries.row]
    np.testing.assert_array_equal(entries.annotator[entries.voter], np.where(who < 0, 4, who))
