from __future__ import annotations

import numpy as np
import pytest
import torch

from variorum.errors import ArgumentError, ShapeError
from variorum.training import Texts
from variorum.training.networks.on_pictures import PictureNetwork, resnet_18_trunk, small_trunk

CPU = torch.device("cpu")


def pictures(n: int = 5, height: int = 8, width: int = 10) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 256, (n, 3, height, width)).astype(np.uint8)


def network(augment: bool = True) -> PictureNetwork:
    return PictureNetwork(small_trunk(), 128, (2,), 0.0, augment=augment)


def test_crops_and_flips_by_hand() -> None:
    whole = pictures(40)
    found = network().read(whole, CPU).take(torch.arange(40), np.random.default_rng(7)).numpy()
    rng = np.random.default_rng(7)
    down, right, flip = rng.integers(0, 9, 40), rng.integers(0, 9, 40), rng.random(40) < 0.5
    bordered = np.pad(whole, ((0, 0), (0, 0), (4, 4), (4, 4)))
    for i in range(40):
        crop = bordered[i, :, down[i] : down[i] + 8, right[i] : right[i] + 10]
        assert np.array_equal(found[i], crop[:, :, ::-1] if flip[i] else crop)
    assert 0 < flip.sum() < 40


def test_pictures_are_read_as_they_are_in_prediction_and_where_augmentation_is_off() -> None:
    whole = pictures()
    assert np.array_equal(network().read(whole, CPU).take(torch.tensor([3, 1]), None), whole[[3, 1]])
    still = network(augment=False).read(whole, CPU)
    assert np.array_equal(still.take(torch.arange(5), np.random.default_rng(0)), whole)


def test_channels_are_standardised_by_the_training_items() -> None:
    whole = pictures(50)
    whole[:, 2] //= 4
    one = network()
    one.standardize(whole)
    shares = whole.transpose(1, 0, 2, 3).reshape(3, -1) / 255
    np.testing.assert_allclose(one.mean, shares.mean(axis=1), rtol=1e-5)
    np.testing.assert_allclose(one.spread, shares.std(axis=1), rtol=1e-4)
    grey = network()
    grey.standardize(np.full((2, 3, 8, 8), 9, np.uint8))
    assert (grey.spread > 0).all()


def test_resnet_18_has_its_parameters() -> None:
    # 11.17 million on CIFAR-10 with a head of 512 x 10 + 10, as He et al.'s architecture with this stem has.
    assert sum(p.numel() for p in resnet_18_trunk().parameters()) + 5130 == 11_173_962


@pytest.mark.parametrize(("trunk", "width"), [(small_trunk, 128), (resnet_18_trunk, 512)])
def test_a_batch_of_one_trains(trunk: object, width: int) -> None:
    one = PictureNetwork(trunk(), width, (2,), 0.0, augment=False)  # type: ignore[operator]
    batch = torch.from_numpy(pictures(1, 8, 8))
    assert one.train()(batch).shape == (1, 2)
    assert one.eval()(batch).shape == (1, 2)


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="this network reads pictures, uint8"):
        network().read(Texts(("one",)), CPU)
    with pytest.raises(ShapeError, match="must be uint8 pictures"):
        network().read(np.zeros((1, 3, 8, 8)), CPU)
    with pytest.raises(ShapeError, match="must be uint8 pictures"):
        network().read(np.zeros((1, 1, 8, 8), np.uint8), CPU)
    with pytest.raises(ShapeError, match="pictures of 3 x 8 pixels are too small: at least 4 x 4"):
        network().read(np.zeros((1, 3, 3, 8), np.uint8), CPU)
