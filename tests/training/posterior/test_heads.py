from __future__ import annotations

import numpy as np
import torch
from scipy.special import softmax

from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.posterior.heads import HeadDraws


def drawn(answers: tuple[int, ...], n_members: int = 3) -> tuple[HeadDraws, FeatureNetwork, np.ndarray]:
    rng = np.random.default_rng(0)
    n_outputs = int(np.prod(answers))
    draws = HeadDraws(rng.standard_normal((n_members, n_outputs, 4)), rng.standard_normal((n_members, n_outputs)))
    return draws, FeatureNetwork(4, answers, (), 0.5), rng.standard_normal((11, 4))


def test_each_member_is_its_own_softmax() -> None:
    draws, network, inputs = drawn((3,))
    found = draws.distributions(network, network.read(inputs, torch.device("cpu")))
    for member in range(3):
        expected = softmax(inputs @ draws.weight[member].T + draws.bias[member], axis=1)
        np.testing.assert_allclose(found[member], expected, rtol=1e-5)
    assert found.dtype == np.float64
    assert network.training  # it stays in the mode that it was in, and drops nothing meanwhile


def test_labels_of_a_multilabel_scheme_sum_to_one_each() -> None:
    draws, network, inputs = drawn((3, 2))
    found = draws.distributions(network, network.read(inputs, torch.device("cpu")))
    assert found.shape == (3, 11, 3, 2)
    logits = (inputs @ draws.weight[1].T + draws.bias[1]).reshape(11, 3, 2)
    np.testing.assert_allclose(found[1], softmax(logits, axis=2), rtol=1e-5)


def test_the_size_of_the_parts_does_not_matter() -> None:
    draws, network, inputs = drawn((2,))
    ready = network.read(inputs, torch.device("cpu"))
    whole = draws.distributions(network, ready)
    network.at_a_time = 3
    np.testing.assert_allclose(draws.distributions(network, ready), whole, rtol=1e-6)
    nobody = network.read(inputs[:0], torch.device("cpu"))
    assert draws.distributions(network, nobody).shape == (3, 0, 2)


def test_logits_of_a_dirichlet_are_read_as_its_mean() -> None:
    draws, network, inputs = drawn((2,))
    network.dirichlet = True
    found = draws.distributions(network, network.read(inputs, torch.device("cpu")))
    alpha = np.log1p(np.exp(inputs @ draws.weight[0].T + draws.bias[0]))
    np.testing.assert_allclose(found[0], alpha / alpha.sum(axis=1, keepdims=True), rtol=1e-2)
