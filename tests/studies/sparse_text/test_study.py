from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from variorum.errors import ArgumentError
from variorum.studies.base import as_plain, digest
from variorum.studies.running import run_study
from variorum.studies.sparse_text import STUDY, SparseTextSettings
from variorum.studies.sparse_text.settings import DELIVERED
from variorum.studies.write_up import write_up

SMALL = replace(STUDY.presets["quick"], steps=20, evaluations=2)


@pytest.fixture(scope="module")
def outcome():
    return run_study("sparse-text", changes={"seeds": 1})


def test_the_quick_preset_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    assert len(outcome.runs) == 1 + 4 + 3
    written = write_up(outcome, tmp_path)
    assert {path.name for path in written.files} >= {"findings.md", "scores.csv"}
    assert "out of reach" in outcome.findings.notes[0]


def test_with_one_vote_all_deliveries_are_one(outcome):
    [one] = [run.values for run in outcome.runs if run.key["arm"] == "votes" and run.key["votes"] == 1]
    for delivery in DELIVERED:
        assert one["scores"][delivery]["apart"] < 1e-6
        assert one["scores"][delivery]["nll"] == pytest.approx(one["scores"]["soft"]["nll"], abs=2e-6)
    [several] = [run.values for run in outcome.runs if run.key["arm"] == "votes" and run.key["votes"] == 3]
    assert all(several["scores"][delivery]["apart"] > 1e-4 for delivery in DELIVERED[1:])


def test_money_is_equal(outcome):
    cells = {run.key["votes"]: run.values for run in outcome.runs if run.key["arm"] == "money"}
    assert {votes: cell["spent"] for votes, cell in cells.items()} == {1: 300, 2: 300, 3: 300}
    assert {votes: cell["items"] for votes, cell in cells.items()} == {1: 300, 2: 150, 3: 100}


def test_a_run_does_not_depend_on_those_before(outcome):
    run = next(run for run in outcome.runs if run.key["arm"] == "money" and run.key["votes"] == 2)
    STUDY.run({**run.key, "votes": 3}, SMALL)
    settings = replace(STUDY.presets["quick"], seeds=1)
    assert as_plain("values", STUDY.run(run.key, settings)) == run.values


def test_keys_are_unique_and_seeds_outermost():
    settings = replace(SMALL, tuned=("synthetic-plain",), tuned_seeds=1, tuned_votes=3)
    keys = list(STUDY.runs(settings))
    assert len({digest(key) for key in keys}) == len(keys)
    assert [key["seed"] for key in keys] == sorted(key["seed"] for key in keys)
    assert sum(key["arm"] == "tuning" for key in keys) == 3


def test_an_encoder_on_the_same_votes(monkeypatch):
    from variorum.studies.sparse_text import tuning
    from variorum.training import SoftmaxRegression

    made = []

    class Recorded:
        """Learns from the lengths of the texts in the encoder's place, and keeps what it was asked."""

        def __init__(self, **settings):
            made.append(settings)

        def fit(self, data, rng):
            self.inner = SoftmaxRegression(precision=1.0).fit(_lengths(data), rng)
            made[-1]["votes"] = data.counts.sum(axis=1)
            return self

        def predict(self, texts):
            return self.inner.predict(_features(texts))

    monkeypatch.setattr(tuning, "encoder", Recorded)
    for delivery in tuning.TUNED:
        key = {"arm": "tuning", "corpus": "synthetic-plain", "votes": 3, "delivery": delivery, "seed": 0}
        assert 0.5 < np.mean(STUDY.run(key, SMALL)["nll"]) < 2
    soft, multipass, repeated = made
    assert (soft["votes"] == 3).all()
    assert (soft["epochs"], multipass["epochs"], repeated["epochs"]) == (3, 3, 1)


def _features(texts):
    return np.array([[len(text) / 100] for text in texts.text])


def _lengths(data):
    from variorum.training import TrainingData

    return TrainingData(_features(data.inputs), data.counts)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        ({"draws": 5}, ArgumentError, "draws must be at least 20, not 5"),
        ({"few": (2, 4)}, ArgumentError, r"few must hold some of votes = \(1, 2, .*, not \(2, 4\)"),
        ({"tuned_votes": 4}, ArgumentError, r"tuned_votes must be one of votes = \(1, 2, .*, not 4"),
    ],
)
def test_settings_out_of_range(change, error, message):
    with pytest.raises(error, match=message):
        SparseTextSettings(1, **change)
