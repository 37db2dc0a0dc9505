from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from decomposition.naive_reading import naive, reading
from decomposition.reading_votes import Array, crowd, crowd_and_errors, table
from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations, LabelScheme, SchemeKind
from variorum.decomposition import Decomposition, decompose
from variorum.errors import ArgumentError, NotADistributionError, SchemeError, ShapeError

PLAIN = crowd(0, votes=4)
GROUPS = np.arange(8) % 2


def test_what_comes_out() -> None:
    found = decompose(PLAIN)
    assert found.distribution.shape == (40, 3)
    np.testing.assert_allclose(found.distribution.sum(axis=1), 1.0)
    assert found.error.shape == (PLAIN.n_rows,)
    assert ((found.error >= 0) & (found.error <= 1)).all()
    np.testing.assert_array_equal(found.weight, 1 - found.error)
    np.testing.assert_array_equal(found.by_group[0], found.distribution)
    assert found.group_share.tolist() == [1.0]
    assert 0 <= found.one_truth_weight <= 1
    assert found.n_iterations == len(found.trace) == len(found.model.trace)
    assert found.converged
    assert found.population == "equal annotators: 8 annotators with 160 votes"


def test_the_rounds_may_run_out() -> None:
    found = decompose(PLAIN, max_iterations=3)
    assert (found.converged, found.n_iterations) == (False, 3)
    assert decompose(PLAIN, tolerance=1.0).n_iterations == 17


@pytest.mark.parametrize("groups", [GROUPS, [0, 0, 0, 0, 0, 3, 3, 7], [-1, -1, 0, 0, 0, 0, 2, 2]])
def test_groups(groups: Any) -> None:
    code = np.asarray(groups)
    weights = np.arange(1.0, 9.0)
    found = decompose(PLAIN, groups=code, weights=weights, max_iterations=30)
    # Those of unknown group are of the largest; numbers that nobody has are passed over.
    code = np.where(code < 0, np.bincount(code[code >= 0]).argmax(), code)
    known = np.unique(code)
    assert found.by_group.shape == (known.size, 40, 3)
    np.testing.assert_array_equal(found.annotators.group, np.searchsorted(known, code))
    share = np.array([weights[code == g].sum() for g in known]) / weights.sum()
    np.testing.assert_allclose(found.group_share, share)
    np.testing.assert_allclose(found.distribution, sum(s * each for s, each in zip(share, found.by_group, strict=True)))
    assert ((found.error >= 0) & (found.error <= 1)).all()


def test_one_group_is_no_group() -> None:
    plain = decompose(PLAIN).error
    for group in (0, -1, 5):
        np.testing.assert_array_equal(decompose(PLAIN, groups=np.full(8, group)).error, plain)


def test_groups_read_items_in_ways_of_their_own() -> None:
    # Group 1 reads 0 where group 0 reads 1, in the second half of the items.
    rng = np.random.default_rng(0)
    item, annotator = np.repeat(np.arange(80), 8), np.tile(np.arange(8), 80)
    turned = (annotator % 2 == 1) & (item >= 40)
    label = np.where(turned, 1 - (item % 2), item % 2)
    label = np.where(rng.random(item.size) < 0.05, 1 - label, label)
    votes = table(item, annotator, label)
    found, pooled = decompose(votes, groups=GROUPS), decompose(votes)
    for g in range(2):
        expected = np.where((g == 1) & (np.arange(80) >= 40), 1 - np.arange(80) % 2, np.arange(80) % 2)
        assert (found.by_group[g].argmax(axis=1) == expected).mean() > 0.97
    assert (np.abs(found.distribution[40:, 0] - 0.5) < 0.15).mean() > 0.97
    # Who are at odds with others are no clickers.
    assert found.error[turned].mean() < 0.1
    assert found.model.trace[-1] > pooled.model.trace[-1]


@pytest.mark.parametrize("unknown", [0, 3, 8])
def test_unknown_annotators(unknown: int) -> None:
    annotator = np.where(PLAIN.annotator < unknown, -1, PLAIN.annotator).astype(np.int32)
    found = decompose(replace(PLAIN, annotator=annotator))
    assert np.isfinite(found.distribution).all()
    assert np.isfinite(found.error).all()
    np.testing.assert_array_equal(np.isnan(found.annotators.error_rate), np.arange(8) < unknown)
    expected: dict[int, tuple[str, ...]] = {
        0: (),
        3: ("votes of unknown annotators are as careless as those of the others on average",),
        8: ("no annotator is known: nothing tells error from variation, and one vote in twenty is taken for careless",),
    }
    assert found.notes == expected[unknown]
    assert np.isnan(found.one_truth_weight) == (unknown == 8)
    if unknown == 8:
        np.testing.assert_array_equal(found.truth, found.distribution)


def test_who_answers_whatever_the_item() -> None:
    theta = np.random.default_rng(1).dirichlet(np.full(3, 0.1), 100)
    votes = crowd(1, n_items=100, theta=theta, votes=6)
    votes = replace(votes, label=np.where(votes.annotator < 2, 0, votes.label).astype(np.int32))
    found = decompose(votes)
    assert found.notes == ("2 annotators answer whatever the item, and count for nothing in the population",)
    assert found.annotators.throughout.tolist() == [True] * 2 + [False] * 6
    assert found.annotators.weight.tolist() == [0.0] * 2 + [1.0] * 6
    # Every answer of theirs is an error, whatever else is said of it.
    assert (found.error[votes.annotator < 2] > 0.9).all()
    cleared = decompose(votes, log_odds=np.full(votes.n_rows, -1000.0))
    share = found.annotators.careless[votes.annotator]
    np.testing.assert_allclose(cleared.error, np.where(votes.annotator < 2, share, 0.0), atol=1e-9)


def test_rows_without_an_answer_and_items_without_a_vote() -> None:
    status = np.full(PLAIN.n_rows, ANSWERED, np.int8)
    status[::7], status[3::7] = ABSTAINED, UNSURE
    # Nothing is left of item 5.
    status[PLAIN.item == 5] = ABSTAINED
    label = np.where(status == ANSWERED, PLAIN.label, -1).astype(np.int32)
    votes = replace(PLAIN, status=status, label=label)
    options: dict[str, Any] = {"prior": np.full((40, 3), 1 / 3), "groups": GROUPS, "max_iterations": 30}
    found = decompose(votes, **options)
    np.testing.assert_array_equal(np.isnan(found.error), status != ANSWERED)
    np.testing.assert_array_equal(found.weight == 0, status != ANSWERED)
    for each in (found.distribution, found.truth, *found.by_group, *found.draws(2, 0)):
        np.testing.assert_array_equal(np.isnan(each).any(axis=1), np.arange(40) == 5)
    rest = decompose(votes.take(status == ANSWERED), **options)
    np.testing.assert_array_equal(found.distribution, rest.distribution)


def test_an_elicited_distribution_is_as_wrong_as_its_parts() -> None:
    # Certain ones are votes; the error of others is the mean of their parts'.
    certain = replace(PLAIN, label=np.full(PLAIN.n_rows, -1, np.int32), distribution=np.eye(3)[PLAIN.label])
    np.testing.assert_allclose(decompose(certain).error, decompose(PLAIN).error)
    given = np.full((PLAIN.n_rows, 3), np.nan)
    given[::3] = [0.5, 0.3, 0.2]
    found = decompose(replace(PLAIN, distribution=given), max_iterations=20)
    assert ((found.error > 0) & (found.error < 1)).all()
    model = found.model
    for row in (0, 3):
        parts = np.flatnonzero(model.entries.row == row)
        assert model.entries.weight[parts].tolist() == [0.5, 0.3, 0.2]


@pytest.mark.parametrize("kind", ["ordinal", "pairwise"])
def test_other_schemes_with_classes(kind: SchemeKind) -> None:
    np.testing.assert_array_equal(decompose(crowd(0, votes=4, kind=kind)).error, decompose(PLAIN).error)


@pytest.mark.parametrize(
    "votes",
    [
        table([0], [0], [1]),
        table([0, 0, 0], [0, 1, 2], [0, 1, 1]),
        table([0, 1, 2], [0, 0, 0], [0, 1, 1]),
        table([0, 1, 2, 3], [0, 1, 2, 3], [0, 1, 1, 0]),
        table([0, 0, 1, 1], [0, 1, 0, 1], [2, 2, 2, 2], n_classes=4),
        table([0, 0], [0, 0], [1, 1]),
        crowd(1, n_classes=2),
        crowd(1, n_classes=10),
    ],
    ids=["one vote", "one item", "one annotator", "no overlap", "one class", "twice", "two classes", "ten classes"],
)
@pytest.mark.parametrize("grouped", [False, True])
def test_little_to_go_on(votes: Annotations, grouped: bool) -> None:
    found = decompose(votes, groups=np.arange(len(votes.annotators)) % 2 if grouped else None, max_iterations=30)
    np.testing.assert_allclose(found.distribution.sum(axis=1), 1.0)
    assert ((found.error >= 0) & (found.error <= 1)).all()
    for each in fields(found.items):
        assert np.isfinite(getattr(found.items, each.name)).all()


def test_a_scheme_of_one_label() -> None:
    # Seen: answers that could not depend on the item were all errors. Nothing tells them, and one in ten stays one.
    found = decompose(table([0, 0, 1], [0, 1, 0], [0, 0, 0], n_classes=1))
    np.testing.assert_allclose(found.error, 0.1)
    np.testing.assert_array_equal(found.distribution, 1.0)
    assert found.notes == ()


def test_a_certain_prior() -> None:
    # Exact zeros rule nothing out: the votes decide what the prior is worth.
    votes = table(np.repeat(np.arange(40), 5), np.tile(np.arange(5), 40), np.repeat(np.arange(40) % 2, 5))
    right, wrong = np.eye(2)[np.arange(40) % 2], np.eye(2)[1 - np.arange(40) % 2]
    for prior in (right, wrong):
        found = decompose(votes, prior=prior)
        assert (found.distribution[np.arange(40), np.arange(40) % 2] > 0.95).all()
    assert decompose(votes, prior=right).model.types.tilt[0] > 1
    assert decompose(votes, prior=wrong).model.types.tilt[0] < 0.1


def test_a_prior_helps_where_votes_are_few() -> None:
    rng = np.random.default_rng(0)
    theta = rng.dirichlet(np.ones(3), 200)
    votes = crowd(0, n_items=200, theta=theta, votes=2)

    def apart(found: Decomposition) -> float:
        return float(0.5 * np.abs(found.distribution - theta).sum(axis=1).mean())

    assert apart(decompose(votes, prior=theta)) < 0.7 * apart(decompose(votes))


@pytest.mark.parametrize("constant", [0.0, 0.1, 3.3, 1e9 / 7, 1e200, np.nan])
def test_constant_evidence_changes_nothing(constant: float) -> None:
    # Seen: a mean that is off by its last digit left a column of plus or minus ones, and errors moved by 0.1.
    evidence = np.full((PLAIN.n_rows, 1), constant)
    np.testing.assert_array_equal(decompose(PLAIN, evidence=evidence).error, decompose(PLAIN).error)


def test_evidence_helps() -> None:
    votes, careless = crowd_and_errors(2, n_items=100, rate=0.2)
    rng = np.random.default_rng(2)
    evidence = np.where(rng.random(votes.n_rows) < 0.1, np.nan, careless + 0.4 * rng.normal(size=votes.n_rows))
    plain, seen = decompose(votes).error, decompose(votes, evidence=evidence[:, None]).error
    for error, least, most in ((plain, 0.0, 0.35), (seen, 0.4, 1.0)):
        assert least < error[careless].mean() - error[~careless].mean() < most
    # Unit and zero point of a feature do not matter.
    moved = decompose(votes, evidence=1000 - 7 * evidence[:, None]).error
    np.testing.assert_allclose(moved, seen, atol=1e-6)


def test_log_odds_that_say_nothing_change_nothing() -> None:
    for nothing in (np.zeros(PLAIN.n_rows), np.full(PLAIN.n_rows, np.nan)):
        np.testing.assert_allclose(decompose(PLAIN, log_odds=nothing).error, decompose(PLAIN).error, atol=1e-12)


@pytest.mark.parametrize("groups", [None, GROUPS])
def test_log_odds_reach_their_rows(groups: Any) -> None:
    order = np.random.default_rng(3).permutation(PLAIN.n_rows)
    votes, chosen = PLAIN.take(order), np.arange(PLAIN.n_rows) % 5 == 0
    found = decompose(votes, log_odds=np.where(chosen, 1000.0, -1000.0), groups=groups, max_iterations=30)
    np.testing.assert_allclose(found.error, chosen, atol=1e-9)
    # What is learned is learned from votes.
    plain = decompose(votes, groups=groups, max_iterations=30)
    np.testing.assert_array_equal(found.model.responses.rate, plain.model.responses.rate)


def test_weights_of_the_population() -> None:
    # One half favours the first label; the population is the half that counts.
    rng = np.random.default_rng(4)
    theta = np.where(rng.random(200) < 0.5, rng.uniform(0.2, 0.8, 200), rng.integers(2, size=200))
    item, annotator = np.repeat(np.arange(200), 8), np.tile(np.arange(8), 200)
    odds = theta[item] * np.exp(np.where(annotator < 4, 1.5, -1.5))
    votes = table(item, annotator, (rng.random(item.size) > odds / (odds + 1 - theta[item])).astype(int))
    one, other = (decompose(votes, weights=w).distribution[:, 0] for w in (np.arange(8) < 4, np.arange(8) >= 4))
    contested = (theta > 0) & (theta < 1)
    assert (one >= other - 1e-9).all()
    assert (one - other)[contested].mean() > 0.25


@pytest.mark.parametrize("weights", [[0, 0, 0], [0, 0, 1]])
def test_a_population_of_nobody(weights: list[float]) -> None:
    # Seen: a ZeroDivisionError. The third annotator has no vote.
    votes = table([0, 0, 1], [0, 1, 0], [0, 1, 1], n_annotators=3)
    with pytest.raises(ArgumentError, match="weights are 0 for all annotators with a vote; the population has nobody"):
        decompose(votes, weights=weights)


def test_what_the_others_make_of_an_item_that_a_large_group_agrees_on() -> None:
    # Seen: 250 votes of the first group made a type's posterior 0 in numbers, and taking them away again made that type
    # certain: the first group was expected to read 1 where the only other vote is 0.
    n = 250
    item = np.repeat([0, 1, 0, 1], [n, n, 1, 1])
    annotator = np.concatenate((np.arange(n), np.arange(n), [n, n]))
    votes = table(item, annotator, np.repeat([0, 1, 0, 1], [n, n, 1, 1]))
    expected = decompose(votes, groups=np.repeat([0, 1], [n, 1])).model.units.prior
    assert expected is not None
    # Units are item by item, and group by group within.
    assert (expected[:2, 0] > 0.5).all()
    assert (expected[2:, 1] > 0.5).all()


def test_groups_are_expected_to_read_as_the_others_votes_say() -> None:
    pooled = decompose(PLAIN, max_iterations=30).model
    prior = decompose(PLAIN, groups=GROUPS, max_iterations=30).model.units.prior
    assert prior is not None
    said, entries = naive(pooled), pooled.entries
    readings = np.array(
        [[reading(t, leaning) for leaning in pooled.responses.leaning] for t in pooled.types.distribution]
    )
    for i, g in np.ndindex(40, 2):
        others = np.flatnonzero((entries.item == i) & (GROUPS[entries.voter] != g))
        belief = said.prior[i] * np.prod(said.likelihood[others], axis=0)
        np.testing.assert_allclose(prior[2 * i + g], belief / belief.sum() @ readings.mean(axis=1))


FULL: dict[str, Any] = {
    "prior": np.full((40, 3), 1 / 3),
    "evidence": np.zeros((PLAIN.n_rows, 2)),
    "log_odds": np.zeros(PLAIN.n_rows),
    "groups": np.zeros(8),
    "weights": np.ones(8),
}


def changed(array: Array, place: Any, value: float) -> Array:
    copy = array.copy()
    copy[place] = value
    return copy


@pytest.mark.parametrize(
    ("name", "value", "error", "message"),
    [
        ("prior", np.full((39, 3), 1 / 3), ShapeError, r"prior has shape \(39, 3\); one for each item and class has"),
        ("prior", changed(FULL["prior"], 2, 0.5), NotADistributionError, r"prior\[2\] = .* is not a distribution"),
        ("evidence", FULL["evidence"][1:], ShapeError, "evidence has 159 rows; the annotations have 160"),
        ("evidence", FULL["log_odds"], ShapeError, "evidence must have 2 axes, not 1"),
        (
            "evidence",
            changed(FULL["evidence"], (3, 1), np.inf),
            ArgumentError,
            r"evidence\[3\] holds an infinite",
        ),
        ("log_odds", FULL["log_odds"][1:], ShapeError, "log_odds has 159 values; the annotations have 160 rows"),
        ("log_odds", changed(FULL["log_odds"], 4, -np.inf), ArgumentError, r"log_odds\[4\] is infinite; give finite"),
        ("groups", np.zeros(7), ShapeError, "groups"),
        (
            "groups",
            changed(FULL["groups"], 5, 0.5),
            ArgumentError,
            r"groups\[5\] = 0.5 is no group; give whole",
        ),
        ("groups", changed(FULL["groups"], 6, -2), ArgumentError, r"groups\[6\] = -2 is no group"),
        ("weights", np.ones(9), ShapeError, "weights"),
        ("weights", changed(FULL["weights"], 1, -1), ArgumentError, r"weights\[1\] is negative; a population has"),
        ("weights", changed(FULL["weights"], 1, np.nan), ArgumentError, r"weights\[1\] = nan is not finite"),
    ],
)
def test_what_does_not_fit(name: str, value: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        decompose(PLAIN, **{**FULL, name: value})


def test_schemes_without_one_class_an_answer() -> None:
    with pytest.raises(
        SchemeError, match="telling variation from error needs one class an answer, and the scheme is multilabel"
    ):
        decompose(table([0], [0], [1], kind="multilabel"))
    votes = table([0], [0], [1])
    numeric = replace(votes, scheme=LabelScheme.numeric(0, 1), label=np.array([-1], np.int32), value=np.array([0.5]))
    with pytest.raises(SchemeError, match="and the scheme is numeric; bin the values"):
        decompose(numeric)


def test_no_vote_at_all() -> None:
    with pytest.raises(ArgumentError, match="the annotations hold no vote; there is nothing to take apart"):
        decompose(table([0], [0], [-1], status=[UNSURE]))


def everything(seed: int) -> tuple[dict[str, Any], dict[str, Any]]:
    """Columns of votes with every quirk, and some options; twelve items, of which one has no vote."""
    rng = np.random.default_rng(seed)
    votes = crowd(seed, n_items=11, n_annotators=6, votes=4, rate=0.2)
    elicited = rng.random(votes.n_rows) < 0.2
    status = np.where(~elicited & (rng.random(votes.n_rows) < 0.1), UNSURE, ANSWERED)
    columns = {
        "item": votes.item,
        "annotator": np.where(rng.random(votes.n_rows) < 0.1, -1, votes.annotator),
        "label": np.where(elicited | (status == UNSURE), -1, votes.label),
        "status": status,
        "distribution": np.where(elicited[:, None], rng.dirichlet(np.ones(3), votes.n_rows), np.nan),
    }
    options = {
        "prior": rng.dirichlet(np.ones(3), 12),
        "evidence": rng.normal(size=(votes.n_rows, 2)),
        "log_odds": rng.normal(size=votes.n_rows),
        "groups": rng.integers(-1, 2, 6),
        "weights": rng.uniform(0.1, 1.0, 6),
    }
    return columns, {name: options[name] for name in options if rng.random() < 0.6}


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_no_order_matters(seed: int) -> None:
    columns, options = everything(seed)
    rng = np.random.default_rng(seed + 1)
    rows, items, people, classes = (rng.permutation(n) for n in (columns["item"].size, 12, 6, 3))

    def run(columns: dict[str, Any], options: dict[str, Any]) -> Decomposition:
        votes = table(**columns, n_items=12, n_annotators=6, n_classes=3)
        return decompose(votes, **options, max_iterations=25, tolerance=0.0)

    found = run(columns, options)
    turned = {name: column[rows] for name, column in columns.items()}
    for name, order in (("item", items), ("annotator", people), ("label", classes)):
        turned[name] = np.append(np.argsort(order), -1)[turned[name]]
    turned["distribution"] = turned["distribution"][:, classes]
    orders = {"prior": np.ix_(items, classes), "evidence": rows, "log_odds": rows, "groups": people, "weights": people}
    other = run(turned, {name: value[orders[name]] for name, value in options.items()})
    np.testing.assert_allclose(other.error, found.error[rows], atol=1e-7)
    np.testing.assert_allclose(other.distribution, found.distribution[np.ix_(items, classes)], atol=1e-7)
    np.testing.assert_allclose(other.truth, found.truth[np.ix_(items, classes)], atol=1e-6)
    np.testing.assert_allclose(other.one_truth_weight, found.one_truth_weight, atol=1e-5)
    for name in ("observed_entropy", "cleaned_entropy", "unknown", "error_share"):
        np.testing.assert_allclose(getattr(other.items, name), getattr(found.items, name)[items], atol=1e-6)
    for name in ("n_votes", "error_rate", "dissent", "careless", "weight"):
        np.testing.assert_allclose(getattr(other.annotators, name), getattr(found.annotators, name)[people], atol=1e-6)
