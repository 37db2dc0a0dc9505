from __future__ import annotations

import numpy as np
import pytest
import torch

from variorum.training import TrainingData, linear, mlp, resnet_18, small_cnn
from variorum.training.networks.building import build_network
from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.networks.on_pictures import PictureNetwork

FEATURES = TrainingData(np.random.default_rng(0).standard_normal((6, 3)), np.ones((6, 2)))
PICTURES = TrainingData(np.zeros((6, 3, 8, 8), np.uint8), np.ones((6, 2)))


def test_names_make_networks_of_their_sizes() -> None:
    line, layers = build_network(linear(), FEATURES, 0), build_network(mlp(hidden=(7, 5)), FEATURES, 0)
    assert isinstance(line, FeatureNetwork)
    assert (line.width, layers.width) == (3, 5)
    small, large = build_network(small_cnn(), PICTURES, 0), build_network(resnet_18(), PICTURES, 0)
    assert isinstance(small, PictureNetwork)
    assert (small.width, large.width) == (128, 512)


def test_a_new_network_starts_at_the_mean_of_the_votes() -> None:
    data = TrainingData(np.zeros((2, 1)), np.array([[3.0, 0.0], [2.0, 1.0]]), weights=np.array([1.0, 2.0]))
    network = build_network(linear(), data, 0).eval()
    # Votes 7 and 2, and half a vote each.
    with torch.no_grad():
        found = network(network.read(np.zeros((1, 1)), torch.device("cpu")).values).softmax(dim=1)
    np.testing.assert_allclose(found[0], [7.5 / 10, 2.5 / 10], rtol=1e-5)
    multilabel = TrainingData(np.zeros((2, 1)), np.array([[[4.0, 0.0], [1.0, 3.0]]] * 2))
    network = build_network(linear(), multilabel, 0)
    with torch.no_grad():
        found = network.head.bias.unflatten(0, (2, 2)).softmax(dim=1)
    np.testing.assert_allclose(found, [[8.5 / 9, 0.5 / 9], [2.5 / 9, 6.5 / 9]], rtol=1e-5)


@pytest.mark.parametrize("learner", [mlp(), small_cnn()])
def test_the_seed_is_all_there_is(learner: object) -> None:
    data = FEATURES if learner.reads == "features" else PICTURES  # type: ignore[attr-defined]
    before = torch.get_rng_state()
    one, two, other = (build_network(learner, data, seed) for seed in (1, 1, 2))  # type: ignore[arg-type]
    assert torch.equal(before, torch.get_rng_state())
    assert torch.equal(one.head.weight, two.head.weight)
    assert not torch.equal(one.head.weight, other.head.weight)
