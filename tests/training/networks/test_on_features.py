from __future__ import annotations

import numpy as np
import pytest
import torch

from variorum.errors import ArgumentError, ShapeError
from variorum.training.networks.on_features import FeatureNetwork

CPU = torch.device("cpu")


def test_features_are_centred_and_share_one_scale() -> None:
    inputs = np.array([[1.0, 100.0], [3.0, 104.0]])
    network = FeatureNetwork(2, (2,), (), 0.0)
    network.standardize(inputs)
    # Deviations 1, 1, 2, 2: the root mean square is sqrt(10 / 4).
    expected = (inputs - [2.0, 102.0]) / np.sqrt(2.5)
    np.testing.assert_allclose(network.read(inputs, CPU).values, expected, rtol=1e-6)


def test_large_offsets_lose_no_digits() -> None:
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((50, 3))
    near, far = FeatureNetwork(3, (2,), (), 0.0), FeatureNetwork(3, (2,), (), 0.0)
    near.standardize(inputs)
    far.standardize(inputs + 2.0**20)
    shift = far.read(inputs + 2.0**20, CPU).values - near.read(inputs, CPU).values
    # The mean is kept in float32 and may be off by a part of a unit, but for all items alike.
    assert shift.abs().max() < 0.1
    assert (shift - shift[0]).abs().max() < 1e-5


def test_constant_features_are_zero() -> None:
    network = FeatureNetwork(1, (2,), (), 0.0)
    network.standardize(np.full((3, 1), 7.0))
    assert network.read(np.full((2, 1), 7.0), CPU).values.tolist() == [[0.0], [0.0]]


def test_masks_stand_in_for_dropout() -> None:
    network = FeatureNetwork(3, (2,), (5, 4), 0.5).eval()
    batch = torch.randn(6, 3, generator=torch.Generator().manual_seed(0))
    assert torch.equal(network.embed(batch, [torch.ones(5)]), network.embed(batch))
    bias = network.layers[3].bias
    nothing = network.embed(batch, [torch.zeros(5)])
    assert torch.allclose(nothing, bias.relu().expand(6, 4))


def test_what_is_refused() -> None:
    network = FeatureNetwork(3, (2,), (), 0.0)
    with pytest.raises(ShapeError, match="2 features a row; the learner was fitted on 3"):
        network.read(np.zeros((1, 2)), CPU)
    with pytest.raises(ArgumentError, match="inputs are pictures, and this network reads features"):
        network.read(np.zeros((1, 3, 8, 8), np.uint8), CPU)
