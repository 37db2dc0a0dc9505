from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from variorum.errors import FetchError
from variorum.studies.basins import outside as outside_room
from variorum.studies.basins.material import drawn_votes, material, stratified_split
from variorum.studies.basins.outside import outside_items
from variorum.studies.basins.settings import ALIKE_AT_ONE, ALL
from variorum.training import TrainingData
from variorum.training.delivery import delivery_of


@given(st.integers(0, 20), st.lists(st.integers(10, 40), min_size=1, max_size=5))
def test_a_split_tears_every_class_by_the_same_shares(split, sizes):
    classes = np.repeat(np.arange(len(sizes)), sizes)
    train, validation, test = stratified_split(classes, split)
    assert sorted([*train, *validation, *test]) == list(range(classes.size))
    for each, size in enumerate(sizes):
        assert (classes[test] == each).sum() == round(0.2 * size)
        assert (classes[validation] == each).sum() == round(0.1 * (size - round(0.2 * size)))


@given(st.integers(0, 5), st.sampled_from(["1", "3", "50"]))
def test_votes_are_drawn_from_the_images_own(split, votes):
    counts = np.array([[9.0, 0.0, 1.0], [0.0, 4.0, 0.0]])
    drawn = drawn_votes(counts, votes, split)
    assert drawn.sum(axis=1).tolist() == [int(votes)] * 2
    assert not drawn[counts == 0].any()
    assert np.array_equal(drawn, drawn_votes(counts, votes, split))


def test_all_votes_are_the_counts_themselves_and_draws_have_the_right_mean():
    counts = np.array([[30.0, 10.0]])
    assert drawn_votes(counts, ALL, 3) is counts
    share = np.mean([drawn_votes(counts, "5", split)[0, 0] for split in range(400)]) / 5
    # Standard error sqrt(.75 x .25 / 2000) = .0097; four of them.
    assert share == pytest.approx(0.75, abs=0.039)


@pytest.mark.parametrize("name", ALIKE_AT_ONE)
def test_with_one_vote_an_image_deliveries_hand_over_the_targets_of_soft(name):
    rng = np.random.default_rng(0)
    data = TrainingData(np.zeros((40, 1)), rng.multinomial(1, [0.2, 0.3, 0.5], 40))
    soft, other = delivery_of("soft")(data, 7), delivery_of(name)(data, 7)
    for t in (0, 1, 59):
        theirs, ours = other.epoch(t), soft.epoch(t)
        assert np.array_equal(theirs.item, ours.item)
        assert np.array_equal(np.eye(3)[theirs.target.astype(int)], ours.target)
        assert theirs.weight is None
        assert ours.weight is None


def test_material_of_pictures_and_features(small):
    for arm in small.arms:
        given_ = material(small, arm, 0)
        assert len(given_.inputs) == len(given_.counts) == given_.chosen.size
        few = given_.data(drawn_votes(given_.counts, "3", 0))
        assert few.counts.shape == (given_.train.size, 3)
        # Checkpoints are chosen by votes as few as those of training.
        assert set(few.counts.sum(axis=1)) == set(few.validation.counts.sum(axis=1)) == {3.0}
        assert few.validation.counts.shape == (given_.validation.size, 3)
        seen = np.concatenate([given_.train, given_.validation])
        assert not np.isin(given_.test, seen).any()
    features = material(small, small.arms[0], 0)
    assert features.inputs.shape[1] == small.components
    assert {name: each.shape for name, each in features.outside.items()} == {
        "stand-in-digits": (40, small.components),
        # Made from the test images, of which there are fewer.
        "stand-in-scrambled": (features.test.size, small.components),
    }


def test_outside_pictures_are_coded_once_and_a_set_that_cannot_be_fetched_is_left_out(small, monkeypatch, cache):
    like = np.zeros((3, 32, 32, 3), np.uint8)
    items = outside_items("stand-in-digits", like, 5)
    archive = cache / "pictures" / items.image[0].rpartition("/")[2].partition("::")[0]
    written = archive.stat().st_mtime_ns
    assert outside_items("stand-in-digits", like, 5).image == items.image
    assert archive.stat().st_mtime_ns == written

    def fail(name, **_):
        raise FetchError(name)

    monkeypatch.setattr(outside_room, "ood_images", fail)
    assert outside_items("svhn", like, 5) is None
