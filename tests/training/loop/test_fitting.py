from __future__ import annotations

import itertools
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import softmax

from training.loop.small_runs import data_of, pictures_of, state
from variorum.errors import ArgumentError
from variorum.training import NetworkLearner, Training, TrainingData, linear, mlp, small_cnn
from variorum.training.loop.fitting import _rate
from variorum.training.network_predictor import NetworkPredictor


def fit(learner: NetworkLearner, data: TrainingData, seed: int = 0) -> NetworkPredictor:
    return learner.fit(data, np.random.default_rng(seed))


def test_one_step_by_hand() -> None:
    data = data_of(validation=False)
    settings: dict[str, Any] = {"optimizer": "sgd", "momentum": 0.0, "weight_decay": 0.0, "schedule": "constant"}
    learner = linear(epochs=1, batch_size=1000, learning_rate=0.5, device="cpu", **settings)
    predictor = fit(learner, data)
    network = predictor.networks[0]
    standard = (data.features - data.features.mean(axis=0)) / float(network.scale)
    human = data.counts / data.counts.sum(axis=1, keepdims=True)
    # The step that was made is half the gradient of the mean cross-entropy at where it started.
    after = state(predictor)
    votes = data.counts.sum(axis=0) + 0.5
    before_bias = np.log(votes / votes.sum()) - np.log(votes / votes.sum()).mean()
    frozen = fit(linear(epochs=1, learning_rate=1e-30, weight_decay=0.0, device="cpu"), data)
    before = state(frozen)
    np.testing.assert_allclose(before["head.bias"], before_bias, rtol=1e-6)
    model = softmax(standard @ before["head.weight"].T + before["head.bias"], axis=1)
    residual = (model - human) / len(human)
    np.testing.assert_allclose(after["head.weight"], before["head.weight"] - 0.5 * residual.T @ standard, atol=1e-6)
    np.testing.assert_allclose(after["head.bias"], before["head.bias"] - 0.5 * residual.sum(axis=0), atol=1e-6)
    # What the curve calls the loss is the mean over the examples.
    loss = -(human * np.log(model)).sum(axis=1).mean()
    assert frozen.curves[0].points[0].loss == pytest.approx(loss, rel=1e-5)


def test_weights_of_items_multiply_their_examples() -> None:
    data = data_of(validation=False)
    sgd: dict[str, Any] = {"optimizer": "sgd", "epochs": 1, "batch_size": 1000, "device": "cpu"}
    heavy = TrainingData(data.inputs, data.counts, weights=np.full(len(data.counts), 2.0))
    single = state(fit(linear(learning_rate=0.2, weight_decay=0.0, **sgd), data))
    double = state(fit(linear(learning_rate=0.1, weight_decay=0.0, **sgd), heavy))
    np.testing.assert_allclose(double["head.weight"], single["head.weight"], atol=1e-5)


def test_weights_of_validation_items_count() -> None:
    data = data_of()
    assert data.validation is not None
    watched = data.validation
    weights = np.arange(len(watched.counts)) % 2.0
    weighed = replace(data, validation=replace(watched, weights=weights))
    half = replace(data, validation=TrainingData(watched.inputs[1::2], watched.counts[1::2]))
    scores = [fit(linear(epochs=2, device="cpu"), d).curves[0].kept.scores for d in (weighed, half)]
    assert scores[0] == pytest.approx(scores[1])
    nothing = replace(data, validation=replace(watched, weights=0 * weights))
    assert not fit(linear(epochs=1, device="cpu"), nothing).curves[0].kept.scores


def test_parts_of_a_batch_make_the_same_step() -> None:
    data = data_of(seed=1)
    changes: dict[str, Any] = {"optimizer": "sgd", "learning_rate": 0.1, "epochs": 4, "batch_size": 16, "device": "cpu"}
    whole = fit(mlp(**changes), data)
    for accumulate in (2, 3, 100):
        parts = fit(mlp(accumulate=accumulate, **changes), data)
        for name, value in state(whole).items():
            np.testing.assert_allclose(state(parts)[name], value, atol=1e-4)
        assert parts.curves[0].kept.loss == pytest.approx(whole.curves[0].kept.loss, rel=1e-4)


def test_half_precision_is_close() -> None:
    data = data_of()
    full, half = (fit(mlp(epochs=10, precision=p, device="cpu"), data) for p in ("float32", "bfloat16"))
    found = [one.predict(data.inputs).mean for one in (full, half)]
    assert 0 < np.abs(found[0] - found[1]).max() < 0.05
    assert next(half.networks[0].parameters()).dtype == torch.float32


def test_clip_bounds_the_step() -> None:
    data = data_of(validation=False)
    sgd: dict[str, Any] = {"optimizer": "sgd", "momentum": 0.0, "weight_decay": 0.0, "schedule": "constant"}
    start = state(fit(linear(epochs=1, learning_rate=1e-30, device="cpu", **sgd), data))

    def moved(**changes: Any) -> float:
        end = state(fit(linear(epochs=1, batch_size=1000, learning_rate=1.0, device="cpu", **sgd, **changes), data))
        return math.sqrt(sum(((end[name] - start[name]) ** 2).sum() for name in ("head.weight", "head.bias")))

    free = moved()
    assert moved(clip=0.01) == pytest.approx(0.01, rel=1e-3)
    assert moved(clip=1e6) == pytest.approx(free, rel=1e-6)
    assert free > 0.02


def test_rates_by_hand() -> None:
    constant, line, cosine = (Training(learning_rate=2.0, schedule=s) for s in ("constant", "linear", "cosine"))
    assert [_rate(constant, step, 4) for step in range(4)] == [2.0] * 4
    assert [_rate(line, step, 4) for step in range(4)] == [2.0, 1.5, 1.0, 0.5]
    expected = [2.0, 1 + math.sqrt(0.5), 1.0, 1 - math.sqrt(0.5)]  # 1 + cos(k pi / 4)
    assert [_rate(cosine, step, 4) for step in range(4)] == pytest.approx(expected)
    # Half of eight steps warm: 1/5, 2/5, 3/5 and 4/5 of the rate, then down from the whole.
    warm = Training(learning_rate=1.0, schedule="linear", warmup=0.5)
    assert [_rate(warm, step, 8) for step in range(8)] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1.0, 0.75, 0.5, 0.25])
    assert _rate(line, 9, 4) == 0.0  # an epoch longer than the first does not climb back


def contrary(n: int = 60) -> TrainingData:
    """Validation items that say the opposite: every epoch makes them worse."""
    data = data_of(n, validation=False)
    return TrainingData(data.inputs, data.counts, validation=TrainingData(data.inputs, data.counts[:, ::-1]))


def test_patience_ends_a_run_and_the_best_weights_are_kept() -> None:
    data = contrary()
    patient = fit(mlp(epochs=30, patience=3, device="cpu"), data)
    curve = patient.curves[0]
    assert curve.stopped_early
    assert len(curve.points) == curve.best + 1 + 3
    assert curve.kept.scores["cross-entropy"] == min(point.scores["cross-entropy"] for point in curve.points)
    # The weights are those after the best epoch, not the last ones.
    scores = patient.predict(data.inputs).mean
    human = data.counts[:, ::-1] / data.counts.sum(axis=1, keepdims=True)
    assert -(human * np.log(scores)).sum(axis=1).mean() == pytest.approx(curve.kept.scores["cross-entropy"], rel=1e-5)
    last = fit(mlp(epochs=30, keep="last", device="cpu"), data)
    assert not last.curves[0].stopped_early
    assert last.curves[0].best == len(last.curves[0].points) - 1 == 29
    assert last.curves[0].kept.scores["cross-entropy"] > curve.kept.scores["cross-entropy"]


def test_a_monitor_may_be_better_when_higher() -> None:
    data = data_of(200)
    curve = fit(mlp(epochs=12, monitor="accuracy", device="cpu"), data).curves[0]
    values = [point.scores["accuracy"] for point in curve.points]
    assert curve.best == int(np.argmax(values))  # of equal ones the first


def test_evaluations_within_an_epoch() -> None:
    data = data_of(50)
    seen: list[tuple[float, int]] = []
    learner = mlp(epochs=3, batch_size=16, evaluate_every=3, device="cpu")  # 4 steps an epoch, the last one of 2 items
    predictor = learner.train(data, np.random.default_rng(0), watch=lambda at, of, point: seen.append((at, point.step)))
    assert seen == [(0.75, 3), (1.5, 6), (2.25, 9), (3.0, 12)]
    assert [point.epoch for point in predictor.curves[0].points] == [1, 2, 3, 3]
    more = mlp(epochs=3, batch_size=16, evaluate_every=5, device="cpu").fit(data, np.random.default_rng(0))
    assert [(point.step, point.epoch) for point in more.curves[0].points] == [(5, 2), (10, 3), (12, 3)]


def test_nothing_else_in_torch_is_moved() -> None:
    before = torch.get_rng_state()
    fit(mlp(epochs=2, dropout=0.3, n_members=3, posterior="dropout", device="cpu"), data_of())
    assert torch.equal(before, torch.get_rng_state())
    torch.rand(3)
    one = fit(mlp(epochs=2, dropout=0.3, device="cpu"), data_of())
    torch.rand(3)
    two = fit(mlp(epochs=2, dropout=0.3, device="cpu"), data_of())
    assert np.array_equal(one.predict(data_of().inputs).mean, two.predict(data_of().inputs).mean)


def test_what_stops_a_run() -> None:
    with pytest.raises(ArgumentError, match="patience needs validation items"):
        fit(mlp(patience=2, device="cpu"), data_of(validation=False))
    with pytest.raises(ArgumentError, match=r"the training loss is not finite[.] Lower learning_rate"):
        fit(mlp(optimizer="sgd", learning_rate=1e30, epochs=5, batch_size=8, device="cpu"), data_of())


class StoppedError(Exception):
    """What stops a run in a test."""


def interrupted(learner: NetworkLearner, data: TrainingData, file: Path, evaluations: int) -> None:
    count = itertools.count(1)

    def watch(*_: object) -> None:
        if next(count) == evaluations:
            raise StoppedError

    with pytest.raises(StoppedError):
        learner.train(data, np.random.default_rng(0), watch=watch, checkpoint=file)


RUNS = {
    "sls": (mlp(epochs=6, batch_size=16, delivery="sls", device="cpu"), 4),
    "dropout": (mlp(epochs=6, batch_size=16, dropout=0.4, hidden=(16, 8), device="cpu"), 4),
    "momentum": (linear(epochs=6, batch_size=16, optimizer="sgd", learning_rate=0.1, device="cpu"), 4),
    "evaluations within an epoch": (mlp(epochs=6, batch_size=16, evaluate_every=3, device="cpu"), 5),
    "mixup, warm-up and parts": (
        mlp(epochs=6, batch_size=16, delivery="mixup", warmup=0.4, accumulate=2, device="cpu"),
        4,
    ),
    "repeated labelling": (
        mlp(epochs=6, batch_size=16, delivery="repeated-labelling", precision="bfloat16", device="cpu"),
        4,
    ),
    "augmented pictures": (small_cnn(epochs=4, batch_size=8, device="cpu"), 3),
    "the second of an ensemble": (linear(epochs=3, n_members=3, posterior="ensemble", device="cpu"), 5),
}


@pytest.mark.parametrize("run", RUNS)
def test_a_resumed_run_is_the_run(run: str, tmp_path: Path) -> None:
    learner, evaluations = RUNS[run]
    data = pictures_of() if learner.reads == "pictures" else data_of(50)
    straight = learner.fit(data, np.random.default_rng(0))
    file = tmp_path / "run.pt"
    interrupted(learner, data, file, evaluations)
    assert list(tmp_path.iterdir())
    resumed = learner.train(data, np.random.default_rng(0), checkpoint=file)
    for one, two in zip(straight.networks, resumed.networks, strict=True):
        for (name, a), b in zip(one.state_dict().items(), two.state_dict().values(), strict=True):
            assert torch.equal(a, b), name
    assert resumed.curves == straight.curves
    # Once more: the run is over, and nothing is trained.
    again = learner.train(data, np.random.default_rng(0), checkpoint=file, watch=lambda *_: pytest.fail("trained"))
    assert again.curves == straight.curves
    assert np.array_equal(again.predict(data.inputs).members, straight.predict(data.inputs).members)
