from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from training.tiny_encoder import write_tiny_encoder
from variorum.errors import ArgumentError, ReadError, ShapeError
from variorum.training import Texts, TrainingData, encoder
from variorum.training.networks.on_texts import TextNetwork

CPU = torch.device("cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


TEXTS = Texts(("the dog barks", "loud", "the red bird sings not soft", "one two three"))


def embedded(network: TextNetwork, texts: Texts) -> np.ndarray:
    ready = network.eval().read(texts, CPU)
    with torch.no_grad():
        return network.embed(ready.take(torch.arange(len(texts)), None)).numpy()


@pytest.mark.parametrize("pooling", ["mean", "first"])
def test_padding_changes_nothing(folder: str, pooling: str) -> None:
    network = TextNetwork(folder, (2,), 0.0, pooling=pooling)
    whole = embedded(network, TEXTS)
    for i in range(4):
        np.testing.assert_allclose(embedded(network, TEXTS.take(np.array([i])))[0], whole[i], atol=1e-5)
    assert np.ptp(whole, axis=0).min() > 0


def test_the_order_and_the_second_text_matter(folder: str) -> None:
    network = TextNetwork(folder, (2,), 0.0)
    one = embedded(network, Texts(("the dog", "cat"), ("barks", "sings")))
    two = embedded(network, Texts(("barks", "cat"), ("the dog", "sings")))
    assert np.abs(one[0] - two[0]).max() > 1e-3
    np.testing.assert_allclose(one[1], two[1], atol=1e-5)
    assert np.abs(one[1] - embedded(network, Texts(("cat",)))[0]).max() > 1e-3


def test_long_texts_are_cut(folder: str) -> None:
    network = TextNetwork(folder, (2,), 0.0, max_length=6)
    long, cut = embedded(network, Texts(("the dog barks loud one two three", "the dog barks loud")))
    np.testing.assert_allclose(long, cut, atol=1e-5)


def trainable(network: TextNetwork) -> set[str]:
    return {name for name, weight in network.named_parameters() if weight.requires_grad}


def test_what_is_trained(folder: str) -> None:
    everything = TextNetwork(folder, (2,), 0.0)
    assert len(trainable(everything)) == len(list(everything.parameters())) > 10
    assert trainable(TextNetwork(folder, (2,), 0.0, frozen=True)) == {"head.weight", "head.bias"}
    adapted = trainable(TextNetwork(folder, (2,), 0.0, lora_rank=2)) - {"head.weight", "head.bias"}
    assert adapted
    assert all("lora_" in name for name in adapted)


def test_every_trained_weight_gets_a_gradient(folder: str) -> None:
    # Several processes wait for the gradients of all of them.
    for network in (TextNetwork(folder, (2,), 0.1), TextNetwork(folder, (2,), 0.1, lora_rank=2)):
        network(network.read(TEXTS, CPU).take(torch.arange(4), None)).square().sum().backward()
        left = [name for name, weight in network.named_parameters() if weight.requires_grad and weight.grad is None]
        assert left == []


def test_an_encoder_learns_what_a_word_means(folder: str) -> None:
    rng = np.random.default_rng(0)
    words = np.array(["cat", "bird", "runs", "soft", "blue"])
    has = rng.random(80) < 0.5
    texts = Texts(tuple(" ".join([*rng.choice(words, 3), "loud" if yes else "red"]) for yes in has))
    counts = np.where(has[:, None], [[4.0, 1.0]], [[1.0, 4.0]])
    learner = encoder(encoder=folder, epochs=25, learning_rate=5e-3, device="cpu")
    found = learner.fit(TrainingData(texts, counts), np.random.default_rng(0)).predict(texts).mean
    np.testing.assert_allclose(found[:, 0], np.where(has, 0.8, 0.2), atol=0.1)


def test_what_is_refused(folder: str, tmp_path: Path) -> None:
    with pytest.raises(ArgumentError, match="pooling must be 'mean' or 'first', not 'max'"):
        TextNetwork(folder, (2,), 0.0, pooling="max")
    (tmp_path / "empty").mkdir()
    with pytest.raises(ReadError, match=r"The encoder '.*empty' cannot be loaded"):
        TextNetwork(str(tmp_path / "empty"), (2,), 0.0)
    with pytest.raises(ArgumentError, match="this network reads texts"):
        TextNetwork(folder, (2,), 0.0).read(np.zeros((1, 2)), CPU)


def test_pairs_are_no_single_texts(folder: str) -> None:
    counts = np.array([[3.0, 1.0], [0.0, 4.0]])
    pairs = Texts(("the dog", "cat"), ("barks", "sings"))
    single = Texts(pairs.text)
    of_pairs = encoder(encoder=folder, epochs=1, device="cpu").fit(
        TrainingData(pairs, counts), np.random.default_rng(0)
    )
    of_single = encoder(encoder=folder, epochs=1, device="cpu").fit(
        TrainingData(single, counts), np.random.default_rng(0)
    )
    with pytest.raises(ArgumentError, match="inputs are single texts, and the network was trained on pairs"):
        of_pairs.predict(single)
    with pytest.raises(ArgumentError, match="inputs are pairs of texts, and the network was trained on single texts"):
        of_single.predict(pairs)
    assert of_pairs.predict(Texts(())).mean.shape == (0, 2)
    with pytest.raises(ShapeError, match="validation has"):
        TrainingData(pairs, counts, validation=TrainingData(single, counts))


def test_texts_that_are_longer_than_the_encoder_reads_are_refused(folder: str) -> None:
    network = TextNetwork(folder, (2,), 0.0, max_length=100)
    network.tokenizer.model_max_length = 6
    assert len(network.read(Texts(("the dog barks loud",)), CPU)) == 1
    with pytest.raises(ArgumentError, match="a text has 7 word pieces, and the encoder reads 6; lower max_length"):
        network.read(Texts(("the dog barks loud one",)), CPU)
