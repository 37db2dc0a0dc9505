from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.special import softmax

from training.annotators.planted import learner, several_labels, some, untrained, votes_of
from variorum.training import TrainingData
from variorum.training.annotators import ANNOTATORS, ONE_CHOICE
from variorum.training.annotators.base import AnnotatorNetwork, prior_precision
from variorum.training.network_learner import linear

CPU = torch.device("cpu")
NAMES = sorted(ANNOTATORS)


def moved(name: str, data: TrainingData) -> Any:
    """A network whose annotators differ."""
    network = untrained(name, data)
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in network.parameters():
            parameter += 0.5 * torch.randn(parameter.shape, generator=generator)
    return network


@pytest.mark.parametrize("name", NAMES)
class TestContract:
    """What every model of annotators promises in `AnnotatorNetwork`."""

    def test_one_and_all_agree(self, name: str) -> None:
        data = some()
        network = moved(name, data)
        items = network.read(data.inputs, CPU)
        everyone = network.by_annotator(items)
        annotator = torch.arange(40) % 4
        with torch.no_grad():
            logits = network(items.take(torch.arange(40), None), annotator)
        np.testing.assert_allclose(softmax(logits.numpy(), -1), everyone[annotator, np.arange(40)], atol=1e-5)
        assert everyone[:4].std(axis=0).min() > 1e-4

    def test_the_population_is_the_mean_over_those_who_voted_and_others_are_the_population(self, name: str) -> None:
        data = some()
        network = moved(name, data)
        items = network.read(data.inputs, CPU)
        everyone = network.by_annotator(items)
        assert everyone.shape == (6, 40, 3)
        np.testing.assert_allclose(everyone.sum(axis=2), 1, atol=1e-12)
        np.testing.assert_allclose(everyone[4:], np.repeat(everyone[:4].mean(axis=0)[None], 2, axis=0), atol=1e-12)
        with torch.no_grad():
            logits = network(items.take(torch.arange(40), None))
        np.testing.assert_allclose(logits.exp().numpy(), everyone[:4].mean(axis=0), atol=1e-5)

    def test_pieces_do_not_matter_and_no_item_is_fine(self, name: str) -> None:
        data = some()
        network = moved(name, data).train()
        whole = network.by_annotator(network.read(data.inputs, CPU))
        network.at_a_time = 7
        np.testing.assert_allclose(network.by_annotator(network.read(data.inputs, CPU)), whole, rtol=1e-4)
        one = network.by_annotator(network.read(data.inputs[11:12], CPU))
        np.testing.assert_allclose(one, whole[:, 11:12], rtol=1e-4)
        assert network.by_annotator(network.read(data.inputs[:0], CPU)).shape == (6, 0, 3)
        assert network.training

    def test_same_data_and_seed_same_predictor(self, name: str) -> None:
        data = some()
        state = torch.get_rng_state()
        first, second = (learner(name).fit(data, np.random.default_rng(3)).predict(data.inputs) for _ in range(2))
        np.testing.assert_array_equal(first.members, second.members)
        np.testing.assert_array_equal(first.by_annotator, second.by_annotator)  # type: ignore[arg-type]
        assert first.by_annotator is not None
        assert torch.equal(torch.get_rng_state(), state)
        np.testing.assert_allclose(first.by_annotator[:4].mean(axis=0), first.mean, atol=1e-6)

    def test_an_ensemble_averages_people_too(self, name: str) -> None:
        data = some()
        several = replace(learner(name, epochs=1), n_members=2, posterior="ensemble")
        predicted = several.fit(data, np.random.default_rng(0)).predict(data.inputs[:3])
        assert predicted.members.shape == (2, 3, 3)
        assert predicted.by_annotator is not None
        np.testing.assert_allclose(predicted.by_annotator[:4].mean(axis=0), predicted.mean, atol=1e-6)

    def test_half_precision_comes_close(self, name: str) -> None:
        data = some()
        whole, half = (
            learner(name, precision=precision).fit(data, np.random.default_rng(0)).predict(data.inputs).by_annotator
            for precision in ("float32", "bfloat16")
        )
        np.testing.assert_allclose(half, whole, atol=0.02)

    def test_renamed_annotators_are_the_same_people(self, name: str) -> None:
        # Item order and start are the same, so steps differ by the order of sums alone.
        data = some()
        votes = data.by_annotator
        assert votes is not None
        to = np.array([2, 0, 3, 1, 4, 5])
        renamed = replace(data, by_annotator=replace(votes, annotator=to[votes.annotator]))
        if name == "madl":  # annotators start at different places there
            networks = [untrained(name, one) for one in (data, renamed)]
            with torch.no_grad():
                networks[1].vectors[to] = networks[0].vectors.clone()
            people = [one.by_annotator(one.read(data.inputs, CPU)) for one in networks]
        else:
            people = [
                learner(name).fit(one, np.random.default_rng(0)).predict(data.inputs).by_annotator
                for one in (data, renamed)
            ]
        np.testing.assert_allclose(people[1][to], people[0], atol=1e-4)

    def test_a_forward_pass_over_many_annotators_stays_small(self, name: str) -> None:
        data = some(n_classes=2, n_voters=2)
        votes = data.by_annotator
        assert votes is not None
        many = replace(votes, annotator=np.arange(votes.n_votes), n_annotators=votes.n_votes)
        few_at_a_time = untrained(name, replace(data, by_annotator=many)).at_a_time
        assert few_at_a_time <= 4096
        assert isinstance(untrained(name, data), AnnotatorNetwork)

    def test_planted_annotators_are_recovered(self, name: str) -> None:
        # Two read the items one way, two see the opposite, and two say yes to nearly everything.
        rng = np.random.default_rng(0)
        inputs = rng.standard_normal((900, 3))
        logits = (
            2.5 * inputs[:, 0] * np.array([1, 1, -1, -1, 0.3, 0.3])[:, None] + np.array([0, 0, 0, 0, 2, 2])[:, None]
        )
        people = softmax(np.stack([np.zeros_like(logits), logits], axis=2), axis=2)
        seen, new = slice(0, 500), slice(500, 900)
        data = votes_of(people[:, seen], inputs[seen], rng, 6)
        settings: dict[str, Any] = {"epochs": 30, "learning_rate": 3e-2}
        predicted = learner(name, **settings).fit(data, np.random.default_rng(0)).predict(inputs[new])
        one = linear(delivery="repeated-labelling", device="cpu", **settings).fit(data, np.random.default_rng(0))

        def excess(model: np.ndarray) -> float:
            """Mean KL divergence from the annotators to what is said of them."""
            return float((people[:, new] * np.log(people[:, new] / model)).sum(axis=2).mean())

        assert excess(np.repeat(one.predict(inputs[new]).mean[None], 6, axis=0)) > 0.2
        assert predicted.by_annotator is not None
        assert excess(predicted.by_annotator) < 0.05
        assert np.abs(predicted.mean - people[:, new].mean(axis=0)).mean() < 0.06


@pytest.mark.parametrize("name", sorted(set(ANNOTATORS) - ONE_CHOICE))
def test_several_labels_an_item(name: str) -> None:
    data = several_labels()
    predicted = learner(name, epochs=60, batch_size=16).fit(data, np.random.default_rng(0)).predict(data.inputs)
    people = predicted.by_annotator
    assert people is not None
    assert people.shape == (3, 60, 2, 2)
    np.testing.assert_allclose(people.sum(axis=3), 1)
    np.testing.assert_allclose(people.mean(axis=0), predicted.mean, atol=1e-6)
    assert people[2, :, :, 1].mean() < 0.15  # says no to everything
    for k in range(2):
        assert np.corrcoef(people[0, :, k, 1], data.inputs[:, k])[0, 1] > 0.7  # type: ignore[index]


def test_precision_of_the_prior() -> None:
    assert prior_precision(2.0, np.array([3, 0, 2])) == 1 / 20
    assert prior_precision(float("inf"), np.array([1])) == 0
