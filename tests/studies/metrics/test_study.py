from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import spearmanr

from variorum.errors import ArgumentError, MissingFileError
from variorum.reporting.study import Estimate, Findings
from variorum.studies import run_study
from variorum.studies.metrics import PUBLISHED, MetricsSettings


@pytest.fixture(scope="module")
def findings() -> Findings:
    return run_study("metrics", changes={"draws": 30}).findings


def cell(findings, title, row, column):
    [table] = [table for table in findings.tables() if table.title == title]
    [cells] = [cells for cells in table.rows if cells[0] == row]
    return cells[table.head.index(column)]


def test_golden_values(findings):
    # By scipy over the 30 rows with all four metrics: no code of ours between the printed table and this number.
    rows = [row for row in PUBLISHED if row.distance_correlation == row.distance_correlation]
    wanted = spearmanr([row.distance_correlation for row in rows], [row.roberta_test for row in rows]).statistic
    title = "Rank correlation with weighted F1"
    got = cell(findings, title, "RoBERTa, test, over rows", "D.Corr")
    assert got.value == pytest.approx(wanted)
    assert round(wanted, 2) == 0.86
    assert cell(findings, title, "RoBERTa, test, over rows", "rows or families") == 30
    assert cell(findings, title, "RoBERTa, test, over families", "rows or families") == 7
    assert round(cell(findings, title, "BERT, test, over rows", "KL").value, 2) == 0.38


def test_the_lead_is_the_difference_of_two_correlations(findings):
    for k in ("KL", "JS", "TVD"):
        both = [
            cell(findings, "Rank correlation with weighted F1", "BERT, dev, over rows", name).value
            for name in ("D.Corr", k)
        ]
        lead = cell(findings, "Lead of distance correlation", "BERT, dev, over rows", f"over {k}")
        assert lead.value == pytest.approx(both[0] - both[1])
        assert lead.signed


def test_printed_cells_differ_from_recomputed_ones_where_they_are_wrong(findings):
    other = "Rank correlation with test F1, other selections"
    for column, same in (("KL", True), ("JS", False), ("TVD", False), ("D.Corr", True)):
        printed = cell(findings, other, "as printed, RoBERTa", column).value
        main = cell(findings, "Rank correlation with weighted F1", "RoBERTa, test, over rows", column).value
        assert (printed == pytest.approx(main)) == same
    assert cell(findings, other, "every printed row, BERT", "n") == 42
    assert np.isnan(cell(findings, other, "every printed row, BERT", "D.Corr").value)


def test_small_families_have_values_and_no_intervals(findings):
    inside = "Rank correlation with test F1, within families"
    found = cell(findings, inside, "Mixtral, BERT", "D.Corr")
    # Four sources in the order .609 .719 .593 .709 with F1 .422 .514 .432 .517: ranks 2 4 1 3 and 1 3 2 4, sum d^2 = 4.
    assert isinstance(found, Estimate)
    assert found.value == pytest.approx(1 - 6 * 4 / (4 * 15))
    assert np.isnan(found.low)


def test_sentences_name_what_the_tables_hold(findings):
    first, leads, within = findings.verdict
    assert "30 printed rows" in first
    assert "for RoBERTa, D.Corr 0.86" in first
    lead = [cell(findings, "Lead of distance correlation", f"{encoder}, test, over rows", f"over {k}").value
            for encoder in ("BERT", "RoBERTa") for k in ("KL", "JS", "TVD")]  # fmt: skip
    assert f"is {min(lead):.2f} to {max(lead):.2f}:" in leads
    assert "D.Corr 0.87, KL 0.86" in within


def test_our_own_sources_join_and_their_contents_make_the_run(tmp_path):
    rng = np.random.default_rng(0)
    lines = ["source,kl,js,tvd,distance_correlation,weighted_f1"]
    for k in range(6):
        lines += [f"source {k},{k},{k},{-k % 3},{k / 6},{k / 6 + 0.01 * rng.random()}" for _ in range(2)]
    folder = tmp_path / "finetuning"
    folder.mkdir()
    (folder / "sources.csv").write_text("\n".join(lines))
    changes = {"draws": 30, "sources": str(folder)}
    outcome = run_study("metrics", folder=tmp_path / "out", changes=changes)
    title = "Rank correlation with weighted F1, own sources"
    assert cell(outcome.findings, title, "over models", "models or sources") == 12
    assert cell(outcome.findings, title, "over sources", "models or sources") == 6
    assert cell(outcome.findings, title, "over models", "D.Corr").value > 0.9
    assert cell(outcome.findings, title, "over models", "KL").value < -0.9
    assert "12 models fine-tuned on 6 sources of our own" in outcome.findings.verdict[-1]
    (folder / "sources.csv").write_text("\n".join(lines[:-2]))
    seen = []
    # The folder may move; what it holds makes the run.
    moved = {"draws": 30, "sources": str(folder.rename(tmp_path / "moved"))}
    again = run_study("metrics", folder=tmp_path / "out", changes=moved, progress=seen.append)
    assert seen[0].done == seen[0].total - 1
    assert cell(again.findings, title, "over models", "models or sources") == 10


def test_mistakes_are_named(tmp_path):
    with pytest.raises(ArgumentError, match="draws must be at least 20, not 5"):
        MetricsSettings(5)
    with pytest.raises(MissingFileError, match="give the folder of a study of sources"):
        run_study("metrics", changes={"sources": str(tmp_path)})
