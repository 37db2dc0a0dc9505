"""What holds for every score of `OOD_SCORES`."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
import torch

from variorum.training.ood import OOD_SCORES, detection


def two_blobs() -> tuple[dict[str, Any], dict[str, Any]]:
    """A network that knows two classes by their direction; items from inside, and items in between and near nothing."""
    rng = np.random.default_rng(0)
    labels = rng.integers(0, 2, 200)
    centres = np.array([[6.0, 0.0], [0.0, 6.0]])
    reference = centres[labels] + rng.standard_normal((200, 2)) * 0.5
    network = torch.nn.Linear(2, 2, bias=False).double()
    network.weight.data = torch.eye(2, dtype=torch.float64)

    def material(rows: np.ndarray) -> dict[str, Any]:
        return {
            "logits": rows,
            "embeddings": rows,
            "reference": reference,
            "classes": np.eye(2)[labels],
            "module": network,
            "inputs": torch.from_numpy(rows),
        }

    inside = centres[rng.integers(0, 2, 100)] + rng.standard_normal((100, 2)) * 0.5
    return material(inside), material(rng.standard_normal((100, 2)) * 0.5 + 1.0)


@pytest.mark.parametrize("name", OOD_SCORES)
def test_every_score_is_higher_outside(name: str) -> None:
    inside, outside = two_blobs()
    score = OOD_SCORES[name]
    found = detection(score(**inside), score(**outside))
    assert found.auroc > 0.95
    assert score(**inside).shape == (100,)


@pytest.mark.parametrize("name", OOD_SCORES)
def test_items_are_scored_on_their_own(name: str) -> None:
    _, outside = two_blobs()
    some = {**outside, **{key: outside[key][10:15] for key in ("logits", "embeddings", "inputs")}}
    np.testing.assert_allclose(OOD_SCORES[name](**some), OOD_SCORES[name](**outside)[10:15], rtol=1e-12)


def test_the_seven() -> None:
    assert set(OOD_SCORES) == {"msp", "max-logit", "entropy", "energy", "odin", "mahalanobis", "knn"}


def test_scores_of_arrays_need_no_pytorch() -> None:
    probe = "import variorum.training.ood, sys; print('torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
