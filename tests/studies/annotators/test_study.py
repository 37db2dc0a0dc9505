from __future__ import annotations

import numpy as np
import pytest

from variorum.errors import ArgumentError, UnknownNameError
from variorum.studies import run_study
from variorum.studies.annotators import METHODS, STUDY, AnnotatorSettings
from variorum.studies.annotators.votes import open_votes, split_votes
from variorum.studies.base import as_plain, digest

pytest.importorskip("torch")


def test_quick_preset_end_to_end():
    outcome = run_study("annotators", "quick", changes={"epochs": 1})
    assert not outcome.failures
    assert [run.key["method"] for run in outcome.runs[: len(METHODS)]] == list(METHODS)
    by_method = {run.key["method"]: run.values for run in outcome.runs if run.key["seed"] == 0}
    for method, values in by_method.items():
        if method != "reference lines":
            assert np.isfinite(values["own"]["ce"]).all()
            assert set(values["own"]["groups"]["style"]) == {"chatty", "hedging", "quoting", "terse"}
            assert ("truth" in values) == (method in ("crowd layer", "MaDL"))
            assert ("by votes" in values) == (method not in ("one model", "soft labels"))
    # One model answers alike for all, so that its votes' mean and the population's cross-entropy are nearly the same.
    alike, heads = by_method["one model"]["own"], by_method["heads"]["own"]
    assert np.mean(alike["ce"]) == pytest.approx(np.mean(alike["population"]["soft-ce"]), abs=0.02)
    assert np.mean(heads["ce"]) < np.mean(alike["ce"])
    assert outcome.findings.verdict[0].startswith("With 2 paired seeds no difference can pass")
    assert {"smallest_p", "holm_p"} <= set(outcome.findings.data[0].columns)


def test_keys_are_unique_and_seeds_outermost():
    for settings in STUDY.presets.values():
        keys = STUDY.runs(settings)
        assert len({digest(key) for key in keys}) == len(keys)
        assert [key["seed"] for key in keys] == sorted(key["seed"] for key in keys)
    assert STUDY.presets["cpu"].seeds >= 10


def test_a_run_does_not_depend_on_what_ran_before():
    settings = AnnotatorSettings(2, ("synthetic-perspectives",), ("new votes",), features="tfidf", epochs=1)
    keys = [key for key in STUDY.runs(settings) if key["method"] in ("one model", "MaDL")]
    first = [as_plain("values", STUDY.run(key, settings)) for key in keys]
    split_votes.cache_clear()
    open_votes.cache_clear()
    again = [as_plain("values", STUDY.run(key, settings)) for key in reversed(keys)]
    assert first == again[::-1]


def test_mistakes_are_named():
    with pytest.raises(ArgumentError, match="seeds must be at least 1 and draws at least 20, not 0 and 1000"):
        AnnotatorSettings(0, ())
    with pytest.raises(UnknownNameError, match="split 'old items' is not known"):
        AnnotatorSettings(1, (), ("old items",))
    with pytest.raises(UnknownNameError, match="body 'forest' is not known"):
        AnnotatorSettings(1, (), body="forest")
