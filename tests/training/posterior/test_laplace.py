from __future__ import annotations

import numpy as np
import pytest
from scipy.optimize import minimize_scalar
from scipy.special import expit, softmax

from variorum.errors import ArgumentError
from variorum.training.posterior.laplace import centred_at, laplace_heads
from variorum.training.softmax.laplace import ExactPosterior, log_evidence
from variorum.training.softmax.precision_search import best_precision
from variorum.training.softmax.problem import Mode, SoftmaxProblem


def problem_of(n_classes: int, seed: int = 0, n: int = 40, width: int = 3) -> tuple[np.ndarray, ...]:
    """Embeddings off centre, votes, and a head near the one that they come from."""
    rng = np.random.default_rng(seed)
    embeddings = 2.0 + rng.standard_normal((n, width))
    weight, bias = rng.standard_normal((n_classes, width)), rng.standard_normal(n_classes)
    bias -= weight @ np.full(width, 2.0)
    votes = np.array([rng.multinomial(5, p) for p in softmax(embeddings @ weight.T + bias, axis=1)]) * 1.0
    return embeddings, votes, weight + 0.1 * rng.standard_normal(weight.shape), bias


def test_covariance_is_the_inverse_of_the_dense_hessian_of_logistic_regression() -> None:
    embeddings, votes, weight, bias = problem_of(2)
    heads, biases = laplace_heads(embeddings, votes, weight, bias, 40_000, np.random.default_rng(0))
    # Logistic regression in w = weight[1] - weight[0] and the log odds at the mean embedding (each item has five
    # votes). Weights that sum to zero are -w/2 and w/2, so a precision of `a` on both is a/2 on w.
    design = np.column_stack([np.ones(40), embeddings - embeddings.mean(axis=0)])
    w = weight[1] - weight[0]
    yes = expit(embeddings @ w + bias[1] - bias[0])
    likelihood = design.T @ (design * (5 * yes * (1 - yes))[:, None])

    def minus_evidence(log_precision: float) -> float:
        prior = np.array([0.1, *[np.exp(log_precision)] * 3]) / 2
        return 0.5 * (prior[1] * w @ w + np.linalg.slogdet(likelihood + np.diag(prior))[1] - np.log(prior).sum())

    precision = np.exp(minimize_scalar(minus_evidence, bounds=(-10, 10), method="bounded").x)
    expected = np.linalg.inv(likelihood + np.diag([0.1, precision, precision, precision]) / 2)
    odds = biases[:, 1] - biases[:, 0] + (heads[:, 1] - heads[:, 0]) @ embeddings.mean(axis=0)
    drawn = np.column_stack([odds, heads[:, 1] - heads[:, 0]])
    found = np.cov(drawn.T)
    scale = np.sqrt(np.outer(np.diag(expected), np.diag(expected)))
    # 20,000 free draws: a correlation to about 0.01; the search stops within a tenth of the log precision.
    np.testing.assert_allclose(found / scale, expected / scale, atol=0.05)


@pytest.mark.parametrize("seed", range(4))
def test_the_precision_is_nearly_the_best_by_the_exact_evidence_too(seed: int) -> None:
    embeddings, votes, weight, bias = problem_of(4, seed)
    problem = SoftmaxProblem.build(embeddings, votes, 0.1, standardize=False)
    centre = centred_at(problem, weight, bias)

    def at(precision: float, nearest: Mode | None = None) -> Mode:
        joint = centre.log_likelihood - problem.penalty(centre.weights, centre.intercept, precision)
        parts = centre.weights, centre.intercept, centre.probabilities, centre.log_likelihood
        return Mode(*parts, joint, precision, converged=True, n_iterations=0)

    def evidence(precision: float) -> float:
        return log_evidence(problem, at(precision), ExactPosterior.at(problem, at(precision)))

    found, _ = best_precision(problem, at)
    best = max(evidence(precision) for precision in np.geomspace(1e-3, 1e3, 121))
    assert evidence(found.precision) > best - 0.2  # nats


def test_a_head_in_the_coordinates_of_the_problem_says_the_same() -> None:
    embeddings, votes, weight, bias = problem_of(3)
    problem = SoftmaxProblem.build(embeddings, votes, 0.1, standardize=False)
    mode = centred_at(problem, weight, bias)
    expected = softmax(embeddings @ weight.T + bias, axis=1)
    np.testing.assert_allclose(mode.probabilities.T, expected)
    assert mode.log_likelihood == pytest.approx((votes * np.log(expected)).sum())
    np.testing.assert_allclose(mode.weights.sum(axis=0), 0.0, atol=1e-12)


@pytest.mark.parametrize("n_members", [1, 2, 5])
def test_heads_are_mirrored_at_the_trained_one(n_members: int) -> None:
    embeddings, votes, weight, bias = problem_of(3)
    heads, biases = laplace_heads(embeddings, votes, weight, bias, n_members, np.random.default_rng(0))
    assert heads.shape == (n_members, 3, 3)
    np.testing.assert_allclose(heads.mean(axis=0), weight)
    np.testing.assert_allclose(biases.mean(axis=0), bias)
    assert np.array_equal(heads[-1], weight) == bool(n_members % 2)
    assert np.array_equal(biases[-1], bias) == bool(n_members % 2)


def test_what_a_softmax_cannot_see_changes_no_deviation() -> None:
    embeddings, votes, weight, bias = problem_of(3)
    plain = laplace_heads(embeddings, votes, weight, bias, 4, np.random.default_rng(0))
    common = np.array([3.0, -1.0, 2.0])
    moved = laplace_heads(embeddings, votes, weight + common, bias - 7.0, 4, np.random.default_rng(0))
    np.testing.assert_allclose(moved[0] - common, plain[0], atol=1e-9)
    np.testing.assert_allclose(moved[1] + 7.0, plain[1], atol=1e-9)
    np.testing.assert_allclose((plain[0] - weight).sum(axis=1), 0.0, atol=1e-12)


def spread(heads: tuple[np.ndarray, np.ndarray], embedding: np.ndarray) -> float:
    """Standard deviation of the logits over members, at one embedding."""
    return float(np.std(heads[0] @ embedding + heads[1], axis=0).mean())


def test_spread_grows_away_from_the_votes_and_shrinks_with_them() -> None:
    embeddings, votes, weight, bias = problem_of(3)
    few = laplace_heads(embeddings, votes, weight, bias, 200, np.random.default_rng(0))
    many = laplace_heads(embeddings, 100 * votes, weight, bias, 200, np.random.default_rng(0))
    middle = embeddings.mean(axis=0)
    near, far = spread(few, middle), spread(few, middle + 10.0)
    assert far > 5 * near
    # A hundred times the votes, a tenth of the standard deviation.
    assert spread(many, middle) == pytest.approx(near / 10, rel=0.2)
    assert spread(many, middle + 10.0) == pytest.approx(far / 10, rel=0.5)


def test_where_no_embedding_varies_the_prior_is_kept() -> None:
    embeddings, votes, weight, bias = problem_of(3)
    dead = np.column_stack([embeddings, np.zeros(40), embeddings[:, 0]])  # a unit never active, and a copy
    wide = np.column_stack([weight, np.zeros((3, 2))])
    heads, _ = laplace_heads(dead, votes, wide, bias, 4000, np.random.default_rng(0))
    deviations = heads - wide
    unseen = deviations[:, :, 3]
    twins = (deviations[:, :, 0] - deviations[:, :, 4]) / np.sqrt(2)
    # Both directions have the prior's variance, whatever the precision is, and more than what votes inform.
    assert unseen.std() == pytest.approx(twins.std(), rel=0.05)
    assert unseen.std() > 2 * deviations[:, :, 1].std()


def test_labels_of_a_multilabel_scheme_are_problems_of_their_own() -> None:
    embeddings, _, weight, bias = problem_of(6)
    votes = np.stack([problem_of(2, seed)[1] for seed in (1, 2, 3)], axis=1)
    heads, biases = laplace_heads(embeddings, votes, weight, bias, 6, np.random.default_rng(0))
    assert (heads.shape, biases.shape) == ((6, 6, 3), (6, 6))
    rng = np.random.default_rng(0)
    for label in range(3):
        rows = slice(2 * label, 2 * label + 2)
        alone = laplace_heads(embeddings, votes[:, label], weight[rows], bias[rows], 6, rng)
        np.testing.assert_array_equal(heads[:, rows], alone[0])
        np.testing.assert_array_equal(biases[:, rows], alone[1])


def test_a_label_without_a_vote_is_left_open() -> None:
    embeddings, _, weight, bias = problem_of(4)
    votes = np.stack([problem_of(2, 1)[1], np.zeros((40, 2))], axis=1)
    heads, biases = laplace_heads(embeddings, votes, weight, bias, 100, np.random.default_rng(0))
    assert np.isfinite(heads).all()
    assert biases[:, 3].std() > 2 * biases[:, 1].std()
    with pytest.raises(ArgumentError, match="no vote"):
        laplace_heads(embeddings, votes[:, 1], weight[2:], bias[2:], 2, np.random.default_rng(0))
