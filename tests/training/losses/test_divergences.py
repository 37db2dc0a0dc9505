import numpy as np
import pytest
import torch
from hypothesis import given, settings

from training.losses.cases import batches, shares, tensor, value_and_gradient
from variorum import evaluation as ev
from variorum.training.losses import LOSSES
from variorum.training.losses.divergences import reverse_kl

SYMMETRIC = {
    "js": ev.js_divergence,
    "total-variation": ev.total_variation,
    "hellinger": ev.hellinger,
    "brier": ev.brier,
}


@pytest.mark.parametrize("name", SYMMETRIC)
@settings(max_examples=20)
@given(batches())
def test_target_and_prediction_may_change_sides(name, batch):
    logits, target = tensor(batch[0]), tensor(shares(batch[1]))
    other_way = LOSSES[name].function((target + 1e-300).log(), logits.softmax(-1))
    torch.testing.assert_close(LOSSES[name].function(logits, target), other_way, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("name", SYMMETRIC)
@settings(max_examples=20)
@given(batches(n_items=5, n_classes=2))
def test_labels_of_a_multilabel_scheme_are_bernoullis(name, batch):
    logits, target = batch[0].reshape(1, 5, 2), shares(batch[1]).reshape(1, 5, 2)
    human, model = target[..., 1], tensor(logits).softmax(-1)[..., 1].numpy()
    expected = {
        "js": ev.multilabel_js_divergence(human, model),
        "total-variation": ev.multilabel_manhattan(human, model) / 2,
        "hellinger": SYMMETRIC["hellinger"](target[0], tensor(logits).softmax(-1)[0].numpy()).mean(keepdims=True),
        "brier": ev.multilabel_brier(human, model),
    }[name]
    np.testing.assert_allclose(LOSSES[name].function(tensor(logits), tensor(target)), expected, rtol=1e-9, atol=1e-9)


@settings(max_examples=50)
@given(batches(extremes=[-3.0, 0.0, 0.5, 2.0]))
def test_gradients_by_hand(batch):
    logits, p = tensor(batch[0]), shares(batch[1])
    q = logits.softmax(-1).numpy()

    def through_softmax(of_q):
        return q * (of_q - (q * of_q).sum(axis=-1, keepdims=True))

    smoothed = (1 - 1e-4) * p + 1e-4 / p.shape[1]
    by_hand = {
        "js": through_softmax(np.log(2 * q / (p + q)) / 2),
        "brier": through_softmax(2 * (q - p)),
        "reverse-kl": through_softmax(np.log(q / smoothed)),
    }
    for name, expected in by_hand.items():
        _, gradient = value_and_gradient(LOSSES[name], logits, tensor(p))
        np.testing.assert_allclose(gradient, expected, rtol=1e-9, atol=1e-12)


def test_subgradients_where_a_class_has_its_target():
    # q = (1/2, 1/4, 1/4), p = (1/2, 0, 1/2): class 0 is exact, class 1 exceeds. As for too little mass, the derivative
    # in q is (0, 1, 0); through the softmax q_k (g_k - 1/4): (-1/8, 3/16, -1/16).
    logits = tensor([[np.log(2), 0.0, 0.0]])
    _, gradient = value_and_gradient(LOSSES["total-variation"], logits, logits.softmax(-1) - tensor([[0, 0.25, -0.25]]))
    np.testing.assert_allclose(gradient, [[-1 / 8, 3 / 16, -1 / 16]], atol=1e-12)


def test_hellinger_keeps_its_slope_up_to_the_cusp():
    # Logits (t, 0) near p = (1/2, 1/2): q = 1/2 ± t/4, and sqrt q = sqrt(1/2) (1 ± t/4). Each of two classes adds
    # (t/4)^2 / 2 to the sum of squares; the root of half of it is |t| / (4 sqrt 2).
    for step in (1e-3, 1e-5):
        value, gradient = value_and_gradient(LOSSES["hellinger"], tensor([[step, 0.0]]), tensor([[0.5, 0.5]]))
        assert value[0] == pytest.approx(step / (4 * np.sqrt(2)), rel=1e-3)
        assert gradient[0, 0] == pytest.approx(1 / (4 * np.sqrt(2)), rel=1e-3)


def test_reverse_kl_costs_what_smoothing_says():
    # All mass on a class that nobody chose, of 2: ln(1 / (s / 2)).
    logits, target = torch.tensor([[80.0, -80.0]]), torch.tensor([[0.0, 1.0]])
    for smoothing in (1e-4, 1e-2):
        cost = reverse_kl(logits, target, smoothing)
        assert cost.item() == pytest.approx(np.log(2 / smoothing), rel=1e-5)


def test_reverse_kl_seeks_a_mode_and_kl_covers_all():
    # Two opposite camps and a bell that can lie on one of them or between: KL prefers between, reverse KL a camp.
    camps = torch.tensor([[0.49, 0.01, 0.0, 0.01, 0.49]])
    places = torch.arange(5.0)
    on_a_camp, between = -2.0 * places**2, -0.5 * (places - 2.0) ** 2
    of_kl, of_reverse = LOSSES["kl"].function, LOSSES["reverse-kl"].function
    assert of_kl(between[None], camps) < of_kl(on_a_camp[None], camps)
    assert of_reverse(between[None], camps) > of_reverse(on_a_camp[None], camps)
