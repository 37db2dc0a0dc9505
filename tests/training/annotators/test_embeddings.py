from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import expit, softmax

from training.annotators.planted import some, untrained
from variorum.errors import ArgumentError
from variorum.training.losses import LOSSES

CPU = torch.device("cpu")


def test_all_start_at_the_network_below() -> None:
    data = some()
    network = untrained("embeddings", data)
    items = network.read(data.inputs, CPU)
    with torch.no_grad():
        below = network.body(items.take(torch.arange(40), None)).softmax(-1).numpy()
    np.testing.assert_allclose(network.by_annotator(items), np.repeat(below[None], 6, axis=0), rtol=1e-5)


def test_gradient_of_one_vote_by_hand() -> None:
    # h = x + g * e and logits H h + b, so the error q - e_label reaches the vector as g * (H' error).
    data = some()
    network = untrained("embeddings", data)
    with torch.no_grad():
        network.vectors[2] = torch.tensor([1.0, -2.0, 0.5, 0.0, 3.0])
    batch = network.read(data.inputs, CPU).take(torch.tensor([7]), None)
    LOSSES["cross-entropy"].hard(network(batch, torch.tensor([2])), torch.tensor([1])).sum().backward()  # type: ignore[misc]
    x, vector = batch[0].numpy(), network.vectors[2].detach().numpy()
    head, bias = network.head.weight.detach().numpy(), network.head.bias.detach().numpy()
    gate = expit(network.gate.weight.detach().numpy() @ x + network.gate.bias.detach().numpy())
    h = x + gate * vector
    error = softmax(head @ h + bias) - np.eye(3)[1]
    np.testing.assert_allclose(network.vectors.grad[2], gate * (head.T @ error), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(network.head.weight.grad, np.outer(error, h), rtol=1e-4, atol=1e-6)
    np.testing.assert_allclose(
        network.gate.bias.grad, (head.T @ error) * vector * gate * (1 - gate), rtol=1e-4, atol=1e-6
    )
    assert not network.vectors.grad[[0, 1, 3, 4, 5]].any()


def test_the_penalty_is_a_normal_prior_a_vote() -> None:
    network = untrained("embeddings", some(), spread=2.0)
    with torch.no_grad():
        network.vectors += 4.0
    # 160 votes, 6 vectors of 5: 30 x 16 / (2 x 4 x 160) = 0.375
    assert float(network.penalty().detach()) == pytest.approx(0.375)
    assert untrained("embeddings", some(), spread=float("inf")).penalty() == 0
    with pytest.raises(ArgumentError, match="spread must be positive, not -1"):
        untrained("embeddings", some(), spread=-1)
