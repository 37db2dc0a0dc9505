from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax

from variorum.training import TrainingData
from variorum.training.delivery import Examples
from variorum.training.loop.objective import Objective
from variorum.training.losses import LOSSES
from variorum.training.networks.on_features import Vectors

LOGITS = np.random.default_rng(0).standard_normal((4, 3))
COUNTS = np.array([[3.0, 1.0, 0.0], [0.0, 2.0, 2.0], [1.0, 0.0, 0.0], [5.0, 5.0, 2.0]])
SOFT = (COUNTS / COUNTS.sum(axis=1, keepdims=True)).astype(np.float32)
ITEM = np.array([2, 0, 3])
ROWS = torch.tensor([2, 0])  # items 3 and 2


def loss_of(name: str, target: NDArray[Any], **parts: Any) -> float:
    """The loss of examples 2 and 0, of a network that answers with its inputs."""
    objective = Objective(LOSSES[name], TrainingData(LOGITS, COUNTS))
    bound = objective.bind(Examples(ITEM, target, **parts), torch.device("cpu"))
    inputs = Vectors(torch.as_tensor(LOGITS, dtype=torch.float32))
    return float(bound.loss(lambda batch: batch, inputs, ROWS, np.random.default_rng(0)))


def cross_entropy(target: NDArray[Any], logits: NDArray[Any]) -> NDArray[np.float64]:
    return -(target * log_softmax(logits, axis=1)).sum(axis=1)


def test_soft_and_hard_targets() -> None:
    expected = cross_entropy(SOFT[[3, 2]], LOGITS[[3, 2]])
    assert loss_of("cross-entropy", SOFT[ITEM]) == pytest.approx(expected.mean())
    labels = np.array([0, 1, 2], np.uint8)
    hard = cross_entropy(np.eye(3)[[2, 0]], LOGITS[[3, 2]])
    assert loss_of("cross-entropy", labels) == pytest.approx(hard.mean())
    # A loss without a closed form for hard labels gets them as distributions.
    assert loss_of("js", labels) == pytest.approx(loss_of("js", np.eye(3, dtype=np.float32)[labels]))


def test_weights_multiply() -> None:
    expected = cross_entropy(SOFT[[3, 2]], LOGITS[[3, 2]])
    weight = np.array([4.0, 9.0, 0.5], np.float32)
    assert loss_of("cross-entropy", SOFT[ITEM], weight=weight) == pytest.approx((expected * [0.5, 4.0]).mean())


@pytest.mark.parametrize("hard", [True, False])
def test_mixed_examples_mix_inputs_and_label_distributions(hard: bool) -> None:
    labels = np.array([0, 1, 2], np.uint8)
    shares = np.eye(3)[labels] if hard else SOFT[ITEM]
    partner, share = np.array([1, 2, 1]), np.array([0.25, 0.5, 0.75], np.float32)
    logits = share[:, None] * LOGITS[ITEM] + (1 - share[:, None]) * LOGITS[ITEM[partner]]
    target = share[:, None] * shares + (1 - share[:, None]) * shares[partner]
    expected = cross_entropy(target, logits)[[2, 0]].mean()
    given = labels if hard else SOFT[ITEM]
    assert loss_of("cross-entropy", given, partner=partner, share=share) == pytest.approx(expected, rel=1e-5)


def test_losses_that_read_votes_get_those_of_the_item() -> None:
    expected = cross_entropy(SOFT[[3, 2]], LOGITS[[3, 2]]).mean()
    assert loss_of("annotator-mean", SOFT[ITEM]) == pytest.approx(expected)


def test_a_loss_of_the_whole_batch_is_one_number() -> None:
    model = np.exp(log_softmax(LOGITS[[3, 2]], axis=1))
    # One minus twice the overlap over the two sums (2 items each): soft micro F1.
    expected = 1 - np.minimum(SOFT[[3, 2]], model).sum() * 2 / 4
    assert loss_of("soft-micro-f1", SOFT[ITEM]) == pytest.approx(expected)


def test_labels_of_a_multilabel_scheme_are_averaged() -> None:
    logits = np.random.default_rng(1).standard_normal((4, 2, 2))
    counts = np.ones((4, 2, 2))
    objective = Objective(LOSSES["cross-entropy"], TrainingData(np.zeros((4, 1)), counts))
    labels = np.array([[0, 1], [1, 1], [0, 0]], np.uint8)
    bound = objective.bind(Examples(ITEM, labels), torch.device("cpu"))
    inputs = Vectors(torch.as_tensor(logits, dtype=torch.float32))
    found = float(bound.loss(lambda batch: batch, inputs, ROWS, np.random.default_rng(0)))
    rows = log_softmax(logits[[3, 2]], axis=2)
    expected = -np.mean([rows[0, 0, 0] + rows[0, 1, 0], rows[1, 0, 0] + rows[1, 1, 1]]) / 2
    assert found == pytest.approx(expected, rel=1e-5)
