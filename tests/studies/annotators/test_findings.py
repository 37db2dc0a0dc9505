from __future__ import annotations

import numpy as np
import pytest

from variorum.reporting.study import findings_markdown
from variorum.studies.annotators import METHODS, AnnotatorSettings
from variorum.studies.annotators.cells import MARGIN, cells_of, losses_of
from variorum.studies.annotators.findings import annotator_findings
from variorum.studies.annotators.methods import LINES, REFERENCE, TRUTHS
from variorum.studies.base import Run, as_plain

CORPORA = ("one", "two")


def outcome(rng, shift, population=0.0):
    """Scores of one run: a level of its own for each item, annotator and group, and a shift."""
    return {
        "population": {"js": rng.random(30) + population, "soft-ce": rng.random(30) + population},
        "ce": rng.random(12) + shift,
        "error": rng.random(12) + shift,
        "worst": 2 + shift,
        "worst tenth": 1.9 + shift,
        "considered": 12,
        "groups": {"side": {"x": 0.5 + shift, "y": 0.6 + shift}},
        "worst group": 0.6 + shift,
        "thirds": np.array([0.9 + shift, 0.8 + shift, 0.7 + shift]),
    }


def runs_of(shifts, *, seeds=10, truth=0.05, lines=True, splits=("new items",), population=0.0):
    """Runs of which a method differs from one model for all by its shift and a little noise a seed."""
    runs = []
    for seed in range(seeds):
        for corpus in CORPORA:
            for split in splits:
                for k, method in enumerate(METHODS):
                    shift = shifts.get(method, 0.0) + 0.001 * np.random.default_rng([seed, k]).normal()
                    moved = 0.0 if method == REFERENCE else population
                    same = [seed, CORPORA.index(corpus), splits.index(split)]
                    values = {
                        "own": outcome(np.random.default_rng(same), shift, moved),
                        "votes": {"training": 100, "test": 60, "items": 30},
                        "epoch": 3,
                    }
                    if method not in ("one model", "soft labels"):
                        values["by votes"] = outcome(np.random.default_rng(same), 0, moved - 0.02)["population"]
                    if method in TRUTHS:
                        values["truth"] = outcome(np.random.default_rng(same), shift, moved + truth)
                    key = {"corpus": corpus, "split": split, "method": method, "seed": seed}
                    runs.append(Run(key, as_plain("values", values)))
                if lines and split == "new items":
                    of_score = {"oracle floor": (0.1, 0.05, 0.15), "fresh panel": (0.2, 0.1, 0.3)}
                    key = {"corpus": corpus, "split": split, "method": LINES, "seed": seed}
                    runs.append(Run(key, as_plain("v", {"lines": {"js": of_score, "soft-ce": of_score}})))
    return runs


def findings_of(runs):
    return annotator_findings(AnnotatorSettings(10, CORPORA, draws=20), runs)


def table(findings, start):
    [found] = [each for each in findings.tables() if each.title.startswith(start)]
    return found


def test_sentences_follow_the_tests():
    findings = findings_of(runs_of({"heads": -0.1, "MaDL": 0.2, "free heads": -0.3}))
    first = findings.verdict[0]
    assert first.startswith("New items, annotators’ CE, 2 corpora: better than one model for all: heads in all (−0.1")
    assert "; free heads in all (−0." in first
    assert "Worse than one model for all: MaDL in all (+0.2" in first
    assert "Open everywhere: soft labels, embeddings and crowd layer" in first
    assert "’s truth" not in first
    other = findings_of(runs_of({"heads": 0.1, "MaDL": -0.2}))
    assert "better than one model for all: MaDL in all (−0.2" in other.verdict[0]
    assert "Worse than one model for all: heads in all (+0.1" in other.verdict[0]


def test_the_population_is_the_same_within_the_margin_or_not():
    same = findings_of(runs_of({}, population=MARGIN / 2))
    assert f"within {MARGIN:g} of one model for all: soft labels in all (+0.005)" in same.verdict[1]
    worse = findings_of(runs_of({}, population=3 * MARGIN))
    assert "worse than one model for all: soft labels in all (+0.030)" in worse.verdict[1]


@pytest.mark.parametrize(
    ("truth", "said"),
    [
        (0.05, "costs the population 0.050 nats of soft CE in 4 of 4 cases"),
        (-0.05, "brings the population nearer by 0.050 nats of soft CE in 4 of 4 cases"),
        (0.0, "shows no loss or gain that passes a test, in 4 cases"),
    ],
)
def test_what_a_truth_loses(truth, said):
    findings = findings_of(runs_of({}, truth=truth))
    assert said in findings.verdict[-1]
    row = table(findings, "The truth in place").rows[0]
    assert row[0] == "one, new items, crowd layer"
    assert row[3].value == pytest.approx(truth)
    if truth:
        # Ten seeds of one sign: two of 1,024 assignments, times four rows.
        assert (row[4].p, row[5].p) == (2 / 1024, 4 * 2 / 1024)


def test_too_few_seeds_are_an_illustration():
    findings = findings_of(runs_of({"heads": -0.5}, seeds=4))
    assert findings.verdict[0].startswith("With 4 paired seeds no difference can pass a corrected test")
    assert "Open everywhere" in findings.verdict[1] or "open everywhere" in findings.verdict[1]
    assert "4 paired seeds; the smallest p of one test is 0.1250." in findings.notes[0]


def test_holm_is_within_corpus_split_and_score():
    cells = cells_of(
        [run for run in runs_of({"heads": -0.1}) if run.key["method"] != LINES], np.random.default_rng(0), 20
    )
    of_score = cells["one", "new items"]["annotators’ CE"]
    assert [each.method for each in of_score][-2:] == ["MaDL", "MaDL’s truth"]
    heads = next(each for each in of_score if each.method == "heads")
    assert heads.holm_p == pytest.approx(8 * 2 / 1024)


def test_tables_hold_what_runs_came_to():
    findings = findings_of(runs_of({"heads": -0.1}, splits=("new items", "new votes")))
    groups = table(findings, "Groups: one")
    assert [row[0] for row in groups.rows] == ["side: x", "side: y"]
    assert groups.rows[0][groups.head.index("heads, less")].value == pytest.approx(-0.1, abs=0.002)
    thirds = table(findings, "Annotators by how many")
    assert [row[0] for row in thirds.rows][:3] == [
        f"one, new items, {third} votes" for third in ("few", "middling", "many")
    ]
    claims = table(findings, "Beside one model for all, by corpora: new items")
    heads = next(row for row in claims.rows if row[0] == "heads")
    assert heads[claims.head.index("annotators’ CE")] == "2 better"
    weights = table(findings, "Annotators weighted")
    assert weights.rows[0][3].value == pytest.approx(-0.02)
    lines = table(findings, "Reference lines")
    assert lines.rows[0][1].value == pytest.approx(0.1)
    assert lines.rows[0][3] is None
    assert len(findings.data[0].rows) == 2 * 2 * 7 * 9
    assert "| heads |" in findings_markdown(findings)


def test_undefined_scores_are_left_out():
    runs = runs_of({}, lines=False, splits=("new items",))
    for run in runs:
        for side in ("own", "truth"):
            if side in run.values:
                run.values[side].update({"worst": None, "worst tenth": None, "worst group": None, "groups": {}})
                run.values[side]["thirds"] = [None] * 3
    findings = findings_of(runs)
    assert all("worst" not in sentence for sentence in findings.verdict)
    assert not [
        each
        for each in findings.tables()
        if "worst" in each.title or each.title.startswith(("Groups", "Annotators by"))
    ]
    assert "Who is served" not in [section.title for section in findings.sections]


def test_losses_need_such_an_answer():
    assert (
        losses_of([run for run in runs_of({}) if run.key["method"] == REFERENCE], "truth", np.random.default_rng(0), 20)
        == ()
    )
