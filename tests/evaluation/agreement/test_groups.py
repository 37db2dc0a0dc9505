import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from evaluation.agreement import loops
from variorum.errors import ArgumentError, ShapeError
from variorum.evaluation import group_agreement, krippendorff_alpha_of_votes

GROUPS = np.array([0, 1, 0, 1, -1])


@pytest.mark.parametrize("distance", ["nominal", "quadratic"])
@given(columns=loops.votes())
def test_within_and_between_are_the_definitions(distance, columns):
    items, annotators, labels = columns
    found = group_agreement(*columns, GROUPS, rng=0, distance=distance, n_classes=3, n_draws=0)
    answers, farthest = loops.gather(*columns), loops.DISTANCES[distance](0, 2)

    def scaled(a, b):
        return loops.DISTANCES[distance](a, b) / farthest

    across = loops.between(answers, {0, 2}, {1, 3}, scaled)
    for g, people in enumerate(({0, 2}, {1, 3})):
        mine = np.isin(annotators, list(people))
        expected = loops.alpha(loops.gather(items[mine], annotators[mine], labels[mine]), scaled)
        assert found.within[g] == pytest.approx(expected, abs=1e-9, nan_ok=True)
        assert found.outside[g] == pytest.approx(across, abs=1e-9, nan_ok=True)
    assert found.between[0, 1] == pytest.approx(across, abs=1e-9, nan_ok=True)
    assert found.n_without == sum(not isinstance(who, int | np.integer) for u in answers.values() for who, _ in u)


def planted(rng, n_items=60, n_groups=2, n_people=8, own=0.9):
    """Each group reads every item in a way of its own, which its people follow most of the time."""
    reading = rng.integers(0, 2, (n_items, n_groups))
    items, annotators = np.divmod(np.arange(n_items * n_people), n_people)
    groups = np.arange(n_people) % n_groups
    follows = rng.random(items.size) < own
    labels = np.where(follows, reading[items, groups[annotators]], 1 - reading[items, groups[annotators]])
    return items, annotators, labels, groups


def test_groups_that_read_differently_are_found():
    items, annotators, labels, groups = planted(np.random.default_rng(1))
    found = group_agreement(items, annotators, labels, groups, rng=0, n_draws=500)
    # Within: two follow the group with .9 each, .82 agree, by chance half: .64. Between: independent.
    assert found.within == pytest.approx([0.64, 0.64], abs=0.15)
    assert found.outside == pytest.approx([0, 0], abs=0.15)
    # Of 70 sets of four people out of eight, the two true ones are the extreme: 2 * 2 / 70 for either.
    assert found.is_exact.all()
    assert found.n_sets.tolist() == [70, 70]
    assert (found.smallest_p <= found.p_value).all()
    assert (found.p_value <= 4 / 70 + 1e-12).all()
    assert (found.within_interval[:, 0] < found.within).all()
    assert (found.within_interval[:, 1] > found.within).all()


def test_groups_that_mean_nothing_are_not_found():
    rng = np.random.default_rng(4)
    p_values = []
    for _ in range(40):
        items, annotators, labels, _ = planted(rng, n_items=15, n_groups=1, n_people=12, own=0.8)
        groups = rng.permutation(np.arange(12) % 2)
        p_values.append(group_agreement(items, annotators, labels, groups, rng=rng, n_draws=60).p_value[0])
    # Under the null the p value is uniform: about one in twenty below .05, half of them below .5.
    assert np.mean(np.array(p_values) <= 0.05) < 0.2
    assert 0.25 < np.mean(np.array(p_values) <= 0.5) < 0.75


def test_few_annotators_cannot_pass():
    # Two of four people: 6 sets; each pair and its complement give the same two alphas.
    items, annotators, labels, groups = planted(np.random.default_rng(2), n_people=4, own=1.0)
    found = group_agreement(items, annotators, labels, groups, rng=0, n_draws=10)
    assert found.within == pytest.approx([1.0, 1.0])
    assert found.n_sets.tolist() == [6, 6]
    assert (found.smallest_p > 0.3).all()
    assert (found.p_value >= found.smallest_p).all()


def test_many_annotators_are_sampled_and_one_seed_gives_one_result():
    items, annotators, labels, groups = planted(np.random.default_rng(3), n_people=24)
    one, two = (group_agreement(items, annotators, labels, groups, rng=7, n_draws=99) for _ in range(2))
    assert not one.is_exact.any()
    assert one.p_value == pytest.approx([0.02, 0.02])
    assert one.smallest_p == pytest.approx([0.02, 0.02])
    np.testing.assert_array_equal(one.p_value, two.p_value)
    np.testing.assert_array_equal(one.within_interval, two.within_interval)


@given(columns=loops.votes(unknown=False), seed=st.integers(0, 2**32 - 1))
def test_renamed_annotators_and_groups_have_the_same_agreement(columns, seed):
    items, annotators, labels = columns
    names = np.random.default_rng(seed).permutation(4)
    one = group_agreement(items, annotators, labels, GROUPS[:4], rng=0, n_draws=0)
    groups = np.empty(4, int)
    groups[names] = 1 - GROUPS[:4]
    other = group_agreement(items, names[annotators], labels, groups, rng=0, n_draws=0)
    np.testing.assert_allclose(other.within, one.within[::-1], atol=1e-9)
    np.testing.assert_allclose(other.outside, one.outside[::-1], atol=1e-9)


def test_one_group_of_everybody_is_alpha():
    items, annotators, labels, _ = planted(np.random.default_rng(5))
    found = group_agreement(items, annotators, labels, np.zeros(8, int), rng=0, n_draws=0)
    assert found.within == pytest.approx([krippendorff_alpha_of_votes(items, annotators, labels)])
    assert np.isnan(found.outside).all()
    assert np.isnan(found.ratio).all()


def test_the_ratio_needs_two_positive_sides():
    items, annotators, labels, groups = planted(np.random.default_rng(6), own=1.0)
    found = group_agreement(items, annotators, labels, groups, rng=0, n_draws=0)
    assert np.isnan(found.ratio).all() == (found.outside <= 0).all()
    same = group_agreement(items, annotators, np.repeat(np.arange(60) % 2, 8), groups, rng=0, n_draws=0)
    assert same.ratio == pytest.approx([1.0, 1.0])


def test_groups_without_answers():
    found = group_agreement([], [], [], [0, 1], rng=0)
    assert np.isnan(found.within).all()
    assert found.n_answers.tolist() == [0, 0]
    assert group_agreement([], [], [], [], rng=0).within.shape == (0,)


def test_bad_arguments_are_named():
    with pytest.raises(ArgumentError, match=r"codes lie in \[-1, 1\)"):
        group_agreement([0], [1], [0], [0], rng=0)
    with pytest.raises(ArgumentError, match="n_draws must be 0 or more, not -1"):
        group_agreement([0], [0], [0], [0], rng=0, n_draws=-1)
    with pytest.raises(ShapeError, match="labels must have 1 values"):
        group_agreement([0], [0], [0, 1], [0], rng=0)
    with pytest.raises(ArgumentError, match="level must lie"):
        group_agreement([0], [0], [0], [0], rng=0, level=1.0)
