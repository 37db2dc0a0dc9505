"""Kurniawan et al.: the unit values of their code, and hard scores as the special case."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score, precision_recall_fscore_support

from variorum.evaluation import (
    js_divergence_bits,
    po_jsd,
    soft_accuracy,
    soft_class_scores,
    soft_macro_f1,
    soft_micro_f1,
    total_variation,
)


def test_published_unit_values():
    human, model = [[0.2, 0.8]], [[0.6, 0.4]]
    assert po_jsd(human, model)[0] == pytest.approx(0.8754887502, abs=5e-11)
    assert soft_accuracy(human, model)[0] == pytest.approx(0.6)


@given(st.integers(0, 2**32 - 1), st.integers(2, 5))
def test_identities(seed, n_classes):
    human, model = np.random.default_rng(seed).dirichlet(np.full(n_classes, 0.4), (2, 7))
    np.testing.assert_allclose(soft_accuracy(human, model), 1 - total_variation(human, model), atol=1e-12)
    np.testing.assert_allclose(po_jsd(human, model), 1 - js_divergence_bits(human, model))
    # Both sides hold one unit of mass an item, so micro-F1 is the mean soft accuracy.
    assert soft_micro_f1(human, model) == pytest.approx(soft_accuracy(human, model).mean())
    scores = soft_class_scores(human, model)
    harmonic = 2 * scores.precision * scores.recall / (scores.precision + scores.recall)
    np.testing.assert_allclose(scores.f1, harmonic, atol=1e-12)
    assert soft_macro_f1(human, model) == pytest.approx(scores.f1.mean())
    np.testing.assert_allclose(soft_class_scores(model, human).precision, scores.recall)


@given(st.integers(0, 2**32 - 1))
def test_on_hard_labels_they_are_the_hard_scores(seed):
    gold, predicted = np.random.default_rng(seed).integers(0, 4, (2, 12))
    human, model = np.eye(4)[gold], np.eye(4)[predicted]
    assert soft_micro_f1(human, model) == pytest.approx(f1_score(gold, predicted, average="micro"))
    assert soft_macro_f1(human, model) == pytest.approx(f1_score(gold, predicted, average="macro"))
    scores = soft_class_scores(human, model)
    precision, recall, f1, _ = precision_recall_fscore_support(gold, predicted, labels=range(4), zero_division=np.nan)
    np.testing.assert_allclose(scores.precision, precision)
    np.testing.assert_allclose(scores.recall, recall)
    np.testing.assert_allclose(scores.f1, f1)


def test_a_class_without_mass_is_undefined_and_left_out_of_the_mean():
    human, model = [[0.5, 0.5, 0.0]], [[0.5, 0.5, 0.0]]
    np.testing.assert_array_equal(soft_class_scores(human, model).f1, [1, 1, np.nan])
    assert soft_macro_f1(human, model) == 1.0
    one_sided = soft_class_scores([[1.0, 0.0]], [[0.5, 0.5]])
    np.testing.assert_array_equal(one_sided.recall, [0.5, np.nan])
    np.testing.assert_array_equal(one_sided.precision, [1.0, 0.0])


def test_no_items_are_undefined():
    none = np.empty((0, 2))
    assert np.isnan(soft_micro_f1(none, none))
    assert np.isnan(soft_macro_f1(none, none))
