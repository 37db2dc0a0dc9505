from __future__ import annotations

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import ABSTAINED
from variorum.errors import UnknownNameError
from variorum.studies.noisy_campaigns import KINDS, plant_in_pool, without_errors

POOL = np.arange(0, 120, 2)


@pytest.mark.parametrize("kind", KINDS)
def test_a_share_of_the_pools_answers_is_replaced_and_nothing_else(kind):
    corpus = small_corpus()
    noisy, planted = plant_in_pool(corpus, POOL, kind, 0.2, np.random.default_rng(0))
    before, after = corpus.annotations, noisy.annotations
    answered = (before.label >= 0) & np.isin(before.item, POOL)
    assert planted.sum() == round(0.2 * answered.sum())
    assert not planted[~answered].any()
    assert np.array_equal(after.label[~planted], before.label[~planted])
    # Three classes at random: two in three become another one.
    changed = after.label[planted] != before.label[planted]
    assert 0.3 < changed.mean() < 1
    assert np.array_equal(after.annotator, before.annotator)
    assert np.array_equal(after.status, before.status)


def test_careless_people_are_few_and_spread_errors_are_everybodys():
    people = {}
    for kind in ("random", "spread"):
        noisy, planted = plant_in_pool(small_corpus(), POOL, kind, 0.2, np.random.default_rng(0))
        people[kind] = np.unique(noisy.annotations.annotator[planted]).size
    # A fifth of nine people's votes is that of two or three.
    assert people == {"random": people["random"], "spread": 9}
    assert people["random"] <= 3


def test_where_nobody_is_known_errors_fall_on_any_vote():
    noisy, planted = plant_in_pool(small_corpus(known=False), POOL, "random", 0.2, np.random.default_rng(0))
    assert np.unique(noisy.annotations.item[planted]).size > 20


def test_without_errors_they_are_abstentions_that_cost_as_much():
    noisy, planted = plant_in_pool(small_corpus(), POOL, "random", 0.3, np.random.default_rng(0))
    votes = without_errors(noisy, planted).annotations
    assert (votes.status[planted] == ABSTAINED).all()
    assert votes.counts().sum() == noisy.annotations.counts().sum() - planted.sum()
    assert votes.n_rows == noisy.annotations.n_rows


def test_unknown_noise_is_named():
    with pytest.raises(UnknownNameError, match="noise 'loud' is not known"):
        plant_in_pool(small_corpus(), POOL, "loud", 0.2, np.random.default_rng(0))
