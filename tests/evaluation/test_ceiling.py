"""The reference lines, tested in worlds whose truth is known."""

import numpy as np
import pytest
from scipy.stats import binom

from variorum.errors import ArgumentError, NotCountsError, ShapeError
from variorum.evaluation import (
    brier,
    fresh_panel,
    js_distance,
    kl_divergence,
    oracle_floor,
    reference_lines,
    soft_cross_entropy,
    split_half,
    total_variation,
)
from variorum.labels import fit_dirichlet_prior

PRIOR = np.array([0.6, 0.3, 0.2])


# With 99 draws, the 10th and the 90th of them bound exactly 80 of 100 equally likely places.
def world(rng, n_items, n_votes, prior=PRIOR):
    truth = rng.dirichlet(prior, n_items)
    return truth, rng.multinomial(n_votes, truth)


def covered(line_and_score):
    return sum(line.low <= score <= line.high for line, score in line_and_score)


def assert_nominal(hits, n_worlds, level):
    # Two in ten thousand honest intervals fall outside these limits; seeds are fixed, so the test is too.
    low, high = binom.ppf([1e-4, 1 - 1e-4], n_worlds, level)
    assert low <= hits <= high, f"{hits} of {n_worlds} intervals hold the score, nominal {level}"


@pytest.mark.parametrize("score", [js_distance, total_variation, soft_cross_entropy])
@pytest.mark.parametrize("n_votes", [1, 4])
def test_the_oracle_floor_covers_the_true_models_score(score, n_votes):
    rng = np.random.default_rng(11)
    results = []
    for _ in range(200):
        truth, counts = world(rng, 40, n_votes)
        line = oracle_floor(counts, score, PRIOR, rng, n_draws=99, level=0.8)
        results.append((line, score(counts / n_votes, truth).mean()))
    assert_nominal(covered(results), 200, 0.8)


def test_the_oracle_floor_covers_with_uneven_panels_and_a_small_prior():
    # Concentrations of .02 underflow in plain gamma variates; panels of 1 to 9 votes, some items without any.
    rng, prior = np.random.default_rng(12), np.array([0.02, 0.05, 0.03])
    results = []
    for _ in range(200):
        truth = rng.dirichlet(prior, 30)
        sizes = rng.integers(0, 10, 30)
        counts = rng.multinomial(sizes, truth)
        voted = sizes > 0
        line = oracle_floor(counts, total_variation, prior, rng, n_draws=99, level=0.8)
        assert (line.n_items, line.n_excluded) == (voted.sum(), 30 - voted.sum())
        human = counts[voted] / sizes[voted, None]
        results.append((line, total_variation(human, truth[voted]).mean()))
    assert_nominal(covered(results), 200, 0.8)


def test_a_plug_in_bootstrap_would_not_cover():
    # Why the posterior: redrawing votes from the vote shares takes unanimous items for certain.
    rng = np.random.default_rng(13)
    results = []
    for _ in range(100):
        truth, counts = world(rng, 40, 4)
        shares = counts / 4
        draws = [total_variation(rng.multinomial(4, shares) / 4, shares).mean() for _ in range(200)]
        low, high = np.quantile(draws, [0.1, 0.9])
        results.append(low <= total_variation(shares, truth).mean() <= high)
    assert sum(results) < 50


def test_an_estimated_prior_needs_company_where_votes_are_few():
    # One fit to 2 votes an item, taken for certain, makes the interval too narrow; fits to resampled items mend it.
    rng, n_items = np.random.default_rng(17), 100
    alone, together = [], []
    for _ in range(60):
        truth, counts = world(rng, n_items, 2)
        score = total_variation(counts / 2, truth).mean()
        fitted = fit_dirichlet_prior(counts)
        several = [fit_dirichlet_prior(counts[rng.integers(n_items, size=n_items)]) for _ in range(20)]
        alone.append((oracle_floor(counts, total_variation, fitted, rng, n_draws=99, level=0.8), score))
        together.append((oracle_floor(counts, total_variation, several, rng, n_draws=99, level=0.8), score))
    assert covered(alone) < binom.ppf(1e-2, 60, 0.8)
    assert_nominal(covered(together), 60, 0.8)


def test_a_fresh_panel_covers_a_fresh_panel():
    rng = np.random.default_rng(14)
    results = []
    for _ in range(200):
        truth, counts = world(rng, 40, 5)
        line = fresh_panel(counts, total_variation, PRIOR, rng, n_draws=99, level=0.8)
        results.append((line, total_variation(counts / 5, rng.multinomial(5, truth) / 5).mean()))
    assert_nominal(covered(results), 200, 0.8)


def test_oracle_beats_fresh_panel_beats_split_half():
    rng = np.random.default_rng(15)
    _, counts = world(rng, 200, 100)
    lines = [
        oracle_floor(counts, js_distance, PRIOR, rng),
        fresh_panel(counts, js_distance, PRIOR, rng),
        split_half(counts, js_distance, rng),
    ]
    assert [line.name for line in lines] == ["oracle floor", "fresh panel", "split half"]
    assert lines[0].high < lines[1].low
    assert lines[1].high < lines[2].low
    assert all(line.low < line.mean < line.high for line in lines)


def test_more_votes_lower_the_floor():
    rng = np.random.default_rng(16)
    truth = rng.dirichlet(PRIOR, 300)
    few, many = (
        oracle_floor(rng.multinomial(n, truth), total_variation, PRIOR, rng, n_draws=50).mean for n in (3, 100)
    )
    assert many < few / 3


def test_split_half_splits_votes_without_replacement():
    seen = []

    def record(human, model):
        seen.append((human, model))
        return total_variation(human, model)

    counts = np.array([[15, 6, 0], [20, 0, 0], [3, 2, 0], [0, 0, 0], [7, 7, 8]])
    line = split_half(counts, record, 0, n_draws=30)
    assert (line.n_items, line.n_excluded, line.n_draws) == (3, 2, 30)
    kept = counts[[0, 1, 4]]
    sizes = kept.sum(axis=1, keepdims=True)
    halves = np.array([human for human, _ in seen]) * (sizes // 2)
    others = np.array([model for _, model in seen]) * (sizes - sizes // 2)
    # Both halves are whole votes, and together every vote once.
    np.testing.assert_allclose(halves, halves.round(), atol=1e-9)
    np.testing.assert_allclose(halves + others, np.broadcast_to(kept, halves.shape), atol=1e-9)
    assert np.ptp(halves[:, 0, 0]) > 0


def test_split_half_draws_from_the_hypergeometric():
    # Half of 12 + 12 votes: class 0 in the first half has mean 6 and variance 12*.25*12/23.
    seen = []

    def record(human, model):
        seen.append(human[:, 0] * 12)
        return total_variation(human, model)

    split_half(np.tile([12, 12], (50, 1)), record, 3, n_draws=200)
    draws = np.ravel(seen)
    assert draws.mean() == pytest.approx(6, abs=0.06)
    assert draws.var() == pytest.approx(36 / 23, rel=0.06)


def test_split_half_names_the_rule_of_twenty():
    with pytest.raises(ArgumentError, match=r"items with 20 votes or more; the most that any of 2 items has is 19"):
        split_half([[10, 9], [5, 0]], total_variation, 0)


def test_same_seed_same_line():
    counts = np.random.default_rng(0).multinomial(25, [0.5, 0.3, 0.2], 10)
    for line in (
        lambda: oracle_floor(counts, js_distance, PRIOR, 5, n_draws=20),
        lambda: fresh_panel(counts, js_distance, PRIOR, 5, n_draws=20),
        lambda: split_half(counts, js_distance, 5, n_draws=20),
    ):
        assert line() == line()


def test_infinite_scores_stay_infinite_and_never_nan():
    # Without a floor, a panel that leaves a class empty costs inf; the oracle never does.
    counts = [[3, 2, 0], [4, 1, 0]]
    panel = fresh_panel(counts, kl_divergence, PRIOR, 0)
    assert panel.mean == np.inf
    assert panel.high == np.inf
    assert not np.isnan(panel.low)
    assert np.isfinite(oracle_floor(counts, kl_divergence, PRIOR, 0).high)


def test_weighted_votes_have_an_oracle_but_no_panel():
    counts = [[2.5, 1.5], [0.5, 3.5]]
    assert oracle_floor(counts, total_variation, [1, 1], 0).n_items == 2
    with pytest.raises(NotCountsError, match="not in whole votes"):
        fresh_panel(counts, total_variation, [1, 1], 0)


@pytest.mark.parametrize("line", [oracle_floor, fresh_panel])
def test_bad_arguments_are_named(line):
    counts = [[1, 1]]
    with pytest.raises(ShapeError, match="prior has 3 classes and counts 2"):
        line(counts, total_variation, PRIOR, 0)
    with pytest.raises(ShapeError, match=r"prior is empty \(its shape is \(1, 0\)\)"):
        line(counts, total_variation, [], 0)
    with pytest.raises(ShapeError, match="prior is not a rectangular array of numbers"):
        oracle_floor([[1, 2]], total_variation, [[1.0, 2.0], [3.0]], 0)
    with pytest.raises(ArgumentError, match=r"prior must be above 0 everywhere, not 0\.0; 1 cells"):
        line(counts, total_variation, [[1, 1], [1, 0]], 0)
    with pytest.raises(ArgumentError, match="none of its 1 items has any"):
        line([[0, 0]], total_variation, [1, 1], 0)
    with pytest.raises(ArgumentError, match="n_draws must be at least 1"):
        line(counts, total_variation, [1, 1], 0, n_draws=0)
    with pytest.raises(ArgumentError, match="level must lie strictly between 0 and 1"):
        line(counts, total_variation, [1, 1], 0, level=1.0)
    with pytest.raises(ShapeError, match=r"score must return one value per item, shape \(1,\), not \(\)"):
        line(counts, lambda human, model: 0.5, [1, 1], 0)


def test_reference_lines_are_those_of_the_single_functions_on_shared_draws():
    votes = np.array([[15, 10], [3, 22], [12, 13]])
    scores = {"tvd": total_variation, "brier": brier}
    lines = reference_lines(votes, scores, [1.0, 2.0], rng=3)
    assert [line.name for line in lines["tvd"]] == ["oracle floor", "fresh panel", "split half"]
    # One generator serves the three in turn, so the first draws are those of the floor alone.
    for name, score in scores.items():
        assert lines[name][0] == oracle_floor(votes, score, [1.0, 2.0], rng=3)


def test_reference_lines_leave_out_what_the_votes_do_not_allow_and_floor_panels_alone():
    floored = {"kl": lambda human, model: kl_divergence(human, model, floor=1e-3)}
    few = reference_lines([[5, 0], [3, 2]], {"kl": kl_divergence}, [1.0, 1.0], rng=0, panel_scores=floored)["kl"]
    assert [line.name for line in few] == ["oracle floor", "fresh panel"]
    assert few[0] == oracle_floor([[5, 0], [3, 2]], kl_divergence, [1.0, 1.0], rng=0)
    assert np.isfinite(few[1].mean)
    weighted = reference_lines([[2.5, 0.5]], {"kl": kl_divergence}, [1.0, 1.0], rng=0)["kl"]
    assert [line.name for line in weighted] == ["oracle floor"]
