"""What policies read of the pool: what is made, what is left out, and what a policy does with a model of annotators."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
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


def _with_a_guesser() -> Corpus:
    """Words tell the label, and all annotators read them but the last, who guesses."""
    n, rng = 160, np.random.default_rng(5)
    topic = np.arange(n) % 2
    label = np.tile(topic[:, None], 4)
    label[:, 3] = rng.integers(0, 2, n)
    items = Items(tuple(f"i{i}" for i in range(n)), text=tuple(f"{'storm' if t else 'calm'} sea" for t in topic))
    people = Annotators(tuple(f"sea:{a}" for a in range(4)))
    who = np.tile(np.arange(4), n)
    scheme = LabelScheme.nominal(["no", "yes"])
    return Corpus("sea", Annotations(scheme, items, people, np.repeat(np.arange(n), 4), who, label.ravel()))


def test_actor_asks_the_annotator_whose_label_is_least_certain() -> None:
    pytest.importorskip("torch")
    config = CampaignConfig(
        "sea", budget="9", price="0.05", acquisition="actor-individual", assignment="round-robin", cold_start=140,
        batch=20, validation_share=0.0, learner="mlp", members=2,
        learner_options={"annotators": "heads", "posterior": "ensemble", "epochs": 30},
    )  # fmt: skip
    bought = run_campaign(config, corpus=_with_a_guesser()).outcomes[0].bought
    rounds = [slice(140, 160), slice(160, 180)]
    assert bought.n_rows == 180
    # By chance it would be a quarter; round robin has no say.
    assert all((bought.annotator[where] == 3).mean() > 0.9 for where in rounds)
    assert all(np.unique(bought.item[where]).size == 20 for where in rounds)


def test_actor_without_a_model_of_annotators_names_the_learner() -> None:
    config = CampaignConfig("small", budget="9", acquisition="actor-group", cold_start=20)
    with pytest.raises(ArgumentError, match=r"ACTOR reads by_annotator.*--learner mlp"):
        run_campaign(config, corpus=small_corpus())
