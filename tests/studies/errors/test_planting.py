from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.annotations import ANSWERED, Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.errors import ArgumentError, SchemeError, UnknownNameError
from variorum.studies.errors import NOISES, plant, split_votes
from variorum.studies.errors.planting import Noise

from .small_corpora import counted, plain

NOISE = st.sampled_from(NOISES)


def known() -> Corpus:
    """Named annotators, no truth: 30 items with four to six votes, some unsure."""
    rng = np.random.default_rng(2)
    cells = [(i, a) for i in range(30) for a in rng.permutation(8)[: rng.integers(4, 7)]]
    item, annotator = (np.array(column, np.int32) for column in zip(*cells, strict=True))
    label = rng.integers(0, 3, item.size).astype(np.int32)
    status = np.where(rng.random(item.size) < 0.1, 2, ANSWERED).astype(np.int8)
    label[status != ANSWERED] = -1
    items = Items(tuple(f"item {k}" for k in range(30)))
    people = Annotators(tuple(f"x:{k}" for k in range(8)))
    scheme = LabelScheme.nominal(["a", "b", "c"])
    return Corpus("known", Annotations(scheme, items, people, item, annotator, label, status=status))


@given(st.integers(1, 7), st.integers(0, 1000))
def test_target_votes_are_exactly_those_that_the_method_does_not_get(n_votes: int, seed: int) -> None:
    corpus = known()
    votes = corpus.annotations
    split = split_votes(corpus, n_votes, np.random.default_rng(seed))
    assert np.unique(split.row).size == split.row.size
    assert (split.annotations.item == votes.item[split.row]).all()
    assert (split.annotations.annotator == votes.annotator[split.row]).all()
    assert (split.annotations.label == votes.label[split.row]).all()
    for item in range(30):
        rows = np.flatnonzero((votes.item == item) & (votes.status == ANSWERED))
        given_rows = split.row[split.annotations.item == item]
        assert set(given_rows) <= set(rows)
        assert given_rows.size == min(n_votes, rows.size)
        rest = np.setdiff1d(rows, given_rows)
        shares = [np.mean(votes.label[rest] == k) if rest.size else np.nan for k in range(3)]
        np.testing.assert_allclose(split.target[item], shares)


def test_known_truth_is_the_target() -> None:
    corpus = plain()
    assert corpus.truth is not None
    split = split_votes(corpus, 3, np.random.default_rng(0))
    np.testing.assert_array_equal(split.target, corpus.truth.distribution)
    # Methods get the votes and nothing of what surrounds them, such as the time that an answer took.
    assert corpus.annotations.seconds is not None
    assert split.annotations.seconds is None
    assert split.annotations.explanation is None


def test_votes_of_unknown_annotators_get_a_hundred_who_answer_each_item_once() -> None:
    split = split_votes(counted(), 5, np.random.default_rng(0))
    votes = split.annotations
    assert len(votes.annotators) == 100
    pairs = votes.item.astype(int) * 100 + votes.annotator
    assert np.unique(pairs).size == votes.n_rows == 200
    # Seven votes an item are left of twelve.
    assert np.allclose(split.target * 7, np.round(split.target * 7))
    assert np.unique(votes.annotator).size > 70


def test_votes_are_drawn_anew_with_each_seed_and_alike_with_the_same() -> None:
    one, two, other = (split_votes(known(), 2, np.random.default_rng(seed)) for seed in (0, 0, 1))
    assert (one.row == two.row).all()
    assert (one.row != other.row).any()
    # More votes of a seed hold the fewer: curves over votes are of one draw.
    assert set(one.row) < set(split_votes(known(), 4, np.random.default_rng(0)).row)


def test_what_cannot_be_split_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"n_votes = 0 must be 1 or more\."):
        split_votes(known(), 0, np.random.default_rng(0))
    with pytest.raises(ArgumentError, match=r"an item has 101 votes for 100 invented annotators; take fewer\."):
        split_votes(counted(2, 120), 101, np.random.default_rng(0))
    several = Annotations(
        LabelScheme.multilabel(["a", "b"]),
        Items(("x",)),
        Annotators(("p:1",)),
        np.array([0]),
        np.array([0]),
        np.array([1]),
    )
    with pytest.raises(SchemeError, match="planting errors"):
        split_votes(Corpus("several", several), 1, np.random.default_rng(0))


@given(NOISE, st.floats(0, 0.4), st.integers(0, 1000))
def test_the_share_is_exact_and_nothing_else_changes(noise: Noise, share: float, seed: int) -> None:
    votes = split_votes(known(), 4, np.random.default_rng(0)).annotations
    found, replaced = plant(votes, noise, share, np.random.default_rng(seed))
    assert replaced.sum() == round(share * votes.n_rows)
    assert (found.label[~replaced] == votes.label[~replaced]).all()
    assert (found.item == votes.item).all()
    assert (found.annotator == votes.annotator).all()
    assert ((found.label >= 0) & (found.label < 3)).all()


def by_person(votes: Annotations, replaced: np.ndarray) -> list[float]:
    """Share of each voter's votes that was replaced."""
    people = np.unique(votes.annotator)
    return [float(replaced[votes.annotator == who].mean()) for who in people]


@pytest.mark.parametrize("noise", ["random", "one-label"])
def test_annotators_turn_careless_one_after_the_other(noise: Noise) -> None:
    votes = split_votes(counted(200, 5), 5, np.random.default_rng(0)).annotations
    shares = by_person(votes, plant(votes, noise, 0.3, np.random.default_rng(0))[1])
    # All of a careless annotator's votes are, but for the last one's.
    assert sum(0 < share < 1 for share in shares) <= 1
    assert shares.count(1.0) > 15


def test_sleepy_annotators_are_awake_every_other_time() -> None:
    votes = split_votes(counted(200, 5), 5, np.random.default_rng(0)).annotations
    replaced = plant(votes, "sleepy", 0.2, np.random.default_rng(0))[1]
    touched = [share for share in by_person(votes, replaced) if share > 0]
    sizes = [int((votes.annotator == who).sum()) for who in np.unique(votes.annotator)]
    # Half of their votes, rounded down; the last of them only as far as needed.
    assert sum(share < 0.5 - 0.5 / min(sizes) for share in touched) <= 1
    assert max(touched) <= 0.5
    assert len(touched) > 30


def test_one_label_clickers_have_a_label_each_and_not_all_the_same() -> None:
    votes = split_votes(counted(200, 5), 5, np.random.default_rng(0)).annotations
    found, replaced = plant(votes, "one-label", 0.4, np.random.default_rng(1))
    favourites = [set(found.label[replaced & (votes.annotator == who)].tolist()) for who in range(100)]
    assert {len(labels) for labels in favourites} <= {0, 1}
    assert set().union(*favourites) == {0, 1, 2}


def test_random_clickers_give_all_labels_equally_often() -> None:
    votes = split_votes(counted(400, 8), 8, np.random.default_rng(0)).annotations
    found, replaced = plant(votes, "random", 1.0, np.random.default_rng(0))
    assert replaced.all()
    shares = np.bincount(found.label, minlength=3) / found.n_rows
    # 3,200 draws: three standard deviations are .025.
    assert shares == pytest.approx(1 / 3, abs=0.025)


def test_what_cannot_be_planted_is_refused() -> None:
    votes = split_votes(known(), 4, np.random.default_rng(0)).annotations
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match=r"share = 1\.5 must lie in \[0, 1\]\."):
        plant(votes, "random", 1.5, rng)
    with pytest.raises(ArgumentError, match=r"sleepy annotators can spoil half .* share = 0\.7 asks for more\."):
        plant(votes, "sleepy", 0.7, rng)
    with pytest.raises(UnknownNameError, match="'drunk' is not known"):
        plant(votes, "drunk", 0.1, rng)  # type: ignore[arg-type]
