import numpy as np
import torch
from hypothesis import given, settings

from training.losses.cases import batches, shares, tensor, value_and_gradient
from variorum.training.losses import LOSSES

LEAST, MEAN, MOST = (LOSSES[f"annotator-{name}"] for name in ("min", "mean", "max"))


def test_by_hand():
    # q = (1/2, 1/4, 1/4), votes for the first two classes only, three to one.
    logits, counts = torch.tensor([[np.log(2), 0.0, 0.0]]), torch.tensor([[3.0, 1.0, 0.0]])
    for loss, expected in ((LEAST, np.log(2)), (MEAN, (3 * np.log(2) + np.log(4)) / 4), (MOST, np.log(4))):
        np.testing.assert_allclose(loss.function(logits, counts), [expected], rtol=1e-6)
    # Each is a cross-entropy to a vote, whose gradient is q minus the vote.
    for loss, vote in ((LEAST, [1, 0, 0]), (MEAN, [0.75, 0.25, 0]), (MOST, [0, 1, 0])):
        _, gradient = value_and_gradient(loss, logits, counts)
        np.testing.assert_allclose(gradient, np.array([[0.5, 0.25, 0.25]]) - vote, atol=1e-6)


@settings(max_examples=50)
@given(batches())
def test_least_mean_and_most_stand_in_order_and_meet_where_people_are_of_one_mind(batch):
    logits, counts = tensor(batch[0]), tensor(batch[1])
    least, mean, most = (loss.function(logits, counts) for loss in (LEAST, MEAN, MOST))
    assert (least <= mean + 1e-12).all()
    assert (mean <= most + 1e-12).all()
    one_mind = (counts > 0).sum(-1) == 1
    torch.testing.assert_close(least[one_mind], most[one_mind])


@settings(max_examples=50)
@given(batches())
def test_the_mean_is_cross_entropy_to_the_shares_and_the_rest_reads_no_numbers(batch):
    logits, counts = tensor(batch[0]), tensor(batch[1])
    expected = LOSSES["cross-entropy"].function(logits, tensor(shares(batch[1])))
    torch.testing.assert_close(MEAN.function(logits, counts), expected, rtol=1e-12, atol=1e-12)
    for loss in (LEAST, MOST):
        torch.testing.assert_close(loss.function(logits, counts), loss.function(logits, (counts > 0).double()))


def test_votes_that_are_served_equally_share_the_gradient():
    logits, counts = torch.tensor([[0.0, 0.0, 0.0]]), torch.tensor([[1.0, 1.0, 0.0]])
    for loss in (LEAST, MOST):
        _, gradient = value_and_gradient(loss, logits, counts)
        np.testing.assert_allclose(gradient, [[1 / 3 - 1 / 2, 1 / 3 - 1 / 2, 1 / 3]], atol=1e-6)


def test_an_item_without_votes_costs_and_teaches_nothing():
    for loss in (LEAST, MEAN, MOST):
        value, gradient = value_and_gradient(loss, torch.tensor([[1.0, -2.0]]), torch.zeros(1, 2))
        assert value.tolist() == [0.0]
        np.testing.assert_array_equal(gradient, 0.0)
