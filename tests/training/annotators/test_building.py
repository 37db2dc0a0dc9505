from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from training.annotators.planted import learner, several_labels, some, untrained
from variorum.errors import ArgumentError, UnknownNameError
from variorum.training import AnnotatorVotes
from variorum.training.annotators import ONE_CHOICE
from variorum.training.delivery import delivery_of
from variorum.training.loop.objective import Objective
from variorum.training.losses import LOSSES
from variorum.training.network_learner import linear

NOBODY = np.array([], int)


def test_who_counts_as_voting() -> None:
    data = some()
    votes = data.by_annotator
    assert votes is not None
    weight = (votes.annotator != 1).astype(float)
    network = untrained("heads", replace(data, by_annotator=replace(votes, weight=weight)))
    assert network.voted.tolist() == [0, 2, 3]
    assert network.n_votes.tolist() == [40, 0, 40, 40, 0, 0]


def test_a_step_minimises_the_weighted_mean_and_the_prior() -> None:
    data = some()
    data = replace(data, weights=np.linspace(0.5, 2, 40))
    network = untrained("madl", data)
    with torch.no_grad():
        network.vectors += torch.linspace(0, 1, 6)[:, None]
    examples = delivery_of("annotators")(data, 0).epoch(0)
    items, rows = network.read(data.inputs, torch.device("cpu")), torch.tensor([3, 90, 150])
    bound = Objective(LOSSES["cross-entropy"], data).bind(examples, torch.device("cpu"))
    with torch.no_grad():
        loss = bound.loss(network, items, rows, np.random.default_rng(0))
        weights, penalty = network.annotator_weights().numpy(), float(network.penalty())
    people = network.by_annotator(items)
    expected = 0.0
    for row in rows.numpy():
        item, annotator = examples.item[row], examples.annotator[row]  # type: ignore[index]
        weight = weights[annotator] * data.weights[item]  # type: ignore[index]
        expected -= weight * np.log(people[annotator, item, examples.target[row]]) / 3
    assert float(loss) == pytest.approx(expected + penalty, rel=1e-5)


@pytest.mark.parametrize("loss", ["js", "brier", "cdf"])
def test_other_losses_on_votes(loss: str) -> None:
    data = replace(some(), ordinal=True)
    people = learner("heads", loss=loss).fit(data, np.random.default_rng(0)).predict(data.inputs).by_annotator
    assert people is not None
    assert np.ptp(people[:4], axis=0).max() > 0.01


def test_without_votes_by_annotator_there_is_nothing_to_learn() -> None:
    with pytest.raises(ArgumentError, match="learns who gave which vote, and some votes have no annotator"):
        learner("heads").fit(replace(some(), by_annotator=None), np.random.default_rng(0))
    with pytest.raises(ArgumentError, match=r"data\.by_annotator holds no vote of the items"):
        learner("madl").fit(
            replace(some(), by_annotator=AnnotatorVotes(NOBODY, NOBODY, NOBODY, 3)), np.random.default_rng(0)
        )


@pytest.mark.parametrize("name", sorted(ONE_CHOICE))
def test_confusion_needs_one_label_out_of_several(name: str) -> None:
    with pytest.raises(ArgumentError, match=f"{name}' confuses one label with another, and the votes are multilabel"):
        learner(name).fit(several_labels(), np.random.default_rng(0))


def test_options_are_known_and_have_a_model() -> None:
    with pytest.raises(UnknownNameError, match="'heads' has no option 'size'; it takes: shared, spread"):
        untrained("heads", some(), size=3)
    with pytest.raises(ArgumentError, match="annotator_options are given, and no model of annotators"):
        linear(annotator_options={"spread": 1.0})


def test_pairs_that_do_not_go_together() -> None:
    rng = np.random.default_rng(0)
    with pytest.raises(ArgumentError, match="'heads' learns from single votes; use the delivery 'annotators'"):
        linear(annotators="heads", delivery="sls").fit(some(), rng)
    with pytest.raises(ArgumentError, match=r"the delivery 'annotators' gives each vote with its annotator"):
        linear(delivery="annotators").fit(some(), rng)
    with pytest.raises(UnknownNameError, match=r"model of annotators 'head' is not known\. Did you mean 'heads'"):
        learner("head")
