from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.stats import spearmanr

from loss_surfaces import soft_cross_entropy
from variorum.errors import ArgumentError, NotADistributionError, ShapeError
from variorum.training.geometry import gradient_noise, gradient_variance, sampled_gradient_variance

SHARES = arrays(np.float64, (4, 3), elements=st.floats(0.01, 1.0)).map(lambda a: a / a.sum(axis=1, keepdims=True))


def test_by_hand() -> None:
    # (q - e_y) differs over y only by e_y, whose covariance is Diag(p) - pp': trace .7 * .3 + .2 * .8 + .1 * .9 = .46.
    assert gradient_variance([[0.7, 0.2, 0.1]])[0] == pytest.approx(0.46)
    # (h, 1) has squared length 1 + 4 + 1.
    assert gradient_variance([[0.7, 0.2, 0.1]], embeddings=[[1.0, -2.0]])[0] == pytest.approx(0.46 * 6)
    assert gradient_variance([[0.7, 0.2, 0.1]], embeddings=[[1.0, -2.0]], bias=False)[0] == pytest.approx(0.46 * 5)


@given(SHARES)
def test_is_the_covariance_of_the_last_layers_gradient_over_labels(people: np.ndarray) -> None:
    # The gradient of each label by autograd through a real last layer, weighted by how often the label is drawn.
    rng = np.random.default_rng(0)
    h = torch.from_numpy(rng.standard_normal((4, 2)))
    layer = torch.nn.Linear(2, 3).double()
    for item, p in enumerate(people):
        gradients = []
        for label in torch.eye(3, dtype=torch.float64):
            loss = soft_cross_entropy(layer(h[item : item + 1]), label[None]).sum()
            pieces = torch.autograd.grad(loss, list(layer.parameters()))
            gradients.append(np.concatenate([piece.numpy().ravel() for piece in pieces]))
        every = np.array(gradients)
        wanted = p @ np.square(every - p @ every).sum(axis=1)
        assert gradient_variance(people, embeddings=h.numpy())[item] == pytest.approx(wanted)


def test_sampled_agrees_with_the_closed_form_whatever_the_model_says() -> None:
    rng = np.random.default_rng(0)
    people, embeddings = rng.dirichlet(np.ones(3), 6), rng.standard_normal((6, 4))
    wanted = gradient_variance(people, embeddings=embeddings)
    for scale in (0.0, 3.0):
        logits = torch.from_numpy(scale * rng.standard_normal((6, 3)))
        found = sampled_gradient_variance(logits, people, soft_cross_entropy, rng, embeddings=embeddings, n_draws=4000)
        np.testing.assert_allclose(found, wanted, rtol=0.08)


def test_sampled_is_the_unbiased_variance_of_its_draws() -> None:
    # The gradient of the Brier loss at label y: 2 Jq (q - e_y), a different covariance; here by numpy's own variance.
    seen: list[np.ndarray] = []

    def brier(logits: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        q = logits.softmax(-1)
        p, y = q.detach().numpy(), target.numpy()
        seen.append(np.stack([2 * (np.diag(a) - np.outer(a, a)) @ (a - b) for a, b in zip(p, y, strict=True)]))
        return (q - target).square().sum(-1)

    logits = torch.from_numpy(np.random.default_rng(1).standard_normal((3, 3)))
    people = [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.5, 0.5, 0.0]]
    found = sampled_gradient_variance(logits, people, brier, 0, n_draws=9)
    np.testing.assert_allclose(found, np.var(seen, axis=0, ddof=1).sum(axis=1), atol=1e-12)
    assert found[1] == 0.0
    assert logits.grad is None


@given(SHARES)
def test_class_order_does_not_matter(people: np.ndarray) -> None:
    np.testing.assert_allclose(gradient_variance(people), gradient_variance(people[:, ::-1]))
    assert (gradient_variance(people) <= 2 / 3 + 1e-12).all()


def test_unanimity_has_no_noise() -> None:
    assert gradient_variance([[0.0, 1.0]], embeddings=[[1e6]]).tolist() == [0.0]


def test_against_entropy() -> None:
    rng = np.random.default_rng(0)
    people, embeddings = rng.dirichlet(np.ones(4), 50), rng.standard_normal((50, 5))
    plain, layer = gradient_noise(people), gradient_noise(people, embeddings=embeddings)
    assert plain.spearman > 0.95
    entropy = -(people * np.log(people)).sum(axis=1)
    np.testing.assert_allclose(layer.entropy, entropy)
    assert layer.spearman == pytest.approx(spearmanr(layer.variance, entropy).statistic)
    assert layer.spearman < plain.spearman
    # The units of the embeddings do not matter, however small.
    tiny = gradient_noise(people, embeddings=embeddings * 1e-9, bias=False)
    whole = gradient_noise(people, embeddings=embeddings, bias=False)
    assert tiny.spearman == pytest.approx(whole.spearman)


def test_correlation_without_variation_is_undefined() -> None:
    assert np.isnan(gradient_noise([[1.0, 0.0], [0.0, 1.0]]).spearman)
    assert np.isnan(gradient_noise([[0.6, 0.4]]).spearman)
    # Both items have one entropy: their digits differ, their ranks do not.
    same = [[0.1, 0.2, 0.7], [0.2, 0.7, 0.1]]
    assert np.isnan(gradient_noise(same).spearman)
    assert np.isnan(gradient_noise(same, embeddings=[[1.0], [2.0]]).spearman)


def test_arguments_are_checked() -> None:
    logits = torch.zeros(1, 2)
    with pytest.raises(NotADistributionError, match=r"distribution\[0\]"):
        gradient_variance([[0.5, 0.6]])
    with pytest.raises(ShapeError, match=r"embeddings has 2 rows and distribution 1"):
        gradient_variance([[0.5, 0.5]], embeddings=np.ones((2, 3)))
    with pytest.raises(ArgumentError, match=r"embeddings\[0\] holds a value that is not finite"):
        gradient_variance([[0.5, 0.5]], embeddings=[[np.nan]])
    with pytest.raises(ShapeError, match=r"logits has shape \(1, 2\) and distribution \(2, 2\)"):
        sampled_gradient_variance(logits, np.eye(2), soft_cross_entropy, 0)
    with pytest.raises(ArgumentError, match=r"n_draws = 1 must be 2 or more"):
        sampled_gradient_variance(logits, [[0.5, 0.5]], soft_cross_entropy, 0, n_draws=1)
