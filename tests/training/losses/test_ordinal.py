import torch
from hypothesis import given, settings

from training.losses.cases import batches, shares, tensor, value_and_gradient
from variorum.training.losses import LOSSES


@settings(max_examples=30)
@given(batches(n_classes=2))
def test_with_two_classes_they_are_total_variation_and_half_of_brier(batch):
    logits, target = tensor(batch[0]), tensor(shares(batch[1]))
    value = {name: LOSSES[name].function(logits, target) for name in ("wasserstein", "cdf", "total-variation", "brier")}
    torch.testing.assert_close(value["wasserstein"], value["total-variation"], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(value["cdf"], value["brier"] / 2, rtol=1e-12, atol=1e-12)


def test_a_mistake_costs_more_the_farther_it_is():
    target = torch.eye(5)[:1].repeat(5, 1)
    certain = 160.0 * torch.eye(5) - 80.0
    # Certain of class k when the truth is class 0: k steps, each with a gap of 1.
    for name in ("wasserstein", "cdf"):
        assert LOSSES[name].function(certain, target).tolist() == [0.0, 1.0, 2.0, 3.0, 4.0]


def test_the_sum_of_a_target_in_single_precision_moves_no_gradient():
    # Thirds do not sum to one in single precision, and the sign of that gap is noise: nothing may follow it.
    logits = torch.zeros(1, 3)
    target = torch.tensor([[1 / 3, 1 / 3, 1 / 3 + 3e-7]])
    _, gradient = value_and_gradient(LOSSES["wasserstein"], logits, target)
    assert abs(gradient).max() < 1e-6
