"""Convolutional networks for small pictures: ResNet-18 with a stem for 32 x 32, and a small one."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from variorum.errors import ArgumentError, ShapeError
from variorum.training.inputs import Inputs, Texts, as_pictures
from variorum.training.networks.base import Network

__all__ = ["PictureNetwork", "resnet_18_trunk", "small_trunk"]

_BORDER = 4
_SMALLEST = 4  # pixels: the small trunk halves twice


class PictureNetwork(Network):
    """A convolutional trunk, averaged over the picture, and a head.

    Pictures are divided by 255, less a mean and over a spread of each channel, which come from the training items.
    In training they are cropped from a border of 4 pixels and flipped left to right.

    Args:
        trunk: Maps (n, 3, height, width) to (n, width, h, w).
        width: Channels that come out.
        answers: Shape of one item's target.
        dropout: Share of activations dropped before the head.
        augment: Whether to crop and flip in training.
    """

    at_a_time = 512

    def __init__(
        self, trunk: nn.Module, width: int, answers: tuple[int, ...], dropout: float, *, augment: bool
    ) -> None:
        super().__init__(width, answers, dropout)
        self.trunk, self.augment = trunk, augment
        self.register_buffer("mean", torch.zeros(3))
        self.register_buffer("spread", torch.ones(3))

    def standardize(self, pictures: np.ndarray) -> None:
        """Take each channel's mean and spread from the training items, uint8 (n_items, 3, height, width)."""
        values = pictures.reshape(len(pictures), 3, -1)
        mean = values.mean(axis=(0, 2), dtype=np.float64) / 255
        square = np.mean(np.square(values, dtype=np.float32), axis=(0, 2), dtype=np.float64) / 255**2
        self.mean.copy_(torch.as_tensor(mean))
        self.spread.copy_(torch.as_tensor(np.sqrt(np.maximum(square - mean**2, 1e-4))))

    def read(self, inputs: Inputs, device: torch.device) -> Pictures:
        """Put pictures on the device as bytes; a batch becomes numbers when it is read."""
        if isinstance(inputs, Texts) or np.ndim(inputs) != 4:
            raise ArgumentError("this network reads pictures, uint8 (n_items, 3, height, width); use linear or mlp.")
        checked = as_pictures("inputs", np.asarray(inputs))
        height, width = checked.shape[2:]
        if min(height, width) < _SMALLEST:
            raise ShapeError(
                f"pictures of {height} x {width} pixels are too small: at least {_SMALLEST} x {_SMALLEST}."
            )
        return Pictures(torch.as_tensor(checked, device=device), self.augment)

    def embed(self, batch: Tensor) -> Tensor:
        """Average of the trunk over the picture, shape (n, width)."""
        if self.training and len(batch) == 1:  # batch normalisation needs two values a channel, and 1 x 1 may be left
            return self.embed(batch.repeat(2, 1, 1, 1))[:1]
        values = (batch.float() / 255 - self.mean[:, None, None]) / self.spread[:, None, None]
        return self.trunk(values.contiguous(memory_format=torch.channels_last)).mean(dim=(2, 3))


class Pictures:
    """Pictures on a device, as bytes."""

    def __init__(self, values: Tensor, augment: bool) -> None:
        self.values, self.augment = values, augment

    def __len__(self) -> int:
        """Number of items."""
        return len(self.values)

    def take(self, rows: Tensor, generator: np.random.Generator | None) -> Tensor:
        """Some pictures; cropped and flipped if there is a generator."""
        batch = self.values[rows]
        if generator is None or not self.augment:
            return batch
        n, _, height, width = batch.shape
        down, right = (torch.as_tensor(generator.integers(0, 2 * _BORDER + 1, n)) for _ in range(2))
        flip = torch.as_tensor(generator.random(n) < 0.5)
        column = right[:, None] + torch.where(
            flip[:, None], torch.arange(width - 1, -1, -1)[None], torch.arange(width)[None]
        )
        line = down[:, None] + torch.arange(height)[None]
        bordered = pad(batch, (_BORDER,) * 4)
        device = batch.device
        each = torch.arange(n, device=device)[:, None, None]
        return bordered[each, :, line.to(device)[:, :, None], column.to(device)[:, None, :]].permute(0, 3, 1, 2)


class _Block(nn.Module):
    """Two 3 x 3 convolutions with a shortcut."""

    def __init__(self, before: int, after: int, stride: int) -> None:
        super().__init__()
        self.body = nn.Sequential(
            nn.Conv2d(before, after, 3, stride, 1, bias=False),
            nn.BatchNorm2d(after),
            nn.ReLU(),
            nn.Conv2d(after, after, 3, 1, 1, bias=False),
            nn.BatchNorm2d(after),
        )
        self.shortcut = (
            nn.Sequential()
            if stride == 1 and before == after
            else nn.Sequential(nn.Conv2d(before, after, 1, stride, bias=False), nn.BatchNorm2d(after))
        )

    def forward(self, x: Tensor) -> Tensor:
        return (self.body(x) + self.shortcut(x)).relu()


def resnet_18_trunk() -> nn.Module:
    """ResNet-18 with a CIFAR stem: a 3 x 3 convolution of stride 1 and no pooling before the first stage; 512 channels.

    Source:
        He et al. 2016 (CVPR), "Deep residual learning for image recognition", with the stem of their section 4.2.

    Example:
        >>> resnet_18_trunk()(torch.zeros(1, 3, 32, 32)).shape
        torch.Size([1, 512, 4, 4])
    """
    stages: list[nn.Module] = [nn.Conv2d(3, 64, 3, 1, 1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
    before = 64
    for width, stride in ((64, 1), (128, 2), (256, 2), (512, 2)):
        stages += [_Block(before, width, stride), _Block(width, width, 1)]
        before = width
    return nn.Sequential(*stages)


def small_trunk() -> nn.Module:
    """Three convolutions with batch normalisation, pooled in between, 128 channels; trains on a processor.

    Example:
        >>> small_trunk()(torch.zeros(1, 3, 32, 32)).shape
        torch.Size([1, 128, 8, 8])
    """
    stages: list[nn.Module] = []
    for before, width in ((3, 32), (32, 64), (64, 128)):
        stages += [nn.Conv2d(before, width, 3, 1, 1, bias=False), nn.BatchNorm2d(width), nn.ReLU()]
        stages += [nn.MaxPool2d(2)] * (width < 128)
    return nn.Sequential(*stages)
