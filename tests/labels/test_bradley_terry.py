from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import brentq, minimize

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError
from variorum.labels import bradley_terry

SLOW = settings(max_examples=15, deadline=None)
# So wide that it does not matter.
WIDE = {"worth_sd": 1e3, "reliability_sd": 0, "tolerance": 0}


def one_pair(first, second, tie=0, shown_first=None):
    """So many votes of as many annotators for tea, for milk and for neither."""
    label = np.repeat([0, 1, 2], [first, second, tie])
    return Annotations(
        LabelScheme.pairwise(["tea", "milk", "tie"] if tie else ["tea", "milk"]),
        Items(("pair",), text=("tea",), second_text=("milk",)),
        Annotators(tuple(f"t:{a}" for a in range(label.size))),
        np.zeros(label.size, np.int32),
        np.arange(label.size),
        label,
        shown_first=shown_first,
    )


def reference(votes, worth, reliability, log_tie, order, *, worth_sd=2.0, reliability_sd=0.5):
    """Objective by a loop over votes; worths by contestant, reliabilities by annotator, all others at the prior."""
    ties = votes.scheme.n_classes == 3
    objective = -(sum(s**2 for s in worth.values()) + ties * log_tie**2 + order**2) / (2 * worth_sd**2)
    objective -= sum((r - 1) ** 2 for r in reliability.values()) / (2 * reliability_sd**2)
    for row in np.flatnonzero(votes.status == 0):
        i, a = votes.item[row], votes.annotator[row]
        margin = reliability[a] * (worth[votes.items.text[i]] - worth[votes.items.second_text[i]])
        margin += order * {0: 1, 1: -1, -1: 0}[int(votes.shown_first[row])]
        odds = [np.exp(margin / 2), np.exp(-margin / 2), np.exp(log_tie)][: votes.scheme.n_classes]
        objective += np.log(odds[votes.label[row]] / sum(odds))
    return objective


@SLOW
@given(st.integers(0, 2**32 - 1), st.booleans())
def test_finds_the_maximum_that_a_general_optimiser_finds(crowd, seed, with_order):
    votes = crowd(seed, kind="pairwise", n_items=6)
    if not ((votes.status == 0) & (votes.shown_first >= 0)).any():
        with_order = False
    estimate = bradley_terry(votes, order_effect=with_order, tolerance=0)
    seen = [name for name, worth in zip(estimate.contestants, estimate.worth, strict=True) if not np.isnan(worth)]
    people = np.flatnonzero(~np.isnan(estimate.skill))

    def value(point):
        worth, reliability = point[: len(seen)], point[len(seen) : len(seen) + people.size]
        tie, order = point[-2:]
        return reference(
            votes,
            dict(zip(seen, worth, strict=True)),
            dict(zip(people, reliability, strict=True)),
            tie if votes.scheme.n_classes == 3 else 0.0,
            order if with_order else 0.0,
        )

    tie = 0.0 if estimate.tie_odds is None else np.log(estimate.tie_odds)
    worth = estimate.worth[~np.isnan(estimate.worth)]
    own = np.concatenate((worth, estimate.skill[people], [tie, estimate.order_effect or 0.0]))
    # Other searches may end on other maxima, but none from here gets higher.
    found = minimize(lambda point: -value(point), own, method="BFGS", options={"gtol": 1e-5})
    assert value(own) >= -found.fun - 1e-7
    assert estimate.trace[-1] == pytest.approx(value(own), abs=1e-6)
    assert (np.diff(estimate.trace) >= 0).all()
    start = np.concatenate((np.zeros(worth.size), np.ones(people.size), [0, 0]))
    assert estimate.trace[0] == pytest.approx(value(start))


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_with_equal_annotators_there_is_one_maximum_and_it_is_found(crowd, seed):
    votes = crowd(seed, kind="pairwise", n_items=6, n_classes=3)
    estimate = bradley_terry(votes, reliability_sd=0, worth_sd=1.5, tolerance=0)
    seen = np.flatnonzero(~np.isnan(estimate.worth))
    names = [estimate.contestants[i] for i in seen]
    equal = dict.fromkeys(range(len(votes.annotators)), 1.0)

    def loss(point):
        return -reference(votes, dict(zip(names, point, strict=False)), equal, point[-1], 0.0, worth_sd=1.5)

    found = minimize(loss, np.zeros(seen.size + 1), method="BFGS", options={"gtol": 1e-6})
    np.testing.assert_allclose(estimate.worth[seen], found.x[:-1], atol=1e-4)
    assert np.log(estimate.tie_odds) == pytest.approx(found.x[-1], abs=1e-4)
    assert estimate.trace[-1] == pytest.approx(-found.fun, abs=1e-7)


def test_two_contestants_have_the_odds_of_their_votes():
    # Without a prior the odds are those of the votes: log(12 / 4), split evenly around 0.
    estimate = bradley_terry(one_pair(12, 4), **WIDE)
    np.testing.assert_allclose(estimate.worth, [-np.log(3) / 2, np.log(3) / 2], atol=1e-5)
    assert estimate.contestants == ("milk", "tea")
    np.testing.assert_allclose(estimate.posterior, [[0.75, 0.25]], atol=1e-5)
    # With it, d = s[tea] - s[milk] solves 12 - 16 / (1 + exp(-d)) = d / (2 sd^2), since each half d has variance sd^2.
    estimate = bradley_terry(one_pair(12, 4), worth_sd=0.7, reliability_sd=0, tolerance=0)
    apart = brentq(lambda d: 12 - 16 / (1 + np.exp(-d)) - d / (2 * 0.7**2), 0, 5)
    np.testing.assert_allclose(estimate.worth, [-apart / 2, apart / 2], atol=1e-6)


def test_ties_of_two_contestants_have_davidsons_closed_form():
    # 8 : 2 : 4 is the model's distribution for v = 4 / sqrt(8 * 2) = 1 and s[tea] - s[milk] = log 4.
    estimate = bradley_terry(one_pair(8, 2, 4), **WIDE)
    assert estimate.tie_odds == pytest.approx(1, abs=1e-4)
    assert np.ptp(estimate.worth) == pytest.approx(np.log(4), abs=1e-4)
    np.testing.assert_allclose(estimate.posterior, [[8 / 14, 2 / 14, 4 / 14]], atol=1e-5)


def test_order_effect_has_its_closed_form():
    # Tea shown first wins 9 to 3, shown second 4 to 6: log 3 = apart + order, log(2 / 3) = apart - order.
    votes = one_pair(13, 9, shown_first=[0] * 9 + [1] * 4 + [0] * 3 + [1] * 6)
    estimate = bradley_terry(votes, order_effect=True, **WIDE)
    assert estimate.order_effect == pytest.approx((np.log(3) - np.log(2 / 3)) / 2, abs=1e-5)
    assert estimate.worth[1] - estimate.worth[0] == pytest.approx(np.log(2) / 2, abs=1e-5)
    # The posterior is without order.
    np.testing.assert_allclose(estimate.posterior[0, 0], 1 / (1 + 2**-0.5), atol=1e-5)
    assert bradley_terry(votes).order_effect is None


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_ties_follow_the_geometric_mean(crowd, seed):
    estimate = bradley_terry(crowd(seed, kind="pairwise", n_classes=3))
    known = estimate.posterior[~np.isnan(estimate.posterior[:, 0])]
    np.testing.assert_allclose(known[:, 2] / np.sqrt(known[:, 0] * known[:, 1]), estimate.tie_odds)


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_which_of_two_stands_first_does_not_matter(crowd, seed):
    votes = crowd(seed, kind="pairwise")
    rng = np.random.default_rng(seed)
    turn = rng.random(len(votes.items)) < 0.5
    sides = np.array([votes.items.text, votes.items.second_text])
    one, two = np.where(turn, sides[::-1], sides).tolist()
    items = replace(votes.items, text=one, second_text=two)
    turned = turn[votes.item]
    label = np.where(turned & np.isin(votes.label, (0, 1)), 1 - votes.label, votes.label)
    shown = np.where(turned & (votes.shown_first >= 0), 1 - votes.shown_first, votes.shown_first)
    again = replace(votes, items=items, label=label.astype(np.int32), shown_first=shown.astype(np.int8))
    answered = votes.status == 0
    with_order = bool((votes.shown_first[answered] >= 0).any())
    before = bradley_terry(votes, order_effect=with_order, tolerance=1e-10)
    after = bradley_terry(again, order_effect=with_order, tolerance=1e-10)
    np.testing.assert_allclose(after.worth, before.worth, atol=1e-4)
    np.testing.assert_allclose(after.skill, before.skill, atol=1e-4)
    if with_order:
        assert after.order_effect == pytest.approx(before.order_effect, abs=1e-4)


def planted(seed, reliability, n_contestants=20, n_votes=1_500, *, log_tie=-0.5, order=0.0):
    """Worths, and votes about random pairs."""
    rng = np.random.default_rng(seed)
    worth = rng.normal(0, 1.5, n_contestants)
    pairs = np.array([(i, j) for i in range(n_contestants) for j in range(i)])
    item, annotator = rng.integers(len(pairs), size=n_votes), rng.integers(len(reliability), size=n_votes)
    shown = rng.integers(0, 2, n_votes)
    apart = worth[pairs[item, 0]] - worth[pairs[item, 1]]
    margin = np.asarray(reliability)[annotator] * apart + order * (1 - 2 * shown)
    scores = np.column_stack((margin / 2, -margin / 2, np.full(n_votes, log_tie)))
    label = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    names = [f"o{i:02}" for i in range(n_contestants)]
    votes = Annotations(
        LabelScheme.pairwise(),
        Items(
            tuple(f"i{i}" for i in range(len(pairs))),
            text=[names[i] for i, _ in pairs],
            second_text=[names[j] for _, j in pairs],
        ),
        Annotators(tuple(f"t:{a}" for a in range(len(reliability)))),
        item,
        annotator,
        label,
        shown_first=shown.astype(np.int8),
    )
    return votes, worth - worth.mean()


def test_finds_worths_ties_order_and_adversaries():
    reliability = np.concatenate((np.full(8, 1.2), np.full(4, 0.2), np.full(2, -1.0)))
    votes, worth = planted(0, reliability, order=0.4)
    estimate = bradley_terry(votes, order_effect=True)
    assert np.corrcoef(estimate.worth, worth)[0, 1] > 0.98
    assert (estimate.skill[-2:] < 0).all()
    assert estimate.skill[:8].min() > estimate.skill[8:12].max()
    assert np.log(estimate.tie_odds) == pytest.approx(-0.5, abs=0.2)
    assert estimate.order_effect == pytest.approx(0.4, abs=0.15)


def test_weighing_annotators_helps_where_many_are_careless():
    gains = []
    for seed in range(10):
        votes, worth = planted(seed, np.concatenate((np.full(6, 1.2), np.zeros(10))), n_votes=800)
        weighed, equal = bradley_terry(votes), bradley_terry(votes, reliability_sd=0)
        gains.append(np.corrcoef(weighed.worth, worth)[0, 1] - np.corrcoef(equal.worth, worth)[0, 1])
        assert equal.skill is None
    assert np.mean(gains) > 0.02


def test_groups_that_never_meet_are_told_and_each_has_mean_0():
    items = Items(("1", "2", "3"), text=("a", "b", "x"), second_text=("b", "c", "y"))
    votes = Annotations(
        LabelScheme.pairwise(["A", "B"]),
        items,
        Annotators(("t:0", "t:1")),
        [0, 0, 1, 1, 2, 2],
        [0, 1] * 3,
        [0, 0, 0, 1, 1, 1],
    )
    estimate = bradley_terry(votes, tolerance=0)
    np.testing.assert_allclose([estimate.worth[:3].sum(), estimate.worth[3:].sum()], 0, atol=1e-6)
    assert estimate.notes == ("contestants fall into 2 groups that never met: worths compare within a group only",)
    # Who always wins is worth something finite.
    assert 0 < estimate.worth[0] < 3


def test_contestants_without_votes_and_votes_without_annotators():
    items = Items(("1", "2", "3"), text=("a", "b", None), second_text=("b", "c", None))
    votes = Annotations(LabelScheme.pairwise(), items, Annotators(("t:0",)), [0, 0], [-1, -1], [0, 2])
    estimate = bradley_terry(votes)
    assert estimate.contestants == ("a", "b", "c")
    assert np.isnan(estimate.worth).tolist() == [False, False, True]
    assert estimate.skill is None
    assert estimate.notes == ("no annotator is known, so all votes weigh the same",)
    both = bradley_terry(replace(votes, annotator=np.array([0, -1], np.int32)))
    assert both.notes == ("votes of unknown annotators share one reliability",)
    assert both.pooled_skill is not None


def test_contestants_from_columns_of_ones_own():
    items = Items(("1",), text=("Which?",), fields={"left": ("tea",), "right": ("milk",)})
    votes = Annotations(LabelScheme.pairwise(), items, Annotators(("t:0",)), [0], [0], [0])
    assert bradley_terry(votes, first="left", second="right").contestants == ("milk", "tea")
    with pytest.raises(
        SchemeError, match=r"items have no column 'second_text'; there are: text, left, right\. Give items"
    ):
        bradley_terry(votes)


def test_options_and_refusals():
    votes = one_pair(2, 1)
    nameless = replace(votes, items=Items(("pair",), text=("tea",), second_text=(None,)))
    with pytest.raises(SchemeError, match=r"item 'pair' has votes and no second_text.*; 1 items are affected"):
        bradley_terry(nameless)
    with pytest.raises(ArgumentError, match="worth_sd = 0 must be finite and above 0"):
        bradley_terry(votes, worth_sd=0)
    with pytest.raises(ArgumentError, match="reliability_sd = -1 must be finite and 0 or more"):
        bradley_terry(votes, reliability_sd=-1)
    with pytest.raises(ArgumentError, match="order_effect = True needs to know which of a pair was shown first"):
        bradley_terry(votes, order_effect=True)
    partly = one_pair(2, 1, shown_first=[0, -1, 1])
    assert "1 of 3 votes do not say which was shown first" in bradley_terry(partly, order_effect=True).notes
    with pytest.warns(ConvergenceWarning, match="Bradley-Terry stopped after 1 iterations"):
        bradley_terry(votes, max_iterations=1)
    with pytest.raises(
        SchemeError, match='needs a scheme that is pairwise, and the scheme is nominal; use the method "soft"'
    ):
        bradley_terry(replace(votes, scheme=LabelScheme.nominal(["tea", "milk"])))
