"""The contract of `Aggregator`, on every method and every kind of scheme there is."""

from __future__ import annotations

import re
import warnings
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from variorum.annotations import Annotations, Annotators, Items, LabelScheme
from variorum.errors import ConvergenceWarning, SchemeError
from variorum.labels import METHODS, LabelEstimate

# What a method takes, where it is not one class out of several.
TAKES = {"binary-relevance": ("multilabel",), "ordinal-dawid-skene": ("ordinal",), "bradley-terry": ("pairwise",)}
CLASSES = ("nominal", "ordinal", "pairwise")
KINDS = (*CLASSES, "multilabel")
# Methods for two classes only.
BINARY = {"kos"}
# Four items do not make these certain: their priors weigh more.
MODEST = {"mace": 0.1, "mmsr": 0.05, "glad": 0.01, "ordinal-dawid-skene": 0.15, "bradley-terry": 0.45}
EACH = settings(max_examples=20, deadline=None)
every_method = pytest.mark.parametrize("name", sorted(METHODS))


def takes(name) -> tuple[str, ...]:
    return TAKES.get(name, CLASSES)


def estimate(name, votes) -> LabelEstimate:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return METHODS[name](votes)


def draw(crowd, name, seed, **options) -> Annotations:
    """A random crowd, of a scheme that the method takes."""
    kinds = takes(name)
    return crowd(seed, n_classes=2 if name in BINARY else None, kind=kinds[seed % len(kinds)], **options)


def same(left, right, **tolerance):
    np.testing.assert_allclose(left, right, **({"atol": 1e-6} | tolerance))


def has_votes(votes):
    return votes.counts().reshape(len(votes.items), -1).sum(axis=1) > 0


def questions(result) -> list[LabelEstimate]:
    """The estimate itself, or those of a multilabel scheme's labels, which are alike but for the classes."""
    return [result] if result.by_label is None else list(result.by_label)


def rearranged(votes, *, item=None, annotator=None, row=None, label=None, items=None) -> Annotations:
    """The same votes with items and annotators in another order and under other names, other rows, other labels.

    `item`, `annotator` and `label` say where each goes.
    """
    item = np.arange(len(votes.items)) if item is None else item
    annotator = np.arange(len(votes.annotators)) if annotator is None else annotator
    label = np.arange(votes.scheme.n_classes) if label is None else label
    moved = (votes.items if items is None else items).take(np.argsort(item))
    names = replace(moved, ids=tuple(f"item {i}" for i in range(item.size)))
    votes = votes if row is None else votes.take(row)
    columns = {"distribution": None if votes.distribution is None else votes.distribution[:, np.argsort(label)]}
    return replace(
        votes,
        items=names,
        annotators=Annotators(tuple(f"new:{a}" for a in range(annotator.size))),
        item=item[votes.item].astype(np.int32),
        annotator=np.append(annotator, -1)[votes.annotator].astype(np.int32),
        label=np.append(label, -1)[votes.label].astype(np.int32),
        **columns,
    )


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_rows_are_distributions_or_nan(crowd, name, seed):
    votes = draw(crowd, name, seed)
    result = estimate(name, votes)
    voted = has_votes(votes)
    assert result.method == name
    assert result.posterior.shape == votes.counts().shape
    assert result.posterior.dtype == np.float64
    same(result.posterior[voted].sum(axis=-1), 1)
    assert (result.posterior[voted] >= 0).all()
    assert np.isnan(result.posterior[~voted]).all()
    same(result.priors.sum(axis=-1), 1)
    n_votes = votes.n_pairs if votes.scheme.kind == "multilabel" else len(votes)
    assert f"{n_votes} vote" in result.population
    assert result.n_iterations == result.trace.size
    has_voted = np.isin(np.arange(len(votes.annotators)), votes.annotator[votes.status == 0])
    for part in questions(result):
        if part.confusion is not None:
            known = ~np.isnan(part.confusion[:, 0, 0])
            same(part.confusion[known].sum(axis=2), 1)
        for parameter in (part.skill, part.strategy, part.bias):
            if parameter is not None:
                assert len(parameter) == len(votes.annotators)
                assert np.isfinite(parameter[has_voted]).all()
                assert np.isnan(parameter[~has_voted]).all()
        if part.strategy is not None:
            same(part.strategy[has_voted].sum(axis=1), 1)
        if part.easiness is not None:
            assert (part.easiness[voted] > 0).all()
            assert np.isnan(part.easiness[~voted]).all()


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_order_and_names_of_rows_items_and_annotators_do_not_matter(crowd, name, seed):
    votes, rng = draw(crowd, name, seed), np.random.default_rng(seed)
    before = estimate(name, votes)
    item, annotator = rng.permutation(len(votes.items)), rng.permutation(len(votes.annotators))
    after = estimate(name, rearranged(votes, item=item, annotator=annotator, row=rng.permutation(votes.n_rows)))
    # Where the gain meets the tolerance, the last digits decide on one more iteration.
    assume(before.n_iterations == after.n_iterations)
    # Messages that circle for good cancel down to rounding, which the order of the rows decides; the warning says so.
    assume(name != "kos" or (before.converged and after.converged))
    same(after.posterior[item], before.posterior)
    for was, is_now in zip(questions(before), questions(after), strict=True):
        if was.confusion is not None:
            same(is_now.confusion[annotator], was.confusion, atol=1e-5)
        for parameter in ("skill", "bias", "strategy"):
            if getattr(was, parameter) is not None:
                same(getattr(is_now, parameter)[annotator], getattr(was, parameter), atol=1e-5)
        if was.easiness is not None:
            same(is_now.easiness[item], was.easiness, atol=1e-5)
        if was.worth is not None:
            assert is_now.contestants == was.contestants
            same(is_now.worth, was.worth, atol=1e-5)


def another_order(votes, rng):
    """An order of the classes that means the same, and the items that it is about."""
    kind, k = votes.scheme.kind, votes.scheme.n_classes
    if kind == "ordinal":
        return np.arange(k)[::-1], votes.items
    if kind == "pairwise":
        # Items compare the second with the first.
        return np.array([1, 0, 2])[:k], replace(votes.items, text=votes.items.second_text, second_text=votes.items.text)
    return rng.permutation(k), votes.items


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_order_of_classes_does_not_matter(crowd, name, seed):
    votes = draw(crowd, name, seed)
    order, items = another_order(votes, np.random.default_rng(seed))
    before, after = estimate(name, votes), estimate(name, rearranged(votes, label=order, items=items))
    assume(before.n_iterations == after.n_iterations)
    # Late steps magnify rounding wherever two maxima are equally near.
    same(after.posterior[:, order], before.posterior, atol=1e-4)


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_equal_input_gives_equal_output(crowd, name, seed):
    votes = draw(crowd, name, seed)
    before, after = estimate(name, votes), estimate(name, votes)
    np.testing.assert_array_equal(before.posterior, after.posterior)
    np.testing.assert_array_equal(before.trace, after.trace)


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_a_few_unknown_annotators_are_taken(crowd, name, seed):
    votes = draw(crowd, name, seed)
    stranger = np.where(np.arange(votes.n_rows) % 7 == 0, -1, votes.annotator).astype(np.int32)
    assume((stranger[votes.status == 0] >= 0).any())
    result = estimate(name, replace(votes, annotator=stranger))
    same(result.posterior[has_votes(votes)].sum(axis=-1), 1)
    for part in questions(result):
        if part.skill is not None and (stranger[votes.status == 0] < 0).any():
            assert part.pooled_skill is not None
            assert np.isfinite(part.pooled_skill)
            assert any("unknown annotators" in note for note in result.notes)


@every_method
@EACH
@given(st.integers(0, 2**32 - 1))
def test_unanswered_rows_are_no_votes(crowd, name, seed):
    votes = draw(crowd, name, seed)
    answered = votes.take(votes.status == 0)
    assert answered.n_rows < votes.n_rows or (votes.status == 0).all()
    np.testing.assert_array_equal(estimate(name, votes).posterior, estimate(name, answered).posterior)


@every_method
def test_unanimous_items_keep_their_label(table, name):
    # Four items, two of each class, three annotators who always agree.
    label = np.repeat([0, 1, 0, 1], 3)
    for kind in takes(name):
        result = estimate(name, table(np.repeat(np.arange(4), 3), np.tile([0, 1, 2], 4), label, kind=kind))
        certain = np.array([[1, 0], [0, 1], [1, 0], [0, 1]])
        # Of two labels, each item has exactly one, and lacks the other.
        certain = np.stack((1 - certain, certain), axis=2) if kind == "multilabel" else certain
        same(result.posterior, certain, atol=MODEST.get(name, 1e-3))


@every_method
@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("n_classes", [2, 3])
def test_a_scheme_is_taken_or_refused_with_a_method_that_takes_it(crowd, name, kind, n_classes):
    votes = crowd(11, kind=kind, n_classes=n_classes)
    if kind in takes(name) and (name not in BINARY or n_classes == 2):
        assert estimate(name, votes).posterior.shape == votes.counts().shape
        return
    with pytest.raises(SchemeError, match=r'scheme.*; use the method "') as refused:
        METHODS[name](votes)
    named = set(re.findall(r'"([a-z-]+)"', str(refused.value)))
    assert named
    assert all(estimate(remedy, votes).posterior.shape == votes.counts().shape for remedy in named)


@every_method
def test_numbers_are_to_be_binned_first(name):
    scheme = LabelScheme.numeric(0, 1)
    votes = Annotations(scheme, Items(("i",)), Annotators(("t:0",)), [0], [0], [-1], value=np.array([0.5]))
    with pytest.raises(SchemeError, match="scheme is numeric; bin the values to an ordinal scheme first"):
        METHODS[name](votes)


@every_method
@pytest.mark.parametrize("n_items", [0, 3])
def test_no_votes_at_all(table, name, n_items):
    for kind in takes(name):
        votes = table([], [], [], n_items=n_items, n_annotators=2, kind=kind)
        result = METHODS[name](votes)
        assert result.posterior.shape == votes.counts().shape
        assert np.isnan(result.posterior).all()
        assert np.isnan(result.priors).all()
        assert result.converged


@every_method
def test_only_unanswered_rows(table, name):
    for kind in takes(name):
        result = METHODS[name](table([0, 1], [0, 0], [-1, -1], status=np.array([1, 2], np.int8), kind=kind))
        assert np.isnan(result.posterior).all()


@pytest.mark.parametrize("name", [name for name in sorted(METHODS) if "multilabel" not in takes(name)])
@EACH
@given(st.integers(0, 2**32 - 1))
def test_an_elicited_distribution_that_is_certain_is_a_vote(crowd, name, seed):
    votes = draw(crowd, name, seed, unanswered=False)
    certain = np.eye(votes.scheme.n_classes)[votes.label]
    # Half of the rows say the same as a distribution.
    half = np.arange(votes.n_rows) % 2 == 0
    certain[~half] = np.nan
    elicited = replace(votes, label=np.where(half, -1, votes.label).astype(np.int32), distribution=certain)
    before, after = estimate(name, votes), estimate(name, elicited)
    assume(before.n_iterations == after.n_iterations)
    same(after.posterior, before.posterior)
