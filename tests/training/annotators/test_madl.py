from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import log_softmax, logsumexp, softmax
from scipy.stats import gamma as gamma_distribution

from training.annotators.planted import learner, some, untrained, votes_of
from variorum.errors import ArgumentError
from variorum.training.losses import LOSSES

CPU = torch.device("cpu")


@pytest.mark.parametrize("n_classes", [2, 3])
@pytest.mark.parametrize("correct", [0.8, 0.6])
def test_at_the_start_everyone_is_right_with_one_probability(n_classes: int, correct: float) -> None:
    data = some(n_classes)
    network = untrained("madl", data, correct=correct)
    items = network.read(data.inputs, CPU)
    with torch.no_grad():
        truth = network.truth(items.take(torch.arange(40), None)).softmax(-1).numpy()
    wrong = (1 - correct) / (n_classes - 1)
    expected = truth * correct + (1 - truth) * wrong
    np.testing.assert_allclose(network.by_annotator(items), np.repeat(expected[None], 6, axis=0), rtol=1e-5)


def test_one_class_is_always_right() -> None:
    data = some(1)
    assert untrained("madl", data).by_annotator(untrained("madl", data).read(data.inputs, CPU)).min() == 1


def test_an_answer_and_the_gradient_of_one_vote_by_hand() -> None:
    data = some()
    network = untrained("madl", data, size=2)
    with torch.no_grad():
        network.confusion.weight += torch.arange(18).view(9, 2) / 9 - 1
        network.vectors += 1.0
    batch = network.read(data.inputs, CPU).take(torch.tensor([7]), None)
    loss = LOSSES["cross-entropy"].hard(network(batch, torch.tensor([2])), torch.tensor([1])).sum()  # type: ignore[misc]
    loss.backward()
    value = {name: weights.numpy().astype(float) for name, weights in network.state_dict().items()}
    x, v = batch[0].numpy().astype(float), value["vectors"][2]
    u = value["of_item.weight"] @ x + value["of_item.bias"]
    h = np.maximum(u + v + np.einsum("p,q,pqo->o", u, v, value["together"]), 0)
    confusion = log_softmax((value["confusion.weight"] @ h + value["confusion.bias"]).reshape(3, 3), axis=1)
    log_p = log_softmax(value["head.weight"] @ x + value["head.bias"])
    assert float(loss.detach()) == pytest.approx(-logsumexp(log_p + confusion[:, 1]), rel=1e-4)
    # With r the posterior of the true class given the vote: p - r in the logits of the ground truth, and
    # r_c (P(. | c) - e_label) in row c of the confusion's.
    r = softmax(log_p + confusion[:, 1])
    np.testing.assert_allclose(network.head.bias.grad, np.exp(log_p) - r, rtol=1e-3, atol=1e-6)
    expected = r[:, None] * (np.exp(confusion) - np.eye(3)[1])
    np.testing.assert_allclose(network.confusion.bias.grad.view(3, 3), expected, rtol=1e-3, atol=1e-6)


def test_no_gradient_runs_back_from_performance_to_the_embedding() -> None:
    network = untrained("madl", some())
    embedding = torch.randn(2, 5, generator=torch.Generator().manual_seed(0)).requires_grad_()
    with torch.no_grad():
        network.head.weight.zero_()  # the ground truth says the same of every item, so only performance depends on it
        network.confusion.weight[0] += 1.0  # of one label: the same for all would change no probability
    network.of_all(embedding, network.voted)[..., 0].sum().backward()
    assert not embedding.grad.any()  # type: ignore[union-attr]
    assert network.of_item.weight.grad.any()


def test_weights_are_the_inverse_of_how_many_are_alike() -> None:
    network = untrained("madl", some(), size=2)
    with torch.no_grad():
        # Two at one place, two far from all; annotators 4 and 5 gave no vote and do not count.
        network.vectors.copy_(torch.tensor([[0.0, 0], [0, 0], [90, 0], [0, 90], [0, 0], [0, 0]]))
    # 1/2, 1/2, 1, 1, whose mean is 3/4
    np.testing.assert_allclose(network.annotator_weights().detach(), [2 / 3, 2 / 3, 4 / 3, 4 / 3], rtol=1e-6)
    np.testing.assert_allclose(
        network.example_weight(torch.tensor([3, 0, 3])).detach(), [4 / 3, 2 / 3, 4 / 3], rtol=1e-6
    )
    assert untrained("madl", some(), weighted=False).example_weight(torch.tensor([0])) is None


@given(log_gamma=st.floats(-3, 2), seed=st.integers(0, 100))
@settings(deadline=None, max_examples=20)
def test_weights_and_prior_against_scipy(log_gamma: float, seed: int) -> None:
    network = untrained("madl", some(), size=3)
    vectors = np.random.default_rng(seed).standard_normal((6, 3)).astype(np.float32)
    with torch.no_grad():
        network.log_gamma.fill_(log_gamma)
        network.vectors.copy_(torch.as_tensor(vectors))
    gamma = np.exp(log_gamma)
    distance = ((vectors[:4, None] - vectors[None, :4]) ** 2).sum(axis=2)
    inverse = 1 / np.exp(-gamma * distance).sum(axis=1)
    weights = network.annotator_weights()
    np.testing.assert_allclose(weights.detach(), inverse / inverse.mean(), rtol=1e-3)
    weights[0].backward()
    assert network.vectors.grad is None
    assert network.log_gamma.grad is not None
    penalty = float(network.penalty().detach())
    assert penalty == pytest.approx(-gamma_distribution(1.25, scale=4).logpdf(gamma), abs=1e-5)


def test_gamma_starts_at_the_mode_of_its_prior() -> None:
    network = untrained("madl", some())
    network.penalty().backward()
    assert float(network.log_gamma.detach().exp()) == pytest.approx((1.25 - 1) / 0.25)
    assert abs(float(network.log_gamma.grad)) < 1e-6
    assert untrained("madl", some(), weighted=False).penalty() == 0


def test_a_clique_weighs_less() -> None:
    # Six annotators give the same answers, flipped, and six have their own ways.
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((400, 3))
    ways = np.concatenate([np.repeat([[-3.0, 0, 0]], 6, axis=0), 3 * rng.standard_normal((6, 3))])
    logits = np.einsum("ad,nd->an", ways, inputs)
    people = softmax(np.stack([np.zeros_like(logits), logits], axis=2), axis=2)
    data = votes_of(people, inputs, rng, 12)
    network = learner("madl", epochs=40).fit(data, np.random.default_rng(0)).networks[0]
    weights = network.annotator_weights().detach().numpy()  # type: ignore[operator]
    assert weights.sum() == pytest.approx(12, rel=1e-5)
    assert weights[:6].max() < weights[6:].min()
    assert weights[:6].mean() < 0.75 * weights[6:].mean()


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"correct is a probability between 0 and 1, not 1"):
        untrained("madl", some(), correct=1)
    with pytest.raises(ArgumentError, match="size must be at least 1, not 0"):
        untrained("madl", some(), size=0)
