from __future__ import annotations

import numpy as np
import pytest
import torch
from scipy.special import softmax

from variorum.training.networks.on_features import FeatureNetwork
from variorum.training.posterior.dropout import ThinnedDraws, draw_masks, dropout_draws
from variorum.training.posterior.heads import HeadDraws


def network_of(hidden: tuple[int, ...], answers: tuple[int, ...] = (3,), share: float = 0.4) -> FeatureNetwork:
    with torch.random.fork_rng([]):
        torch.manual_seed(0)
        return FeatureNetwork(4, answers, hidden, share).eval()


def items(n: int = 7) -> np.ndarray:
    return np.random.default_rng(3).standard_normal((n, 4))


def test_masks_keep_the_mean_and_drop_the_share() -> None:
    masks = draw_masks(0.25, (2000, 50), np.random.default_rng(0))
    assert set(np.unique(masks)) == {0.0, 1 / 0.75}
    assert masks.mean() == pytest.approx(1.0, abs=0.01)
    assert (masks == 0).mean() == pytest.approx(0.25, abs=0.01)


def by_hand(network: FeatureNetwork, masks: list[np.ndarray], inputs: np.ndarray) -> np.ndarray:
    """Layer by layer in NumPy: the activations behind each hidden layer times their mask."""
    state = {name: value.double().numpy() for name, value in network.state_dict().items()}
    at = (inputs - state["mean"]) / state["scale"]
    names = sorted((n for n in state if n.startswith("layers.") and n.endswith("weight")), key=lambda n: int(n[7:-7]))
    for name, mask in zip(names, masks, strict=True):
        at = np.maximum(at @ state[name].T + state[name.replace("weight", "bias")], 0) * mask
    return softmax(at @ state["head.weight"].T + state["head.bias"], axis=1)


@pytest.mark.parametrize("hidden", [(6,), (6, 5), (6, 5, 4)])
def test_members_are_the_masked_network(hidden: tuple[int, ...]) -> None:
    network = network_of(hidden)
    draws = dropout_draws(network, 5, np.random.default_rng(1))
    found = draws.distributions(network, network.read(items(), torch.device("cpu")))
    assert found.shape == (5, 7, 3)
    # The same stream, drawn by hand: the masks of the hidden layers in order, the embedding's last.
    rng = np.random.default_rng(1)
    masks = [(rng.random((5, units)) >= 0.4) / 0.6 for units in hidden]
    for member in range(5):
        expected = by_hand(network, [mask[member] for mask in masks], items())
        np.testing.assert_allclose(found[member], expected, rtol=1e-4)
    assert found.std(axis=0).min() > 1e-4
    assert not network.training


def test_one_embedding_serves_all_members_where_no_dropout_lies_before_it() -> None:
    assert isinstance(dropout_draws(network_of(()), 3, np.random.default_rng(0)), HeadDraws)
    assert isinstance(dropout_draws(network_of((6,)), 3, np.random.default_rng(0)), HeadDraws)
    assert isinstance(dropout_draws(network_of((6, 6)), 3, np.random.default_rng(0)), ThinnedDraws)


@pytest.mark.parametrize("hidden", [(6,), (6, 5)])
def test_an_item_is_predicted_the_same_in_any_company(hidden: tuple[int, ...]) -> None:
    network = network_of(hidden, (2, 2))
    draws = dropout_draws(network, 4, np.random.default_rng(1))
    device = torch.device("cpu")
    whole = draws.distributions(network, network.read(items(), device))
    assert whole.shape == (4, 7, 2, 2)
    np.testing.assert_allclose(whole.sum(axis=-1), 1.0)
    alone = draws.distributions(network, network.read(items()[2:3], device))
    np.testing.assert_allclose(alone[:, 0], whole[:, 2], rtol=1e-5)
    assert draws.distributions(network, network.read(items()[:0], device)).shape == (4, 0, 2, 2)


def test_nothing_dropped_is_the_network_itself() -> None:
    network = network_of((6, 5), share=0.0)
    draws = dropout_draws(network, 2, np.random.default_rng(1))
    ready = network.read(items(), torch.device("cpu"))
    with torch.no_grad():
        expected = network(ready.values).softmax(dim=1).numpy()
    np.testing.assert_allclose(draws.distributions(network, ready), np.stack([expected] * 2), rtol=1e-5)
