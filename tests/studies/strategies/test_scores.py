from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, Truth
from variorum.evaluation import js_divergence
from variorum.studies.strategies.scores import ItemScorer, end_scores, people_scores


def _corpus(attributes=None, truth=False):
    """Twelve items, each read by all of twenty annotators; the first two say yes, the others no."""
    n_items, n_annotators = 12, 20
    item, annotator = np.divmod(np.arange(n_items * n_annotators), n_annotators)
    votes = Annotations(
        LabelScheme.nominal(["no", "yes"]),
        Items(tuple(f"i{k}" for k in range(n_items))),
        Annotators(tuple(f"x:{k}" for k in range(n_annotators)), attributes=attributes or {}),
        item,
        annotator,
        (annotator < 2).astype(int),
    )
    known = Truth(
        np.tile([0.8, 0.2], (n_items, 1)), np.zeros(votes.n_rows, bool), (np.arange(n_annotators) < 10).astype(np.int32)
    )
    return Corpus("twenty", votes, truth=known if truth else None)


PREDICTED = np.tile([0.9, 0.1], (12, 1))
# JS of a vote to (.9, .1): with q of the vote's class, ln 2 - ((1 + q) ln (1 + q) - q ln q) / 2.
NO, YES = (math.log(2) - ((1 + q) * math.log(1 + q) - q * math.log(q)) / 2 for q in (0.9, 0.1))


def test_the_worst_tenth_is_the_minority():
    found = people_scores(_corpus(), np.arange(12), PREDICTED)
    assert found["worst_tenth"] == pytest.approx(YES)
    assert math.isnan(found["worst_group"])


def test_with_few_votes_nobody_is_called_worst_off():
    found = people_scores(_corpus(), np.arange(9), PREDICTED[:9])
    assert math.isnan(found["worst_tenth"])


def test_groups_of_a_population_are_its_perspectives():
    found = people_scores(_corpus(truth=True), np.arange(12), PREDICTED)
    # Of the ten annotators of one perspective two say yes.
    assert found["worst_group"] == pytest.approx((2 * YES + 8 * NO) / 10)


def test_groups_by_attribute_need_votes():
    ages = {"side": tuple("ab"[k >= 10] for k in range(20))}
    # Ten annotators with 12 votes each are 120 votes, below the 250 that a group needs.
    assert math.isnan(people_scores(_corpus(ages), np.arange(12), PREDICTED)["worst_group"])


def test_unknown_annotators_have_no_scores():
    corpus = _corpus()
    nobody = replace(corpus.annotations, annotators=Annotators(), annotator=np.full(240, -1, np.int32))
    found = people_scores(Corpus("nobody", nobody), np.arange(12), PREDICTED)
    assert all(math.isnan(value) for value in found.values())


def test_hard_labels_and_truth():
    corpus, test = _corpus(truth=True), np.arange(3, 9)
    human = np.tile([0.9, 0.1], (6, 1))
    found = end_scores(corpus, test, human, PREDICTED[:6])
    assert found["accuracy"] == found["macro_f1"] == 1.0
    assert found["truth"] == pytest.approx(float(js_divergence([[0.8, 0.2]], [[0.9, 0.1]])[0]))
    assert math.isnan(end_scores(_corpus(), test, human, PREDICTED[:6])["truth"])


def test_the_item_scorer_remembers_every_round():
    scorer = ItemScorer(_corpus(), np.array([0, 4]))
    first = scorer.scores(np.array([[0.9, 0.1], [0.5, 0.5]]))
    scorer.scores(np.array([[0.9, 0.1], [0.9, 0.1]]))
    assert list(first) == ["js"]
    assert len(scorer.rounds) == 2
    assert scorer.rounds[0][0] == pytest.approx(0.0, abs=1e-12)
    assert first["js"] == pytest.approx(scorer.rounds[0].mean())
