from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.acquisition.vote_value import VoteValue, effective_votes, further_vote, intra_correlation, whitened
from variorum.evaluation import js_divergence


def _members(seed: int, n_members: int = 400, n_items: int = 6, n_classes: int = 3, spread: float = 0.15):
    """Members of a softmax model with two features: logits move together over items."""
    rng = np.random.default_rng(seed)
    x = rng.normal(size=(n_items, 2))
    weights = rng.normal(scale=spread, size=(n_members, 2, n_classes))
    logits = x @ weights + rng.normal(scale=0.5, size=(n_items, n_classes))
    share = np.exp(logits)
    return share / share.sum(axis=2, keepdims=True)


@given(st.integers(0, 1000))
def test_whitening_turns_the_noise_of_a_vote_into_the_unit_matrix(seed):
    members = _members(seed, n_members=7)
    mean = members.mean(axis=0)
    white = whitened(members, mean)
    for item, share in enumerate(mean):
        # With D the deviations, white white' = D R^- D', R = diag(p) - p p'.
        deviation = members[:, item] - share
        inverse = np.linalg.pinv(np.diag(share) - np.outer(share, share))
        np.testing.assert_allclose(white[item].T @ white[item], deviation @ inverse @ deviation.T, atol=1e-9)


def test_the_gain_is_that_of_linear_regression_on_explicit_matrices():
    members = _members(1)
    mean = members.mean(axis=0)
    value = VoteValue.of(members)
    signal, gain = value.looks(whitened(members, mean))
    deviation = members - mean
    for item, precision in ((0, 1.0), (3, 0.4)):
        covariance = np.einsum("mtk,mj->tkj", deviation, deviation[:, item]) / (len(members) - 1)
        own = deviation[:, item].T @ deviation[:, item] / (len(members) - 1)
        noise = (np.diag(mean[item]) - np.outer(mean[item], mean[item])) / precision
        fall = np.einsum("tkj,ji,tki->tk", covariance, np.linalg.pinv(own + noise), covariance)
        expected = (fall / (8 * mean)).sum(axis=1).mean()
        got = (gain[item] / (signal[item] + 1 / precision)).sum()
        assert got == pytest.approx(expected, rel=1e-8)
        assert value.error - value.after(whitened(members, mean)[item], precision).error == pytest.approx(got, rel=1e-8)


def test_the_error_is_the_expected_js_divergence_of_a_member():
    members = _members(2, spread=0.1)
    mean = members.mean(axis=0)
    drawn = js_divergence(members.reshape(-1, 3), np.tile(mean, (len(members), 1))).mean()
    assert VoteValue.of(members).error == pytest.approx(drawn, rel=0.02)


def test_a_second_look_at_one_item_tells_less_and_many_tell_all_there_is():
    members = _members(3)
    mean = members.mean(axis=0)
    value, falls = VoteValue.of(members[:, :1]), []
    for _ in range(5):
        after = value.after(whitened(members, mean)[0], 1.0)
        falls.append(value.error - after.error)
        value = after
    assert all(later < earlier for earlier, later in pairwise(falls))
    assert value.after(whitened(members, mean)[0], 1e9).error == pytest.approx(0.0, abs=1e-8)


def test_effective_votes():
    # n / (1 + (n - 1) rho): with rho = .2, five votes are worth 5 / 1.8.
    np.testing.assert_allclose(effective_votes([0, 1, 5], 0.2), [0, 1, 5 / 1.8])
    np.testing.assert_allclose(further_vote([0, 4], 0.2), [1.0, 5 / 1.8 - 4 / 1.6])
    np.testing.assert_allclose(further_vote([0, 1, 9], 0.0), 1.0)


def test_correlation_is_found_where_it_is_and_not_where_it_is_not():
    rng = np.random.default_rng(0)
    group = np.repeat(np.arange(3000), 4)
    fair = np.full((group.size, 3), 1 / 3)
    # Dirichlet items with precision 4 around the mean: correlation 1 / (1 + 4).
    shares = rng.dirichlet(np.full(3, 4 / 3), 3000)[group]
    together = (rng.random(group.size)[:, None] > shares.cumsum(axis=1)).sum(axis=1)
    assert intra_correlation(fair, group, together, 0.0, 1.0) == pytest.approx(0.2, abs=0.02)
    alone = rng.integers(0, 3, group.size)
    assert intra_correlation(fair, group, alone, 0.0, 1.0) < 0.02


def test_without_pairs_the_prior_stands():
    fair = np.full((5, 2), 0.5)
    assert intra_correlation(fair, np.arange(5), np.zeros(5, int), 0.3, 10.0) == pytest.approx(0.3)
    assert intra_correlation(fair[:0], np.zeros(0, int), np.zeros(0, int), 0.3, 10.0) == pytest.approx(0.3)
