from __future__ import annotations

import numpy as np

from decomposition.small_rounds import votes_of
from variorum.decomposition import PairEvidence, datamaps_mean, datamaps_std, item_label_pairs

PAIRS = item_label_pairs(votes_of([0, 0, 1], [0, 1, 0], [0, 1, 1], n=(2, 2, 2)))


def test_by_hand() -> None:
    # Epochs give label 0 of item 0 .1, .5, .9: mean .5, standard deviation sqrt(.32 / 3); label 1 .9, .7, .5: mean .7,
    # deviation sqrt(.08 / 3); label 1 of item 1 is .2 throughout. Rows need not sum to one.
    trajectories = np.array([[[0.1, 0.9], [0.3, 0.2]], [[0.5, 0.7], [0.3, 0.2]], [[0.9, 0.5], [0.3, 0.2]]])
    evidence = PairEvidence(PAIRS, trajectories=trajectories)
    np.testing.assert_allclose(datamaps_mean(evidence), [-0.5, -0.7, -0.2])
    np.testing.assert_allclose(datamaps_std(evidence), [np.sqrt(0.32 / 3), np.sqrt(0.08 / 3), 0.0], atol=1e-12)


def test_the_order_of_epochs_does_not_matter() -> None:
    trajectories = np.random.default_rng(0).random((6, 2, 2))
    forth, back = (PairEvidence(PAIRS, trajectories=each) for each in (trajectories, trajectories[::-1]))
    np.testing.assert_allclose(datamaps_mean(forth), datamaps_mean(back))
    np.testing.assert_allclose(datamaps_std(forth), datamaps_std(back))


def test_one_epoch_does_not_waver() -> None:
    evidence = PairEvidence(PAIRS, trajectories=np.full((1, 2, 2), 0.4))
    np.testing.assert_array_equal(datamaps_std(evidence), [0.0, 0.0, 0.0])
