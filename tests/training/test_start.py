"""Networks that start from others."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from variorum.errors import ArgumentError
from variorum.training import TrainingData, linear, mlp

RNG = np.random.default_rng(0)
DATA = TrainingData(RNG.standard_normal((20, 4)), RNG.integers(0, 4, (20, 3)) + 1.0)
STILL = {"epochs": 1, "learning_rate": 1e-30, "weight_decay": 0.0}


def test_training_goes_on_from_another_networks_weights() -> None:
    before = mlp(epochs=3, hidden=(8,)).fit(DATA, np.random.default_rng(1))
    after = mlp(hidden=(8,), **STILL).train(DATA, np.random.default_rng(2), start=before)
    np.testing.assert_allclose(after.predict(DATA.inputs).mean, before.predict(DATA.inputs).mean, atol=1e-7)
    kept = {name: weights.clone() for name, weights in before.networks[0].state_dict().items()}
    mlp(hidden=(8,), epochs=2).train(DATA, np.random.default_rng(2), start=before)
    assert all(torch.equal(kept[name], weights) for name, weights in before.networks[0].state_dict().items())


def test_an_ensemble_goes_on_member_by_member() -> None:
    before = linear(epochs=2, n_members=2, posterior="ensemble").fit(DATA, np.random.default_rng(1))
    after = linear(n_members=2, posterior="ensemble", **STILL).train(DATA, np.random.default_rng(2), start=before)
    members = before.predict(DATA.inputs).members
    assert np.abs(members[0] - members[1]).max() > 1e-4
    np.testing.assert_allclose(after.predict(DATA.inputs).members, members, atol=1e-7)


def test_another_kind_of_network_is_refused() -> None:
    before = mlp(epochs=1, hidden=(8,)).fit(DATA, np.random.default_rng(1))
    with pytest.raises(ArgumentError, match=r"start is another network: its .* has the shape .*Use the same encoder"):
        mlp(epochs=1, hidden=(5,)).train(DATA, np.random.default_rng(1), start=before)


def test_a_checkpoint_belongs_to_what_the_run_started_from(tmp_path: Path) -> None:
    first, second = (linear(epochs=2).fit(DATA, np.random.default_rng(seed)) for seed in (1, 2))
    file = tmp_path / "checkpoint.pt"
    linear(epochs=2).train(DATA, np.random.default_rng(3), checkpoint=file, start=first)
    with pytest.raises(ArgumentError, match="is of another run"):
        linear(epochs=2).train(DATA, np.random.default_rng(3), checkpoint=file, start=second)
