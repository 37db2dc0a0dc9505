from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from scipy.special import softmax

from variorum.errors import ArgumentError, MissingExtraError, UnknownNameError
from variorum.evaluation import js_divergence
from variorum.training import (
    DELIVERIES,
    LOSSES,
    AnnotatorVotes,
    NetworkLearner,
    Texts,
    TrainingData,
    encoder,
    linear,
    mlp,
    small_cnn,
)
from variorum.training.network_learner import _with_votes


def data_of(answers: tuple[int, ...] = (3,), n: int = 120, *, ordinal: bool = False) -> tuple[TrainingData, np.ndarray]:
    """Votes on items whose label distributions are a softmax of their features, and those distributions."""
    rng = np.random.default_rng(0)
    inputs = rng.standard_normal((n, 2))
    truth = softmax(1.5 * np.tensordot(inputs, rng.standard_normal((2, *answers)), 1), axis=-1)
    return TrainingData(inputs, rng.multinomial(8, truth).astype(float), ordinal=ordinal), truth


def distance(learner: NetworkLearner, data: TrainingData, truth: np.ndarray) -> float:
    """Mean Jensen-Shannon divergence of the prediction from the truth, over what it would be for even answers."""
    model = learner.fit(data, np.random.default_rng(0)).predict(data.inputs).mean
    rows, human = model.reshape(-1, model.shape[-1]), truth.reshape(-1, model.shape[-1])
    even = np.full_like(rows, 1 / rows.shape[1])
    return float(js_divergence(human, rows).mean() / js_divergence(human, even).mean())


@pytest.mark.parametrize("loss", LOSSES)
def test_every_loss_trains(loss: str) -> None:
    data, truth = data_of(ordinal=LOSSES[loss].ordinal)
    # Losses that serve one annotator or one label well do not aim at the distribution, but come nearer to it too.
    assert distance(linear(loss=loss, epochs=40, learning_rate=0.05, device="cpu"), data, truth) < 0.8


@pytest.mark.parametrize("loss", [name for name in LOSSES if LOSSES[name].multilabel])
def test_every_multilabel_loss_trains(loss: str) -> None:
    data, truth = data_of((4, 2))
    assert distance(linear(loss=loss, epochs=40, learning_rate=0.05, device="cpu"), data, truth) < 0.8


@pytest.mark.parametrize("delivery", [name for name in DELIVERIES if name not in ("annotators", "shuffled-sls")])
def test_every_delivery_trains(delivery: str) -> None:
    data, truth = data_of()
    for loss in ("cross-entropy", "brier"):
        learner = linear(delivery=delivery, loss=loss, epochs=40, learning_rate=0.05, device="cpu")
        assert distance(learner, data, truth) < 0.5


def test_labels_given_to_other_items_teach_their_mean_alone() -> None:
    data, truth = data_of()
    learner = linear(delivery="shuffled-sls", epochs=40, learning_rate=0.05, device="cpu")
    assert distance(learner, data, truth) > 0.7


def test_soft_labels_come_nearest_to_the_truth() -> None:
    data, truth = data_of(n=600)
    found = {
        name: distance(linear(delivery=name, epochs=60, learning_rate=0.05, device="cpu"), data, truth)
        for name in ("soft", "sls", "repeated-labelling", "majority")
    }
    assert max(found["soft"], found["sls"], found["repeated-labelling"]) < 0.05
    assert found["majority"] > 2 * found["soft"]


def test_settings_of_the_loop_stand_beside_those_of_the_learner() -> None:
    learner = mlp(epochs=3, hidden=(4,), clip=1.0)
    assert (learner.training.epochs, learner.training.clip, learner.hidden) == (3, 1.0, (4,))
    assert learner.training.learning_rate == mlp().training.learning_rate
    assert mlp(training=linear(epochs=9).training, batch_size=7).training.epochs == 9


def test_items_without_votes_go_with_their_triples() -> None:
    votes = AnnotatorVotes(np.array([0, 2, 2]), np.array([1, 0, 1]), np.array([0, 1, 1]), 3, np.array([1.0, 2.0, 3.0]))
    data = TrainingData(
        np.array([[1.0], [2.0], [3.0]]),
        np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 2.0]]),
        weights=np.array([1.0, 1.0, 0.5]),
        by_annotator=votes,
    )
    kept = _with_votes(data)
    assert kept.features.tolist() == [[1.0], [3.0]]
    assert kept.weights is not None
    assert kept.by_annotator is not None
    assert kept.weights.tolist() == [1.0, 0.5]
    assert kept.by_annotator.item.tolist() == [0, 1, 1]
    assert kept.by_annotator.weight is not None
    assert kept.by_annotator.weight.tolist() == [1.0, 2.0, 3.0]
    # An item of weight zero has no votes either, and its triples go.
    none = _with_votes(TrainingData(data.inputs, data.counts, np.array([0.0, 1.0, 1.0]), by_annotator=votes))
    assert none.by_annotator is not None
    assert none.by_annotator.item.tolist() == [0, 0]
    assert none.by_annotator.weight is not None
    assert none.by_annotator.weight.tolist() == [2.0, 3.0]


def test_names_need_no_torch() -> None:
    program = (
        "import sys, variorum.training as t; t.mlp(n_members=3, loss='js'); "
        "print([m for m in ('torch', 'transformers', 'accelerate', 'peft') if m in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_without_torch_the_install_line_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    for name in [name for name in sys.modules if name.startswith("variorum.training.network_predictor")]:
        monkeypatch.delitem(sys.modules, name)
    for name in [n for n in sys.modules if n.startswith("variorum.training.") and hasattr(sys.modules[n], "torch")]:
        monkeypatch.delitem(sys.modules, name)
    data, _ = data_of()
    with pytest.raises(MissingExtraError, match="train"):
        linear().fit(data, np.random.default_rng(0))


@pytest.mark.parametrize(
    ("changes", "error", "said"),
    [
        ({"network": "transformer"}, UnknownNameError, "network"),
        ({"delivery": "loud"}, UnknownNameError, "delivery"),
        ({"delivery": "sls", "delivery_options": {"hold": 2}}, UnknownNameError, "'sls' has no parameter 'hold'"),
        ({"loss": "hinge"}, UnknownNameError, "loss"),
        ({"annotators": "nobody"}, UnknownNameError, "model of annotators"),
        ({"dropout": 1.0}, ArgumentError, r"dropout is a share in \[0, 1\), not 1.0"),
        ({"n_members": 0}, ArgumentError, "n_members must be at least 1, not 0"),
        ({"hidden": (4, 0)}, ArgumentError, r"hidden layers have at least one unit, not \(4, 0\)"),
        ({"network": "mlp", "hidden": ()}, ArgumentError, "mlp.*needs a hidden layer"),
        ({"network": "linear", "hidden": (3,)}, ArgumentError, "linear.*has no hidden layers"),
        ({"hidden": (4.5,)}, ArgumentError, "the width of a hidden layer must be a whole number, not 4.5"),
        ({"n_members": 2.0}, ArgumentError, "n_members must be a whole number, not 2.0"),
        ({"max_length": 1}, ArgumentError, "max_length must be at least 2, not 1"),
        ({"lora_rank": -1}, ArgumentError, "lora_rank must be at least 0, not -1"),
    ],
)
def test_what_a_learner_refuses(changes: dict[str, Any], error: type[Exception], said: str) -> None:
    with pytest.raises(error, match=said):
        NetworkLearner(**{"network": "linear", **changes})


def test_inputs_of_another_kind() -> None:
    counts, rng = np.ones((1, 2)), np.random.default_rng(0)
    pictures = TrainingData(np.zeros((1, 3, 8, 8), np.uint8), counts)
    with pytest.raises(ArgumentError, match="'linear' reads features, and the inputs are texts; use one of: encoder"):
        linear().fit(TrainingData(Texts(("one",)), counts), rng)
    with pytest.raises(ArgumentError, match="'encoder' reads texts, and the inputs are pictures; use one of: small-"):
        encoder().fit(pictures, rng)
    with pytest.raises(ArgumentError, match="'small-cnn' reads pictures, and the inputs are features"):
        small_cnn().fit(TrainingData(np.zeros((1, 2)), counts), rng)


def test_a_model_of_annotators_brings_its_delivery() -> None:
    assert linear(annotators="heads").delivery == "annotators"
    with pytest.raises(ArgumentError, match="use the delivery 'annotators'"):
        linear(annotators="heads", delivery="soft")
    assert mlp(hidden=16).hidden == (16,)
