from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import log_softmax, softmax

from training.annotators.planted import some, untrained
from variorum.errors import ArgumentError
from variorum.training.losses import LOSSES

CPU = torch.device("cpu")


def test_at_the_identity_everyone_is_the_ground_truth() -> None:
    data = some()
    network = untrained("crowd-layer", data)
    items = network.read(data.inputs, CPU)
    with torch.no_grad():
        batch = items.take(torch.arange(40), None)
        truth = network.truth(batch).softmax(-1).numpy()
        np.testing.assert_allclose(network(batch).exp().numpy(), truth, rtol=1e-5)
    np.testing.assert_allclose(network.by_annotator(items), np.repeat(truth[None], 6, axis=0), rtol=1e-5)


def test_a_matrix_that_swaps_two_classes_swaps_their_probabilities() -> None:
    data = some()
    network = untrained("crowd-layer", data)
    swap = np.array([[0, 1, 0], [1, 0, 0], [0, 0, 1]])
    with torch.no_grad():
        network.deviation[3] = torch.as_tensor(swap - np.eye(3)).flatten()
    people = network.by_annotator(network.read(data.inputs, CPU))
    np.testing.assert_allclose(people[3], people[0][:, [1, 0, 2]], rtol=1e-5)


def test_gradient_of_one_vote_by_hand() -> None:
    # The error q - e_label reaches the matrix as its outer product with ln p, and the ground truth's logits as
    # (I - p 1')' applied to W' error.
    data = some()
    network = untrained("crowd-layer", data)
    matrix = np.array([[1.0, 0.2, 0.0], [-0.3, 0.5, 0.1], [0.0, 0.4, 2.0]])
    with torch.no_grad():
        network.deviation[2] = torch.as_tensor(matrix - np.eye(3)).flatten()
    batch = network.read(data.inputs, CPU).take(torch.tensor([7]), None)
    LOSSES["cross-entropy"].hard(network(batch, torch.tensor([2])), torch.tensor([1])).sum().backward()  # type: ignore[misc]
    x = batch[0].numpy()
    log_p = log_softmax(network.head.weight.detach().numpy() @ x + network.head.bias.detach().numpy())
    error = softmax(matrix @ log_p) - np.eye(3)[1]
    np.testing.assert_allclose(network.deviation.grad[2].view(3, 3), np.outer(error, log_p), rtol=1e-4, atol=1e-6)
    back = matrix.T @ error
    np.testing.assert_allclose(network.head.bias.grad, back - np.exp(log_p) * back.sum(), rtol=1e-4, atol=1e-6)
    assert not network.deviation.grad[[0, 1, 3, 4, 5]].any()


def test_the_penalty_is_a_normal_prior_a_vote() -> None:
    network = untrained("crowd-layer", some())
    assert float(network.penalty().detach()) == 0
    with torch.no_grad():
        network.deviation += 1.0
    # 6 matrices of 9 entries, 160 votes: 54 / 320
    assert float(network.penalty().detach()) == pytest.approx(54 / 320)
    with pytest.raises(ArgumentError, match="spread must be positive, not nan"):
        untrained("crowd-layer", some(), spread=float("nan"))
