from __future__ import annotations

import numpy as np
import pytest

from variorum.annotations import Items
from variorum.campaign import CampaignConfig, run_campaign
from variorum.campaign.inputs import learner_inputs, learner_of, reads_of
from variorum.corpora import Population, synthetic_corpus
from variorum.errors import ArgumentError, UnknownNameError
from variorum.features import ArrayFeatures
from variorum.training import Texts

SMALL = synthetic_corpus(Population("small", seed=1, n_items=80))


def config(**changes: object) -> CampaignConfig:
    return CampaignConfig("small", budget="150", price="1", **changes)  # type: ignore[arg-type]


def test_a_learner_gets_its_settings() -> None:
    learner = learner_of(config(learner="mlp", learner_options={"loss": "js", "epochs": 3}, members=4))
    assert (learner.loss, learner.training.epochs, learner.n_members) == ("js", 3, 4)  # type: ignore[attr-defined]
    assert reads_of(learner) == "features"
    with pytest.raises(ArgumentError, match="learner_options do not fit the learner 'mlp'"):
        learner_of(config(learner="mlp", learner_options={"epoch": 3}))
    with pytest.raises(UnknownNameError, match="learner 'mpl' is not known"):
        learner_of(config(learner="mpl"))


def test_each_kind_of_input() -> None:
    items = Items(("a", "b"), text=("x", "y"), second_text=("u", "v"))
    nothing = ArrayFeatures(np.eye(2))
    assert learner_inputs(items, "texts", nothing, np.array([0])) == Texts(("x", "y"), ("u", "v"))
    assert np.array_equal(learner_inputs(items, "features", nothing, np.array([0])), np.eye(2))
    with pytest.raises(ArgumentError, match="have no image"):
        learner_inputs(items, "pictures", nothing, np.array([0]))
    with pytest.raises(ArgumentError, match="not 'sounds'"):
        learner_inputs(items, "sounds", nothing, np.array([0]))


@pytest.mark.parametrize(
    "options",
    [
        {"learner": "linear", "learner_options": {"epochs": 2, "delivery": "sls"}, "members": 3},
        {
            "learner": "linear",
            "learner_options": {
                "epochs": 2, "annotators": "heads", "delivery": "annotators", "posterior": "ensemble",
            },
            "members": 2,
        },
    ],
    ids=["sls", "annotator heads"],
)  # fmt: skip
def test_a_campaign_runs_on_any_learner(options: dict[str, object]) -> None:
    result = run_campaign(config(acquisition="entropy", **options), corpus=SMALL)
    assert result.rounds[-1].requests == 150
    assert 0 < result.rounds[-1].scores["js"] < 0.5
