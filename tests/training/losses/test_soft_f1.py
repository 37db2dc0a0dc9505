import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.losses.cases import batches, shares, tensor
from variorum import evaluation as ev
from variorum.training.losses import LOSSES

MICRO, MACRO = LOSSES["soft-micro-f1"].function, LOSSES["soft-macro-f1"].function
MODERATE = [-3.0, -1.0, 0.0, 0.7, 2.0]


@settings(max_examples=40)
@given(batches(n_items=6, n_classes=2, extremes=MODERATE))
def test_of_a_multilabel_scheme_only_yes_counts(batch):
    logits, target = batch[0].reshape(2, 3, 2), shares(batch[1]).reshape(2, 3, 2)
    human, model = target[..., 1], tensor(logits).softmax(-1)[..., 1].numpy()
    micro, macro = (float(loss(tensor(logits), tensor(target))) for loss in (MICRO, MACRO))
    assert micro == pytest.approx(1 - ev.multilabel_soft_micro_f1(human, model), abs=1e-12)
    assert macro == pytest.approx(1 - ev.multilabel_soft_macro_f1(human, model), abs=1e-12)


@settings(max_examples=40)
@given(batches(n_items=3), st.lists(st.integers(0, 3), min_size=3, max_size=3).filter(any))
def test_a_weight_is_an_item_so_many_times(batch, weight):
    logits, target = tensor(batch[0]), tensor(shares(batch[1]))
    times = torch.tensor(weight)
    for loss in (MICRO, MACRO):
        repeated = loss(logits.repeat_interleave(times, 0), target.repeat_interleave(times, 0))
        torch.testing.assert_close(loss(logits, target, times.double()), repeated, rtol=1e-10, atol=1e-12)


@settings(max_examples=40)
@given(batches())
def test_micro_is_the_mean_total_variation_of_single_labels(batch):
    logits, target = tensor(batch[0]), tensor(shares(batch[1]))
    expected = LOSSES["total-variation"].function(logits, target).mean()
    torch.testing.assert_close(MICRO(logits, target), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("loss", [MICRO, MACRO])
def test_without_mass_it_is_1_without_gradient(loss):
    logits = torch.zeros(2, 3, requires_grad=True)
    value = loss(logits, torch.eye(3)[:2], torch.zeros(2))
    (gradient,) = torch.autograd.grad(value, logits)
    assert value.item() == 1.0
    np.testing.assert_array_equal(gradient.numpy(), 0.0)
    # Nobody says yes, and the prediction of it underflows.
    logits = torch.tensor([[[80.0, -80.0], [80.0, -80.0]]], requires_grad=True)
    value = loss(logits, torch.tensor([[[1.0, 0.0], [1.0, 0.0]]]))
    (gradient,) = torch.autograd.grad(value, logits)
    assert value.item() == 1.0
    np.testing.assert_array_equal(gradient.numpy(), 0.0)
