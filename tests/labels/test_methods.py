"""The contract of `Aggregator`, on every method there is."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ConvergenceWarning, SchemeError
from variorum.labels import METHODS, LabelEstimate

pytestmark = pytest.mark.parametrize("name", sorted(METHODS))
# Methods for two classes only.
BINARY = {"kos"}
# Four items do not make these certain: their priors weigh more.
MODEST = {"mace": 0.1, "mmsr": 0.05, "glad": 0.01}
EACH = settings(max_examples=20, deadline=None)


def estimate(name, votes) -> LabelEstimate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return METHODS[name](votes)


def draw(crowd, name, seed, **options) -> Annotations:
    """A random crowd, of a scheme that the method takes."""
    return crowd(seed, n_classes=2 if name in BINARY else None, **options)


def same(left, right, **tolerance):
    np.testing.assert_allclose(left, right, **({"atol": 1e-6} | tolerance))


@EACH
@given(st.integers(0, 2**32 - 1))
def test_rows_are_distributions_or_nan(crowd, name, seed):
    votes = draw(crowd, name, seed)
    result = estimate(name, votes)
    voted = votes.counts().sum(axis=1) > 0
    assert result.method == name
    assert result.posterior.shape == (len(votes.items), votes.scheme.n_classes)
    assert result.posterior.dtype == np.float64
    same(result.posterior[voted].sum(axis=1), 1)
    assert (result.posterior[voted] >= 0).all()
    assert np.isnan(result.posterior[~voted]).all()
    same(result.priors.sum(), 1)
    assert f"{len(votes)} vote" in result.population
    assert result.n_iterations == result.trace.size
    if result.confusion is not None:
        known = ~np.isnan(result.confusion[:, 0, 0])
        same(result.confusion[known].sum(axis=2), 1)
    has_voted = np.isin(np.arange(len(votes.annotators)), votes.annotator[votes.status == 0])
    for parameter in (result.skill, result.strategy):
        if parameter is not None:
            assert len(parameter) == len(votes.annotators)
            assert np.isfinite(parameter[has_voted]).all()
            assert np.isnan(parameter[~has_voted]).all()
    if result.strategy is not None:
        same(result.strategy[has_voted].sum(axis=1), 1)
    if result.easiness is not None:
        assert (result.easiness[voted] > 0).all()
        assert np.isnan(result.easiness[~voted]).all()


@EACH
@given(st.integers(0, 2**32 - 1))
def test_order_of_rows_items_and_annotators_does_not_matter(crowd, table, name, seed):
    votes, rng = draw(crowd, name, seed), np.random.default_rng(seed)
    before = estimate(name, votes)
    item, annotator = rng.permutation(len(votes.items)), rng.permutation(len(votes.annotators))
    row = rng.permutation(votes.n_rows)
    moved = table(
        item[votes.item][row],
        annotator[votes.annotator][row],
        votes.label[row],
        n_items=item.size,
        n_annotators=annotator.size,
        n_classes=votes.scheme.n_classes,
        status=votes.status[row],
    )
    after = estimate(name, moved)
    # Where the gain meets the tolerance, the last digits decide on one more iteration.
    assume(before.n_iterations == after.n_iterations)
    same(after.posterior[item], before.posterior)
    if before.confusion is not None and after.confusion is not None:
        same(after.confusion[annotator], before.confusion)
    if before.skill is not None and after.skill is not None:
        same(after.skill[annotator], before.skill, atol=1e-5)
    if before.easiness is not None and after.easiness is not None:
        same(after.easiness[item], before.easiness, atol=1e-5)


@EACH
@given(st.integers(0, 2**32 - 1))
def test_order_of_classes_does_not_matter(crowd, table, name, seed):
    votes = draw(crowd, name, seed)
    order = np.random.default_rng(seed).permutation(votes.scheme.n_classes)
    moved = table(
        votes.item,
        votes.annotator,
        np.where(votes.label < 0, -1, order[votes.label]),
        n_items=len(votes.items),
        n_annotators=len(votes.annotators),
        n_classes=order.size,
        status=votes.status,
    )
    before, after = estimate(name, votes), estimate(name, moved)
    assume(before.n_iterations == after.n_iterations)
    # Late steps magnify rounding wherever two maxima are equally near.
    same(after.posterior[:, order], before.posterior, atol=1e-4)


@EACH
@given(st.integers(0, 2**32 - 1))
def test_equal_input_gives_equal_output(crowd, name, seed):
    votes = draw(crowd, name, seed)
    before, after = estimate(name, votes), estimate(name, votes)
    np.testing.assert_array_equal(before.posterior, after.posterior)
    np.testing.assert_array_equal(before.trace, after.trace)


@EACH
@given(st.integers(0, 2**32 - 1))
def test_a_few_unknown_annotators_are_taken(crowd, table, name, seed):
    votes = draw(crowd, name, seed)
    stranger = np.where(np.arange(votes.n_rows) % 7 == 0, -1, votes.annotator)
    assume((stranger[votes.status == 0] >= 0).any())
    sizes = {"n_items": len(votes.items), "n_annotators": len(votes.annotators), "n_classes": votes.scheme.n_classes}
    result = estimate(name, table(votes.item, stranger, votes.label, status=votes.status, **sizes))
    voted = votes.counts().sum(axis=1) > 0
    same(result.posterior[voted].sum(axis=1), 1)
    if result.skill is not None and (stranger[votes.status == 0] < 0).any():
        assert result.pooled_skill is not None
        assert np.isfinite(result.pooled_skill)
        assert any("unknown annotators" in note for note in result.notes)


@EACH
@given(st.integers(0, 2**32 - 1))
def test_unanswered_rows_are_no_votes(crowd, name, seed):
    votes = draw(crowd, name, seed)
    answered = votes.take(votes.status == 0)
    assert answered.n_rows < votes.n_rows or (votes.status == 0).all()
    np.testing.assert_array_equal(estimate(name, votes).posterior, estimate(name, answered).posterior)


def test_unanimous_items_keep_their_label(table, name):
    # Four items, two of each class, three annotators who always agree.
    label = np.repeat([0, 1, 0, 1], 3)
    result = estimate(name, table(np.repeat(np.arange(4), 3), np.tile([0, 1, 2], 4), label))
    same(result.posterior, [[1, 0], [0, 1], [1, 0], [0, 1]], atol=MODEST.get(name, 1e-3))


@pytest.mark.parametrize("kind", ["multilabel", "numeric"])
def test_schemes_without_one_class_an_answer(name, kind):
    scheme = LabelScheme.multilabel(["a", "b"]) if kind == "multilabel" else LabelScheme.numeric(0, 1)
    value = None if kind == "multilabel" else np.array([0.5])
    votes = Annotations(scheme, Items(("i",)), Annotators(("t:0",)), [0], [0], [-1], value=value)
    with pytest.raises(SchemeError, match=f"scheme is {kind}.*(aggregate each label|bin the values)"):
        METHODS[name](votes)


@pytest.mark.parametrize("n_items", [0, 3])
def test_no_votes_at_all(table, name, n_items):
    result = METHODS[name](table([], [], [], n_items=n_items, n_annotators=2))
    assert result.posterior.shape == (n_items, 2)
    assert np.isnan(result.posterior).all()
    assert np.isnan(result.priors).all()
    assert result.converged


def test_only_unanswered_rows(table, name):
    result = METHODS[name](table([0, 1], [0, 0], [-1, -1], status=np.array([1, 2], np.int8)))
    assert np.isnan(result.posterior).all()


@EACH
@given(st.integers(0, 2**32 - 1))
def test_an_elicited_distribution_that_is_certain_is_a_vote(crowd, table, name, seed):
    votes = draw(crowd, name, seed, unanswered=False)
    certain = np.eye(votes.scheme.n_classes)[votes.label]
    # Half of the rows say the same as a distribution.
    half = np.arange(votes.n_rows) % 2 == 0
    certain[~half] = np.nan
    sizes = {"n_items": len(votes.items), "n_annotators": len(votes.annotators), "n_classes": certain.shape[1]}
    label = np.where(half, -1, votes.label)
    elicited = table(votes.item, votes.annotator, label, distribution=certain, **sizes)
    before, after = estimate(name, votes), estimate(name, elicited)
    assume(before.n_iterations == after.n_iterations)
    same(after.posterior, before.posterior)
