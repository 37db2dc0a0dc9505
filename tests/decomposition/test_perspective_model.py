from __future__ import annotations

import numpy as np

from decomposition.small_rounds import full_design
from variorum.decomposition.entries import as_entries
from variorum.decomposition.perspective_model import fit_groups, held_out


def test_one_group_predicts_noise_as_well_as_two() -> None:
    # Labels are drawn evenly, so that nothing can predict them better than log(1/2) a vote. One group whose reading
    # counted for a fixed number of votes beside the item's fell short of that by .02 nats, and two groups did not.
    rng = np.random.default_rng(0)
    entries = as_entries(full_design(rng.integers(2, size=(200, 20))))
    unseen = rng.random(entries.size) < 0.2
    train, test = entries.take(~unseen), entries.take(unseen)
    score = held_out(fit_groups(train, 1, rng), train, test).mean()
    assert score > np.log(0.5) - 0.004


def test_four_annotators_who_all_vote_on_everything_have_axes() -> None:
    # Shares in quarters are exact in floating point, so that departures sum to zero exactly over annotators.
    entries = as_entries(full_design(np.random.default_rng(0).integers(2, size=(50, 4))))
    assert fit_groups(entries, 2, np.random.default_rng(0)).membership.shape == (4, 2)


def test_more_annotators_than_labels_of_items_have_axes() -> None:
    entries = as_entries(full_design(np.random.default_rng(0).integers(2, size=(6, 32))))
    assert fit_groups(entries, 2, np.random.default_rng(0)).membership.shape == (32, 2)


def test_annotators_who_never_differ_can_be_fitted() -> None:
    entries = as_entries(full_design(np.zeros((10, 6), np.int64)))
    np.testing.assert_allclose(fit_groups(entries, 2, np.random.default_rng(0)).membership.sum(axis=1), 1.0)


def test_fewer_ways_to_vote_than_groups_can_be_fitted() -> None:
    labels = np.random.default_rng(0).integers(2, size=(60, 2))[:, [0, 0, 0, 0, 1, 1, 1, 1]]
    fit = fit_groups(as_entries(full_design(labels)), 3, np.random.default_rng(0))
    group = fit.membership.argmax(axis=1)
    np.testing.assert_array_equal(group, group[[0, 0, 0, 0, 4, 4, 4, 4]])
    assert group[0] != group[4]
