"""The contract of every loss, over the whole list."""

import subprocess
import sys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from training.losses.cases import COUNTS, REFERENCES, batches, grid, shares, target_of, tensor, value_and_gradient
from variorum.errors import UnknownNameError
from variorum.training.losses import LOSSES, loss_of

MULTILABEL = [name for name, loss in LOSSES.items() if loss.multilabel and not loss.whole_batch]
EACH_ITEM = [name for name, loss in LOSSES.items() if not loss.whole_batch]
MODERATE = [-3.0, -1.0, -0.2, 0.0, 0.7, 2.0]


def derivatives(loss, logits, target):
    """Value, gradient, and product of a vector with the second derivatives, in single precision."""
    leaf = tensor(logits, torch.float32).requires_grad_()
    value = loss.function(leaf, tensor(target, torch.float32))
    (gradient,) = torch.autograd.grad(value.sum(), leaf, create_graph=True)
    vector = torch.arange(1.0, leaf.shape[-1] + 1.0)
    (product,) = torch.autograd.grad((gradient * vector).sum(), leaf)
    return value.detach().numpy(), gradient.detach().numpy(), product.numpy()


def test_every_loss_has_a_reference():
    assert set(REFERENCES) == set(LOSSES)


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(batches())
def test_it_is_its_reference(name, batch):
    logits, counts = batch
    loss = loss_of(name)
    values = loss.function(tensor(logits), tensor(target_of(loss, counts))).numpy()
    assert values.shape == (() if loss.whole_batch else (len(logits),))
    # A Hellinger distance near 0 is the root of a rounding error.
    np.testing.assert_allclose(values, REFERENCES[name](logits, counts), rtol=1e-11, atol=1e-11)


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(batches(), st.sampled_from([torch.float32, torch.bfloat16]))
def test_single_and_half_precision_are_close_to_double(name, batch, dtype):
    loss, rounded, counts = loss_of(name), tensor(batch[0], dtype), batch[1]
    target = tensor(target_of(loss, counts), torch.float32)
    values = loss.function(rounded, target)
    assert values.dtype == torch.float32
    expected = loss.function(rounded.double(), tensor(target_of(loss, counts))).numpy()
    np.testing.assert_allclose(values.numpy(), expected, rtol=2e-5, atol=5e-5)


@pytest.mark.parametrize("name", EACH_ITEM)
def test_on_a_grid_of_extremes_it_is_its_reference_and_its_derivatives_are_finite(name):
    loss, (logits, counts) = loss_of(name), grid()
    target = target_of(loss, counts)
    values = loss.function(tensor(logits), tensor(target)).numpy()
    np.testing.assert_allclose(values, REFERENCES[name](logits, counts), rtol=1e-11, atol=1e-11)
    single, gradient, product = derivatives(loss, logits, target)
    np.testing.assert_allclose(single, values, rtol=2e-5, atol=5e-5)
    assert np.isfinite(gradient).all()
    assert np.isfinite(product).all()


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if loss.whole_batch])
@settings(max_examples=60)
@given(batches())
def test_of_a_whole_batch_derivatives_are_finite(name, batch):
    loss = loss_of(name)
    for array in derivatives(loss, batch[0], target_of(loss, batch[1])):
        assert np.isfinite(array).all()


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(batches())
def test_at_prediction_equal_to_target_gradients_are_finite_and_small(name, batch):
    logits = tensor(batch[0], torch.float32)
    loss, target = loss_of(name), logits.softmax(-1)
    value, gradient = value_and_gradient(loss, logits, target)
    assert np.isfinite(value).all()
    assert np.isfinite(gradient).all()
    if name in ("total-variation", "wasserstein", "brier", "cdf", "cross-entropy", "kl", "js"):
        # The least value is here, and the subgradient that is taken is 0.
        np.testing.assert_allclose(gradient, 0.0, atol=1e-6)


@pytest.mark.parametrize("name", LOSSES)
def test_where_prediction_is_target_exactly_second_derivatives_are_finite(name):
    for n_classes in (2, 4):
        even = np.full((1, n_classes), 1 / n_classes)
        for array in derivatives(loss_of(name), np.zeros((1, n_classes)), even):
            assert np.isfinite(array).all()


@pytest.mark.parametrize("name", LOSSES)
def test_first_and_second_derivatives_are_those_of_the_value(name):
    # No ties and no cumulative differences of 0, so that every loss is smooth around the point.
    loss = loss_of(name)
    logits = tensor([[0.3, -0.9, 1.4], [-1.1, 0.2, 0.6]]).requires_grad_()
    target = tensor(target_of(loss, np.array([[3.0, 1.0, 2.0], [0.0, 5.0, 0.5]])))
    assert torch.autograd.gradcheck(lambda leaf: loss.function(leaf, target), (logits,))
    assert torch.autograd.gradgradcheck(lambda leaf: loss.function(leaf, target), (logits,))


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(batches(), st.randoms(use_true_random=False))
def test_classes_may_change_places_or_an_ordered_scale_be_reversed(name, batch, random):
    logits, counts = batch
    loss = loss_of(name)
    order = list(range(logits.shape[1]))
    if loss.ordinal:
        order.reverse()
    else:
        random.shuffle(order)
    target = target_of(loss, counts)
    value, gradient = value_and_gradient(loss, tensor(logits), tensor(target))
    moved_value, moved_gradient = value_and_gradient(loss, tensor(logits[:, order]), tensor(target[:, order]))
    np.testing.assert_allclose(moved_value, value, rtol=1e-9, atol=1e-9)
    kinked = name in ("total-variation", "hellinger", "wasserstein", "soft-micro-f1", "soft-macro-f1")
    if not kinked:  # At a kink, rounding picks the side.
        np.testing.assert_allclose(moved_gradient, gradient[:, order], rtol=1e-7, atol=1e-7)


@pytest.mark.parametrize("name", EACH_ITEM)
@settings(max_examples=20)
@given(batches(n_items=4))
def test_items_stand_for_themselves(name, batch):
    loss = loss_of(name)
    logits, target = tensor(batch[0]), tensor(target_of(loss, batch[1]))
    whole = loss.function(logits, target)
    parts = [loss.function(logits[one : one + 1], target[one : one + 1]) for one in (3, 0, 2, 1)]
    np.testing.assert_allclose(torch.cat(parts).numpy(), whole[[3, 0, 2, 1]].numpy(), rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", LOSSES)
@settings(max_examples=20)
@given(batches(extremes=MODERATE))
def test_adding_to_all_logits_changes_nothing_but_a_concentration(name, batch):
    loss = loss_of(name)
    logits, target = tensor(batch[0]), tensor(target_of(loss, batch[1]))
    same = np.allclose(loss.function(logits, target), loss.function(logits + 2.0, target), rtol=1e-9, atol=1e-9)
    # A vote on its own says nothing about a concentration, only about its mean.
    assert same or name == "dirichlet-multinomial"


PROPER = ["cross-entropy", "kl", "brier", "cdf", "js", "total-variation", "hellinger", "wasserstein", "soft-micro-f1"]


@pytest.mark.parametrize("name", PROPER)
@settings(max_examples=20)
@given(batches(extremes=MODERATE))
def test_nothing_scores_better_than_the_target_itself(name, batch):
    loss, target = loss_of(name), tensor(shares(batch[1]))
    perfect = loss.function((target + 1e-300).log(), target)
    assert (perfect <= loss.function(tensor(batch[0]), target) + 1e-9).all()


@pytest.mark.parametrize("name", [name for name, loss in LOSSES.items() if loss.hard is not None])
@settings(max_examples=20)
@given(batches(), st.data())
def test_a_hard_label_is_a_one_hot_target(name, batch, data):
    loss = loss_of(name)
    n_items, n_classes = batch[0].shape
    label = torch.tensor(data.draw(st.lists(st.integers(0, n_classes - 1), min_size=n_items, max_size=n_items)))
    one_hot = torch.nn.functional.one_hot(label, n_classes).double()
    leaves = [tensor(batch[0]).requires_grad_() for _ in range(2)]
    values = [loss.hard(leaves[0], label), loss.function(leaves[1], one_hot)]
    gradients = [torch.autograd.grad(value.sum(), leaf)[0] for value, leaf in zip(values, leaves, strict=True)]
    torch.testing.assert_close(values[0], values[1], rtol=1e-12, atol=1e-12)
    torch.testing.assert_close(gradients[0], gradients[1], rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", MULTILABEL)
@settings(max_examples=20)
@given(st.data())
def test_labels_are_averaged(name, data):
    loss = loss_of(name)
    pairs = data.draw(batches(n_items=6, n_classes=2))
    logits, target = (tensor(side.reshape(2, 3, 2)) for side in (pairs[0], target_of(loss, pairs[1])))
    each = [loss.function(logits[:, label], target[:, label]) for label in range(3)]
    torch.testing.assert_close(loss.function(logits, target), torch.stack(each).mean(0))


@pytest.mark.parametrize("name", [name for name in MULTILABEL if LOSSES[name].hard is not None])
def test_hard_labels_of_several_labels_are_averaged_and_have_second_derivatives(name):
    loss = loss_of(name)
    logits = tensor([[[0.0, 1.0], [2.0, 0.0], [0.3, 0.3]]]).requires_grad_()
    label = torch.tensor([[1, 1, 0]])
    one_hot = torch.nn.functional.one_hot(label, 2).double()
    torch.testing.assert_close(loss.hard(logits, label), loss.function(logits, one_hot))
    assert torch.autograd.gradcheck(lambda leaf: loss.hard(leaf, label), (logits,))
    assert torch.autograd.gradgradcheck(lambda leaf: loss.hard(leaf, label), (logits,))


@pytest.mark.parametrize("name", LOSSES)
def test_inside_autocast_it_computes_in_single_precision(name):
    rng = np.random.default_rng(0)
    loss, counts = loss_of(name), rng.choice(COUNTS[2:], (64, 5))
    logits = tensor(rng.normal(0, 3, (64, 5)), torch.bfloat16)
    target = tensor(target_of(loss, counts), torch.float32)
    outside = loss.function(logits, target)
    with torch.autocast("cpu", dtype=torch.bfloat16):
        inside = loss.function(logits, target)
    assert inside.dtype == torch.float32
    torch.testing.assert_close(inside, outside, rtol=1e-6, atol=1e-6)


def test_an_unknown_name_is_answered_with_the_nearest():
    with pytest.raises(UnknownNameError, match=r"loss 'cross-entrop' is not known\. Did you mean 'cross-entropy'\?"):
        loss_of("cross-entrop")


def test_losses_are_listed_without_torch():
    probe = "from variorum.training.losses import LOSSES; import sys; print(len(LOSSES), 'torch' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.split() == [str(len(LOSSES)), "False"]
