import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import brentq
from scipy.stats import binom
from sklearn.ensemble import GradientBoostingRegressor
from sklearn.linear_model import LinearRegression

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import confidence_driven_mean, ppi_mean, predicted_errors, sampling_probabilities


@given(
    arrays(np.float64, st.integers(1, 30), elements=st.floats(0, 5)),
    st.floats(0.02, 1.0),
    st.floats(0.05, 1.0),
)
def test_the_budget_is_spent_and_no_item_left_out(errors, share, mixture):
    chances = sampling_probabilities(errors, share, mixture=mixture)
    assert chances.mean() == pytest.approx(share)
    assert (chances >= mixture * share * (1 - 1e-9)).all()
    assert (chances <= 1 + 1e-9).all()
    order = np.argsort(errors, kind="stable")
    assert (np.diff(chances[order]) >= -1e-9).all()


def test_chances_are_a_floor_and_a_part_in_proportion():
    # Nothing exceeds 1: .9 * .2 * u / mean(u) + .1 * .2, mean(u) = .5.
    np.testing.assert_allclose(sampling_probabilities([0.2, 0.8, 0.5], 0.2), [0.092, 0.308, 0.2])
    np.testing.assert_allclose(sampling_probabilities([0, 0, 0], 0.2), [0.2, 0.2, 0.2])
    # One item errs and is sure to be asked; the other three share 4 * .5 - 1 = 1.
    np.testing.assert_allclose(sampling_probabilities([1, 0, 0, 0], 0.5), [1, 1 / 3, 1 / 3, 1 / 3])


def test_what_exceeds_one_goes_to_the_other_items():
    errors = np.random.default_rng(0).lognormal(0, 2, 50)
    chances = sampling_probabilities(errors, 0.4)

    def spent(slope):
        return np.minimum(0.04 + slope * errors, 1).mean()

    slope = brentq(lambda s: spent(s) - 0.4, 0, 1e6)
    np.testing.assert_allclose(chances, np.minimum(0.04 + slope * errors, 1), rtol=1e-6)
    assert (chances == 1).any()


def corpus(rng, n, signal=True):
    """A label people give, the model's guess and its confidence: it is wrong more often where it is not sure."""
    confidence = rng.random(n)
    human = (rng.random(n) < 0.7).astype(float)
    wrong = rng.random(n) < (0.45 * (1 - confidence) if signal else 0.5)
    return human, np.where(wrong, 1 - human, human), confidence


def ask(rng, human, chances):
    return np.where(rng.random(human.size) < chances, human, np.nan)


def test_even_chances_and_no_trust_are_the_classical_mean():
    rng = np.random.default_rng(1)
    human, model, _ = corpus(rng, 400)
    asked = ask(rng, human, 0.25)
    kept = asked[~np.isnan(asked)]
    even = np.full(400, kept.size / 400)
    estimate = confidence_driven_mean(asked, model, even, lam=0)
    assert float(estimate.mean) == pytest.approx(kept.mean())
    # Here sums are divided by n - 1 of all items, there by n - 1 of those asked.
    assert float(estimate.standard_error) == pytest.approx(kept.std() / np.sqrt(kept.size), rel=0.003)
    assert estimate.n_effective == pytest.approx(kept.size, rel=0.005)


def test_even_chances_and_full_trust_are_prediction_powered():
    rng = np.random.default_rng(2)
    human, model, _ = corpus(rng, 600)
    asked = ask(rng, human, 0.3)
    seen = ~np.isnan(asked)
    estimate = confidence_driven_mean(asked, model, np.full(600, seen.mean()), lam=1)
    # The model's mean over all items, and the mean error over those asked.
    assert float(estimate.mean) == pytest.approx(model.mean() + (human - model)[seen].mean())
    # ppi_mean with the other items alone and lam = N / (n + N) is the same estimate.
    same = ppi_mean(human[seen], model[seen], model[~seen], lam=1 - seen.mean())
    assert float(same.mean) == pytest.approx(float(estimate.mean) + 0, abs=0.02)


def test_asking_about_everything_is_the_mean_of_everything():
    human, model, _ = corpus(np.random.default_rng(3), 50)
    estimate = confidence_driven_mean(human, model, np.ones(50))
    assert float(estimate.mean) == pytest.approx(human.mean())
    assert float(estimate.standard_error) == pytest.approx(human.std(ddof=1) / np.sqrt(50))
    assert (estimate.lam, estimate.n_human) == (0, 50)


def test_a_perfect_model_needs_no_answers_and_its_zero_does_not_matter():
    rng = np.random.default_rng(4)
    human = rng.normal(10, 1, 300)
    asked = ask(rng, human, np.full(300, 0.1))
    perfect = confidence_driven_mean(asked, human - 7, np.full(300, 0.1))
    assert perfect.lam == pytest.approx(1)
    assert float(perfect.mean) == pytest.approx(human.mean())
    assert perfect.n_effective > 250


def test_a_useless_model_costs_no_more_than_no_model():
    rng = np.random.default_rng(5)
    human = rng.normal(10, 1, 4000)
    asked = ask(rng, human, np.full(4000, 0.25))
    for useless in (rng.normal(size=4000), np.zeros(4000), -human):
        estimate = confidence_driven_mean(asked, useless, np.full(4000, 0.25))
        assert estimate.lam < 0.1
        assert estimate.n_effective == pytest.approx((~np.isnan(asked)).sum(), rel=0.02)


@given(st.integers(0, 10_000))
def test_trust_and_constant_leave_the_least_variance(seed):
    rng = np.random.default_rng(seed)
    human, model, confidence = corpus(rng, 120)
    # Tilted towards the middle, so that the trust lies inside of [0, 1] as a rule.
    model = 0.5 * model + rng.normal(0, 0.1, 120)
    chances = 0.2 + 0.6 * confidence
    asked = ask(rng, human, chances)
    seen = ~np.isnan(asked)
    weight = ((1 - chances) / chances**2)[seen]

    # Weighted least squares; the loss is convex in the trust, so the best one in [0, 1] is the nearest to the free one.
    design = np.column_stack([np.ones(seen.sum()), model[seen]]) * np.sqrt(weight)[:, None]
    free = np.linalg.lstsq(design, human[seen] * np.sqrt(weight), rcond=None)[0][1]
    assert confidence_driven_mean(asked, model, chances).lam == pytest.approx(np.clip(free, 0, 1), abs=1e-6)


@pytest.mark.parametrize("signal", [True, False])
def test_intervals_cover_through_the_whole_pipeline(signal):
    # 60 items are asked about first; what they tell decides on the other 540.
    rng = np.random.default_rng(6)
    hits, worth = 0, []
    for _ in range(600):
        human, model, confidence = corpus(rng, 600, signal=signal)
        first = np.where(np.arange(600) < 60, human, np.nan)
        errors = predicted_errors(confidence, first, model, LinearRegression())
        chances = np.append(np.ones(60), sampling_probabilities(errors[60:], 0.2))
        estimate = confidence_driven_mean(ask(rng, human, chances), model, chances, level=0.9)
        hits += bool(estimate.low <= 0.7 <= estimate.high)
        worth.append(estimate.n_effective / estimate.n_human)
    assert binom.ppf(1e-4, 600, 0.875) <= hits <= binom.ppf(1 - 1e-4, 600, 0.92)
    # The first 60 stand for themselves, 108 of the others for 540: a variance of .1^2 / 60 + .9^2 / 108 = 1 / 130.4,
    # and 130.4 / 168 = .776 for a model that is right by coin toss, a little less as chances follow noise.
    if signal:
        assert np.mean(worth) > 1.25 * 0.776
    else:
        assert 0.97 * 0.776 < np.mean(worth) < 1.02 * 0.776


def test_asking_where_the_model_is_unsure_beats_asking_evenly():
    rng = np.random.default_rng(7)
    human, _, confidence = corpus(rng, 20_000)
    # The model errs on a quarter of the items, with .4, and says so.
    model = np.where((confidence < 0.25) & (rng.random(20_000) < 0.4), 1 - human, human)
    driven, even = sampling_probabilities(np.where(confidence < 0.25, 0.4**0.5, 0), 0.1), np.full(20_000, 0.1)
    errors = [confidence_driven_mean(ask(rng, human, p), model, p).standard_error for p in (driven, even)]
    assert errors[0] < 0.75 * errors[1]


def test_mean_label_distributions_sum_to_one():
    rng = np.random.default_rng(8)
    shares = rng.dirichlet([2, 1, 0.5], size=300)
    human = rng.multinomial(5, shares) / 5
    chances = sampling_probabilities(1 - shares.max(axis=1), 0.3)
    human[rng.random(300) >= chances] = np.nan
    estimate = confidence_driven_mean(human, 0.6 * shares + 0.4 / 3, chances)
    np.testing.assert_allclose(estimate.mean.sum(), 1)
    assert estimate.mean.shape == (3,)


def test_trees_learn_where_the_model_errs():
    rng = np.random.default_rng(9)
    human, model, confidence = corpus(rng, 800)
    asked = np.where(np.arange(800) < 200, human, np.nan)
    trees = GradientBoostingRegressor(learning_rate=0.02, n_estimators=100, random_state=0)
    errors = predicted_errors(confidence, asked, model, trees)
    assert errors[confidence < 0.3].mean() > errors[confidence > 0.7].mean() + 0.1
    assert (errors >= 0).all()


def test_errors_of_several_outcomes_are_summed():
    asked = np.array([[1.0, 0.0], [0.0, 1.0], [np.nan, np.nan]])
    model = np.array([[0.6, 0.4], [0.0, 1.0], [0.5, 0.5]])
    # Squared errors .32 and 0 on features 0 and 1: a line through both says .16 in the middle.
    errors = predicted_errors([[0.0], [1.0], [0.5]], asked, model, LinearRegression())
    np.testing.assert_allclose(errors, np.sqrt([0.32, 0, 0.16]), atol=1e-7)


def test_bad_arguments_are_named():
    with pytest.raises(ArgumentError, match=r"errors\[1\] = -1.0 is negative"):
        sampling_probabilities([0, -1], 0.5)
    with pytest.raises(ArgumentError, match="errors must hold an item"):
        sampling_probabilities([], 0.5)
    with pytest.raises(ArgumentError, match=r"share must lie in \(0, 1\], not 0"):
        sampling_probabilities([1], 0)
    with pytest.raises(ArgumentError, match=r"mixture must lie in \(0, 1\], not 0"):
        sampling_probabilities([1], 0.5, mixture=0)
    with pytest.raises(ArgumentError, match=r"probability\[1\] = 0.0 leaves \(0, 1\]"):
        confidence_driven_mean([1, 0], [1, 0], [0.5, 0])
    with pytest.raises(ArgumentError, match=r"human\[1\] is nan although probability\[1\] is 1"):
        confidence_driven_mean([1, np.nan], [1, 0], [0.5, 1])
    with pytest.raises(ArgumentError, match="2 outcomes at least of items whose probability is below 1, not 1"):
        confidence_driven_mean([1, np.nan], [1, 0], [0.5, 0.5])
    with pytest.raises(ArgumentError, match=r"human\[0\] = \[nan, 1.0\] must be finite, or nan in all outcomes"):
        confidence_driven_mean([[np.nan, 1], [1, 0]], [[1, 0], [1, 0]], [0.5, 0.5])
    with pytest.raises(ShapeError, match="probability must have 2 values, not 1"):
        confidence_driven_mean([1, 0], [1, 0], [0.5])
    with pytest.raises(ArgumentError, match="lam must lie"):
        confidence_driven_mean([1, 0], [1, 0], [0.5, 0.5], lam=-1)
    with pytest.raises(ArgumentError, match="human must hold an outcome at least; all items are nan"):
        predicted_errors([1, 2], [np.nan, np.nan], [1, 0], LinearRegression())
    with pytest.raises(ShapeError, match="features must have 2 rows, not 1"):
        predicted_errors([1], [1, 0], [1, 0], LinearRegression())
