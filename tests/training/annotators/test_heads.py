from __future__ import annotations

import time

import numpy as np
import pytest
import torch
from scipy.special import softmax

from training.annotators.planted import learner, some, untrained
from variorum.errors import ArgumentError
from variorum.training import AnnotatorVotes, TrainingData
from variorum.training.losses import LOSSES

CPU = torch.device("cpu")


@pytest.mark.parametrize("shared", [True, False])
def test_all_start_at_the_head_of_the_network_below(shared: bool) -> None:
    data = some()
    network = untrained("heads", data, shared=shared)
    items = network.read(data.inputs, CPU)
    with torch.no_grad():
        below = network.body(items.take(torch.arange(40), None)).softmax(-1).numpy()
    np.testing.assert_allclose(network.by_annotator(items), np.repeat(below[None], 6, axis=0), rtol=1e-5)
    assert network.head.weight.requires_grad is shared


def test_gradient_of_one_vote_by_hand() -> None:
    # Of -ln q_label it is q - e_label in the bias and its product with the embedding in the weights, which count by
    # 1 / sqrt(width); the shared head moves with the annotator's, and no one else does.
    data = some()
    network = untrained("heads", data)
    batch = network.read(data.inputs, CPU).take(torch.tensor([7]), None)
    LOSSES["cross-entropy"].hard(network(batch, torch.tensor([2])), torch.tensor([1])).sum().backward()  # type: ignore[misc]
    x = batch[0].numpy()
    q = softmax(network.head.weight.detach().numpy() @ x + network.head.bias.detach().numpy())
    error = q - np.eye(3)[1]
    np.testing.assert_allclose(network.bias.grad[2], error, rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(network.weight.grad[2].view(3, 5), np.outer(error, x) / np.sqrt(5), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(network.head.weight.grad, np.outer(error, x), rtol=1e-4, atol=1e-6)
    others = [0, 1, 3, 4, 5]
    assert not network.bias.grad[others].any()
    assert not network.weight.grad[others].any()


def test_the_penalty_is_a_normal_prior_a_vote() -> None:
    network = untrained("heads", some(), spread=0.5)
    with torch.no_grad():
        network.weight += 2.0
        network.bias -= 1.0
    # 160 votes; 6 annotators with 3 x 5 weights and 3 biases: (90 x 4 + 18 x 1) / (2 x 0.25 x 160) = 4.725
    assert float(network.penalty().detach()) == pytest.approx(4.725)
    assert untrained("heads", some(), shared=False).penalty() == 0
    assert untrained("heads", some(), spread=float("inf")).penalty() == 0


def test_who_gave_few_votes_stays_near_the_others() -> None:
    # Annotators 0 and 1 always say yes, one with 80 votes and the other with 2; the rest always say no.
    item = np.concatenate([np.arange(80), np.arange(2), np.tile(np.arange(80), 3)])
    annotator = np.concatenate([np.zeros(80, int), np.ones(2, int), np.repeat([2, 3, 4], 80)])
    label = (annotator < 2).astype(int)
    counts = np.zeros((80, 2))
    np.add.at(counts, (item, label), 1)
    data = TrainingData(np.zeros((80, 1)), counts, by_annotator=AnnotatorVotes(item, annotator, label, 5))
    people = (
        learner("heads", epochs=60, learning_rate=0.1)
        .fit(data, np.random.default_rng(0))
        .predict(data.inputs[:1])
        .by_annotator
    )
    assert people is not None
    yes = people[:, 0, 1]
    assert yes[0] > 0.9
    assert yes[2:].max() < 0.1
    assert 0.15 < yes[1] < 0.7


def test_spread_is_positive() -> None:
    with pytest.raises(ArgumentError, match=r"spread must be positive, not 0.0; float\('inf'\)"):
        untrained("heads", some(), spread=0.0)


def test_an_epoch_of_thousands_of_votes_by_hundreds_of_annotators_takes_seconds() -> None:
    rng = np.random.default_rng(0)
    inputs, item = rng.standard_normal((7600, 64)), np.repeat(np.arange(7600), 5)
    annotator, label = rng.integers(0, 819, 38_000), rng.integers(0, 2, 38_000)
    counts = np.zeros((7600, 2))
    np.add.at(counts, (item, label), 1)
    data = TrainingData(inputs, counts, by_annotator=AnnotatorVotes(item, annotator, label, 819))
    start = time.process_time()
    predictor = learner("heads", epochs=1).fit(data, rng)
    assert time.process_time() - start < 8  # 0.6 s on a quiet processor
    people = predictor.predict(inputs[:50]).by_annotator
    assert people is not None
    assert people.shape == (819, 50, 2)
