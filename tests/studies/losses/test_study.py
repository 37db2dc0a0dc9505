from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.errors import ArgumentError
from variorum.studies.base import as_plain, digest
from variorum.studies.corpus_parts import open_part
from variorum.studies.losses import STUDY, LossesSettings
from variorum.studies.losses.settings import SAME
from variorum.studies.running import run_study
from variorum.studies.text_heads import split_texts
from variorum.studies.write_up import write_up


@pytest.fixture(scope="module")
def outcome():
    return run_study("losses", changes={"seeds": 1})


def test_the_quick_preset_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    assert len(outcome.runs) == 1 + 11 + 3
    written = write_up(outcome, tmp_path)
    assert {path.name for path in written.files} >= {"findings.md", "tests.csv"}


@pytest.mark.parametrize(("name", "same"), SAME.items())
def test_losses_with_one_gradient_score_alike(outcome, name, same):
    [own] = [run.values for run in outcome.runs if run.key.get("method") == name]
    [other] = [run.values for run in outcome.runs if run.key.get("method") == same]
    assert own["js"] == pytest.approx(other["js"], abs=1e-4)
    assert own["kl"] == pytest.approx(other["kl"], abs=1e-3)


def test_other_losses_score_otherwise(outcome):
    scores = {run.key["method"]: run.values["js"] for run in outcome.runs if run.key["arm"] == "heads"}
    assert len({round(js, 9) for name, js in scores.items() if name not in SAME}) == 11


def test_the_learning_rate_is_the_one_that_validation_prefers():
    settings = replace(STUDY.presets["quick"], learning_rates=(1e-5, 1e-2))
    key = {"arm": "heads", "corpus": "synthetic-plain", "method": "js", "seed": 0}
    values = STUDY.run(key, settings)
    assert values["learning_rate"] == settings.learning_rates[int(np.argmin(values["validation_js"]))] == 1e-2


def test_a_run_does_not_depend_on_those_before(outcome):
    run = next(run for run in outcome.runs if run.key.get("method") == "brier")
    settings = replace(STUDY.presets["quick"], seeds=1)
    assert as_plain("values", STUDY.run(run.key, settings)) == run.values


def test_ordinal_losses_run_on_ordinal_corpora(monkeypatch):
    rng = np.random.default_rng(0)
    levels = ("low", "middle", "high")
    scheme = LabelScheme.ordinal(levels, (0.0, 1.0, 3.0))
    texts = tuple(f"{levels[k % 3]} {'word ' * (k % 5)}{k}" for k in range(60))
    items = Items(tuple(map(str, range(60))), text=texts)
    annotators = Annotators(tuple(f"x:{k}" for k in range(4)))
    labels = np.clip(np.arange(60).repeat(4) % 3 + rng.integers(-1, 2, 240), 0, 2)
    votes = Annotations(scheme, items, annotators, np.arange(60).repeat(4), np.tile(np.arange(4), 60), labels)
    monkeypatch.setattr("variorum.studies.corpus_parts.open_corpus", lambda name: Corpus(name, votes))
    settings = replace(STUDY.presets["quick"], corpora=("graded",), seeds=1, check_seeds=0)
    keys = list(STUDY.runs(settings))
    assert {"wasserstein", "cdf"} < {key["method"] for key in keys if key["arm"] == "heads"}
    assert len({digest(key) for key in keys}) == len(keys) == 1 + 13
    for method in ("wasserstein", "cdf"):
        values = STUDY.run({"arm": "heads", "corpus": "graded", "method": method, "seed": 0}, settings)
        assert 0 < values["wasserstein"] < 3
    open_part.cache_clear()
    split_texts.cache_clear()


@pytest.mark.parametrize(
    ("change", "message"),
    [({"draws": 5}, "draws must be at least 20, not 5"), ({"learning_rates": ()}, "learning_rates is empty")],
)
def test_settings_out_of_range(change, message):
    with pytest.raises(ArgumentError, match=message):
        LossesSettings(1, **change)
