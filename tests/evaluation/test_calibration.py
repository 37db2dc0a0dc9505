import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import ArgumentError, ShapeError, UnknownNameError
from variorum.evaluation import calibration_bins, expected_calibration_error


def two_class(confidences):
    return np.stack([confidences, 1 - np.asarray(confidences)], axis=1)


def loop_ece(gold, model, n_bins):
    """The definition, item by item, with bins (a, b]."""
    confidence, correct = model.max(axis=1), model.argmax(axis=1) == gold
    total = 0.0
    for b in range(n_bins):
        inside = [(b / n_bins < c <= (b + 1) / n_bins) for c in confidence]
        if any(inside):
            total += sum(inside) * abs(confidence[inside].mean() - correct[inside].mean())
    return total / len(gold)


@given(st.integers(0, 2**32 - 1), st.integers(1, 15))
def test_equal_width_is_the_definition(seed, n_bins):
    rng = np.random.default_rng(seed)
    model, gold = rng.dirichlet(np.ones(3), 25), rng.integers(0, 3, 25)
    assert expected_calibration_error(gold, model, n_bins=n_bins) == pytest.approx(loop_ece(gold, model, n_bins))


def test_hand_derived_value():
    # Bin (.8, .9]: two items, confidence .9, one right -> gap .4. Bin (.5, .6]: one, confidence .6, right -> gap .4.
    gold, model = [0, 1, 0], two_class([0.9, 0.9, 0.6])
    assert expected_calibration_error(gold, model) == pytest.approx(0.4)


def test_bins_are_open_below_and_closed_above():
    bins = calibration_bins([0, 0, 0], two_class([0.5, 0.75, 1.0]), n_bins=4)
    np.testing.assert_array_equal(bins.n_items, [0, 1, 1, 1])
    np.testing.assert_array_equal(bins.confidence, [np.nan, 0.5, 0.75, 1.0])
    np.testing.assert_array_equal(bins.accuracy, [np.nan, 1, 1, 1])


@pytest.mark.parametrize("n_bins", range(2, 60))
def test_shares_of_votes_on_an_edge_belong_to_the_bin_below(n_bins):
    # A confidence of b / n_bins is the upper edge of bin b - 1; multiples of a rounded 1 / n_bins may lie below it.
    top = np.arange(n_bins // 2 + 1, n_bins + 1)
    model = np.stack([top / n_bins, 1 - top / n_bins], axis=1)
    expected = np.zeros(n_bins)
    expected[top - 1] = 1
    np.testing.assert_array_equal(calibration_bins(np.zeros(top.size, int), model, n_bins=n_bins).n_items, expected)


@given(st.integers(0, 2**32 - 1), st.integers(1, 8))
def test_equal_mass_bins_hold_equal_numbers(seed, n_bins):
    rng = np.random.default_rng(seed)
    model, gold = rng.dirichlet(np.ones(3), 40), rng.integers(0, 3, 40)
    bins = calibration_bins(gold, model, n_bins=n_bins, binning="equal-mass")
    assert np.ptp(bins.n_items) <= 1
    assert bins.n_items.sum() == 40
    # Independent reference: sorted items cut in order, the larger bins wherever the edges put them.
    order, cuts = np.argsort(model.max(axis=1)), np.cumsum(bins.n_items)[:-1]
    gaps = [
        abs(model[i].max(axis=1).mean() - (model[i].argmax(axis=1) == gold[i]).mean()) for i in np.split(order, cuts)
    ]
    assert bins.error == pytest.approx(np.average(gaps, weights=bins.n_items))


def test_equal_confidences_share_a_bin_whatever_the_order_of_items():
    model, gold = two_class([0.6, 0.6, 0.6, 0.9]), np.array([0, 1, 1, 0])
    bins = calibration_bins(gold, model, n_bins=2, binning="equal-mass")
    np.testing.assert_array_equal(bins.n_items, [3, 1])
    for order in ([3, 2, 1, 0], [1, 3, 0, 2]):
        assert calibration_bins(gold[order], model[order], n_bins=2, binning="equal-mass").error == bins.error


def test_a_perfectly_calibrated_model_has_no_error():
    # Ten items at confidence .7, seven of them right.
    gold = np.array([0] * 7 + [1] * 3)
    assert expected_calibration_error(gold, two_class([0.7] * 10)) == pytest.approx(0, abs=1e-12)


@pytest.mark.parametrize("binning", ["equal-width", "equal-mass"])
def test_no_items_are_undefined(binning):
    assert np.isnan(expected_calibration_error([], np.empty((0, 2)), binning=binning))


def test_bad_arguments_are_named():
    with pytest.raises(ArgumentError, match="n_bins must be at least 1, not 0"):
        expected_calibration_error([0], [[1, 0]], n_bins=0)
    with pytest.raises(UnknownNameError, match="binning 'adaptive' is not known"):
        expected_calibration_error([0], [[1, 0]], binning="adaptive")
    with pytest.raises(ShapeError, match="gold must have 1 values, not 2"):
        expected_calibration_error([0, 1], [[1, 0]])
