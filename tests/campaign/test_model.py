"""When the learner is fitted anew, and that a campaign which goes on has the same model."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from campaign.small import CONFIG, small_corpus
from variorum.campaign import CampaignConfig, load_campaign, run_campaign
from variorum.errors import ArgumentError
from variorum.training import TrainingData
from variorum.training.softmax import SoftmaxRegression

ONE = replace(CONFIG, seeds=1, budget="6", overlap=1, assignment="random", validation_share=0.2)


@pytest.fixture
def fits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The votes that each fit learns from, in order."""
    seen: list[float] = []
    plain = SoftmaxRegression.fit

    def counted(self: SoftmaxRegression, data: TrainingData, rng: np.random.Generator):
        seen.append(float(data.votes.sum()))
        return plain(self, data, rng)

    monkeypatch.setattr(SoftmaxRegression, "fit", counted)
    return seen


def _votes(folder: Path, pool_only: str, arm: str) -> list[int]:
    """Answered training votes after each round."""
    lines = map(json.loads, (folder / "record.jsonl").read_text(encoding="utf-8").splitlines())
    rows = [event["rows"] for event in lines if event["event"] == "annotations" and event["arm"] == arm]
    return np.cumsum(
        [sum(pool_only in r["request"] and r["label"] is not None for r in each) for each in rows]
    ).tolist()


def test_the_learner_is_fitted_when_votes_grew_by_the_share_and_at_the_end(tmp_path: Path, fits: list[float]) -> None:
    run_campaign(replace(ONE, acquisition="random", refit_growth=0.5), tmp_path / "run", corpus=small_corpus())
    votes = _votes(tmp_path / "run", "/train/", "random, one vote an item")
    expected = [votes[0]]
    for n in votes[1:]:
        if n >= 1.5 * expected[-1]:
            expected.append(n)
    if expected[-1] != votes[-1]:
        expected.append(votes[-1])
    assert fits == expected
    assert 2 < len(expected) < len(votes)


def test_without_a_share_the_learner_is_fitted_after_every_round(tmp_path: Path, fits: list[float]) -> None:
    run_campaign(replace(ONE, acquisition="random"), tmp_path / "run", corpus=small_corpus())
    assert fits == _votes(tmp_path / "run", "/train/", "random, one vote an item")


def test_between_fits_the_old_model_predicts_and_the_last_scores_are_of_all_votes() -> None:
    # One arm, so that policies ask the same whatever the model says.
    seldom = run_campaign(replace(ONE, acquisition="random", refit_growth=0.9), corpus=small_corpus())
    always = run_campaign(replace(ONE, acquisition="random"), corpus=small_corpus())
    old, new = ([row.scores["kl"] for row in result.rounds] for result in (seldom, always))
    assert old[0] == new[0]
    assert old[1] == old[0] != new[1]
    assert old[-1] == new[-1]
    assert seldom.rounds[-1].validation == always.rounds[-1].validation
    assert np.array_equal(seldom.outcomes[0].predicted, always.outcomes[0].predicted)
    assert seldom.outcomes[0].item_scores["kl"][0].mean() == pytest.approx(old[-1], abs=1e-9)


def test_a_campaign_cut_anywhere_goes_on_with_the_same_model(tmp_path: Path) -> None:
    config = replace(ONE, refit_growth=0.4, stop="plateau", patience=20)
    run_campaign(config, tmp_path / "run", corpus=small_corpus())
    lines = (tmp_path / "run" / "record.jsonl").read_bytes().splitlines(keepends=True)
    assert sum(b'"event": "refit"' in line for line in lines) >= 1
    for at in range(3, len(lines), 7):
        folder = tmp_path / f"cut-{at}"
        folder.mkdir()
        (folder / "record.jsonl").write_bytes(b"".join(lines[:at]))
        (folder / "oracle.jsonl").write_bytes((tmp_path / "run" / "oracle.jsonl").read_bytes())
        load_campaign(folder, corpus=small_corpus())
        assert (folder / "record.jsonl").read_bytes() == b"".join(lines)


def test_a_share_that_makes_no_sense_is_refused() -> None:
    with pytest.raises(ArgumentError, match=r"refit_growth must lie between 0 and 10, not -0\.1"):
        CampaignConfig("small", refit_growth=-0.1)
