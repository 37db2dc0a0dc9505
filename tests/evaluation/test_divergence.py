"""Divergences against SciPy row by row, published identities, and goldens derived by hand."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy as scipy_entropy

from variorum.errors import ArgumentError, NotADistributionError, ShapeError
from variorum.evaluation import (
    HIGHER_IS_BETTER,
    METRICS,
    brier,
    entropy,
    entropy_bits,
    hellinger,
    js_distance,
    js_distance_bits,
    js_divergence,
    js_divergence_bits,
    kl_divergence,
    manhattan,
    soft_cross_entropy,
    total_variation,
)

BOUNDED = [js_divergence, js_distance, total_variation, brier, hellinger, manhattan]


@st.composite
def distributions(draw, shape):
    """Rows on the simplex, with exact zeros and very small probabilities among them."""
    weights = draw(arrays(np.float64, shape, elements=st.sampled_from([0.0, 0.0, 1e-12, 0.01, 0.3, 1.0, 2.0, 7.0])))
    weights[weights.sum(axis=1) == 0.0, 0] = 1.0
    return weights / weights.sum(axis=1, keepdims=True)


@st.composite
def pairs(draw):
    shape = draw(st.tuples(st.integers(1, 6), st.integers(2, 5)))
    return draw(distributions(shape)), draw(distributions(shape))


@given(pairs())
def test_kl_is_scipys_relative_entropy_of_human_to_model(pair):
    human, model = pair
    expected = [scipy_entropy(p, q) for p, q in zip(human, model, strict=True)]
    np.testing.assert_allclose(kl_divergence(human, model), expected, atol=1e-12)


@given(pairs())
def test_js_distance_is_scipys_where_scipy_is_defined(pair):
    human, model = pair
    for base, ours in ((None, js_distance(human, model)), (2, js_distance_bits(human, model))):
        with np.errstate(invalid="ignore"):  # SciPy takes the root of a tiny negative where a pair is nearly equal.
            expected = np.array([jensenshannon(p, q, base=base) for p, q in zip(human, model, strict=True)])
        defined = ~np.isnan(expected)
        np.testing.assert_allclose(ours[defined], expected[defined], atol=2e-8)


@given(pairs())
def test_entropy_is_scipys(pair):
    human, _ = pair
    np.testing.assert_allclose(entropy(human), scipy_entropy(human, axis=1), atol=1e-12)
    np.testing.assert_allclose(entropy_bits(human), scipy_entropy(human, axis=1, base=2), atol=1e-12)


@given(pairs())
def test_identities(pair):
    human, model = pair
    np.testing.assert_allclose(js_distance(human, model) ** 2, js_divergence(human, model), atol=1e-15)
    np.testing.assert_allclose(js_divergence_bits(human, model) * np.log(2), js_divergence(human, model), atol=1e-15)
    np.testing.assert_allclose(
        soft_cross_entropy(human, model), entropy(human) + kl_divergence(human, model), atol=1e-12
    )
    np.testing.assert_allclose(manhattan(human, model), 2 * total_variation(human, model), atol=1e-15)
    floored = soft_cross_entropy(human, model, floor=1e-6) - kl_divergence(human, model, floor=1e-6)
    np.testing.assert_allclose(floored, entropy(human), atol=1e-4)


@given(pairs())
def test_inequalities(pair):
    human, model = pair
    # Pinsker: KL >= 2 TVD^2. Le Cam: H^2 <= TVD <= sqrt(2) H. Lin: JS <= ln 2 TVD.
    tvd, h = total_variation(human, model), hellinger(human, model)
    assert (kl_divergence(human, model) >= 2 * tvd**2 - 1e-12).all()
    assert (h**2 <= tvd + 1e-12).all()
    assert (tvd <= np.sqrt(2) * h + 1e-12).all()
    assert (js_divergence(human, model) <= np.log(2) * tvd + 1e-12).all()


@given(pairs())
def test_bounds_symmetry_and_zero_on_equal_rows(pair):
    human, model = pair
    tops = [np.log(2), np.sqrt(np.log(2)), 1, 2, 1, 2]
    for metric, top in zip(BOUNDED, tops, strict=True):
        values = metric(human, model)
        assert (values >= 0).all()
        assert (values <= top + 1e-12).all()
        np.testing.assert_array_equal(values, metric(model, human))
        np.testing.assert_array_equal(metric(human, human), 0.0)
    assert (kl_divergence(human, human) <= 1e-15).all()
    assert (entropy(human) <= np.log(human.shape[1]) + 1e-12).all()


@pytest.mark.parametrize("name", METRICS)
@given(pair=pairs(), seed=st.integers(0, 2**32 - 1))
def test_every_metric_gives_one_value_per_item_and_follows_the_items(name, pair, seed):
    human, model = pair
    order = np.random.default_rng(seed).permutation(len(human))
    values = METRICS[name](human, model)
    assert values.shape == (len(human),)
    assert not np.isnan(values).any()
    np.testing.assert_allclose(METRICS[name](human[order], model[order]), values[order], atol=1e-15)
    half = len(human) // 2
    split = np.concatenate([METRICS[name](human[:half], model[:half]), METRICS[name](human[half:], model[half:])])
    np.testing.assert_allclose(split, values, atol=1e-15)


# Wasserstein knows the order of classes; accuracy with ties goes by class index.
@pytest.mark.parametrize("name", sorted(set(METRICS) - {"wasserstein", "accuracy"}))
@given(pair=pairs(), seed=st.integers(0, 2**32 - 1))
def test_metrics_do_not_depend_on_the_order_of_classes(name, pair, seed):
    human, model = pair
    order = np.random.default_rng(seed).permutation(human.shape[1])
    np.testing.assert_allclose(
        METRICS[name](human[:, order], model[:, order]), METRICS[name](human, model), rtol=1e-12, atol=1e-14
    )


@pytest.mark.parametrize("name", METRICS)
@given(counts=arrays(np.int64, (4, 3), elements=st.integers(0, 9)).filter(lambda c: (c.sum(axis=1) > 0).all()))
def test_ten_times_the_votes_in_equal_shares_score_alike(name, counts):
    shares, tenfold = (c / c.sum(axis=1, keepdims=True) for c in (counts, 10 * counts))
    model = np.full((4, 3), 1 / 3)
    np.testing.assert_allclose(METRICS[name](tenfold, model), METRICS[name](shares, model), atol=1e-14)


@pytest.mark.parametrize("name", METRICS)
def test_a_perfect_model_beats_the_uniform_one(name):
    human, uniform = np.array([[0.7, 0.1, 0.2]]), np.full((1, 3), 1 / 3)
    sign = -1 if name in HIGHER_IS_BETTER else 1
    perfect, worse = (sign * abs(METRICS[name](human, model))[0] for model in (human, uniform))
    # The uniform model's argmax is class 0 by index, which is also the human one here.
    assert perfect <= worse if name == "accuracy" else perfect < worse


@pytest.mark.parametrize("name", METRICS)
def test_no_items_give_no_values(name):
    assert METRICS[name](np.empty((0, 3)), np.empty((0, 3))).shape == (0,)


def test_kl_is_infinite_where_the_model_rules_out_a_choice_and_only_there():
    # Human mass on a class with model mass 0; the other way round costs nothing.
    np.testing.assert_array_equal(kl_divergence([[0.5, 0.5], [1, 0]], [[1, 0], [1, 0]]), [np.inf, 0.0])
    assert kl_divergence([[1, 0]], [[0.5, 0.5]])[0] == pytest.approx(np.log(2))
    assert soft_cross_entropy([[0.5, 0.5]], [[1, 0]])[0] == np.inf


def test_floor_raises_both_sides_and_rescales():
    # human (1, 0) -> (1, .1)/1.1 = (10/11, 1/11); model (0, 1) -> (1/11, 10/11).
    # KL = 10/11 ln 10 - 1/11 ln 10 = 9/11 ln 10.
    assert kl_divergence([[1, 0]], [[0, 1]], floor=0.1)[0] == pytest.approx(9 / 11 * np.log(10))


def test_hand_derived_values():
    # p = (.5, .5), q = (.9, .1): KL = .5 ln(.5/.9) + .5 ln(.5/.1) = .5 ln(25/9).
    p, q = [[0.5, 0.5]], [[0.9, 0.1]]
    assert kl_divergence(p, q)[0] == pytest.approx(0.5 * np.log(25 / 9))
    assert brier(p, q)[0] == pytest.approx(2 * 0.4**2)
    assert hellinger([[1, 0]], [[0, 1]])[0] == 1.0
    # Disjoint support: one bit, whose square root is one.
    assert js_divergence_bits([[1, 0]], [[0, 1]])[0] == 1.0
    assert js_distance([[1, 0]], [[0, 1]])[0] == pytest.approx(0.8325546111576977)


@given(st.floats(1e-9, 1e-3), st.floats(0.05, 0.95))
@example(1e-9, 0.5)
def test_js_of_nearly_equal_rows_keeps_its_digits(step, p):
    # Second order: JS of (p, 1-p) and (p+d, 1-p-d) is d^2/8 (1/p + 1/(1-p)) for small d.
    q = p + step * p * (1 - p)
    d = q - p
    expected = d**2 / 8 * (1 / p + 1 / (1 - p))
    distance = js_distance([[p, 1 - p]], [[q, 1 - q]])[0]
    assert distance == pytest.approx(np.sqrt(expected), rel=2e-3)


@pytest.mark.parametrize("ratio", 10.0 ** np.arange(-0.5, -15.0, -0.5))
def test_js_of_distant_rows_keeps_its_digits(ratio):
    # Against decimals of 50 digits. ln(1 - t^2) from a rounded t^2 was off by 2e-9 at a ratio of 1e-8.
    human, model = np.array([0.5, 0.5]), np.array([0.5 * ratio, 1.0 - 0.5 * ratio])
    with localcontext() as context:
        context.prec = 50
        expected = Decimal(0)
        for p, q in zip(map(Decimal, human.tolist()), map(Decimal, model.tolist()), strict=True):
            middle = (p + q) / 2
            expected += (p * (p / middle).ln() + q * (q / middle).ln()) / 2
    assert js_divergence([human], [model])[0] == pytest.approx(float(expected), rel=1e-14)


def test_js_distance_is_not_nan_where_scipys_is():
    # Nearly equal rows on which a sum of signed logarithms goes below zero.
    rng = np.random.default_rng(0)
    human = rng.dirichlet(np.ones(4), 2000)
    model = human * (1 + 1e-15 * rng.standard_normal(human.shape))
    values = js_distance(human, model)
    assert not np.isnan(values).any()
    assert values.max() < 1e-14


@pytest.mark.parametrize("floor", [-0.1, 0.5, 1.0, float("nan")])
def test_a_floor_out_of_range_is_refused(floor):
    with pytest.raises(ArgumentError, match=r"floor must lie in \[0, 1/2\)"):
        kl_divergence([[1, 0]], [[1, 0]], floor=floor)


@pytest.mark.parametrize("name", METRICS)
def test_every_metric_refuses_what_is_no_distribution(name):
    with pytest.raises(NotADistributionError, match=r"model\[1\] = \[2.0, 1.0\].*1 of 2 rows"):
        METRICS[name]([[1, 0], [1, 0]], [[1, 0], [2, 1]])
    with pytest.raises(ShapeError, match="human has shape"):
        METRICS[name]([[1, 0]], [[1, 0], [1, 0]])
