"""Logits, targets and votes at which losses tend to break, and what each loss is to equal."""

from __future__ import annotations

import itertools

import numpy as np
import torch
from hypothesis import strategies as st
from scipy.special import log_softmax, softmax

from variorum import evaluation as ev

EXTREMES = [-80.0, -30.0, -1.0, -1e-4, 0.0, 0.5, 2.0, 30.0, 80.0]
COUNTS = [0.0, 0.0, 1.0, 2.5, 7.0, 100.0]


@st.composite
def batches(draw, n_items=None, n_classes=None, extremes=EXTREMES):
    """Logits and vote counts, float64, at least one vote an item: ties, zeros and unanimous items among them."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    shape = n_items or rng.integers(1, 5), n_classes or rng.integers(2, 5)
    logits, counts = rng.choice(extremes, shape), rng.choice(COUNTS, shape)
    counts[counts.sum(axis=1) == 0.0, 0] = 1.0
    return logits, counts


def grid():
    """Every three logits out of the extremes with every kind of votes, one item each: 5,103 items."""
    logits = np.array(list(itertools.product(EXTREMES, repeat=3)))
    votes = np.array([[1, 0, 0], [0, 7, 0], [1, 1, 0], [0, 2.5, 100], [1, 1, 1], [100, 7, 1], [0, 0, 1]], np.float64)
    return np.repeat(logits, len(votes), axis=0), np.tile(votes, (len(logits), 1))


def shares(counts):
    return counts / counts.sum(axis=-1, keepdims=True)


def target_of(loss, counts):
    """What a loss reads of vote counts."""
    return counts if loss.reads == "counts" else shares(counts)


def tensor(array, dtype=torch.float64):
    return torch.as_tensor(np.ascontiguousarray(array), dtype=dtype)


def value_and_gradient(loss, logits, target):
    """The value of a loss and the gradient of its sum, as arrays."""
    leaf = logits.clone().requires_grad_()
    value = loss.function(leaf, target)
    (gradient,) = torch.autograd.grad(value.sum(), leaf)
    return value.detach().numpy(), gradient.numpy()


def _of_shares(metric):
    return lambda logits, counts: metric(shares(counts), softmax(logits, axis=-1))


def _reverse_kl(logits, counts):
    smoothed = (1 - 1e-4) * shares(counts) + 1e-4 / counts.shape[-1]
    return ev.kl_divergence(softmax(logits, axis=-1), smoothed)


def _over_votes(aggregate):
    def by_item(logits, counts):
        costs = -log_softmax(logits, axis=-1)
        # Tenths of a vote, so that fractional counts are whole numbers of them.
        votes = [np.repeat(cost, np.round(10 * count).astype(int)) for cost, count in zip(costs, counts, strict=True)]
        return np.array([aggregate(cost) for cost in votes])

    return by_item


def _dirichlet_multinomial(logits, counts):
    return ev.dirichlet_multinomial_nll(counts, np.logaddexp(0, logits) + 1e-16)


REFERENCES = {
    "cross-entropy": _of_shares(ev.soft_cross_entropy),
    "kl": _of_shares(ev.kl_divergence),
    "reverse-kl": _reverse_kl,
    "js": _of_shares(ev.js_divergence),
    "total-variation": _of_shares(ev.total_variation),
    "hellinger": _of_shares(ev.hellinger),
    "brier": _of_shares(ev.brier),
    "soft-micro-f1": _of_shares(lambda human, model: 1 - ev.soft_micro_f1(human, model)),
    "soft-macro-f1": _of_shares(lambda human, model: 1 - ev.soft_macro_f1(human, model)),
    "wasserstein": _of_shares(ev.wasserstein),
    "cdf": _of_shares(ev.ranked_probability_score),
    "dirichlet-multinomial": _dirichlet_multinomial,
    "annotator-min": _over_votes(np.min),
    "annotator-mean": _over_votes(np.mean),
    "annotator-max": _over_votes(np.max),
}
