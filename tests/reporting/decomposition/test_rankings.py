from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reporting.decomposition.conftest import Make
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.decomposition import decompose
from variorum.reporting.decomposition.rankings import leanings, most_contested, most_divided, order_by, suspect_labels


@given(st.lists(st.one_of(st.floats(0, 1), st.just(float("nan"))), max_size=30))
def test_order_is_that_of_sorted_pairs(values: list[float]) -> None:
    # Python's own sort is stable too; nan takes no part.
    known = [k for k, value in enumerate(values) if value == value]
    expected = sorted(known, key=lambda k: -np.round(values[k], 9))
    assert order_by(np.array(values, np.float64)).tolist() == expected


def test_the_suspect_label_has_the_largest_product_of_errors(make_decomposition: Make) -> None:
    found = make_decomposition()
    votes, parts = found.corpus.annotations, found.decomposition
    assert parts.annotators.throughout.tolist() == [False] * 7 + [True]
    suspects = suspect_labels(votes, parts)
    for item in range(len(votes.items)):
        chance = {}
        for label in range(3):
            rows = (votes.item == item) & (votes.label == label) & (votes.annotator != 7)
            if rows.any():
                chance[label] = float(np.prod(parts.error[rows]))
        best = max(chance, key=lambda label: chance[label])
        assert suspects.error[item] == pytest.approx(chance[best])
        assert chance[int(suspects.label[item])] == pytest.approx(chance[best])
        rows = (votes.item == item) & (votes.label == suspects.label[item]) & (votes.annotator != 7)
        assert suspects.n_votes[item] == rows.sum()
    ranked = suspects.ranked()
    assert ranked.size == len(votes.items)
    assert (np.diff(suspects.error[ranked]) <= 1e-9).all()


def test_an_item_of_clickers_alone_has_no_suspect_label(make_decomposition: Make) -> None:
    found = make_decomposition()
    votes = found.corpus.annotations
    kept = votes.take((votes.item != 3) | (votes.annotator == 7))
    parts = decompose(kept)
    assert parts.annotators.throughout[7]
    suspects = suspect_labels(kept, parts)
    assert suspects.label[3] == -1
    assert np.isnan(suspects.error[3])
    assert 3 not in suspects.ranked()


def test_unknown_annotators_are_never_taken_for_the_last_one(make_decomposition: Make) -> None:
    found = make_decomposition(known=False)
    suspects = suspect_labels(found.corpus.annotations, found.decomposition)
    assert (suspects.label >= 0).all()


def test_contested_items_are_those_that_differ_whatever_more_votes_would_say(make_decomposition: Make) -> None:
    items = make_decomposition().decomposition.items
    order = most_contested(make_decomposition().decomposition)
    assert (np.diff((items.variation - items.unknown)[order]) <= 1e-9).all()


def test_division_is_the_largest_total_variation_of_two_groups(make_decomposition: Make) -> None:
    parts = make_decomposition().decomposition
    assert len(parts.by_group) == 2
    first, second = parts.by_group
    expected = [0.5 * sum(abs(a - b) for a, b in zip(p, q, strict=True)) for p, q in zip(first, second, strict=True)]
    assert most_divided(parts) == pytest.approx(expected)
    assert np.isnan(most_divided(make_decomposition(groups=None).decomposition)).all()


def test_leanings_are_odds_against_the_other_labels_and_the_other_annotators() -> None:
    # Sixty items; half of the annotators say yes where they waver, half say no.
    rng = np.random.default_rng(0)
    share = rng.random(60)
    item, who = np.divmod(np.arange(60 * 6), 6)
    label = (rng.random(item.size) < np.clip(share[item] + np.where(who < 3, 0.25, -0.25), 0, 1)).astype(int)
    people = Annotators(tuple(f"x:{a}" for a in range(7)))
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]), Items(tuple(f"i{i}" for i in range(60))), people, item, who, label
    )
    found = decompose(votes)
    own = leanings(found, 7)
    assert np.isnan(own[6]).all()
    # With two labels the odds of one against the other are the difference of the model's two numbers.
    raw = found.model.responses.leaning
    odds = raw[:, 1] - raw[:, 0]
    assert own[:6, 1] == pytest.approx(odds - odds.mean())
    assert own[:6, 0] == pytest.approx(-own[:6, 1])
    assert own[:3, 1].min() > own[3:6, 1].max()


def test_nothing_is_said_of_the_leaning_of_a_clicker(make_decomposition: Make) -> None:
    own = leanings(make_decomposition().decomposition, 8)
    assert np.isnan(own[7]).all()
    assert np.isfinite(own[:7]).all()
    assert own[:7].mean(axis=0) == pytest.approx(np.zeros(3), abs=1e-12)
