from __future__ import annotations

from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.reading_votes import Array
from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.decomposition import decompose
from variorum.decomposition.item_types import ItemTypes, TypeSums, type_grid
from variorum.evaluation import js_divergence
from variorum.labels import normalize

_STRATA = np.array([0, 1, 1, 0, 1])


def ready(seed: int) -> tuple[ItemTypes, Array, Array]:
    """Types of three classes in two strata, in mid-fit; priors and posteriors of five units."""
    rng = np.random.default_rng(seed)
    grid = type_grid(3, 15)
    types = ItemTypes(grid, rng.normal(size=(2, len(grid))), rng.uniform(0.5, 3.0, 2), np.full((2, len(grid)), 1 / 15))
    return types, rng.dirichlet(np.ones(3), 5), rng.dirichlet(np.ones(len(grid)), 5)


def naive_prior(types: ItemTypes, prior: Array | None) -> Array:
    """Prior of each unit's type by the formula, type by type."""
    result = np.empty((5, len(types.distribution)))
    for i, s in enumerate(_STRATA):
        for m, theta in enumerate(types.distribution):
            tilt = (
                0.0
                if prior is None
                else types.tilt[s] * sum(p * np.log(t) for p, t in zip(prior[i], theta, strict=True))
            )
            result[i, m] = np.exp(types.log_weight[s, m] + tilt)
        result[i] /= result[i].sum()
    return result


@pytest.mark.parametrize(
    ("n_classes", "n_types"),
    # Compositions of s into k parts, comb(s + k - 1, k - 1): the finest of at most 100, s at most 50, or of at most 250
    # from four classes on, with two more near each corner; with fewer steps than classes the centre beside.
    [
        (1, 1),
        (2, 51),
        (3, comb(14, 2)),
        (4, comb(12, 3) + 8),
        (5, comb(10, 4) + 10),
        (10, comb(12, 9) + 1 + 20),
        (20, 211 + 40),
    ],
)
def test_size_of_the_grid(n_classes: int, n_types: int) -> None:
    grid = type_grid(n_classes)
    assert grid.shape == (n_types, n_classes)
    assert len(np.unique(grid.round(9), axis=0)) == n_types


@pytest.mark.parametrize("n_classes", [1, 2, 3, 5, 10])
def test_grid_of_distributions_that_favours_no_class(n_classes: int) -> None:
    grid = type_grid(n_classes)
    np.testing.assert_allclose(grid.sum(axis=1), 1.0)
    assert grid.min() >= 0.99e-3
    turned = np.roll(grid, 1, axis=1)
    assert sorted(map(tuple, turned.round(9))) == sorted(map(tuple, grid.round(9)))
    # A corner: all but nothing for one class.
    assert grid.max() >= 1 - n_classes * 1e-3


def test_grid_by_hand() -> None:
    # Two steps and three classes: corners and midpoints; zeros are 0.001 before rows are made to sum to one. Fewer
    # steps than classes: the centre, too.
    corner, middle = np.array([1, 0.001, 0.001]) / 1.002, np.array([0.5, 0.5, 0.001]) / 1.001
    expected = [np.roll(point, turn) for point in (corner, middle) for turn in range(3)] + [np.full(3, 1 / 3)]
    grid = type_grid(3, 6)
    assert len(grid) == 7
    for point in expected:
        assert np.abs(grid - point).max(axis=1).min() < 1e-12


def test_coarse_grid_by_hand() -> None:
    # Five classes in one step: corners, which count for 2.4 votes, are drawn to the centre by half a vote a class.
    grid = type_grid(5, 5)
    assert type_grid(5, 5).shape == (15 + 1 + 10, 5)
    for odds in ([2.4 * 4 + 0.5] + [0.5] * 4, [2.4 * 2 + 0.5] * 2 + [0.5] * 3, [0.95 + 0.01] + [0.01] * 4):
        point = np.array(odds) / sum(odds)
        assert np.abs(grid - point).max(axis=1).min() < 1e-12


def test_votes_for_one_of_five_classes_are_no_errors() -> None:
    # No error at all. A grid of bare points took 10 % of the votes for careless, and its cleaned distributions were 1.4
    # times as far from the truth as the votes' shares; now 7 %, and 1.09 times.
    rng = np.random.default_rng(0)
    truth = rng.dirichlet(np.full(5, 0.3), 300)
    item = np.repeat(np.arange(300), 20)
    label = (rng.random((item.size, 1)) > truth[item].cumsum(axis=1)).sum(axis=1).clip(max=4)
    scheme = LabelScheme.nominal([f"class {k}" for k in range(5)])
    people = Annotators(tuple(f"x:{a}" for a in range(40)))
    who = np.concatenate([rng.choice(40, 20, replace=False) for _ in range(300)])
    found = decompose(Annotations(scheme, Items(tuple(f"i{i}" for i in range(300))), people, item, who, label))
    shares = normalize(np.eye(5)[label].reshape(300, 20, 5).sum(axis=1))
    ours, raw = (js_divergence(truth, rows).mean() for rows in (found.distribution, shares))
    assert np.nanmean(found.error) < 0.085
    assert ours < 1.2 * raw


def test_worth_of_a_type() -> None:
    # Even over a step of 1/12, of variance 1 / (12 * 144); a Dirichlet of precision w around p varies by p (1 - p) / w,
    # and p (1 - p) is 0.2.
    assert ItemTypes.even(3).worth == pytest.approx(0.2 * 12 * 144)


def test_even_types() -> None:
    types = ItemTypes.even(2, n_strata=3)
    np.testing.assert_allclose(np.exp(types.log_weight), 1 / 51)
    np.testing.assert_allclose(types.share, 1 / 51)
    assert types.tilt.tolist() == [1.0, 1.0, 1.0]


@pytest.mark.parametrize("with_prior", [False, True])
def test_prior_of_each_type(with_prior: bool) -> None:
    types, prior, _ = ready(0)
    pull = types.pull(prior) if with_prior else None
    expected = naive_prior(types, prior if with_prior else None)
    np.testing.assert_allclose(np.exp(types.log_prior(_STRATA, pull)), expected)


def test_pull_of_a_certain_prior() -> None:
    # Exact zeros and ones are priors too.
    types = ItemTypes.even(3)
    np.testing.assert_allclose(types.pull(np.eye(3)), np.log(types.distribution).T)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_slopes_of_the_tilt_are_derivatives(seed: int) -> None:
    types, prior, posterior = ready(seed)
    pull = types.pull(prior)

    def expected_log_prior(shift: Array) -> float:
        moved = ItemTypes(types.distribution, types.log_weight, types.tilt + shift, types.share)
        return float((posterior * np.log(naive_prior(moved, prior))).sum())

    sums = types.sums(_STRATA, pull, types.log_prior(_STRATA, pull), posterior)
    for s in range(2):
        step = 1e-4 * np.eye(2)[s]
        low, here, high = (expected_log_prior(d * step) for d in (-1, 0, 1))
        assert sums.gradient[s] == pytest.approx((high - low) / 2e-4, rel=1e-4, abs=1e-5)
        assert sums.curvature[s] == pytest.approx(-(high - 2 * here + low) / 1e-8, rel=1e-3, abs=1e-3)
        mine = np.equal(_STRATA, s)
        np.testing.assert_allclose(sums.posterior[s], posterior[mine].sum(axis=0))
        np.testing.assert_allclose(sums.prior[s], naive_prior(types, prior)[mine].sum(axis=0))


def test_sums_of_blocks_add_up() -> None:
    types, prior, posterior = ready(1)

    def sums(units: slice) -> TypeSums:
        pull = types.pull(prior[units])
        return types.sums(_STRATA[units], pull, types.log_prior(_STRATA[units], pull), posterior[units])

    whole, parts = sums(slice(None)), sums(slice(2)) + sums(slice(2, None))
    for name in ("posterior", "prior", "gradient", "curvature"):
        np.testing.assert_allclose(getattr(parts, name), getattr(whole, name))


def test_weights_without_priors_are_shares() -> None:
    types, _, posterior = ready(2)
    sums = types.sums(_STRATA, None, types.log_prior(_STRATA, None), posterior)
    new = types.update(sums, tilted=False)
    expected = [posterior[np.equal(_STRATA, s)].mean(axis=0) for s in range(2)]
    np.testing.assert_allclose(np.exp(new.log_weight), expected)
    np.testing.assert_allclose(new.share, expected)
    np.testing.assert_array_equal(new.tilt, types.tilt)


def test_steps_with_priors_end_where_no_other_weight_or_tilt_is_better() -> None:
    types, prior, posterior = ready(3)
    pull = types.pull(prior)
    scores = []
    for _ in range(2000):
        log_prior = types.log_prior(_STRATA, pull)
        scores.append(float((posterior * log_prior).sum()))
        types = types.update(types.sums(_STRATA, pull, log_prior, posterior), tilted=True)
    # Of an exponential family the maximum has the moments of the posterior.
    fitted = naive_prior(types, prior)
    for s in range(2):
        mine = np.equal(_STRATA, s)
        np.testing.assert_allclose(fitted[mine].mean(axis=0), posterior[mine].mean(axis=0), atol=2e-3)
    assert scores[-1] > scores[0]
    np.testing.assert_allclose(types.share, [posterior[np.equal(_STRATA, s)].mean(axis=0) for s in range(2)])


def test_tilt_stays_within_bounds() -> None:
    types, prior, _ = ready(4)
    pull = types.pull(prior)
    nearest = np.eye(len(types.distribution))[pull.argmax(axis=1)]
    farthest = np.eye(len(types.distribution))[pull.argmin(axis=1)]
    for posterior, end in ((nearest, 60.0), (farthest, 0.0)):
        moved = types
        for _ in range(300):
            moved = moved.update(moved.sums(_STRATA, pull, moved.log_prior(_STRATA, pull), posterior), tilted=True)
            assert ((moved.tilt >= 0) & (moved.tilt <= 60)).all()
        assert moved.tilt.tolist() == [end, end]
