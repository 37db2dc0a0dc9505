import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom, norm

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import ppi_mean


def draw(rng, n, n_rest, noise):
    """Outcomes around .3 and a model that is .4 too high, as far off at random as `noise` says."""
    y = rng.normal(0.3, 1.0, n + n_rest)
    f = y + 0.4 + rng.normal(0, noise, y.size)
    return y[:n], f[:n], f[n:]


def test_without_trust_it_is_the_classical_mean():
    y, f, rest = draw(np.random.default_rng(0), 25, 50, 1.0)
    classical = ppi_mean(y, f, rest, lam=0, level=0.9)
    error = y.std(ddof=1) / 5
    np.testing.assert_allclose(classical.mean, y.mean())
    np.testing.assert_allclose([classical.low, classical.high], norm.interval(0.9, y.mean(), error))
    assert classical.n_effective == pytest.approx(25)
    assert classical.n_human == 25


def test_full_trust_is_the_models_mean_with_its_error_taken_off():
    y, f, rest = draw(np.random.default_rng(1), 25, 50, 1.0)
    full = ppi_mean(y, f, rest, lam=1)
    np.testing.assert_allclose(full.mean, rest.mean() - (f - y).mean())
    variance = rest.var(ddof=1) / 50 + (y - f).var(ddof=1) / 25
    np.testing.assert_allclose(full.standard_error, np.sqrt(variance))


def test_a_perfect_model_makes_all_items_human_ones():
    # With f = y the optimum is 1 / (1 + n / N): the mean of all n + N outcomes, with the error of so many. The variance
    # in lam is taken from both parts together, so the data's own optimum differs a little.
    rng = np.random.default_rng(2)
    y = rng.normal(size=4000)
    known = ppi_mean(y[:1000], y[:1000], y[1000:])
    assert known.lam == pytest.approx(0.75, abs=0.03)
    assert float(known.mean) == pytest.approx(y.mean(), abs=0.01)
    assert known.n_effective == pytest.approx(4000, rel=0.05)


def test_a_useless_or_adverse_model_costs_nothing():
    rng = np.random.default_rng(3)
    y, rest = rng.normal(size=200), rng.normal(size=1000)
    for useless in (rng.normal(size=200), -y):
        tuned, alone = ppi_mean(y, useless, rest), ppi_mean(y, useless, rest, lam=0)
        assert tuned.lam < 0.15
        assert tuned.standard_error <= 1.005 * alone.standard_error
        assert ppi_mean(y, useless, rest, lam=1).standard_error > 1.3 * alone.standard_error
    constant = ppi_mean(y, np.ones(200), np.ones(1000))
    assert constant.lam == 0
    assert constant.standard_error == ppi_mean(y, y, rest, lam=0).standard_error


@given(st.integers(0, 10_000), st.floats(0, 3))
def test_the_tuned_trust_has_the_least_variance(seed, noise):
    y, f, rest = draw(np.random.default_rng(seed), 30, 70, noise)

    def variance(lam):
        # The objective: Var(f) from all items together, unlike the interval's.
        spread, both = np.concatenate([f, rest]).var(ddof=1), np.cov(y, f)
        return lam**2 * spread * (1 / 70 + 1 / 30) - 2 * lam * both[0, 1] / 30

    best = ppi_mean(y, f, rest).lam
    assert all(variance(best) <= variance(other) + 1e-12 for other in np.linspace(0, 1, 101))


@pytest.mark.parametrize("noise", [0.0, 0.7, 5.0])
def test_intervals_cover(noise):
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(1000):
        estimate = ppi_mean(*draw(rng, 80, 300, noise), level=0.9)
        hits += bool(estimate.low <= 0.3 <= estimate.high)
    # A normal interval from 80 items and a tuned trust may be a percent or two short.
    assert binom.ppf(1e-4, 1000, 0.88) <= hits <= binom.ppf(1 - 1e-4, 1000, 0.915)


def test_mean_label_distributions_sum_to_one_and_are_covered():
    rng = np.random.default_rng(5)
    concentration = np.array([2.0, 1.0, 0.5])
    truth = concentration / concentration.sum()
    hits = np.zeros(3)
    for _ in range(500):
        shares = rng.dirichlet(concentration, size=380)
        # Five votes an item; the model flattens the truth.
        human = rng.multinomial(5, shares[:80]) / 5
        model = 0.5 * shares + 0.5 / 3
        estimate = ppi_mean(human, model[:80], model[80:], level=0.9)
        np.testing.assert_allclose(estimate.mean.sum(), 1)
        hits += (estimate.low <= truth) & (truth <= estimate.high)
    assert (binom.ppf(1e-4, 500, 0.88) <= hits).all()
    assert (hits <= binom.ppf(1 - 1e-4, 500, 0.915)).all()
    assert estimate.mean.shape == estimate.low.shape == (3,)
    assert estimate.n_effective > 80


def test_scalar_outcomes_and_one_column_are_the_same():
    y, f, rest = draw(np.random.default_rng(6), 20, 30, 0.5)
    scalar, column = ppi_mean(y, f, rest), ppi_mean(y[:, None], f[:, None], rest[:, None])
    assert scalar.mean.shape == ()
    assert column.mean.shape == (1,)
    assert float(scalar.high) == column.high[0]


def test_without_any_error_the_worth_is_infinite_or_undefined():
    assert ppi_mean([0.0, 1.0], [0.0, 1.0], [0.5, 0.5], lam=1).n_effective == np.inf
    assert np.isnan(ppi_mean([1.0, 1.0], [0.0, 0.0], [0.5, 0.5]).n_effective)


def test_bad_arguments_are_named():
    with pytest.raises(ArgumentError, match=r"lam must lie in \[0, 1\], or be None to tune it, not 2"):
        ppi_mean([0, 1], [0, 1], [0, 1], lam=2)
    with pytest.raises(ArgumentError, match="level must lie strictly between 0 and 1, not 1"):
        ppi_mean([0, 1], [0, 1], [0, 1], level=1)
    with pytest.raises(ShapeError, match="model_rest must hold 2 items at least, not 1"):
        ppi_mean([0, 1], [0, 1], [0])
    with pytest.raises(ShapeError, match=r"human has shape \(2,\) and model \(3,\); they must be the same"):
        ppi_mean([0, 1], [0, 1, 1], [0, 1])
    with pytest.raises(ShapeError, match=r"model_rest \(2,\); they must be the same but for the number of items"):
        ppi_mean([[0], [1]], [[0], [1]], [0, 1])
    with pytest.raises(ArgumentError, match=r"model\[1\] = nan must be finite; 1 of 2 items are affected"):
        ppi_mean([0, 1], [0, np.nan], [0, 1])
    with pytest.raises(ShapeError, match="human has no outcomes"):
        ppi_mean(np.empty((2, 0)), [0, 1], [0, 1])
