import numpy as np
import pytest

from variorum.decomposition import sparse_errors
from variorum.errors import ArgumentError, NotADistributionError, ShapeError


def _votes(seed: int, rates, n_each: int = 20, overlap: int = 1):
    """Votes of annotators who click at random at given rates, on items that a prediction is right about."""
    rng = np.random.default_rng(seed)
    who = rng.permutation(np.repeat(np.arange(len(rates)), n_each))
    item = np.repeat(np.arange(who.size // overlap), overlap)
    predicted = rng.dirichlet([0.3, 0.3, 0.3], item.max() + 1)
    careless = rng.random(who.size) < np.asarray(rates)[who]
    read = (rng.random(who.size)[:, None] > predicted[item].cumsum(axis=1)).sum(axis=1)
    label = np.where(careless, rng.integers(0, 3, who.size), np.minimum(read, 2))
    return predicted, item, who, label, careless


def test_with_one_vote_an_item_the_careless_are_told_from_the_careful():
    *votes, careless = _votes(0, [1.0] * 4 + [0.0] * 16)
    found = sparse_errors(*votes, 20)
    assert found.error_rates[:4].min() > 0.5
    assert np.median(found.error_rates[4:]) < 0.1
    assert found.error[careless].mean() > 0.6
    assert found.error[~careless].mean() < 0.1
    assert found.precision == np.inf  # no item has another vote that could tell anything


def test_where_nobody_is_careless_hardly_a_vote_is_taken_for_an_error():
    # The prior of one annotator, an error in ten, is soon outvoted by twenty.
    assert sparse_errors(*_votes(1, [0.0] * 20)[:4], 20).error.mean() < 0.03


def test_an_error_is_a_vote_that_is_rare_for_the_item_by_who_is_careless():
    predicted = np.tile([0.98, 0.02], (40, 1))
    who, label = np.repeat([0, 1], 20), np.concatenate([np.zeros(20, int), [0, 1] * 10])
    label[0] = 1
    found = sparse_errors(predicted, np.arange(40), who, label, 2)
    # One rare vote of somebody careful is likelier an error than the same person's others, and less than a clicker's.
    assert found.error[0] > found.error[1]
    assert found.error[21] > found.error[0]
    assert found.error[21] > found.error[20]


def test_other_votes_of_an_item_speak_for_a_vote_that_the_prediction_did_not_expect():
    # Half of the items are read as class 1 by all three who read them, and the prediction knows nothing.
    item, who = np.repeat(np.arange(60), 3), np.tile([0, 1, 2], 60)
    label = np.repeat(np.arange(60) % 2, 3)
    found = sparse_errors(np.tile([0.9, 0.1], (60, 1)), item, who, label, 3)
    assert found.precision < 1
    assert found.error.max() < 0.1
    alone = sparse_errors(np.tile([0.9, 0.1], (180, 1)), np.arange(180), who, label, 3)
    assert alone.error[label == 1].min() > 0.3


def test_names_and_order_do_not_matter():
    predicted, item, who, label, _ = _votes(3, [0.8, 0.0, 0.3, 0.0, 0.0], overlap=2)
    plain = sparse_errors(predicted, item, who, label, 5)
    order = np.random.default_rng(0).permutation(item.size)
    n = len(predicted)
    turned = sparse_errors(predicted[::-1, ::-1], n - 1 - item[order], 4 - who[order], 2 - label[order], 5)
    np.testing.assert_allclose(turned.error, plain.error[order], atol=1e-9)
    np.testing.assert_allclose(turned.error_rates[::-1], plain.error_rates, atol=1e-9)
    assert turned.precision == plain.precision


def test_nothing_is_said_of_the_unknown_and_of_who_has_not_voted():
    predicted, item, who, label, _ = _votes(4, [1.0, 0.0, 0.0])
    found = sparse_errors(predicted, item, np.where(who == 1, -1, who), label, 4)
    assert np.isnan(found.error).tolist() == (who == 1).tolist()
    assert np.isnan(found.error_rates).tolist() == [False, True, False, True]
    nobody = sparse_errors(predicted, [], [], [], 2)
    assert nobody.error.size == 0
    assert np.isnan(nobody.error_rates).all()
    assert nobody.precision == np.inf


@pytest.mark.parametrize(
    ("item", "annotator", "label", "error", "message"),
    [
        ([0, 1], [0], [0, 1], ShapeError, r"shapes \(2,\), \(1,\) and \(2,\)"),
        ([0, 2], [0, 0], [0, 1], ArgumentError, r"item\[1\] = 2 is out of range; it must be below 2"),
        ([0, 1], [0, 1], [0, 1], ArgumentError, r"annotator\[1\] = 1 is out of range"),
        ([0, 1], [-2, 0], [0, 1], ArgumentError, r"annotator\[0\] = -2 is out of range"),
        ([0, 1], [0, 0], [0, -1], ArgumentError, r"label\[1\] = -1 is out of range"),
    ],
)
def test_votes_that_cannot_be(item, annotator, label, error, message):
    with pytest.raises(error, match=message):
        sparse_errors(np.full((2, 2), 0.5), item, annotator, label, 1)


def test_predictions_are_distributions():
    with pytest.raises(NotADistributionError, match="predicted"):
        sparse_errors([[0.5, 0.6]], [0], [0], [0], 1)
