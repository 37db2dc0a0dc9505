"""Geometry of a network at its chosen checkpoint, and what it makes of pictures that show something else."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.checks import need_extra
from variorum.errors import ConvergenceWarning
from variorum.studies.basins.settings import AT_RANDOM, UP_GRADIENT
from variorum.training.geometry import gradient_noise, hessian_trace, loss_line, sharpness, top_eigenvalue
from variorum.training.losses import LOSSES
from variorum.training.network_predictor import NetworkPredictor
from variorum.training.networks.base import Network
from variorum.training.ood import OOD_SCORES, detection, odin

__all__ = ["GEOMETRY", "Outside", "barrier", "geometry"]

Array = NDArray[np.float64]
Inputs = NDArray[Any]

GEOMETRY: Final = (
    "loss", "top eigenvalue", "trace", "rise up the gradient", "rise in random directions", "noise and entropy",
    "residual",
)  # fmt: skip
"""What `geometry` measures."""

_AT_ONCE = 128
_MAGNITUDE = 0.0014
_NEIGHBOURS = 50
_LOSS = LOSSES["cross-entropy"].function


def geometry(
    predictor: NetworkPredictor, inputs: Inputs, human: Array, rng: np.random.Generator, *, probes: int
) -> dict[str, float]:
    """Shape of the soft cross-entropy to all votes of some training images, around a network.

    Args:
        predictor: The network.
        inputs: Of the images.
        human: Label distributions of all their votes, shape (n_images, n_classes).
        rng: Of the first vector, the directions and the probes.
        probes: Random signs behind the trace.

    Returns:
        The names of `GEOMETRY`; the rises are at distances of `UP_GRADIENT` and `AT_RANDOM` in the norm of all weights,
        noise and entropy are set against each other by the rank correlation of the gradient's variance in the last
        layer with the entropy of people; the residual is that of the eigenvalue, as a share of it.
    """
    network = predictor.networks[0]
    batches = _batches(network, inputs, human)
    with warnings.catch_warnings():
        # Eigenvalues of almost the same size make the vector slow, the value less so.
        warnings.simplefilter("ignore", ConvergenceWarning)
        top = top_eigenvalue(network, batches, _LOSS, rng, tolerance=0.01)
    sharp = sharpness(network, batches, _LOSS, rng, radii=[UP_GRADIENT, AT_RANDOM])
    noise = gradient_noise(human, embeddings=predictor.embeddings(inputs))
    found = (
        sharp.loss, top.value, hessian_trace(network, batches, _LOSS, rng, n_probes=probes).value,
        float(sharp.along_gradient[0]), float(sharp.mean[1]), noise.spearman,
        top.residual / max(abs(top.value), 1e-12),
    )  # fmt: skip
    return dict(zip(GEOMETRY, found, strict=True))


def barrier(first: NetworkPredictor, second: NetworkPredictor, inputs: Inputs, human: Array) -> float:
    """Largest rise of the loss on the straight line between two networks above the line between their losses.

    Args:
        first: A network.
        second: Another with the same layers.
        inputs: Of some training images.
        human: Label distributions of all their votes.

    Returns:
        Nats, 0 or more. The running statistics of batch norm, where there is one, are interpolated too.
    """
    one, other = first.networks[0], second.networks[0]
    return loss_line(one, one.state_dict(), other.state_dict(), _batches(one, inputs, human), _LOSS).barrier


def _batches(network: Network, inputs: Inputs, human: Array) -> list[tuple[Any, Any]]:
    torch = need_extra("train", "torch")
    target = torch.as_tensor(human, dtype=torch.float32, device=_device(network))
    parts = np.split(np.arange(len(inputs)), range(_AT_ONCE, len(inputs), _AT_ONCE))
    return [(_batch(network, inputs, rows), target[torch.from_numpy(rows)]) for rows in parts]


def _batch(network: Network, inputs: Inputs, rows: NDArray[np.int64]) -> Any:
    torch = need_extra("train", "torch")
    return network.read(inputs, _device(network)).take(torch.from_numpy(rows), None)


def _device(network: Network) -> Any:
    return next(network.parameters()).device


class Outside:
    """Detects pictures that show something else, by every score of `OOD_SCORES`.

    Args:
        predictor: The network.
        reference: Inputs of its training images.
        votes: The votes that it was trained on.
    """

    def __init__(self, predictor: NetworkPredictor, reference: Inputs, votes: Array) -> None:
        self._predictor, self._votes = predictor, votes
        self._reference = predictor.embeddings(reference)

    def detect(self, inside: Inputs, outside: Mapping[str, Inputs | None]) -> dict[str, dict[str, dict[str, float]]]:
        """Compare test images with other pictures.

        Args:
            inside: Inputs of test images.
            outside: Inputs of other pictures, by set; ``None`` leaves a set out.

        Returns:
            AUROC, FPR95 (at 95 % of the test images kept) and AUPR (other pictures as positives) by set and score.
        """
        near = self._scores(inside)
        found = {}
        for name, pictures in outside.items():
            if pictures is None:
                continue
            far = self._scores(pictures)
            pairs = {score: detection(near[score], far[score]) for score in near}
            found[name] = {
                score: {"AUROC": each.auroc, "FPR95": each.fpr95, "AUPR": each.aupr_out}
                for score, each in pairs.items()
            }
        return found

    def _scores(self, inputs: Inputs) -> dict[str, Array]:
        network = self._predictor.networks[0]
        read = _batch(network, inputs, np.arange(len(inputs)))
        # Pictures are bytes, and ODIN's magnitude is for pictures from 0 to 1.
        magnitude = _MAGNITUDE * 255 if inputs.dtype == np.uint8 else _MAGNITUDE
        material = {
            "logits": self._predictor.logits(inputs),
            "embeddings": self._predictor.embeddings(inputs),
            "reference": self._reference,
            "classes": self._votes,
        }
        found = {"odin": odin(network, read.float(), magnitude=magnitude)}
        for name, score in OOD_SCORES.items():
            if name != "odin" and (name != "knn" or len(self._reference) >= _NEIGHBOURS):
                found[name] = score(**material)
        return found
