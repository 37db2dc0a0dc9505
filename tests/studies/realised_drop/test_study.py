from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.reporting.study import Estimate
from variorum.studies.base import Run, as_plain
from variorum.studies.corpus_parts import open_part
from variorum.studies.realised_drop import OURS, REFERENCE, SCORES, STUDY, measuring
from variorum.studies.realised_drop.findings import drop_findings
from variorum.studies.realised_drop.measuring import LOOKAHEADS
from variorum.studies.realised_drop.results import NEW, Results, ceiling
from variorum.studies.running import run_study
from variorum.studies.write_up import write_up

CHANGES = {"corpora": ("small",), "seeds": 2, "votes": (30, 50), "unasked": 12, "asked": 4, "best": 4, "members": 16,
           "draws": 40}  # fmt: skip
SETTINGS = replace(STUDY.presets["quick"], **CHANGES)


@pytest.fixture(scope="module", autouse=True)
def small(tmp_path_factory):
    """The small corpus under a name."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("VARIORUM_CACHE", str(tmp_path_factory.mktemp("cache")))
        patch.setattr("variorum.studies.corpus_parts.open_corpus", lambda _: small_corpus())
        yield
    open_part.cache_clear()


@pytest.fixture(scope="module")
def outcome():
    return run_study("realised-drop", changes=CHANGES)


def test_a_study_from_end_to_end(outcome, tmp_path):
    assert outcome.failures == ()
    assert len(outcome.runs) == 2
    files = {path.name for path in write_up(outcome, tmp_path).files}
    assert files >= {"findings.md", "correlations.csv", "drops.csv"}


def test_a_run_holds_every_candidates_drops_and_scores(outcome):
    for moment, votes in zip(outcome.runs[0].values["moments"], (30, 50), strict=True):
        # Some abstain.
        assert 0.7 * votes < moment["votes"] <= votes
        asked = np.array(moment["asked"])
        assert [int((asked == 0).sum()), int((asked > 0).sum())] == [12, 4]
        assert set(moment["scores"]) == {*SCORES, *LOOKAHEADS}
        drops = {name: np.array(values) for name, values in moment["drops"].items()}
        assert all(values.shape == (16,) and np.isfinite(values).all() for values in drops.values())
        # The halves of 30 test items are equal.
        assert (drops["first"] + drops["second"]) / 2 == pytest.approx(drops["expected"], abs=1e-8)
        assert 0 < np.abs(drops["expected"]).max() < moment["js"]
        assert np.isfinite(moment["scores"][OURS]).all()
        assert np.isfinite(moment["scores"][REFERENCE]).all()
    assert outcome.runs[0].values["test"] == 30


def test_a_run_does_not_depend_on_those_before(outcome):
    run = outcome.runs[-1]
    assert as_plain("values", STUDY.run(run.key, SETTINGS)) == run.values


def test_scores_see_what_was_bought_alone(monkeypatch, outcome):
    """With every label turned into another behind the scores' back, drops change and scores do not."""
    plain = measuring.of_people

    def turned(votes):
        rows = plain(votes)
        return replace(rows, label=np.where(rows.label >= 0, (rows.label + 1) % 3, -1).astype(np.int32))

    monkeypatch.setattr(measuring, "of_people", turned)
    run = outcome.runs[0]
    before, after = run.values["moments"][0], as_plain("values", STUDY.run(run.key, SETTINGS))["moments"][0]
    assert after["asked"] == before["asked"]
    assert after["drops"] != before["drops"]
    assert {name: after["scores"][name] for name in SCORES} == {name: before["scores"][name] for name in SCORES}


def _planted(seed: int) -> Run:
    """Our score is the drop, entropy is noise, the halves agree by a known correlation, and nobody is predicted."""
    rng = np.random.default_rng(seed)
    moments = []
    for votes in (100, 200):
        signal = rng.normal(size=200)
        first, second = signal + rng.normal(size=200), signal + rng.normal(size=200)
        drop = 1e-5 * (1 + (first + second) / 2)
        scores = {name: rng.normal(size=200) for name in (*SCORES, *LOOKAHEADS)}
        scores[OURS] = 1e-5 * signal
        scores["refits, nothing known"] = 0.5 * drop.std() * rng.permutation(signal / signal.std())
        scores["most-disagreement"] = np.full(200, 0.5)
        drops = {"expected": drop, "first": 1e-5 * first, "second": 1e-5 * second, "drawn": drop, "mode": drop}
        moments.append(
            {"votes": votes, "js": 0.1, "precision": 1.0, "asked": np.arange(200) % 5 == 0, "drops": drops,
             "scores": scores}
        )  # fmt: skip
    key = {"corpus": "planted", "features": "tfidf", "seed": seed}
    return Run(key, as_plain("values", {"pool": 500, "test": 100, "moments": moments}))


def test_what_was_planted_is_found():
    settings = replace(SETTINGS, corpora=("planted",), seeds=4, unasked=160, asked=40, best=20, draws=100)
    runs = [_planted(seed) for seed in range(4)]
    results = Results(settings, runs)
    halves = results.between("planted", "first", "second").value
    assert halves == pytest.approx(0.48, abs=0.08)  # Spearman's for Pearson's .5
    # The signal behind both halves is what a score could know, and its correlation is the ceiling.
    ours, top = results.correlation("planted", OURS), results.ceiling("planted")
    assert ours.value == pytest.approx(top.value, abs=0.04)
    assert ours.low < ours.value < ours.high
    gap = results.ours_less("planted")
    assert gap.low > 0.5
    assert gap.value == pytest.approx(ours.value - results.correlation("planted", REFERENCE).value)
    assert results.correlation("planted", OURS, NEW).value == pytest.approx(ours.value, abs=0.06)
    # What was expected was made to vary half as much.
    assert results.model_ceiling("planted").value == pytest.approx(0.5, abs=0.05)
    itself, other, random = (results.best("planted", n).value for n in ("the drop itself", "the other half", "random"))
    assert itself > other > random
    assert np.isnan(results.correlation("planted", "most-disagreement").value)
    assert np.isnan(results.best("planted", "most-disagreement").value)
    findings = drop_findings(settings, runs)
    assert "is met on planted" in findings.verdict[0]
    undefined = next(row for row in findings.tables()[0].rows if row[0] == "most-disagreement")[1]
    assert isinstance(undefined, Estimate)
    assert np.isnan(undefined.value)


def test_the_ceiling_is_the_root_of_the_prophecy():
    # Halves that correlate by 1/2 have a whole of reliability 2/3.
    assert ceiling(np.array([0.5]))[0] == pytest.approx(np.sqrt(2 / 3))
    assert ceiling(np.array([-0.3, 0.0])).tolist() == [0.0, 0.0]
