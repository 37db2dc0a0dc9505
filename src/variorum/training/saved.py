"""A fitted predictor on disk."""

from __future__ import annotations

import json
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import numpy as np

from variorum.checks import need_extra
from variorum.errors import ArgumentError, ReadError
from variorum.training.base import Predictor
from variorum.training.softmax import SoftmaxMap, SoftmaxPredictor

__all__ = ["load_predictor", "save_predictor"]

_FILE: Final = "predictor.json"
_ARRAYS: Final = "softmax.npz"


def save_predictor(predictor: Predictor, folder: Path) -> None:
    """Write a predictor into a folder.

    Args:
        predictor: Of softmax regression, or of a network.
        folder: Made if it is not there; files of the same names are replaced.

    Raises:
        ArgumentError: If it is a predictor of another kind.

    Example:
        >>> import tempfile
        >>> from variorum.training import SoftmaxRegression, TrainingData
        >>> data = TrainingData(np.array([[0.0], [1.0]]), np.array([[3, 1], [0, 4]]))
        >>> fitted = SoftmaxRegression(n_members=2).fit(data, np.random.default_rng(0))
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_predictor(fitted, Path(folder))
        ...     again = load_predictor(Path(folder))
        >>> bool((again.predict([[0.5]]).mean == fitted.predict([[0.5]]).mean).all())
        True
    """
    folder.mkdir(parents=True, exist_ok=True)
    if isinstance(predictor, SoftmaxPredictor):
        _write(folder, {"kind": "softmax-regression", **_numbers(predictor), "mode": _numbers(predictor.mode)})
        arrays = _arrays(predictor) | {f"mode_{name}": value for name, value in _arrays(predictor.mode).items()}
        np.savez(folder / _ARRAYS, **arrays)
    elif hasattr(predictor, "networks"):
        _write(folder, need_extra("train", "variorum.training.saved_networks").save_networks(predictor, folder))
    else:
        raise ArgumentError(f"a {type(predictor).__name__} cannot be saved; save what made it, and fit it again.")


def load_predictor(folder: Path) -> Predictor:
    """Read a predictor back.

    Args:
        folder: Where `save_predictor` wrote it.

    Returns:
        The predictor; it predicts what it predicted.

    Raises:
        ReadError: If the folder holds none, or a file of it is damaged.
        MissingExtraError: If it is a network and torch is not installed.
    """
    path = folder / _FILE
    try:
        saved = json.loads(path.read_text(encoding="utf-8"))
        if saved["kind"] != "networks":
            with np.load(folder / _ARRAYS, allow_pickle=False) as file:
                return _softmax(saved, dict(file))
        made: Predictor = need_extra("train", "variorum.training.saved_networks").load_networks(saved, folder)
        return made
    except ReadError:
        raise
    except FileNotFoundError as error:
        raise ReadError(
            f"{folder} holds no predictor ({Path(str(error.filename)).name} is missing); train one with variorum train."
        ) from None
    except (ValueError, KeyError, TypeError, EOFError) as error:
        raise ReadError(f"{path} is damaged ({type(error).__name__}); train it again.") from None


def _softmax(saved: dict[str, Any], arrays: dict[str, Any]) -> SoftmaxPredictor:
    mode = {name.removeprefix("mode_"): value for name, value in arrays.items() if name.startswith("mode_")}
    return SoftmaxPredictor(
        mode=SoftmaxMap(**mode, **saved["mode"]),
        log_evidence=saved["log_evidence"],
        exact=saved["exact"],
        member_weights=arrays["member_weights"],
        member_intercepts=arrays["member_intercepts"],
    )


def _write(folder: Path, content: dict[str, Any]) -> None:
    (folder / _FILE).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _numbers(values: Any) -> dict[str, Any]:
    cells = {field.name: getattr(values, field.name) for field in fields(values)}
    return {name: value for name, value in cells.items() if isinstance(value, bool | int | float)}


def _arrays(values: Any) -> dict[str, Any]:
    cells = {field.name: getattr(values, field.name) for field in fields(values)}
    return {name: value for name, value in cells.items() if isinstance(value, np.ndarray)}
