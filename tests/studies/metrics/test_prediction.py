from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import spearmanr

from variorum.errors import ArgumentError
from variorum.studies.base import as_plain
from variorum.studies.metrics.prediction import LEAST_ROWS, Sources, prediction_from, rank_prediction


def drawn(seed, n=20, n_families=5, digits=2):
    rng = np.random.default_rng(seed)
    metrics = rng.random((n, 4)).round(digits)
    return Sources(metrics, (metrics[:, 3] + rng.random(n)).round(digits), np.arange(n) % n_families)


def found(sources, **options):
    return rank_prediction(sources, np.random.default_rng(0), **({"draws": 60} | options))


@given(st.integers(0, 10_000), st.integers(3, 25))
def test_it_is_spearmans_with_distances_turned(seed, n):
    sources = drawn(seed, n, digits=1)
    got = found(sources, draws=1).spearman
    for k, sign in enumerate((-1, -1, -1, 1)):
        if np.ptp(sources.metrics[:, k]) and np.ptp(sources.score):
            assert got[k] == pytest.approx(spearmanr(sign * sources.metrics[:, k], sources.score).statistic)
        else:
            assert np.isnan(got[k])


def test_within_families_a_difference_between_them_does_not_count():
    # Within each family the metric runs against the score; families together run with it.
    metric = np.array([0.1, 0.2, 0.3, 5.1, 5.2, 5.3, 9.1, 9.2, 9.3])
    score = np.array([0.3, 0.2, 0.1, 0.6, 0.5, 0.4, 0.9, 0.8, 0.7])
    sources = Sources(np.column_stack([-metric, -metric, -metric, metric]), score, np.repeat([0, 1, 2], 3))
    assert found(sources).spearman.tolist() == pytest.approx([0.8] * 4)
    assert found(sources, within=True).spearman.tolist() == pytest.approx([-1.0] * 4)


@given(st.integers(0, 1000))
def test_within_one_family_is_the_same_as_without(seed):
    sources = drawn(seed, 12, n_families=1)
    inside, plain = found(sources, draws=1, within=True), found(sources, draws=1)
    np.testing.assert_allclose(inside.spearman, plain.spearman)


def test_the_order_of_sources_and_names_of_families_change_nothing():
    sources = drawn(4)
    order = np.random.default_rng(1).permutation(20)
    moved = Sources(sources.metrics[order], sources.score[order], 7 - sources.family[order])
    for within in (False, True):
        a, b = found(sources, within=within), found(moved, within=within)
        np.testing.assert_allclose(a.spearman, b.spearman)
        np.testing.assert_allclose(a.lead, b.lead)


def test_leads_are_differences_over_the_same_resamples():
    sources = drawn(5, 30)
    twin = Sources(np.column_stack([*sources.metrics.T[:2], -sources.metrics[:, 3], sources.metrics[:, 3]]),
                   sources.score, sources.family)  # fmt: skip
    got = found(twin)
    # The third metric is the fourth turned around: whatever is drawn, they differ by nothing.
    assert got.lead[2:].tolist() == pytest.approx([0.0, 0.0])
    assert np.abs(got.lead_by_rows[2:]).max() < 1e-12
    assert np.abs(got.lead_by_families[2:]).max() < 1e-12
    assert np.all(got.lead_by_rows[:2, 0] < got.lead[:2])
    assert np.all(got.by_rows[:, 0] <= got.spearman)
    assert np.all(got.spearman <= got.by_rows[:, 1])


def test_few_rows_and_few_families_have_no_interval():
    few = found(drawn(6, LEAST_ROWS - 1, n_families=3))
    assert np.isnan(few.by_rows).all()
    assert np.isnan(few.by_families).all()
    enough = found(drawn(6, LEAST_ROWS, n_families=4))
    assert not np.isnan(enough.by_rows).any()
    assert not np.isnan(enough.by_families).any()
    assert (few.n, few.n_families, enough.n_families) == (LEAST_ROWS - 1, 3, 4)


def test_a_metric_that_was_not_measured_stays_undefined_whatever_families_are_drawn():
    sources = drawn(7, 24, n_families=4)
    metrics = sources.metrics.copy()
    metrics[sources.family == 0, 3] = np.nan
    got = found(Sources(metrics, sources.score, sources.family))
    assert np.isnan(got.spearman[3])
    assert np.isnan(got.by_rows[3]).all()
    assert np.isnan(got.by_families[3]).all()
    assert np.isnan(got.lead).all()
    assert not np.isnan(got.spearman[:3]).any()


def test_resamples_in_which_a_side_is_constant_are_counted():
    sources = drawn(8, 12)
    flat = np.zeros(12)
    flat[0] = 1.0
    got = found(Sources(sources.metrics, flat, sources.family), draws=300)
    # The one source that differs is missing from (11/12)^12 = .35 of the resamples, and never fills one.
    assert got.undefined == pytest.approx(0.352, abs=0.08)


def test_a_prediction_survives_its_record():
    got = found(drawn(9, 8, n_families=2))
    again = prediction_from(as_plain("values", vars(got)))
    for name, value in vars(got).items():
        np.testing.assert_array_equal(getattr(again, name), value)


@pytest.mark.parametrize(
    ("n", "draws", "message"), [(2, 10, "sources must be at least 3, not 2"), (5, 0, "draws must")]
)
def test_mistakes_are_named(n, draws, message):
    with pytest.raises(ArgumentError, match=message):
        found(drawn(0, n), draws=draws)
