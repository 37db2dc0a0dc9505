from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from variorum.errors import UnknownNameError
from variorum.studies import Finding, entropy_sampling, findings_table


@pytest.fixture(scope="module")
def findings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Finding, ...]:
    return entropy_sampling(("synthetic-plain",), seeds=2, votes=200, folder=tmp_path_factory.mktemp("study"))


def test_a_finding_agrees_with_its_own_curve(findings: tuple[Finding, ...]) -> None:
    assert [finding.acquisition for finding in findings] == ["entropy", "entropy-revisiting"]
    for finding in findings:
        assert [point.votes for point in finding.curve] == [100, 150, 200]
        last = finding.curve[-1]
        # The curve is rounded to ten decimals in the record.
        assert finding.difference.mean == pytest.approx(last.entropy - last.random, abs=1e-9)
        assert finding.test.mean_difference == pytest.approx(finding.difference.mean, abs=1e-9)
        assert finding.difference.low <= finding.difference.mean <= finding.difference.high
        # The thirds differ in size by at most one item, so their mean is the whole difference.
        assert np.mean(finding.by_disagreement) == pytest.approx(finding.difference.mean, abs=1e-3)
        assert 0 < finding.oracle_floor < last.random


def test_two_seeds_cannot_show_anything_and_the_table_says_so(findings: tuple[Finding, ...]) -> None:
    # Two pairs have four sign assignments: a two-sided p is 1/2 at least.
    assert all(finding.test.smallest_p == 0.5 and finding.holm_p == 1.0 for finding in findings)
    table = findings_table(findings).splitlines()
    assert len(table) == 2 + len(findings)
    assert len({row.count("|") for row in table}) == 1
    assert "0.5000" in table[2]


def test_both_forms_begin_alike_and_share_their_random_arm(findings: tuple[Finding, ...]) -> None:
    one, two = findings
    assert one.curve[0].entropy == one.curve[0].random == two.curve[0].entropy
    assert [point.random for point in one.curve] == [point.random for point in two.curve]


def test_the_study_resumes_from_its_folder(tmp_path: Path) -> None:
    seen: list[tuple[str, str, int]] = []
    arguments = {"seeds": 1, "votes": 120, "folder": tmp_path, "progress": lambda *at: seen.append(at)}
    first = entropy_sampling(("synthetic-mixture",), **arguments)
    records = {path: path.read_bytes() for path in tmp_path.rglob("record.jsonl")}
    assert entropy_sampling(("synthetic-mixture",), **arguments) == first
    assert {path: path.read_bytes() for path in tmp_path.rglob("record.jsonl")} == records
    assert seen == [("synthetic-mixture", form, 0) for form in ("entropy", "entropy-revisiting")] * 2


def test_an_unknown_corpus_is_named() -> None:
    with pytest.raises(UnknownNameError, match=r"'chaosnli-snl' is not known\. Did you mean 'chaosnli-snli'"):
        entropy_sampling(("chaosnli-snl",), seeds=1)
