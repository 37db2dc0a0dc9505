from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from variorum.errors import ArgumentError, UnknownNameError
from variorum.training import NetworkLearner, TrainingData, linear, mlp, small_cnn
from variorum.training.posterior import POSTERIORS

PARAMETERS: dict[str, dict[str, Any]] = {"laplace": {}, "dropout": {"dropout": 0.3}, "ensemble": {}}


def data_of(n: int = 40, answers: tuple[int, ...] = (3,)) -> TrainingData:
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((n, 2))
    slope = rng.standard_normal((2, *answers))
    shares = softmax(np.tensordot(inputs, slope, 1), axis=-1)
    return TrainingData(inputs, rng.multinomial(6, shares).astype(float))


def learner_of(posterior: str, **changes: Any) -> NetworkLearner:
    settings: dict[str, Any] = {"hidden": (8, 8), "epochs": 8, "n_members": 5, **PARAMETERS[posterior], **changes}
    return mlp(posterior=posterior, device="cpu", **settings)


def test_every_posterior_is_tested() -> None:
    assert set(PARAMETERS) == set(POSTERIORS)


@pytest.mark.parametrize("posterior", POSTERIORS)
@pytest.mark.parametrize("answers", [(3,), (4, 2)])
class TestContract:
    def test_members_are_distributions_and_differ(self, posterior: str, answers: tuple[int, ...]) -> None:
        data = data_of(answers=answers)
        members = learner_of(posterior).fit(data, np.random.default_rng(0)).predict(data.inputs).members
        assert members.shape == (5, 40, *answers)
        np.testing.assert_allclose(members.sum(axis=-1), 1.0)
        assert len(np.unique(members[:, 0].reshape(5, -1).round(6), axis=0)) == 5

    def test_same_seed_same_members(self, posterior: str, answers: tuple[int, ...]) -> None:
        data = data_of(answers=answers)
        one, two, other = (
            learner_of(posterior).fit(data, np.random.default_rng(seed)).predict(data.inputs).members
            for seed in (0, 0, 1)
        )
        assert np.array_equal(one, two)
        assert not np.allclose(one, other)

    def test_prediction_does_not_depend_on_the_other_rows(self, posterior: str, answers: tuple[int, ...]) -> None:
        data = data_of(answers=answers)
        predictor = learner_of(posterior).fit(data, np.random.default_rng(0))
        whole = predictor.predict(data.inputs).members
        np.testing.assert_allclose(predictor.predict(data.inputs[7:9]).members, whole[:, 7:9], rtol=1e-5)
        assert np.array_equal(predictor.predict(data.inputs).members, whole)


def test_the_mean_over_laplace_and_dropout_members_is_near_the_network() -> None:
    data = data_of(400)
    for posterior in ("laplace", "dropout"):
        learner = learner_of(posterior, n_members=401, epochs=30)
        predictor = learner.fit(data, np.random.default_rng(0))
        alone = softmax(predictor.logits(data.inputs), axis=1)
        found = predictor.predict(data.inputs)
        assert np.abs(found.mean - alone).mean() < 0.03
        if posterior == "laplace":
            np.testing.assert_allclose(found.members[-1], alone, rtol=1e-5)  # of an odd number the last


def test_laplace_members_part_far_from_the_data() -> None:
    data = data_of(200)
    predictor = linear(n_members=64, epochs=40).fit(data, np.random.default_rng(0))
    near = predictor.predict(np.zeros((1, 2))).members.std(axis=0).mean()
    # Logits spread in all directions; label distributions show it where confidence does not hide it.
    angles = np.linspace(0, 2 * np.pi, 12, endpoint=False)
    ring = 6 * np.column_stack([np.cos(angles), np.sin(angles)])
    far = predictor.predict(ring).members.std(axis=0).mean(axis=1).max()
    assert far > 2.5 * near
    votes = TrainingData(data.inputs, 100 * data.counts)
    surer = linear(n_members=64, epochs=40).fit(votes, np.random.default_rng(0))
    assert surer.predict(np.zeros((1, 2))).members.std(axis=0).mean() < near / 5


def test_pictures_have_members_too() -> None:
    rng = np.random.default_rng(0)
    pictures = rng.integers(0, 256, (12, 3, 8, 8)).astype(np.uint8)
    data = TrainingData(pictures, rng.multinomial(5, [0.3, 0.7], 12).astype(float))
    for posterior, changes in PARAMETERS.items():
        learner = small_cnn(n_members=3, epochs=2, posterior=posterior, device="cpu", **changes)
        members = learner.fit(data, np.random.default_rng(0)).predict(pictures).members
        assert members.shape == (3, 12, 2)
        assert members.std(axis=0).max() > 1e-3


def test_members_of_a_dirichlet_network() -> None:
    data = data_of()
    for posterior in ("dropout", "ensemble"):
        learner = learner_of(posterior, loss="dirichlet-multinomial")
        np.testing.assert_allclose(
            learner.fit(data, np.random.default_rng(0)).predict(data.inputs).members.sum(axis=-1), 1.0
        )


def test_what_is_refused() -> None:
    with pytest.raises(UnknownNameError, match="posterior"):
        linear(posterior="bayes")
    with pytest.raises(ArgumentError, match="needs dropout in training, and it is 0; set dropout"):
        linear(posterior="dropout")
    for posterior in ("laplace", "dropout"):
        with pytest.raises(
            ArgumentError, match=f"the posterior '{posterior}' draws heads, and .* use the posterior 'en"
        ):
            linear(annotators="heads", n_members=2, posterior=posterior, dropout=0.1)
    with pytest.raises(ArgumentError, match="a Laplace posterior is one of a softmax head; use"):
        linear(n_members=2, loss="dirichlet-multinomial").fit(data_of(), np.random.default_rng(0))
