import time

import numpy as np
import pytest

from variorum.errors import ArgumentError, NotCountsError, UnknownNameError
from variorum.evaluation import AGREEMENT, agreement_interval, fleiss_kappa, gwet_ac1, krippendorff_alpha, raw_agreement
from variorum.evaluation.agreement._answers import Answers
from variorum.evaluation.agreement.bootstrap import interval_of, item_draws, percentiles, resample
from variorum.evaluation.agreement.measures import measure_of

OF_COUNTS = [name for name, measure in AGREEMENT.items() if measure.distance not in ("masi", "jaccard")]


def drawn_from_a_population(rng, n_items, n_votes=3, n_classes=3, concentration=2.0):
    """Votes of items whose distributions come from a symmetric Dirichlet."""
    return rng.multinomial(n_votes, rng.dirichlet(np.full(n_classes, concentration / n_classes), n_items))


def test_resamples_have_as_many_items_and_every_item_as_often():
    draws = np.concatenate(list(item_draws(50, np.random.default_rng(0), 400)))
    assert draws.shape == (400, 50)
    assert (draws.sum(axis=1) == 50).all()
    # Each item is drawn once on average, with variance 1 - 1/50 a draw.
    assert abs(draws.mean(axis=0) - 1).max() < 5 * np.sqrt(0.98 / 400)


@pytest.mark.parametrize("name", OF_COUNTS)
def test_weights_are_repeated_items(name):
    # A draw that has item 0 twice and item 1 never is the data with item 0 in two rows.
    counts = np.array([[3, 1, 0], [0, 2, 1], [1, 0, 1], [0, 0, 1], [2, 2, 2]], dtype=float)
    w = np.array([[2.0, 0.0, 1.0, 1.0, 1.0], [1.0] * 5])
    function, value = measure_of(name, Answers.of_counts(counts, np.arange(3.0)))
    _, repeated = measure_of(name, Answers.of_counts(counts[[0, 0, 2, 3, 4]], np.arange(3.0)))
    assert function(w) == pytest.approx([repeated, value])


@pytest.mark.parametrize("name", OF_COUNTS)
def test_every_measure_has_an_interval_around_its_value(name):
    counts = drawn_from_a_population(np.random.default_rng(1), 200)
    found = agreement_interval(counts, rng=0, measure=name, n_draws=200)
    assert found.low < found.value < found.high
    assert (found.n_draws, found.n_undefined, found.level) == (200, 0, 0.95)
    again = agreement_interval(counts[::-1], rng=0, measure=name, n_draws=0)
    assert again.value == pytest.approx(found.value)
    assert np.isnan(again.low)


def test_values_are_those_of_the_functions():
    counts = drawn_from_a_population(np.random.default_rng(2), 60)
    functions = {"raw": raw_agreement, "alpha-nominal": krippendorff_alpha, "fleiss-kappa": fleiss_kappa,
                 "gwet-ac1": gwet_ac1}  # fmt: skip
    for name, function in functions.items():
        assert agreement_interval(counts, rng=0, measure=name, n_draws=0).value == pytest.approx(function(counts))
    for metric in ("ordinal", "interval", "ratio"):
        found = agreement_interval(counts, rng=0, measure=f"alpha-{metric}", positions=[1, 2, 4], n_draws=0)
        expected = krippendorff_alpha(counts, distance=metric, positions=[1, 2, 4])
        assert found.value == pytest.approx(expected)


def test_intervals_cover_what_they_promise():
    # Votes on items with Dirichlet distributions of total concentration s have alpha 1 / (1 + s) in the population (the
    # intraclass correlation of the Dirichlet-multinomial). 300 data sets: a 95 % interval that covers 95 % of the time
    # does so 285 times, give or take 4; percentile intervals of 100 items are a little narrow.
    rng = np.random.default_rng(5)
    truth, hits = 1 / 3, 0
    for _ in range(300):
        found = agreement_interval(drawn_from_a_population(rng, 100), rng, n_draws=200)
        hits += found.low <= truth <= found.high
    assert 0.90 <= hits / 300 <= 0.98


def test_undefined_draws_are_counted_and_left_out():
    # One item in ten has the rare label: a resample without it has nothing to disagree about, and alpha is undefined.
    found = agreement_interval([[2, 0]] * 9 + [[1, 1]], rng=0, n_draws=1000)
    # The chance that a draw misses the tenth item is (9/10)^10 = .349.
    assert found.n_undefined == pytest.approx(349, abs=60)
    assert np.isfinite([found.low, found.high]).all()
    alike = agreement_interval([[2, 0]] * 5, rng=0, n_draws=50)
    assert np.isnan([alike.value, alike.low, alike.high]).all()
    assert alike.n_undefined == 50


def test_a_thousand_draws_of_a_hundred_thousand_items_take_seconds():
    counts = drawn_from_a_population(np.random.default_rng(3), 100_000, n_votes=5)
    start = time.perf_counter()
    found = agreement_interval(counts, rng=0)
    # 2 seconds on a quiet machine; ten times that would mean that draws are looped over.
    assert time.perf_counter() - start < 20
    assert 0.32 < found.low < found.high < 0.35


def test_several_measures_share_their_draws():
    one, two, table = resample(
        [lambda w: w[:, 0], lambda w: w[:, 0], lambda w: w[:, :3]], 5, np.random.default_rng(0), n_draws=50, level=0.9
    )
    np.testing.assert_array_equal(one, two)
    np.testing.assert_array_equal(one, table[:, 0])
    assert table.shape == (50, 3)
    assert resample([lambda w: w[:, 0]], 5, np.random.default_rng(0), n_draws=0, level=0.9)[0].shape == (0,)


def test_percentiles_leave_out_what_is_undefined():
    # Of 0, 1, ..., 100, the 5th and 95th percentile; nan does not move them.
    found = interval_of(50.0, np.append(np.arange(101.0), [np.nan] * 9), 0.9)
    assert (found.low, found.high) == pytest.approx((5.0, 95.0))
    assert (found.n_draws, found.n_undefined) == (110, 9)
    assert np.isnan(percentiles(np.array([np.nan]), 0.9)).all()


def test_bad_arguments_are_named():
    with pytest.raises(UnknownNameError, match="Did you mean 'alpha-nominal'"):
        agreement_interval([[1, 1]], rng=0, measure="alpha-nomnal")
    with pytest.raises(UnknownNameError, match="'alpha-masi' is not known"):
        agreement_interval([[1, 1]], rng=0, measure="alpha-masi")
    with pytest.raises(ArgumentError, match="n_draws must be 0 or more"):
        agreement_interval([[1, 1]], rng=0, n_draws=-1)
    with pytest.raises(ArgumentError, match="level must lie strictly between 0 and 1, not 0"):
        agreement_interval([[1, 1]], rng=0, level=0)
    with pytest.raises(NotCountsError, match="not in whole votes"):
        agreement_interval([[0.5, 1]], rng=0)
