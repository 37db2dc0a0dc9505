"""What policies read of the pool: what is made, what is left out, and what is named as missing."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.campaign import CampaignConfig, Market, Pairs, run_campaign
from variorum.campaign.market import empty_like
from variorum.campaign.pool_arrays import pool_arrays
from variorum.errors import ArgumentError


def test_only_what_is_read_is_made_and_disagreement_needs_no_model() -> None:
    annotations = small_corpus().annotations
    pairs = Pairs.of(annotations, np.random.default_rng(0))
    market = Market(empty_like(annotations), pairs, np.full(10, 1, np.int64), 10)
    items, vectors = np.arange(6), np.eye(6)
    arrays = pool_arrays({"disagreement"}, market, items, None, vectors, 9)
    assert list(arrays) == ["disagreement"]
    # Nothing was bought: the mean entropy of all distributions of three classes, 1/2 + 1/3.
    np.testing.assert_allclose(arrays["disagreement"], 5 / 6)
    assert list(pool_arrays({"features"}, market, items, None, vectors, 9)) == ["features"]
    assert pool_arrays({"features"}, market, items, None, None, 9) == {}
    assert pool_arrays({"members", "by_annotator"}, market, items, None, vectors, 9) == {}


def test_actor_without_a_model_of_annotators_names_the_learner() -> None:
    config = CampaignConfig("small", budget="9", acquisition="actor-group", cold_start=20)
    with pytest.raises(ArgumentError, match=r"ACTOR reads by_annotator.*--learner mlp"):
        run_campaign(config, corpus=small_corpus())
