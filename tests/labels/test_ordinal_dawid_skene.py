from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from labels.references import dense
from variorum.annotations import LabelScheme
from variorum.corpora import load_corpus
from variorum.errors import ArgumentError, ConvergenceWarning, SchemeError
from variorum.labels import dawid_skene, majority_vote, ordinal_dawid_skene

SLOW = settings(max_examples=15, deadline=None)


def graded(votes, positions=None):
    """The same votes as answers on a scale."""
    return replace(votes, scheme=LabelScheme.ordinal(votes.scheme.labels, positions))


def reference(votes, tau, beta, attraction, x, shares, usual, *, sd=1.0):
    """Objective and posterior by loops over votes and products of probabilities; positions one apart on average."""
    rows, k = dense(votes), votes.scheme.n_classes
    d = np.diff(votes.scheme.positions)
    objective = -((2 - usual) ** 2) / (2 * sd**2) - sum(attraction**2) / 8 + np.mean(np.log(shares))
    objective += 5 * sum(d / d.mean() * np.log(np.diff(x)))
    for a in rows.annotators:
        objective -= ((tau[a] - usual) ** 2 + beta[a] ** 2) / (2 * sd**2)
    posterior = {}
    for i in rows.items:
        joint = np.array(shares)
        for a, label in rows.of_item(i):
            for c in range(k):
                odds = np.exp(attraction + beta[a] * x - tau[a] * np.abs(x - x[c]))
                joint[c] *= odds[label] / odds.sum()
        objective += np.log(joint.sum())
        posterior[i] = joint / joint.sum()
    return rows, objective, posterior


def parameters(votes, estimate):
    """What the estimate says of all parameters, in steps of the scale."""
    step = np.diff(votes.scheme.positions).mean()
    x = (estimate.positions - estimate.positions[0]) / step
    tau, beta = estimate.skill * step, estimate.bias * step
    known = np.flatnonzero(~np.isnan(tau))
    a = known[0]
    # Any row of any confusion matrix tells the attraction up to a constant, which the prior sets to a mean of 0.
    attraction = np.log(estimate.confusion[a, 0]) - beta[a] * x + tau[a] * np.abs(x - x[0])
    usual = (tau[known].sum() + 2) / (known.size + 1)
    return tau, beta, attraction - attraction.mean(), x, estimate.priors, usual


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_ends_where_the_reference_is_flat(crowd, seed):
    votes = crowd(seed)
    rng = np.random.default_rng(seed)
    votes = graded(votes, np.cumsum(rng.uniform(0.5, 2, votes.scheme.n_classes)))
    estimate = ordinal_dawid_skene(votes, tolerance=0)
    given_parameters = parameters(votes, estimate)
    rows, objective, posterior = reference(votes, *given_parameters)
    np.testing.assert_allclose(estimate.posterior[rows.items], [posterior[i] for i in rows.items], atol=1e-6)
    assert objective == pytest.approx(estimate.trace[-1], abs=1e-6)
    # No parameter alone improves it, and neither does a wider gap.
    for which, vector in enumerate(given_parameters[:3]):
        for place in np.flatnonzero(np.isfinite(vector)):
            for move in (-0.02, 0.02):
                moved = vector.copy()
                moved[place] += move
                changed = [*given_parameters]
                changed[which] = moved
                assert reference(votes, *changed)[1] <= objective + 1e-6
    for gap in range(votes.scheme.n_classes - 1):
        steps = np.diff(given_parameters[3])
        steps[gap] *= 1.02
        steps *= (votes.scheme.n_classes - 1) / steps.sum()
        changed = [*given_parameters]
        changed[3] = np.append(0, np.cumsum(steps))
        assert reference(votes, *changed)[1] <= objective + 1e-6


def test_finds_the_maximum_that_a_general_optimiser_finds(crowd):
    votes = graded(crowd(3, n_items=12, n_classes=3))
    n_annotators = len(votes.annotators)
    estimate = ordinal_dawid_skene(votes, tolerance=0)

    def loss(point):
        tau, beta, attraction, gaps, levels, usual = np.split(point, np.cumsum([n_annotators, n_annotators, 3, 2, 3]))
        x = np.append(0, np.cumsum(2 * np.exp(gaps) / np.exp(gaps).sum()))
        return -reference(votes, tau, beta, attraction, x, np.exp(levels) / np.exp(levels).sum(), usual[0])[1]

    start = np.concatenate((np.full(n_annotators, 2.0), np.zeros(n_annotators + 8), [2.0]))
    found = minimize(loss, start, method="BFGS", options={"gtol": 1e-4})
    assert -found.fun == pytest.approx(estimate.trace[-1], abs=1e-5)


def test_golden_by_hand_at_the_start(table):
    # One vote for the lowest of three levels. Shares start at (1, 0, 0) and a third of an item for each level: (4, 1,
    # 1) / 6. Precision 2: label 0 has the odds 1 : e^-2 : e^-4 from level 0, e^-2 : 1 : e^-2 from 1, e^-4 : e^-2 : 1
    # from 2. All priors are at their modes, where their logarithms are 0, but that of the shares.
    with pytest.warns(ConvergenceWarning, match="ordinal Dawid-Skene stopped after 1 iterations before 10 iterations"):
        estimate = ordinal_dawid_skene(graded(table([0], [0], [0], n_classes=3)), max_iterations=1)
    e = np.exp(-2)
    likelihood = (4 / (1 + e + e**2) + e / (1 + 2 * e) + e**2 / (1 + e + e**2)) / 6
    assert estimate.trace[0] == pytest.approx(np.log(likelihood) + np.log(4 / 216) / 3)


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_objective_never_falls_and_neighbours_have_the_odds_of_the_formula(crowd, seed):
    votes = graded(crowd(seed))
    estimate = ordinal_dawid_skene(votes)
    assert estimate.converged
    assert (np.diff(estimate.trace) >= 0).all()
    # Odds of upper and lower neighbour, truth at or above the upper against truth at or below the lower: both sides
    # have precision times distance, and the mean of their logarithms has the bias.
    known = ~np.isnan(estimate.skill)
    odds = np.log(estimate.confusion[known][:, :, 1:]) - np.log(estimate.confusion[known][:, :, :-1])
    gaps = np.diff(estimate.positions)
    for g, gap in enumerate(gaps):
        above, below = odds[:, g + 1 :, g], odds[:, : g + 1, g]
        np.testing.assert_allclose(above, np.broadcast_to(above[:, :1], above.shape), atol=1e-9)
        np.testing.assert_allclose((above[:, 0] - below[:, 0]) / 2, estimate.skill[known] * gap, atol=1e-9)
        mean = (above[:, 0] + below[:, 0]) / 2
        np.testing.assert_allclose(mean - mean[0], (estimate.bias[known] - estimate.bias[known][0]) * gap, atol=1e-9)


@SLOW
@given(st.integers(0, 2**32 - 1))
def test_upside_down_and_in_other_units(crowd, seed):
    votes = graded(crowd(seed))
    k = votes.scheme.n_classes
    before = ordinal_dawid_skene(votes, tolerance=1e-9)
    label = np.where(votes.label < 0, -1, k - 1 - votes.label)
    turned = ordinal_dawid_skene(replace(votes, label=label.astype(np.int32)), tolerance=1e-9)
    np.testing.assert_allclose(turned.posterior[:, ::-1], before.posterior, atol=1e-4)
    np.testing.assert_allclose(turned.bias, -before.bias, atol=1e-3)
    np.testing.assert_allclose(turned.positions[::-1], k - 1 - before.positions, atol=1e-3)
    tenfold = ordinal_dawid_skene(graded(votes, 10 * np.arange(k) - 5), tolerance=1e-9)
    np.testing.assert_allclose(tenfold.posterior, before.posterior, atol=1e-9)
    np.testing.assert_allclose(tenfold.skill * 10, before.skill)
    np.testing.assert_allclose((tenfold.positions + 5) / 10, before.positions)


def planted(seed, n_items=600, n_annotators=240, per_item=5, k=5):
    """True levels, and votes of annotators with bias and precision who have about a dozen votes each."""
    rng = np.random.default_rng(seed)
    truth = rng.choice(k, n_items, p=[0.3, 0.25, 0.2, 0.15, 0.1])
    tau, beta = rng.normal(1.5, 0.7, n_annotators), rng.normal(0, 0.6, n_annotators)
    x = np.array([0, 0.8, 1.6, 2.6, 4])
    item = np.repeat(np.arange(n_items), per_item)
    annotator = np.concatenate([rng.choice(n_annotators, per_item, replace=False) for _ in range(n_items)])
    away = np.abs(x - x[truth[item], None])
    scores = beta[annotator, None] * x - tau[annotator, None] * away
    label = (scores + rng.gumbel(size=scores.shape)).argmax(axis=1)
    return truth, tau, beta, x, (item, annotator, label)


def errors(posterior, truth):
    """Accuracy and mean absolute error of the top class."""
    top = posterior.argmax(axis=1)
    return (top == truth).mean(), np.abs(top - truth).mean()


def test_beats_a_confusion_matrix_where_votes_are_few(table):
    methods = {
        "majority": majority_vote,
        "matrix": dawid_skene,
        "ordinal": lambda votes: ordinal_dawid_skene(graded(votes)),
    }
    found = {name: [] for name in methods}
    for seed in range(5):
        truth, *_, columns = planted(seed)
        for name, method in methods.items():
            found[name].append(errors(method(table(*columns, n_classes=5)).posterior, truth))
    accuracy, distance = (
        {n: np.mean(v, axis=0)[0] for n, v in found.items()},
        {n: np.mean(v, axis=0)[1] for n, v in found.items()},
    )
    assert accuracy["ordinal"] > accuracy["majority"] + 0.02
    assert accuracy["ordinal"] > accuracy["matrix"] + 0.05
    assert distance["ordinal"] < distance["majority"] - 0.05
    assert distance["ordinal"] < distance["matrix"] - 0.1


def test_finds_what_was_planted(table):
    _, tau, beta, x, columns = planted(0, n_items=2_000)
    estimate = ordinal_dawid_skene(graded(table(*columns, n_classes=5)))
    assert np.corrcoef(estimate.skill, tau)[0, 1] > 0.85
    assert np.corrcoef(estimate.bias, beta)[0, 1] > 0.85
    np.testing.assert_allclose(estimate.positions, x, atol=0.25)


@pytest.mark.usefixtures("data_root")
def test_anchors_of_web_as_five_grades():
    votes = load_corpus("web").annotations
    gold = np.array([-1 if grade is None else int(grade) for grade in votes.items.fields["gold"]])
    judged = (gold >= 0) & (votes.counts().sum(axis=1) > 0)

    def scores(estimate):
        # Top classes that tie share the item.
        top = estimate.posterior >= estimate.posterior.max(axis=1, keepdims=True) - 1e-9
        top = (top / top.sum(axis=1, keepdims=True))[judged]
        away = np.abs(np.arange(5) - gold[judged, None])
        return pytest.approx((top[away == 0].sum() / len(top), (top * away).sum() / len(top)), abs=5e-4)

    assert scores(majority_vote(votes)) == (0.7307, 0.4282)
    assert scores(dawid_skene(votes)) == (0.8292, 0.2073)
    assert scores(ordinal_dawid_skene(graded(votes))) == (0.8587, 0.1666)


@pytest.mark.parametrize("name", ["popquorn-offensiveness", "convabuse", "paraphrase"])
@pytest.mark.usefixtures("data_root")
def test_the_default_stops_where_posteriors_have_settled(name):
    votes = load_corpus(name).annotations
    stopped, end = ordinal_dawid_skene(votes), ordinal_dawid_skene(votes, tolerance=0)
    assert stopped.converged
    np.testing.assert_allclose(stopped.posterior, end.posterior, atol=1e-3)


def test_unknown_annotators_share_one_precision_and_bias(table):
    item, annotator, label = [0, 0, 1, 1, 2, 2], [0, 1, 0, 1, 0, 1], [0, 0, 1, 2, 2, 2]
    stranger = ordinal_dawid_skene(graded(table([*item, 0, 1, 2], [*annotator, -1, -1, -1], [*label, 0, 1, 1])))
    person = ordinal_dawid_skene(graded(table([*item, 0, 1, 2], [*annotator, 2, 2, 2], [*label, 0, 1, 1])))
    np.testing.assert_allclose(stranger.posterior, person.posterior)
    np.testing.assert_allclose(stranger.pooled_confusion, person.confusion[2])
    assert (stranger.pooled_skill, stranger.pooled_bias) == pytest.approx((person.skill[2], person.bias[2]))
    assert stranger.notes == ("votes of unknown annotators share one precision and bias",)


def test_few_votes_leave_an_annotator_as_usual(table):
    # Annotator 2 has one vote, against the others; annotator 3 has many like it.
    item, annotator = np.repeat(np.arange(40), 3), np.tile([0, 1, 3], 40)
    level = np.arange(40) % 3
    label = np.column_stack((level, level, 2 - level)).ravel()
    estimate = ordinal_dawid_skene(graded(table([*item, 0], [*annotator, 2], [*label, 2])))
    assert estimate.skill[2] > 0.5
    assert estimate.skill[3] < 0


def test_a_scale_of_one_or_two_labels(table):
    one = ordinal_dawid_skene(graded(table([0, 1], [0, 1], [0, 0], n_classes=2)))
    assert one.posterior.argmax(axis=1).tolist() == [0, 0]
    votes = replace(table([0, 1], [0, 1], [0, 0]), scheme=LabelScheme.ordinal(["only"]))
    np.testing.assert_allclose(ordinal_dawid_skene(votes).posterior, 1)


def test_what_it_refuses(table):
    votes = graded(table([0, 0], [0, 1], [0, 1]))
    with pytest.raises(ArgumentError, match="bias_sd = 0 must be finite and above 0"):
        ordinal_dawid_skene(votes, bias_sd=0)
    with pytest.raises(ArgumentError, match="precision_sd = inf must"):
        ordinal_dawid_skene(votes, precision_sd=np.inf)
    with pytest.raises(ArgumentError, match="tolerance = -1"):
        ordinal_dawid_skene(votes, tolerance=-1)
    with pytest.raises(SchemeError, match="all annotators are unknown: no precision"):
        ordinal_dawid_skene(graded(table([0], [-1], [0])))
    with pytest.raises(SchemeError, match=r'scheme is nominal; use the method "soft".*LabelScheme\.ordinal'):
        ordinal_dawid_skene(table([0], [0], [0]))
