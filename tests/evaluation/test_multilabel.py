import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.metrics import f1_score

from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import (
    brier,
    entropy_correlation,
    js_divergence,
    kl_divergence,
    manhattan,
    multilabel_brier,
    multilabel_entropy_correlation,
    multilabel_js_divergence,
    multilabel_kl_divergence,
    multilabel_manhattan,
    multilabel_po_jsd,
    multilabel_soft_macro_f1,
    multilabel_soft_micro_f1,
    po_jsd,
)

ALL = [
    multilabel_brier,
    multilabel_entropy_correlation,
    multilabel_js_divergence,
    multilabel_kl_divergence,
    multilabel_manhattan,
    multilabel_po_jsd,
    multilabel_soft_macro_f1,
    multilabel_soft_micro_f1,
]


def two_classes(column):
    return np.stack([1 - column, column], axis=1)


@given(st.integers(0, 2**32 - 1))
def test_each_label_is_a_bernoulli_of_its_own(seed):
    human, model = np.random.default_rng(seed).random((2, 8, 3))
    per_label = [(two_classes(human[:, k]), two_classes(model[:, k])) for k in range(3)]
    pairs = {
        po_jsd: multilabel_po_jsd,
        manhattan: multilabel_manhattan,
        kl_divergence: multilabel_kl_divergence,
        js_divergence: multilabel_js_divergence,
        brier: multilabel_brier,
    }
    for of_classes, of_labels in pairs.items():
        np.testing.assert_allclose(of_labels(human, model), np.mean([of_classes(*p) for p in per_label], axis=0))
    np.testing.assert_allclose(
        multilabel_entropy_correlation(human, model), [entropy_correlation(*p) for p in per_label]
    )


@given(st.integers(0, 2**32 - 1))
def test_on_hard_labels_f1_is_scikit_learns(seed):
    human, model = np.random.default_rng(seed).integers(0, 2, (2, 10, 3))
    human[0], model[0] = 1, 1  # every label occurs
    assert multilabel_soft_micro_f1(human, model) == pytest.approx(f1_score(human, model, average="micro"))
    assert multilabel_soft_macro_f1(human, model) == pytest.approx(f1_score(human, model, average="macro"))


def test_hand_derived_values():
    # Shared mass .2 + 1 = 1.2 of 1.2 + 1.6 = 2.8: 2.4 / 2.8 = 6/7. Per label: .4/.8 = .5 and 1.
    human, model = [[0.2, 1.0]], [[0.6, 1.0]]
    assert multilabel_soft_micro_f1(human, model) == pytest.approx(6 / 7)
    assert multilabel_soft_macro_f1(human, model) == pytest.approx(0.75)
    assert multilabel_po_jsd([[0.2]], [[0.6]])[0] == pytest.approx(0.8754887502, abs=5e-11)


def test_a_model_that_is_certain_and_wrong_pays_infinity_or_the_floor():
    assert multilabel_kl_divergence([[0.5, 1.0]], [[0.0, 1.0]])[0] == np.inf
    # With floor f the first label costs ln(1/2 / f) / 2 + ln(1/2 / (1 - f)) / 2, nearly; the mean halves it.
    floored = multilabel_kl_divergence([[0.5, 1.0]], [[0.0, 1.0]], floor=1e-6)[0]
    assert floored == pytest.approx((np.log(0.5 / 1e-6) + np.log(0.5)) / 4, abs=1e-5)
    with pytest.raises(ArgumentError, match=r"floor must lie in \[0, 1/2\)"):
        multilabel_kl_divergence([[0.5]], [[0.5]], floor=0.5)


def test_undefined_is_nan():
    zeros = np.zeros((3, 2))
    assert np.isnan(multilabel_soft_micro_f1(zeros, zeros))
    assert np.isnan(multilabel_soft_macro_f1(zeros, zeros))
    assert np.isnan(multilabel_entropy_correlation(zeros, zeros)).all()


@pytest.mark.parametrize("metric", ALL)
def test_bad_shares_are_named(metric):
    with pytest.raises(ArgumentError, match=r"model\[1\] = \[2.0\] leaves \[0, 1\]; 1 of 2 rows"):
        metric([[0.5], [0.5]], [[0.5], [2.0]])
    with pytest.raises(ArgumentError, match=r"human\[0\] = \[nan\] leaves"):
        metric([[np.nan]], [[0.5]])
    with pytest.raises(ShapeError, match=r"human must have 2 axes, not 1 \(its shape is \(1,\)\)"):
        metric([0.5], [0.5])
    with pytest.raises(ShapeError, match="model is not a rectangular array of numbers"):
        metric([[0.5], [0.5]], [[0.5], [0.5, 0.5]])
    with pytest.raises(ShapeError, match="human has no labels"):
        metric([[]], [[]])
    with pytest.raises(ShapeError, match="they must be the same"):
        metric([[0.5]], [[0.5, 0.5]])
