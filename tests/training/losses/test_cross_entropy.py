import numpy as np
import torch
from hypothesis import given, settings

from training.losses.cases import batches, shares, tensor, value_and_gradient
from variorum.evaluation import entropy
from variorum.training.losses import LOSSES

CROSS_ENTROPY, KL = LOSSES["cross-entropy"], LOSSES["kl"]


@settings(max_examples=50)
@given(batches())
def test_cross_entropy_is_the_targets_entropy_and_kl_with_one_gradient(batch):
    logits, target = tensor(batch[0]), shares(batch[1])
    (ce, of_ce), (kl, of_kl) = (value_and_gradient(loss, logits, tensor(target)) for loss in (CROSS_ENTROPY, KL))
    np.testing.assert_allclose(ce, entropy(target) + kl, rtol=1e-12, atol=1e-12)
    np.testing.assert_allclose(of_ce, of_kl, rtol=0, atol=1e-15)
    np.testing.assert_allclose(of_ce, logits.softmax(-1).numpy() - target, rtol=0, atol=1e-14)


@settings(max_examples=50)
@given(batches())
def test_it_is_pytorchs(batch):
    logits, target = tensor(batch[0]), tensor(shares(batch[1]))
    expected = torch.nn.functional.cross_entropy(logits, target, reduction="none")
    torch.testing.assert_close(CROSS_ENTROPY.function(logits, target), expected, rtol=1e-12, atol=1e-12)
    label = target.argmax(-1)
    expected = torch.nn.functional.cross_entropy(logits, label, reduction="none")
    torch.testing.assert_close(CROSS_ENTROPY.hard(logits, label), expected, rtol=1e-12, atol=1e-12)


def test_a_certain_mistake_costs_the_gap_of_the_logits():
    # ln q_0 = -80 - 80 - ln(1 + e^-160) = -160 to single precision; with the target at 1, the cost is 0.
    logits = torch.tensor([[-80.0, 80.0]])
    assert CROSS_ENTROPY.function(logits, torch.tensor([[1.0, 0.0]])).tolist() == [160.0]
    assert CROSS_ENTROPY.function(logits, torch.tensor([[0.25, 0.75]])).tolist() == [40.0]
    assert KL.hard(logits, torch.tensor([1])).tolist() == [0.0]
