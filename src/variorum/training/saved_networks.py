"""Trained networks on disk: what they were trained by, their weights, and an encoder's architecture."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import torch

from variorum.errors import ReadError
from variorum.training.annotators.base import AnnotatorNetwork
from variorum.training.annotators.building import build_annotators
from variorum.training.inputs import Inputs, Texts
from variorum.training.loop.curve import CurvePoint, LearningCurve
from variorum.training.loop.settings import Training
from variorum.training.network_learner import NetworkLearner
from variorum.training.network_predictor import NetworkPredictor
from variorum.training.networks.building import empty_network
from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.networks.on_texts import TextNetwork
from variorum.training.posterior.dropout import ThinnedDraws
from variorum.training.posterior.heads import Draws, HeadDraws

__all__ = ["load_networks", "save_networks"]

_WEIGHTS: Final = "weights.pt"
_ENCODER: Final = "encoder"


def save_networks(predictor: NetworkPredictor, folder: Path) -> dict[str, Any]:
    """Write the weights of trained networks.

    Args:
        predictor: The networks.
        folder: Where to.

    Returns:
        What else is needed to read them back, as a JSON object.
    """
    first = predictor.networks[0]
    body = getattr(first, "body", first)
    if isinstance(body, TextNetwork):
        body.tokenizer.save_pretrained(folder / _ENCODER)
        body.encoder.config.save_pretrained(folder / _ENCODER)
    torch.save(
        {"networks": [network.state_dict() for network in predictor.networks], "draws": _as_tensors(predictor.draws)},
        folder / _WEIGHTS,
    )
    return {
        "kind": "networks",
        "learner": asdict(predictor.learner),
        "answers": list(first.answers),
        "n_features": body.mean.numel() if isinstance(body, FeatureNetwork) else None,
        "n_votes": first.n_votes.tolist() if isinstance(first, AnnotatorNetwork) else None,
        "curves": [asdict(curve) for curve in predictor.curves],
    }


def load_networks(saved: dict[str, Any], folder: Path) -> NetworkPredictor:
    """Read trained networks back.

    Args:
        saved: What `save_networks` gave.
        folder: Where the weights are.

    Returns:
        The predictor, on the processor.

    Raises:
        ReadError: If the weights are missing, or are not of these networks.
    """
    settings = dict(saved["learner"])
    settings["hidden"] = tuple(settings["hidden"])
    learner = NetworkLearner(**{**settings, "training": Training(**settings["training"])})
    inputs: Inputs = Texts(()) if learner.reads == "texts" else np.zeros((0, saved["n_features"] or 1))
    described = replace(learner, encoder=str(folder / _ENCODER)) if learner.network == "encoder" else learner
    try:
        content = torch.load(folder / _WEIGHTS, map_location="cpu", weights_only=True)
        networks = []
        for weights in content["networks"]:
            network = empty_network(described, inputs, tuple(saved["answers"]), pretrained=False)
            if learner.annotators is not None:
                network = build_annotators(described, network, np.array(saved["n_votes"], np.int64))
            network.dirichlet = learner.loss == "dirichlet-multinomial"
            network.load_state_dict(weights)
            networks.append(network.eval())
    except FileNotFoundError:
        raise
    except (OSError, RuntimeError, KeyError, EOFError, TypeError, ValueError) as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ReadError(f"{folder / _WEIGHTS} is damaged or of another network ({reason}); train it again.") from None
    curves = tuple(_curve(curve) for curve in saved["curves"])
    return NetworkPredictor(learner, tuple(networks), curves, _from_tensors(content["draws"]))


def _as_tensors(draws: Draws | None) -> list[torch.Tensor]:
    """Weight and bias of the heads, then the masks of hidden layers; nothing where there are no draws."""
    if draws is None:
        return []
    heads = draws.heads if isinstance(draws, ThinnedDraws) else draws
    assert isinstance(heads, HeadDraws)
    masks = draws.masks if isinstance(draws, ThinnedDraws) else ()
    return [torch.from_numpy(part) for part in (heads.weight, heads.bias, *masks)]


def _from_tensors(parts: list[torch.Tensor]) -> Draws | None:
    if not parts:
        return None
    weight, bias, *masks = (part.numpy() for part in parts)
    heads = HeadDraws(weight, bias)
    return ThinnedDraws(tuple(masks), heads) if masks else heads


def _curve(saved: dict[str, Any]) -> LearningCurve:
    return LearningCurve(**{**saved, "points": tuple(CurvePoint(**point) for point in saved["points"])})
