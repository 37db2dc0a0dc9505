import numpy as np
import pytest

from variorum.decomposition import annotator_profiles
from variorum.errors import ArgumentError, NotADistributionError, ShapeError


def _votes(seed: int, n_annotators: int = 12, n: int = 400):
    """Annotators 0-3 slip in three votes of five, 4-7 lean to class 0, the rest follow the items."""
    rng = np.random.default_rng(seed)
    expected = rng.dirichlet([0.3, 0.3, 0.3], n_annotators * n)
    who = np.repeat(np.arange(n_annotators), n)
    share = expected.copy()
    share[who < 4] = 0.4 * share[who < 4] + 0.6 / 3
    leaning = (who >= 4) & (who < 8)
    share[leaning] = 0.8 * share[leaning] + 0.2 * np.array([1.0, 0.0, 0.0])
    label = (rng.random(who.size)[:, None] > share.cumsum(axis=1)).sum(axis=1)
    return expected, who, label


def test_slips_and_leanings_are_told_apart():
    found = annotator_profiles(*_votes(0), 12)
    # Slips of .6; binomial noise of 400 votes is .03. A leaning of 20 % looks like some slips, and like an effect.
    np.testing.assert_allclose(found.error_rates[:4], 0.6, atol=0.1)
    assert found.error_rates[8:].max() < 0.05
    # E[vote - expected] of the leaning: .2 (1 - 1/3) on class 0 and -.2/3 on the others.
    np.testing.assert_allclose(found.effects[4:8].mean(axis=0), [0.4 / 3, -0.2 / 3, -0.2 / 3], atol=0.03)
    assert np.abs(found.effects[8:]).max() < 0.06


def test_who_has_not_voted_keeps_the_prior_and_the_unknown_are_passed_over():
    expected, who, label = _votes(1, n=30)
    some = annotator_profiles(expected, np.where(who == 3, -1, who), label, 13)
    assert some.n_votes[[3, 12]].tolist() == [0, 0]
    np.testing.assert_allclose(some.error_rates[[3, 12]], 0.1)
    np.testing.assert_array_equal(some.effects[[3, 12]], 0.0)
    np.testing.assert_allclose(some.effects.sum(axis=1), 0.0, atol=1e-12)


def test_effects_vanish_where_annotators_are_alike_and_votes_are_few():
    rng = np.random.default_rng(2)
    size = []
    for _ in range(50):
        expected = rng.dirichlet(np.ones(3), 100)
        label = (rng.random(100)[:, None] > expected.cumsum(axis=1)).sum(axis=1)
        size.append(np.abs(annotator_profiles(expected, np.repeat(np.arange(20), 5), label, 20).effects).max())
    # Without shrinkage the largest mean residual of 20 x 3 groups of five votes would be about .5.
    assert np.median(size) < 0.1


def test_renaming_annotators_and_classes_renames_what_is_found():
    expected, who, label = _votes(3, n=40)
    plain = annotator_profiles(expected, who, label, 12)
    turned = annotator_profiles(expected[:, ::-1], 11 - who, 2 - label, 12)
    np.testing.assert_allclose(turned.effects[::-1, ::-1], plain.effects, atol=1e-12)
    np.testing.assert_allclose(turned.error_rates[::-1], plain.error_rates)


def test_without_a_vote():
    found = annotator_profiles(np.zeros((0, 3)), [], [], 2)
    np.testing.assert_array_equal(found.effects, np.zeros((2, 3)))


def test_bad_input():
    fair = np.full((2, 2), 0.5)
    with pytest.raises(ShapeError, match="2 annotators and 1 labels"):
        annotator_profiles(fair, [0, 1], [0], 2)
    with pytest.raises(ArgumentError, match=r"label\[1\] = 2 is out of range"):
        annotator_profiles(fair, [0, 1], [0, 2], 2)
    with pytest.raises(ArgumentError, match=r"annotator\[0\] = 5 is out of range"):
        annotator_profiles(fair, [5, 1], [0, 1], 2)
    with pytest.raises(NotADistributionError, match="expected"):
        annotator_profiles(fair * 2, [0, 1], [0, 1], 2)
