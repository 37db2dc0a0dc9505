from __future__ import annotations

import pytest
import torch

from variorum.training.frozen import frozen


def network() -> torch.nn.Sequential:
    whole = torch.nn.Sequential(torch.nn.BatchNorm1d(2), torch.nn.Sequential(torch.nn.Dropout(0.9)))
    whole.train()
    whole[0].eval()
    return whole


def modes(module: torch.nn.Module) -> list[bool]:
    return [part.training for part in module.modules()]


def test_every_part_gets_its_own_mode_back() -> None:
    whole = network()
    before = modes(whole)
    assert before == [True, False, True, True]
    with frozen(whole) as same:
        assert same is whole
        assert modes(whole) == [False] * 4
    assert modes(whole) == before


def test_modes_come_back_after_an_error_too() -> None:
    whole = network()
    with pytest.raises(RuntimeError, match="on purpose"), frozen(whole):
        raise RuntimeError("on purpose")
    assert modes(whole) == [True, False, True, True]


def test_statistics_stay_and_nothing_is_dropped() -> None:
    whole = network()
    whole[0].train()
    before = {name: value.clone() for name, value in whole.state_dict().items()}
    inputs = torch.tensor([[1.0, 2.0], [3.0, 5.0]])
    with frozen(whole):
        # Running mean 0 and variance 1: batch norm is the identity, up to its epsilon.
        torch.testing.assert_close(whole(inputs), inputs, rtol=1e-4, atol=0.0)
    assert all(torch.equal(value, before[name]) for name, value in whole.state_dict().items())
