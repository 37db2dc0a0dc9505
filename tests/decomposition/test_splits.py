from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.stats import beta

from decomposition.naive_reading import naive, reading
from decomposition.reading_votes import crowd, table
from variorum.annotations import Annotations, Annotators, Items
from variorum.decomposition import decompose
from variorum.decomposition.posteriors import describe
from variorum.decomposition.splits import _interval

ONE_VOTE_AN_ITEM = table(np.arange(30), np.tile(np.arange(5), 6), np.random.default_rng(0).integers(0, 2, 30))
UNANIMOUS = table(np.repeat(np.arange(100), 5), np.tile(np.arange(5), 100), np.repeat(np.arange(100) % 3, 5))


def test_the_only_vote_of_an_item_is_an_error_or_not() -> None:
    # Seen: (p, p) or (0, 1), as the last digit had it. A vote that is an error with probability p has the quantiles 0
    # and 1 wherever 0.05 < p < 0.95.
    items = decompose(ONE_VOTE_AN_ITEM).items
    assert ((items.error_share > 0.05) & (items.error_share < 0.95)).all()
    np.testing.assert_array_equal(items.error_low, 0.0)
    np.testing.assert_array_equal(items.error_high, 1.0)


@pytest.mark.parametrize("votes", [ONE_VOTE_AN_ITEM, UNANIMOUS, crowd(1), crowd(2, n_classes=2, rate=0.2)])
def test_the_interval_holds_the_share(votes: Annotations) -> None:
    # Seen: a mean of 0.002 above the 95 % quantile, 0.001, of a Beta that is nearly all at 0.
    items = decompose(votes).items
    assert (items.error_low >= 0).all()
    assert (items.error_low <= items.error_share).all()
    assert (items.error_share <= items.error_high).all()
    assert (items.error_high <= 1).all()


def one(mean: float, variance: float) -> tuple[float, float]:
    low, high = _interval(np.array([mean]), np.array([variance]))
    return float(low[0]), float(high[0])


def test_interval_has_the_moments() -> None:
    # Beta(2, 6): mean 1/4, variance (1/4) (3/4) / 9 = 1/48.
    assert one(1 / 4, 1 / 48) == pytest.approx((beta.ppf(0.05, 2, 6), beta.ppf(0.95, 2, 6)))


@pytest.mark.parametrize(
    ("mean", "ends"), [(0.03, (0.0, 0.03)), (0.06, (0.0, 1.0)), (0.5, (0.0, 1.0)), (0.97, (0.97, 1.0))]
)
def test_interval_of_a_single_vote(mean: float, ends: tuple[float, float]) -> None:
    # Of 0 with probability 1 - p and 1 with p: the 5 % quantile is 1 where p > 0.95, the 95 % quantile where p > 0.05.
    for digit in (1 - 1e-12, 1.0, 1 + 1e-12):
        assert one(mean, mean * (1 - mean) * digit) == ends


@pytest.mark.parametrize(("mean", "variance"), [(0.3, 0.0), (0.0, 0.0), (1.0, 0.0)])
def test_interval_of_what_is_certain(mean: float, variance: float) -> None:
    assert one(mean, variance) == (mean, mean)


def test_nobody_dissents_without_leanings() -> None:
    # Seen: 0.11, since readings by the types alone were compared with a distribution that the item's votes had moved.
    # Leanings are zero for fifteen rounds.
    found = decompose(crowd(10, n_items=60, n_annotators=30, n_classes=10, votes=20), max_iterations=15)
    np.testing.assert_array_equal(found.model.responses.leaning, 0.0)
    np.testing.assert_allclose(found.annotators.dissent, 0.0, atol=1e-12)


def test_more_votes_leave_less_unknown() -> None:
    # Of ten classes, whose types are far apart.
    theta = np.random.default_rng(0).dirichlet(np.ones(10), 40)
    few, many = (
        decompose(crowd(0, n_items=40, n_annotators=100, n_classes=10, theta=theta, votes=n)).items.unknown
        for n in (5, 100)
    )
    assert many.mean() < 0.01 < 0.1 < few.mean()


def entropy(weights: NDArray[Any]) -> float:
    shares = weights / weights.sum()
    return float(-sum(p * np.log(p) for p in shares if p > 0))


@pytest.mark.parametrize("groups", [None, np.arange(8) % 2])
def test_items_by_their_formulas(groups: NDArray[np.int64] | None) -> None:
    votes = crowd(3, n_items=20, rate=[0.9] + [0.1] * 7)
    votes = replace(votes, items=Items((*votes.items.ids, "nobody's")))
    found = decompose(votes, groups=groups)
    items, share = found.items, found.group_share
    result = describe(found.model, found.as_read)
    for i in range(20):
        mine = votes.item == i
        raw = np.bincount(votes.label[mine], minlength=3)
        kept = np.bincount(votes.label[mine], 1 - found.error[mine], minlength=3)
        assert items.observed_entropy[i] == pytest.approx(entropy(raw))
        assert items.cleaned_entropy[i] == pytest.approx(entropy(kept))
        assert items.difference[i] == pytest.approx(entropy(kept) - entropy(raw))
        assert items.variation[i] == pytest.approx(entropy(found.distribution[i]))
        units = found.model.units.item == i
        within = sum(w * entropy(found.by_group[g, i]) for g, w in enumerate(share))
        assert items.unknown[i] == pytest.approx(within - share @ result.expected_entropy[units], abs=1e-12)
        assert items.unknown[i] > 0
        assert items.error_share[i] == pytest.approx(found.error[mine].mean())
        low, high = one(items.error_share[i], result.errors_variance[units].sum() / mine.sum() ** 2)
        assert (items.error_low[i], items.error_high[i]) == pytest.approx((low, high))
    for column in fields(items):
        assert np.isnan(getattr(items, column.name)[20])
        assert not np.isnan(getattr(items, column.name)[:20]).any()


def test_errors_may_have_raised_or_lowered_an_entropy() -> None:
    # Two annotators say 0 whatever the item, four others read: half of the items 1, 1, 1, 1, the rest two of each.
    n = 120
    label = np.zeros((n, 6), np.int64)
    label[: n // 2, 2:] = 1
    label[n // 2 :: 2, 2:] = [0, 1, 0, 1]
    label[n // 2 + 1 :: 2, 2:] = [1, 0, 1, 0]
    items = decompose(table(np.repeat(np.arange(n), 6), np.tile(np.arange(6), n), label.ravel())).items
    # (1/3, 2/3) was nearly (0, 1): at most -0.636 nats. (2/3, 1/3) was nearly (1/2, 1/2): at most 0.057.
    assert ((items.difference[: n // 2] < -0.5) & (items.difference[: n // 2] >= -0.637)).all()
    assert ((items.difference[n // 2 :] > 0.05) & (items.difference[n // 2 :] <= 0.057)).all()


def test_annotators_by_their_formulas() -> None:
    theta = np.random.default_rng(4).dirichlet(np.full(3, 0.1), 60)
    votes = crowd(4, n_items=60, n_annotators=9, theta=theta, rate=0.1)
    # The first gives one label whatever the item; the last gives none.
    label = np.where(votes.annotator == 0, 0, votes.label).astype(np.int32)
    votes = replace(votes, label=label, annotators=Annotators((*votes.annotators.ids, "t:nobody")))
    found = decompose(votes, groups=[*np.arange(9) % 2, 0], weights=np.arange(1.0, 11.0))
    model, people = found.model, found.annotators
    said = naive(model)
    for a in range(9):
        mine = votes.annotator == a
        errors = found.error[mine].sum()
        assert people.n_votes[a] == mine.sum()
        assert people.error_rate[a] == pytest.approx(errors / mine.sum())
        ends = [beta.ppf(q, 0.5 + errors, 4.5 + mine.sum() - errors) for q in (0.05, 0.95)]
        # Seen: the share of errors above its own interval, which the prior draws down, where nearly all are errors.
        low, high = min(ends[0], errors / mine.sum()), max(ends[1], errors / mine.sum())
        assert (people.error_low[a], people.error_high[a]) == pytest.approx((low, high))
        apart = []
        for n in np.flatnonzero(model.entries.voter == a):
            unit, item = model.units.of_entry[n], model.entries.item[n]
            own = said.posterior[unit] @ [reading(t, model.responses.leaning[a]) for t in model.types.distribution]
            units = np.flatnonzero(model.units.item == item)
            others = sum(found.group_share[g] * said.posterior[u] @ found.as_read[g] for g, u in enumerate(units))
            apart.append(0.5 * np.abs(own - others).sum())
        assert people.dissent[a] == pytest.approx(np.mean(apart))
        assert people.throughout[a] == (people.careless[a] >= 0.8) == (a == 0)
        assert people.weight[a] == (0 if a == 0 else a + 1)
    assert people.group.tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0, -1]
    for name in ("n_votes", "error_rate", "error_low", "error_high", "dissent", "careless", "weight"):
        assert np.isnan(getattr(people, name)[9])
    assert not people.throughout[9]


def test_dissent_is_not_error() -> None:
    # Annotator 0 favours label 0 by 2 in log odds; annotator 1 answers at random as often as not. Half of the items are
    # read alike by all.
    rng = np.random.default_rng(2)
    n = 400
    theta = np.where(rng.random(n) < 0.5, rng.uniform(0.1, 0.9, n), rng.integers(2, size=n))
    item, annotator = np.repeat(np.arange(n), 8), np.tile(np.arange(8), n)
    odds = theta[item] * np.exp(2.0 * (annotator == 0))
    label = (rng.random(item.size) > odds / (odds + 1 - theta[item])).astype(int)
    random = (annotator == 1) & (rng.random(item.size) < 0.5)
    label[random] = rng.integers(2, size=random.sum())
    people = decompose(table(item, annotator, label)).annotators
    assert people.dissent.argmax() == 0
    assert people.error_rate.argmax() == 1
    assert people.error_rate[1] == pytest.approx(0.5, abs=0.12)
    assert people.error_rate[0] < 0.15
    assert people.dissent[0] > 0.08 > people.dissent[1:].max()
