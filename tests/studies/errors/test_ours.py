from __future__ import annotations

import numpy as np

from variorum.annotations import Annotations
from variorum.corpora import load_corpus
from variorum.decomposition import decompose, find_perspectives
from variorum.studies.errors.ours import ours

from .small_corpora import plain


def test_one_group_is_the_pooled_model() -> None:
    votes = plain().annotations
    model = ours(votes, np.random.default_rng(0))
    assert model.perspectives.n_groups == 1
    assert model.found is model.pooled
    np.testing.assert_array_equal(model.pooled.error, decompose(votes).error)


def test_several_groups_read_items_in_their_own_way() -> None:
    whole = load_corpus("synthetic-perspectives").annotations
    votes: Annotations = whole.take(whole.item < 300)
    model = ours(votes, np.random.default_rng(0))
    pooled = decompose(votes)
    groups = find_perspectives(
        votes, np.random.default_rng(0), careless=pooled.annotators.throughout, weights=pooled.weight
    )
    assert groups.n_groups == model.perspectives.n_groups > 1
    np.testing.assert_array_equal(model.found.error, decompose(votes, groups=groups.group).error)
    assert not np.array_equal(model.found.error, model.pooled.error)
