from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from scipy.special import softmax

from training.loop.small_runs import data_of, state
from variorum.training import TrainingData, linear, mlp
from variorum.training.posterior.heads import HeadDraws


def test_logits_and_embeddings_are_what_the_prediction_is_made_of() -> None:
    data = data_of()
    predictor = mlp(epochs=3, hidden=(6,), device="cpu").fit(data, np.random.default_rng(0))
    logits, embeddings = predictor.logits(data.inputs), predictor.embeddings(data.inputs)
    assert (logits.shape, embeddings.shape) == ((60, 3), (60, 6))
    np.testing.assert_allclose(predictor.predict(data.inputs).mean, softmax(logits, axis=1))
    head = state(predictor)
    np.testing.assert_allclose(embeddings @ head["head.weight"].T + head["head.bias"], logits, atol=1e-5)
    assert predictor.embeddings(data.features[:0]).shape == (0, 6)
    assert predictor.logits(data.features[:0]).shape == (0, 3)
    assert not predictor.networks[0].training


def test_an_ensemble_is_its_networks() -> None:
    data = data_of()
    predictor = linear(epochs=4, n_members=3, posterior="ensemble", device="cpu").fit(data, np.random.default_rng(0))
    assert len(predictor.networks) == len(predictor.curves) == 3
    assert len({curve.seed for curve in predictor.curves}) == 3
    members = predictor.predict(data.inputs).members
    for member, network in zip(members, predictor.networks, strict=True):
        alone = replace(predictor, networks=(network,)).predict(data.inputs).members[0]
        np.testing.assert_array_equal(member, alone)


def test_more_members_leave_the_first_ones_as_they_are() -> None:
    data = data_of()
    few, many = (
        linear(epochs=2, n_members=n, posterior="ensemble", device="cpu").fit(data, np.random.default_rng(0))
        for n in (2, 4)
    )
    assert np.array_equal(few.predict(data.inputs).members, many.predict(data.inputs).members[:2])


def test_draws_are_of_the_trained_network() -> None:
    data = data_of()
    alone = mlp(epochs=3, device="cpu").fit(data, np.random.default_rng(0))
    several = mlp(epochs=3, n_members=5, device="cpu").fit(data, np.random.default_rng(0))
    assert alone.draws is None
    assert isinstance(several.draws, HeadDraws)
    for one, two in zip(alone.networks[0].parameters(), several.networks[0].parameters(), strict=True):
        assert torch.equal(one, two)
    np.testing.assert_allclose(several.predict(data.inputs).members[-1], alone.predict(data.inputs).mean, rtol=1e-5)


def test_a_dirichlet_network_predicts_its_concentration() -> None:
    data = data_of(200)
    learner = linear(loss="dirichlet-multinomial", epochs=40, learning_rate=0.05, device="cpu")
    found = learner.fit(data, np.random.default_rng(0)).predict(data.inputs)
    assert found.concentration is not None
    assert (found.concentration > 0).all()
    np.testing.assert_allclose(found.concentration / found.concentration.sum(axis=1, keepdims=True), found.mean)
    plain = linear(epochs=1, device="cpu").fit(data, np.random.default_rng(0)).predict(data.inputs)
    assert plain.concentration is None
    thinned = replace(learner, n_members=4, posterior="dropout", dropout=0.2).fit(data, np.random.default_rng(0))
    several = thinned.predict(data.inputs)
    assert several.members.shape[0] == 4
    assert several.concentration is not None


def test_members_of_an_ensemble_have_a_checkpoint_each(tmp_path: Path) -> None:
    linear(epochs=1, n_members=2, posterior="ensemble", device="cpu").train(
        data_of(), np.random.default_rng(0), checkpoint=tmp_path / "run.pt"
    )
    assert sorted(path.name for path in tmp_path.iterdir()) == ["run-0.pt", "run-1.pt"]


def test_a_multilabel_scheme_has_an_answer_a_label() -> None:
    rng = np.random.default_rng(0)
    data = TrainingData(rng.standard_normal((30, 3)), rng.multinomial(4, [0.2, 0.8], (30, 5)).astype(float))
    found = mlp(epochs=3, n_members=3, device="cpu").fit(data, rng).predict(data.inputs)
    assert found.members.shape == (3, 30, 5, 2)
    np.testing.assert_allclose(found.mean.sum(axis=-1), 1.0)
    assert found.mean[..., 1].mean() == pytest.approx(0.8, abs=0.1)
