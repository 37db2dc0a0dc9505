from __future__ import annotations

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sklearn.linear_model import LogisticRegression

from variorum.errors import ArgumentError, ConvergenceWarning, NotCountsError, ShapeError
from variorum.training import SoftmaxRegression, TrainingData, fit_map, log_marginal_likelihood


def simulate(
    seed: int, n: int, d: int, k: int, votes: int, strength: float = 1.0
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    inputs = rng.standard_normal((n, d))
    logits = inputs @ rng.standard_normal((d, k)) * strength / np.sqrt(d)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    return inputs, np.array([rng.multinomial(votes, p) for p in shares]) * 1.0, shares


@pytest.mark.parametrize(("k", "precision"), [(2, 0.1), (3, 1.0), (5, 30.0)])
def test_the_mode_is_that_of_scikit_learn(k: int, precision: float) -> None:
    inputs, counts, _ = simulate(0, 120, 6, k, 3)
    ours = fit_map(inputs, counts, precision, intercept_precision=1e-9, standardize=False, tolerance=1e-7)
    rows, labels = np.nonzero(counts)
    # For two classes scikit-learn has one weight vector w where ours has w/2 and -w/2: half the penalty.
    theirs = LogisticRegression(C=(1.0 if k > 2 else 2.0) / precision, tol=1e-10, max_iter=10_000)
    theirs.fit(inputs[rows], labels, sample_weight=counts[rows, labels])
    np.testing.assert_allclose(ours.probabilities(inputs), theirs.predict_proba(inputs), atol=1e-5)
    expected = theirs.coef_ if k > 2 else np.vstack([-theirs.coef_, theirs.coef_]) / 2
    np.testing.assert_allclose(ours.weights.T, expected, atol=1e-5)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(2, 4), st.integers(1, 5))
def test_an_item_with_votes_equals_as_many_items_with_one(seed: int, k: int, d: int) -> None:
    inputs, counts, _ = simulate(seed, 8, d, k, 5)
    rows, labels = np.nonzero(counts)
    repeats = counts[rows, labels].astype(int)
    single = np.eye(k)[np.repeat(labels, repeats)]
    one = SoftmaxRegression(n_members=5, tolerance=1e-6).fit(TrainingData(inputs, counts), np.random.default_rng(0))
    many = SoftmaxRegression(n_members=5, tolerance=1e-6).fit(
        TrainingData(inputs[np.repeat(rows, repeats)], single), np.random.default_rng(0)
    )
    assert many.mode.precision == pytest.approx(one.mode.precision, rel=1e-2)
    np.testing.assert_allclose(many.predict(inputs).members, one.predict(inputs).members, atol=5e-3)
    fixed = [
        fit_map(x, c, 0.7, tolerance=1e-7).probabilities(inputs)
        for x, c in ((inputs, counts), (inputs[np.repeat(rows, repeats)], single))
    ]
    np.testing.assert_allclose(fixed[0], fixed[1], atol=1e-6)


def test_weights_multiply_votes() -> None:
    inputs, counts, _ = simulate(1, 10, 2, 3, 4)
    weights = np.arange(10.0)
    weighted = SoftmaxRegression(precision=1.0).fit(
        TrainingData(inputs, counts, weights=weights), np.random.default_rng(0)
    )
    multiplied = SoftmaxRegression(precision=1.0).fit(
        TrainingData(inputs, counts * weights[:, None]), np.random.default_rng(0)
    )
    assert np.array_equal(weighted.predict(inputs).members, multiplied.predict(inputs).members)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(4)))
@example(479, [0, 1, 3, 2])
def test_the_order_of_classes_does_not_matter(seed: int, order: list[int]) -> None:
    inputs, counts, _ = simulate(seed, 20, 3, 4, 2)
    plain = fit_map(inputs, counts, 0.5, tolerance=1e-7)
    turned = fit_map(inputs, counts[:, order], 0.5, tolerance=1e-7)
    np.testing.assert_allclose(turned.probabilities(inputs), plain.probabilities(inputs)[:, order], atol=1e-5)
    evidence = [log_marginal_likelihood(inputs, c, 0.5) for c in (counts, counts[:, order])]
    # The mode is known to 1e-4 of a posterior deviation, and the determinant moves as much with each weight.
    assert evidence[0] == pytest.approx(evidence[1], abs=5e-4)


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.permutations(range(12)), st.sampled_from([0, 1500]))
def test_the_order_of_items_does_not_matter(seed: int, order: list[int], exact_limit: int) -> None:
    inputs, counts, _ = simulate(seed, 12, 20, 3, 3)
    learner = SoftmaxRegression(n_members=4, precision=2.0, exact_limit=exact_limit, tolerance=1e-6)
    plain = learner.fit(TrainingData(inputs, counts), np.random.default_rng(3)).predict(inputs)
    turned = learner.fit(TrainingData(inputs[order], counts[order]), np.random.default_rng(3)).predict(inputs)
    np.testing.assert_allclose(turned.members, plain.members, atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 10_000), st.floats(0.01, 1000.0), st.floats(-100.0, 100.0))
def test_the_unit_of_a_feature_does_not_matter(seed: int, scale: float, shift: float) -> None:
    inputs, counts, _ = simulate(seed, 15, 3, 3, 3)
    other = inputs * [1.0, scale, 1.0] + [0.0, shift, 0.0]
    plain, changed = (fit_map(x, counts, 1.0, tolerance=1e-7).probabilities(x) for x in (inputs, other))
    np.testing.assert_allclose(plain, changed, atol=1e-5)


def test_members_have_the_posterior_covariance() -> None:
    inputs, counts, _ = simulate(2, 40, 2, 2, 3)
    predictor = SoftmaxRegression(n_members=20_000, precision=1.0).fit(
        TrainingData(inputs, counts), np.random.default_rng(0)
    )
    members = predictor.member_weights[:, 0] - predictor.member_weights[:, 1]
    # The logit w = w_0 - w_1 has prior variance 2 / tau, so its posterior precision is X' diag(n p (1-p)) X + tau / 2.
    standard = (inputs - predictor.mode.mean) * predictor.mode.inverse_scale
    p = predictor.mode.probabilities(inputs)[:, 0]
    design = np.column_stack([np.ones(40), standard])
    precision = design.T @ (design * (3 * p * (1 - p))[:, None]) + np.diag([0.1 / 2, 0.5, 0.5])
    np.testing.assert_allclose(np.cov(members.T), np.linalg.inv(precision)[1:, 1:], rtol=0.05, atol=0.002)


@pytest.mark.parametrize("n_members", [1, 2, 7])
def test_members_are_mirrored_and_an_odd_one_is_the_mode(n_members: int) -> None:
    inputs, counts, _ = simulate(3, 20, 3, 3, 3)
    predictor = SoftmaxRegression(n_members=n_members).fit(TrainingData(inputs, counts), np.random.default_rng(0))
    assert predictor.member_weights.shape == (n_members, 3, 3)
    np.testing.assert_allclose(predictor.member_weights.mean(axis=0), predictor.mode.weights.T, atol=1e-9)
    if n_members % 2:
        np.testing.assert_allclose(
            predictor.predict(inputs).members[-1], predictor.mode.probabilities(inputs), atol=1e-9
        )


def test_away_from_the_data_the_posterior_is_the_prior() -> None:
    rng = np.random.default_rng(0)
    inputs = np.zeros((20, 2))
    inputs[:, 0] = rng.standard_normal(20)
    inputs[:, 1] = inputs[:, 0]  # the two features never part in training
    predictor = SoftmaxRegression(n_members=20_000, precision=4.0).fit(
        TrainingData(inputs, np.eye(2)[(inputs[:, 0] > 0).astype(int)] * 10), rng
    )
    apart = (predictor.member_weights[:, 0, 0] - predictor.member_weights[:, 0, 1]) / np.sqrt(2)
    # One class's weight in the unseen direction: prior variance 1 / 4, halved by leaving out the sum over two classes.
    assert np.var(apart) == pytest.approx(0.125, rel=0.05)


@pytest.mark.parametrize("exact_limit", [0, 1500])
def test_more_votes_narrow_the_posterior(exact_limit: int) -> None:
    inputs, counts, _ = simulate(4, 60, 4, 3, 2)
    spread = [
        SoftmaxRegression(n_members=200, precision=1.0, exact_limit=exact_limit)
        .fit(TrainingData(inputs, counts * times), np.random.default_rng(0))
        .predict(inputs)
        .members.std(axis=0)
        .mean()
        for times in (1, 10, 100)
    ]
    # A hundred times the votes, a tenth of the standard deviation, prior aside.
    assert spread[0] > 2 * spread[1] > 4 * spread[2]


def test_recovers_the_distributions_that_made_the_votes() -> None:
    inputs, counts, shares = simulate(5, 2000, 8, 4, 5)
    held, _, truth = inputs[1500:], counts[1500:], shares[1500:]
    mean = (
        SoftmaxRegression().fit(TrainingData(inputs[:1500], counts[:1500]), np.random.default_rng(0)).predict(held).mean
    )
    divergence = (truth * np.log(truth / mean)).sum(axis=1).mean()
    base = counts[:1500].sum(axis=0) / counts[:1500].sum()
    assert divergence < 0.02 * (truth * np.log(truth / base)).sum(axis=1).mean()


def test_intervals_of_the_members_hold_the_truth() -> None:
    covered = []
    for seed in range(20):
        inputs, counts, shares = simulate(100 + seed, 100, 5, 3, 2)
        members = (
            SoftmaxRegression(n_members=100)
            .fit(TrainingData(inputs, counts), np.random.default_rng(seed))
            .predict(inputs)
            .members
        )
        low, high = np.quantile(members, [0.05, 0.95], axis=0)
        covered.append(((low <= shares) & (shares <= high)).mean())
    # Nominal 0.90; the mean over 20 fits of a share with standard deviation of about 0.1 has one of about 0.02.
    assert 0.82 < np.mean(covered) < 0.97


def test_many_items_are_predicted_as_each_alone() -> None:
    # More than two blocks; each item by the formula.
    rng = np.random.default_rng(0)
    inputs, votes = rng.normal(size=(1100, 3)), rng.integers(1, 4, (1100, 3))
    predictor = SoftmaxRegression(n_members=4).fit(TrainingData(inputs[:50], votes[:50]), rng)
    standard = (inputs - predictor.mode.mean) * predictor.mode.inverse_scale
    odds = np.exp(np.einsum("if,mkf->mik", standard, predictor.member_weights) + predictor.member_intercepts[:, None])
    members = predictor.predict(inputs).members
    np.testing.assert_allclose(members, odds / odds.sum(axis=2, keepdims=True), rtol=1e-10)
    np.testing.assert_allclose(members[:, [0, 511, 512, 1099]], predictor.predict(inputs[[0, 511, 512, 1099]]).members)


def test_without_signal_the_prediction_is_the_base_rate() -> None:
    rng = np.random.default_rng(6)
    inputs = rng.standard_normal((500, 10))
    counts = rng.multinomial(1, [0.7, 0.2, 0.1], size=500) * 1.0
    mean = SoftmaxRegression().fit(TrainingData(inputs, counts), rng).predict(inputs).mean
    np.testing.assert_allclose(mean, np.tile(counts.mean(axis=0), (500, 1)), atol=0.08)


def test_one_class_only() -> None:
    predictor = SoftmaxRegression().fit(TrainingData(np.eye(3), np.ones((3, 1))), np.random.default_rng(0))
    assert np.array_equal(predictor.predict(np.eye(3)).mean, np.ones((3, 1)))


def test_all_votes_in_one_class_keep_the_others_possible() -> None:
    inputs = np.random.default_rng(0).standard_normal((30, 4))
    counts = np.tile([1.0, 0.0, 0.0], (30, 1))
    mean = SoftmaxRegression().fit(TrainingData(inputs, counts), np.random.default_rng(0)).predict(inputs).mean
    assert (mean[:, 0] > 0.9).all()
    np.testing.assert_allclose(mean[:, 1:].sum(axis=1), 1 - mean[:, 0])
    assert (mean[:, 1:] > 0).all()


def test_separable_votes_stay_finite() -> None:
    inputs = np.linspace(-1, 1, 40)[:, None]
    predictor = SoftmaxRegression().fit(
        TrainingData(inputs, np.eye(2)[(inputs[:, 0] > 0).astype(int)] * 1000), np.random.default_rng(0)
    )
    assert predictor.mode.converged
    assert np.isfinite(predictor.predict(inputs).members).all()


def test_many_more_features_than_items() -> None:
    inputs, counts, _ = simulate(7, 6, 500, 3, 4)
    predictor = SoftmaxRegression().fit(TrainingData(inputs, counts), np.random.default_rng(0))
    assert predictor.exact
    assert predictor.predict(inputs).members.shape == (32, 6, 3)


def test_no_features_at_all() -> None:
    data = TrainingData(np.zeros((4, 0)), np.tile([3.0, 1.0], (4, 1)))
    mean = SoftmaxRegression(n_members=200).fit(data, np.random.default_rng(0)).predict(np.zeros((2, 0))).mean
    np.testing.assert_allclose(mean, [[0.75, 0.25]] * 2, atol=0.03)


def test_the_evidence_of_the_search_is_near_that_of_the_full_hessian() -> None:
    inputs, counts, _ = simulate(8, 300, 10, 3, 2, strength=3.0)
    exact = [log_marginal_likelihood(inputs, counts, p) for p in np.geomspace(0.01, 1000, 30)]
    found = SoftmaxRegression().fit(TrainingData(inputs, counts), np.random.default_rng(0))
    assert found.exact
    assert found.log_evidence > max(exact) - 0.5


def test_the_evidence_chooses_the_scaling() -> None:
    rng = np.random.default_rng(10)
    signal, noise = rng.standard_normal((200, 2)), rng.standard_normal((200, 60))
    counts = np.array([rng.multinomial(1, [p, 1 - p]) for p in 1 / (1 + np.exp(-2 * signal.sum(axis=1)))]) * 1.0
    # Like principal components: the signal is large, the noise small. Standardising would make them equal.
    components = SoftmaxRegression().fit(TrainingData(np.hstack([signal, 0.05 * noise]), counts), rng)
    assert set(components.mode.inverse_scale) == {1.0}
    # Two features in units of their own that say the same amount.
    units = SoftmaxRegression().fit(TrainingData(signal * [1e-4, 1e4], counts), rng)
    np.testing.assert_allclose(units.mode.inverse_scale * (signal * [1e-4, 1e4]).std(axis=0), 1.0)


def test_features_of_one_scale_need_no_choice() -> None:
    inputs, counts, _ = simulate(11, 30, 1, 2, 3)
    free, given = (
        SoftmaxRegression(standardize=choice).fit(TrainingData(inputs, counts), np.random.default_rng(0))
        for choice in (None, True)
    )
    assert np.array_equal(free.predict(inputs).members, given.predict(inputs).members)


def test_stopping_early_is_said() -> None:
    inputs, counts, _ = simulate(9, 200, 8, 4, 3, strength=4.0)
    with pytest.warns(ConvergenceWarning, match="stopped after 1 steps before its gradient met the tolerance"):
        assert not fit_map(inputs, counts, 0.01, max_iterations=1).converged


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="n_members must be at least 1, not 0"):
        SoftmaxRegression(n_members=0)
    with pytest.raises(ArgumentError, match="precision must be positive and finite, not -1"):
        SoftmaxRegression(precision=-1.0)
    with pytest.raises(ArgumentError, match="max_iterations must be at least 1"):
        SoftmaxRegression(max_iterations=0)
    with pytest.raises(ArgumentError, match="intercept_precision must be positive and finite, not nan"):
        fit_map([[1.0]], [[1, 0]], 1.0, intercept_precision=float("nan"))
    with pytest.raises(ShapeError, match="inputs has 1 rows and counts 2"):
        fit_map([[1.0]], [[1, 0], [0, 1]], 1.0)
    with pytest.raises(NotCountsError, match="negative or non-finite count"):
        log_marginal_likelihood([[1.0]], [[-1, 0]], 1.0)
    with pytest.raises(ArgumentError, match="no vote"):
        fit_map([[1.0]], [[0, 0]], 1.0)
    with pytest.raises(ShapeError, match="2 features a row; the learner was fitted on 1"):
        fit_map([[1.0]], [[1, 0]], 1.0).probabilities([[1.0, 2.0]])


def test_hard_labels_are_one_vote_of_the_majority_each() -> None:
    inputs, counts, _ = simulate(2, 60, 3, 3, 5, strength=3.0)
    counts[:5] = 0.0
    top = counts.max(axis=1)
    counts = np.where(((counts == top[:, None]).sum(axis=1) > 1)[:, None], 0.0, counts)  # no ties here
    majority = np.where(counts == counts.max(axis=1, keepdims=True), 1.0, 0.0) * (counts.sum(axis=1) > 0)[:, None]
    hard = SoftmaxRegression(n_members=4, hard=True).fit(TrainingData(inputs, counts), np.random.default_rng(0))
    alike = SoftmaxRegression(n_members=4).fit(TrainingData(inputs, majority), np.random.default_rng(0))
    np.testing.assert_allclose(hard.mode.probabilities(inputs), alike.mode.probabilities(inputs), atol=1e-12)
    # Where people differ, a model of their majority is surer than they are.
    soft = SoftmaxRegression(n_members=4).fit(TrainingData(inputs, counts), np.random.default_rng(0))
    assert hard.predict(inputs).mean.max(axis=1).mean() > soft.predict(inputs).mean.max(axis=1).mean() + 0.05


def test_ties_between_hard_labels_are_drawn() -> None:
    data = TrainingData(np.zeros((400, 1)), np.ones((400, 2)))
    fitted = SoftmaxRegression(n_members=1, hard=True).fit(data, np.random.default_rng(0))
    share = float(fitted.mode.probabilities(np.zeros((1, 1)))[0, 0])
    assert 0.4 < share < 0.6
    assert share != 0.5
