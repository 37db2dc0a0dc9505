from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from decomposition.reading_votes import crowd
from variorum.decomposition import decompose
from variorum.errors import ArgumentError


def test_nothing_to_say() -> None:
    assert decompose(crowd(0, n_items=40)).notes == ()


def test_unknown_annotators() -> None:
    votes = crowd(0, n_items=40)
    none = decompose(replace(votes, annotator=np.full(votes.n_rows, -1, np.int32)))
    assert none.notes == (
        "no annotator is known: nothing tells error from variation, and one vote in twenty is taken for careless",
    )
    some = decompose(replace(votes, annotator=np.where(votes.annotator == 0, -1, votes.annotator).astype(np.int32)))
    assert some.notes == ("votes of unknown annotators are as careless as those of the others on average",)


@pytest.mark.parametrize(("n", "said"), [(1, "1 annotator answers"), (2, "2 annotators answer")])
def test_annotators_who_answer_whatever_the_item(n: int, said: str) -> None:
    theta = np.random.default_rng(4).dirichlet(np.full(3, 0.1), 60)
    votes = crowd(4, n_items=60, n_annotators=9, theta=theta)
    found = decompose(replace(votes, label=np.where(votes.annotator < n, 0, votes.label).astype(np.int32)))
    assert found.annotators.throughout.sum() == n
    assert found.notes[0].startswith(f"{said} whatever the item")


@pytest.mark.parametrize(("alike", "said"), [(0, True), (2, True), (3, False)])
def test_items_that_nobody_reads_alike(alike: int, said: bool) -> None:
    # 60 items with ten votes each: fewer than three are fewer than 5 %.
    theta = np.full((60, 2), 0.5)
    votes = crowd(1, n_items=60, n_annotators=10, n_classes=2, votes=10, theta=theta)
    label = np.where(votes.item < alike, 0, np.arange(votes.n_rows) % 2).astype(np.int32)
    notes = decompose(replace(votes, label=label)).notes
    assert any("hardly any item is read alike" in note for note in notes) is said


def test_many_labels() -> None:
    assert decompose(crowd(0, n_items=30, n_classes=5)).notes == ()
    assert "6 labels are many" in decompose(crowd(0, n_items=30, n_classes=6)).notes[-1]


def test_a_fit_that_was_cut_short() -> None:
    found = decompose(crowd(0, n_items=40), max_iterations=2)
    assert not found.converged
    assert found.notes == ("the fit was ended after 2 rounds, before it met its criterion",)
    with pytest.raises(ArgumentError, match=r"max_iterations = 0 must be 1 or more\."):
        decompose(crowd(0, n_items=40), max_iterations=0)


def test_counts_weigh_each_vote_by_its_not_being_an_error() -> None:
    votes = crowd(0, n_items=10)
    found = decompose(votes)
    expected = np.zeros((10, 3))
    for i, k, error in zip(votes.item, votes.label, found.error, strict=True):
        expected[i, k] += 1 - error
    np.testing.assert_allclose(found.counts, expected)
