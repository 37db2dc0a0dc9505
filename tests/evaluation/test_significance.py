from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import binom, permutation_test

from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.evaluation import (
    equivalence_test,
    holm,
    nested_interval,
    paired_bootstrap,
    sign_flip_test,
    two_level_interval,
)


@pytest.mark.parametrize("alternative", ["two-sided", "less", "greater"])
@given(differences=arrays(np.float64, st.integers(2, 9), elements=st.integers(-5, 5).map(float)))
def test_sign_flips_are_enumerated(alternative, differences):
    sums = np.array([np.dot(signs, differences) for signs in product([1, -1], repeat=len(differences))])
    observed = differences.sum()
    hits = {
        "two-sided": np.abs(sums) >= abs(observed),
        "less": sums <= observed,
        "greater": sums >= observed,
    }[alternative]
    result = sign_flip_test(differences, np.zeros_like(differences), 0, alternative=alternative)
    assert result.p_value == hits.mean()
    assert result.exact
    assert result.smallest_p <= result.p_value


def test_sign_flip_is_scipys_permutation_test_of_pairs():
    a, b = np.random.default_rng(3).normal(size=(2, 10))
    expected = permutation_test(
        (a, b), lambda x, y: np.mean(x - y), permutation_type="samples", n_resamples=np.inf
    ).pvalue
    assert sign_flip_test(a, b, 0).p_value == pytest.approx(expected)


def test_five_pairs_cannot_pass_and_the_result_says_so():
    five = sign_flip_test([1, 2, 3, 4, 5], np.zeros(5), 0)
    assert five.p_value == five.smallest_p == 2 / 32
    assert sign_flip_test([1, 2, 3, 4, 5], np.zeros(5), 0, alternative="greater").smallest_p == 1 / 32
    # A pair without difference halves what can be attained: 2 of 4 distinct sign patterns of the others, twice.
    assert sign_flip_test([1, 1, 0], np.zeros(3), 0).smallest_p == 4 / 8
    assert sign_flip_test(np.zeros(4), np.zeros(4), 0).p_value == 1


def test_equal_pairs_do_not_put_a_small_p_within_reach():
    # 3 of 25 pairs differ: their 8 sign patterns are all there is, and 2 of them are the most extreme.
    few = sign_flip_test(np.eye(25)[:3].sum(axis=0), np.zeros(25), 0)
    assert few.exact
    assert (few.n_pairs, few.p_value, few.smallest_p) == (25, 2 / 8, 2 / 8)


def test_many_pairs_are_sampled_and_agree_with_the_exact_test():
    rng = np.random.default_rng(4)
    differences = rng.normal(0.35, 1, 20)
    exact = sign_flip_test(differences, np.zeros(20), 0)
    # A 21st pair that hardly differs changes no comparison of sums: same p, now by sampling.
    sampled = sign_flip_test(np.append(differences, 1e-13), np.zeros(21), 0, n_draws=20_000)
    assert exact.exact
    assert not sampled.exact
    assert sampled.smallest_p == 1 / 20_001
    assert sampled.p_value == pytest.approx(exact.p_value, abs=5 * np.sqrt(exact.p_value / 20_000))
    assert 0.01 < exact.p_value < 0.5


def test_the_sign_flip_test_keeps_its_level():
    rng = np.random.default_rng(5)
    p_values = [sign_flip_test(rng.normal(size=10), rng.normal(size=10), 0).p_value for _ in range(400)]
    assert binom.ppf(1e-4, 400, 0.1) <= np.sum(np.array(p_values) <= 0.1) <= binom.ppf(1 - 1e-4, 400, 0.1)


def test_equivalence_is_claimed_within_the_margin_and_never_outside():
    rng = np.random.default_rng(6)
    noise = rng.normal(0, 0.01, 12)
    same = equivalence_test(0.5 + noise, np.full(12, 0.5), 0.05, 0)
    assert same.p_value == same.smallest_p == 1 / 2**12
    off = equivalence_test(0.6 + noise, np.full(12, 0.5), 0.05, 0)
    assert off.p_value == off.p_below_upper > 0.9
    assert off.p_above_lower == 1 / 2**12
    under = equivalence_test(np.full(12, 0.5), 0.6 + noise, 0.05, 0)
    assert under.p_value == under.p_above_lower > 0.9


def test_at_the_margin_equivalence_is_claimed_at_its_level():
    rng = np.random.default_rng(7)
    claims = [equivalence_test(rng.normal(0.2, 0.1, 10), np.zeros(10), 0.2, 0).p_value <= 0.1 for _ in range(400)]
    assert sum(claims) <= binom.ppf(1 - 1e-4, 400, 0.1)


def test_holm_by_hand():
    # Sorted .01 .02 .03 .5 times 4 3 2 1 = .04 .06 .06 .5.
    np.testing.assert_allclose(holm([0.03, 0.5, 0.01, 0.02]), [0.06, 0.5, 0.04, 0.06])
    np.testing.assert_array_equal(holm([0.6, 0.7]), [1.0, 1.0])
    assert holm([]).shape == (0,)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.floats(0.001, 0.999))
def test_holm_rejects_what_the_step_down_procedure_rejects(p_values, level):
    rejected = set()
    for rank, index in enumerate(np.argsort(p_values, kind="stable")):
        if p_values[index] * (len(p_values) - rank) > level:
            break
        rejected.add(int(index))
    assert set(np.flatnonzero(holm(p_values) <= level).tolist()) == rejected


def test_the_paired_bootstrap_covers():
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(200):
        shared = rng.normal(size=60)
        interval = paired_bootstrap(shared + rng.normal(0.3, 0.5, 60), shared, rng, n_draws=300, level=0.8)
        hits += interval.low <= 0.3 <= interval.high
    assert binom.ppf(1e-4, 200, 0.78) <= hits <= binom.ppf(1 - 1e-4, 200, 0.82)


def test_pairing_takes_out_what_the_items_share():
    rng = np.random.default_rng(9)
    hard = rng.normal(0, 10, 50)
    interval = paired_bootstrap(hard + 1, hard, rng)
    assert interval.low == pytest.approx(1)
    assert interval.high == pytest.approx(1)
    assert interval.mean == pytest.approx(1)


def test_the_two_level_interval_sees_both_levels():
    rng = np.random.default_rng(10)
    seeds, items = rng.normal(size=(12, 1)), rng.normal(size=(1, 200))

    def width(table):
        interval = two_level_interval(table, 0, n_draws=800)
        return interval.high - interval.low

    # One level only: the width is that of a mean of 12 seeds or of 200 items, 2 * 1.96 * sd / sqrt(n).
    of_seeds, of_items = width(np.repeat(seeds, 200, axis=1)), width(np.repeat(items, 12, axis=0))
    assert of_seeds == pytest.approx(3.92 * seeds.std() / np.sqrt(12), rel=0.15)
    assert of_items == pytest.approx(3.92 * items.std() / np.sqrt(200), rel=0.15)
    assert width(seeds + items) == pytest.approx(np.hypot(of_seeds, of_items), rel=0.15)


def test_same_seed_same_interval():
    table = np.random.default_rng(0).normal(size=(3, 5))
    assert two_level_interval(table, 1) == two_level_interval(table, 1)
    assert paired_bootstrap(table[0], table[1], 1) == paired_bootstrap(table[0], table[1], 1)


def test_bad_arguments_are_named():
    with pytest.raises(ShapeError, match="b must have 2 values, not 1"):
        sign_flip_test([1, 2], [1], 0)
    with pytest.raises(ArgumentError, match="a and b must hold a pair at least"):
        paired_bootstrap([], [], 0)
    with pytest.raises(ArgumentError, match=r"a\[1\] = inf is not finite"):
        paired_bootstrap([1, np.inf], [1, 1], 0)
    with pytest.raises(UnknownNameError, match="alternative 'both' is not known"):
        sign_flip_test([1], [0], 0, alternative="both")
    with pytest.raises(ArgumentError, match="margin must be a positive number"):
        equivalence_test([1], [0], 0.0, 0)
    with pytest.raises(ArgumentError, match=r"p_values\[1\] = 1.5 leaves \[0, 1\]"):
        holm([0.5, 1.5])
    with pytest.raises(ArgumentError, match="level must lie strictly"):
        paired_bootstrap([1], [0], 0, level=0)
    with pytest.raises(ArgumentError, match="n_draws must be at least 1"):
        paired_bootstrap([1], [0], 0, n_draws=0)
    with pytest.raises(ShapeError, match=r"scores must have 2 axes, not 1 \(its shape is \(3,\)\)"):
        two_level_interval([1, 2, 3], 0)
    with pytest.raises(ArgumentError, match="a seed and an item at least"):
        two_level_interval(np.empty((2, 0)), 0)


def test_nested_interval_covers_the_mean_of_seeds_and_items_at_about_its_level() -> None:
    rng = np.random.default_rng(8)
    hits = 0
    for _ in range(200):
        # Seeds of 30 items each around means of their own: the truth is 0, and the spread between seeds dominates.
        seeds = [rng.normal(rng.normal(0.0, 0.5), 1.0, 30) for _ in range(12)]
        interval = nested_interval(seeds, rng, n_draws=200)
        hits += interval.low <= 0.0 <= interval.high
    # Twelve seeds make a percentile bootstrap a little narrow; Binomial(200, .9) has a standard deviation of 4.
    assert 168 <= hits <= 199


def test_nested_interval_weighs_seeds_equally_whatever_their_number_of_items() -> None:
    assert nested_interval([[0.0], [1.0, 1.0, 1.0]], rng=0).mean == 0.5
    with pytest.raises(ArgumentError, match="every seed an item"):
        nested_interval([[0.1], []], rng=0)
