from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from studies.basins.small_pictures import LABELS
from variorum.corpora import Population, synthetic_corpus
from variorum.errors import ArgumentError
from variorum.studies import run_study, write_up
from variorum.studies.base import as_plain
from variorum.studies.basins import STUDY
from variorum.studies.basins import material as room
from variorum.studies.basins.material import material
from variorum.studies.basins.settings import ALIKE_AT_ONE, ALL, Arm
from variorum.studies.basins.training import learner_for, trained
from variorum.training import TrainingData
from variorum.training.ood import OOD_SCORES


def test_the_quick_preset_runs_from_end_to_end(small, tmp_path):
    outcome = run_study("basins", changes={"n_outside": small.n_outside})
    assert outcome.failures == ()
    assert len(outcome.runs) == len(STUDY.runs(small))
    all_votes = next(run.values for run in outcome.runs if run.key == {"arm": "mlp", "split": 0, "votes": ALL})
    # Odd votes are hard to lose: the oracle floor is below what a few epochs come to.
    soft = all_votes["deliveries"]["soft"]["scores"]["soft NLL"][0]
    assert all_votes["lines"]["soft-ce"]["oracle floor"][0] < soft < np.log(len(LABELS)) + 0.1
    assert set(all_votes["geometry"]) == set(small.arms[0].measured)
    assert all_votes["barrier"]["sls"][0] >= 0
    findings = outcome.findings
    assert any("stand-in-digits" in str(table.rows) for table in findings.tables())
    assert any("With so few splits no comparison could pass" in note for note in findings.notes)
    written = write_up(outcome, tmp_path)
    assert {path.name for path in written.files} >= {"findings.md", "scores.csv", "outside.csv"}


def test_a_run_does_not_depend_on_the_runs_before_it(small):
    key = {"arm": "mlp", "split": 1, "votes": "3"}
    alone = as_plain("values", STUDY.run(key, small))
    material.cache_clear()
    STUDY.run({"arm": "mlp", "split": 0, "votes": "1"}, small)
    assert as_plain("values", STUDY.run(key, small)) == alone


def test_repeated_labelling_takes_as_many_steps():
    data = TrainingData(np.zeros((300, 1)), np.full((300, 2), 5.0))
    arm = Arm("mlp", ("10",), epochs=60)
    repeated = learner_for(arm, "repeated-labelling", data).training
    assert (repeated.epochs, repeated.evaluate_every) == (6, 3)
    single = learner_for(arm, "repeated-labelling", TrainingData(np.zeros((4, 1)), np.eye(2)[[0, 1, 1, 0]])).training
    assert (single.epochs, single.evaluate_every) == (60, None)
    assert learner_for(arm, "stale-sls-50", data).delivery_options == {"hold": 50}


def test_with_one_vote_equals_of_soft_labels_end_in_the_same_network():
    rng = np.random.default_rng(0)
    inputs, votes = rng.normal(size=(60, 4)), rng.multinomial(1, [0.2, 0.3, 0.5], 60)
    data = TrainingData(inputs[:50], votes[:50], validation=TrainingData(inputs[50:], votes[50:]))
    arm = Arm("mlp", ("1",), epochs=4)
    soft = trained(arm, "soft", data, 1, 0).predict(inputs).mean
    for name in ALIKE_AT_ONE:
        # The same steps in the same order; the loss of a hard label is summed in another way, in float32.
        assert trained(arm, name, data, 1, 0).predict(inputs).mean == pytest.approx(soft, abs=1e-4)
    assert np.abs(trained(arm, "soft", data, 1, 1).predict(inputs).mean - soft).max() > 0.01


def test_rises_of_the_loss_are_more_than_rounding(small):
    values = STUDY.run({"arm": "mlp", "split": 0, "votes": ALL}, small)
    for each in values["geometry"].values():
        assert all(one["rise in random directions"] > 1e-5 for one in each)
        assert all(one["rise up the gradient"] > 1e-5 for one in each)


def test_a_corpus_without_pictures_is_refused(small, monkeypatch):
    monkeypatch.setattr(room, "open_corpus", lambda _: synthetic_corpus(Population("small", seed=1, n_items=30)))
    with pytest.raises(ArgumentError, match="needs images with gold classes"):
        STUDY.run({"arm": "mlp", "split": 0, "votes": "3"}, small)


def test_geometry_and_outside_pictures_of_a_convolutional_network(small):
    arm = Arm("small-cnn", (ALL,), ("soft", "sls"), epochs=1, initialisations=2, measured_at=(ALL,))
    few = {"curvature_images": 4, "probes": 1, "n_outside": 8, "outside": ("stand-in-digits",)}
    settings = replace(small, arms=(arm,), **few)
    values = as_plain("values", STUDY.run({"arm": "small-cnn", "split": 0, "votes": ALL}, settings))
    assert set(values["geometry"]) == {"soft", "sls"}
    assert len(values["barrier"]["sls"]) == 2
    assert len(values["barrier"]["soft, other initialisation"]) == 1
    detected = values["outside"]["sls"][1]["stand-in-digits"]
    assert set(detected) == set(OOD_SCORES)
    assert all(0 <= each["AUROC"] <= 1 for each in detected.values())
