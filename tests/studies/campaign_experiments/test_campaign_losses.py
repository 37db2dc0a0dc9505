from __future__ import annotations

import numpy as np
import pytest

pytest.importorskip("torch")

from campaign.small import small_corpus
from variorum.studies.campaign_experiments.campaign_losses import EXPERIMENT
from variorum.studies.campaign_experiments.replaying import shared_replay
from variorum.studies.corpus_parts import open_part
from variorum.studies.running import run_study
from variorum.training import TrainingData, linear


@pytest.fixture
def _small(tmp_path, monkeypatch):
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr("variorum.studies.corpus_parts.open_corpus", lambda _: small_corpus())
    yield
    open_part.cache_clear()
    shared_replay.cache_clear()


@pytest.mark.parametrize("votes", [1, 5])
def test_cross_entropy_and_kl_are_one_loss_where_they_have_one_target(votes):
    rng = np.random.default_rng(0)
    inputs = rng.normal(size=(60, 5))
    data = TrainingData(inputs, rng.multinomial(votes, [0.5, 0.3, 0.2], size=60).astype(float))
    predicted = {}
    for loss in ("cross-entropy", "kl", "brier"):
        arm = EXPERIMENT.arms[f"{'one-vote' if votes == 1 else 'overlap-5'}-{loss}"]
        learner = linear(n_members=2, **arm.options)
        predicted[loss] = learner.fit(data, np.random.default_rng(1)).predict(inputs).mean
    np.testing.assert_allclose(predicted["kl"], predicted["cross-entropy"], atol=1e-6)
    assert np.abs(predicted["brier"] - predicted["cross-entropy"]).max() > 1e-3


@pytest.mark.usefixtures("_small")
def test_losses_of_a_campaign_learn_from_the_same_votes():
    changes = {"corpora": ("small",), "seeds": 1, "votes": 40, "cold_start": 20, "batch": 20, "draws": 20,
               "arms": ("one-vote-kl", "one-vote-js", "overlap-5-js")}  # fmt: skip
    outcome = run_study("campaign-losses", changes=changes)
    assert outcome.failures == ()
    values = {run.key["arm"]: run.values for run in outcome.runs}
    plain, kl, js = (values[f"one-vote-{loss}"] for loss in ("cross-entropy", "kl", "js"))
    assert [js[name] for name in ("labelled", "behind", "asked")] == [plain[n] for n in ("labelled", "behind", "asked")]
    assert kl["js"] == pytest.approx(plain["js"], abs=1e-5)
    assert js["js"] != plain["js"]
    assert values["overlap-5-js"]["labelled"] < js["labelled"]
    assert outcome.findings.verdict[0].startswith("Cross-entropy and KL divergence to the same target")
    assert "round by round on small" in outcome.findings.verdict[0]
