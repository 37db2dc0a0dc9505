"""ACTOR end to end: pairs chosen by a model of every annotator, in a campaign from the command line's settings."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from variorum.campaign import CampaignConfig, run_campaign
from variorum.corpora import Population, synthetic_corpus
from variorum.errors import MissingArrayError

pytestmark = pytest.mark.skipif(find_spec("torch") is None, reason="the extra 'train' is not installed")

# variorum run --acquisition actor-mixed --learner mlp --set annotators=heads --set posterior=ensemble ...
HEADS = CampaignConfig(
    "tiny", budget="60", price="1", cold_start=30, batch=15, members=2, learner="mlp",
    learner_options={"annotators": "heads", "posterior": "ensemble", "epochs": 10, "hidden": 16},
)  # fmt: skip


@pytest.fixture(scope="module")
def corpus():
    return synthetic_corpus(Population("tiny", seed=1, n_items=60, n_annotators=8, votes_per_item=(4, 4)))


@pytest.mark.parametrize("name", ["actor-group", "actor-individual", "actor-mixed", "actor-vote-variance"])
def test_actor_runs_with_a_model_of_annotators_and_resumes(tmp_path: Path, corpus, name: str) -> None:
    config = replace(HEADS, acquisition=name)
    result = run_campaign(config, tmp_path / "run", corpus=corpus)
    chosen = [row for row in result.rounds if row.arm.startswith(name)]
    assert [row.requests for row in chosen] == [30, 45, 60]
    assert all(np.isfinite(row.scores["js"]) for row in chosen)
    record = (tmp_path / "run" / "record.jsonl").read_bytes()
    asked = [
        [request["annotator"] for request in event["requests"]]
        for event in map(json.loads, record.splitlines())
        if event["event"] == "requests" and event["arm"].startswith(name)
    ]
    assert all(who is not None for each in asked for who in each)
    lines = record.splitlines(keepends=True)
    (tmp_path / "cut").mkdir()
    (tmp_path / "cut" / "record.jsonl").write_bytes(b"".join(lines[:7]))
    (tmp_path / "cut" / "oracle.jsonl").write_bytes((tmp_path / "run" / "oracle.jsonl").read_bytes())
    run_campaign(config, tmp_path / "cut", resume=True, corpus=corpus)
    assert (tmp_path / "cut" / "record.jsonl").read_bytes() == record


def test_with_seldom_fits_the_heads_stay_those_of_the_last_one(tmp_path: Path, corpus) -> None:
    config = replace(HEADS, acquisition="actor-mixed", refit_growth=5.0)
    result = run_campaign(config, tmp_path / "run", corpus=corpus)
    js = [row.scores["js"] for row in result.rounds if row.arm.startswith("actor")]
    assert js[0] == js[1] != js[2]


def test_without_a_model_of_annotators_the_remedy_is_named(corpus) -> None:
    with pytest.raises(MissingArrayError, match="--set annotators=heads --set posterior=ensemble"):
        run_campaign(
            replace(HEADS, acquisition="actor-mixed", learner="softmax-regression", learner_options={}), corpus=corpus
        )
