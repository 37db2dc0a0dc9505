"""Sentences are written by the numbers, whichever way they fall."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from variorum.corpora.anli import ANLI_ROUNDS
from variorum.evaluation import f1
from variorum.reporting.study import Findings, Table
from variorum.studies.base import Run
from variorum.studies.judgment_finetuning import BUILT_IN, JudgmentSettings
from variorum.studies.judgment_finetuning.findings import judgment_findings

N = 120
GOLD = np.random.default_rng(0).integers(0, 3, N)


def scores(f1: float, kl: float) -> dict[str, float]:
    return {"weighted_f1": f1, "macro_f1": f1, "accuracy": f1, "kl": kl, "js": kl / 2, "cross_entropy": kl + 0.7,
            "distance_correlation": 0.5}  # fmt: skip


def model(right: float, kl: float, seed: int, source: str | None) -> dict[str, Any]:
    """A model that is right on a share of the items, the same items for every source of a seed."""
    rng = np.random.default_rng(seed)
    said = np.where(rng.random(N) < right, GOLD, (GOLD + 1) % 3)
    found = f1(np.eye(3)[GOLD], np.eye(3)[said], average="weighted")
    values: dict[str, Any] = {
        "dev": scores(found, kl), "test": scores(found, kl), "test_kl": (kl + 0.01 * rng.random(N)).tolist(),
        "test_label": said.tolist(), **{name: scores(0.3, 1.0) for name in ANLI_ROUNDS},
    }  # fmt: skip
    if source is not None:
        near = {"kl": 0.0, "js": 0.0, "tvd": 0.0, "distance_correlation": 1.0 if source == "ChaosNLI" else 0.7}
        values |= {"distances": near, "step": 20}
    return values


def findings(right: dict[str, float], kl: dict[str, float], n_seeds: int = 10, **settings: Any) -> Findings:
    split = {"dev": scores(0.3, 0.35), "test": scores(0.3, 0.35)}
    lines = {
        "gold": GOLD.tolist(),
        "constants": {"uniform": split, "ChaosNLI’s mean distribution": split},
        "people": {name: {"fresh panel": [0.9, 0.8, 1.0]} for name in ("accuracy", "js")},
        "items": {"train": 341, "dev": N, "test": N, "r1": 9, "r2": 9, "r3": 9},
        "shared_premises": {"dev": 4, "test": 2},
    }
    runs = [Run({"source": "reference lines"}, lines)]
    for seed in range(n_seeds):
        runs += [Run({"source": s, "seed": seed}, model(right.get(s, 0.6), kl.get(s, 0.3), seed, s)) for s in BUILT_IN]
        runs.append(Run({"source": "untuned head", "seed": seed}, model(0.3, 0.4, seed, None)))
    return judgment_findings(JudgmentSettings(n_seeds, **settings), runs)


def table(found: Findings, title: str) -> Table:
    [one] = [each for each in found.tables() if each.title.startswith(title)]
    return one


def test_worse_equal_and_better_sources_are_told_apart() -> None:
    found = findings({"uniform": 0.3, "MNLI distribution": 0.9}, {"uniform": 0.2, "MNLI single label": 0.9})
    f1, kl = found.verdict[1:3]
    assert f1.startswith("Weighted F1 on the test items, against models fine-tuned on ChaosNLI’s own distributions, is")
    assert "higher with MNLI distribution (+0." in f1
    assert "; lower with uniform (−0." in f1
    assert "; the same within 0.02 with MNLI single label (0.0000, p < 0.001) and VariErr distribution (0.0000" in f1
    assert "higher with MNLI single label (+0.6000, p = 0.0" in kl
    assert "lower with uniform (−0.1000" in kl
    assert found.verdict[0].startswith("Mean weighted F1 on the test items over 10 seeds")
    assert (
        found.verdict[0].index("MNLI distribution")
        < found.verdict[0].index("ChaosNLI")
        < found.verdict[0].index("unif")
    )


def test_the_other_way_round() -> None:
    found = findings({"uniform": 0.9, "MNLI distribution": 0.3}, {"uniform": 0.9, "MNLI single label": 0.2})
    assert "higher with uniform (+0." in found.verdict[1]
    assert "lower with MNLI distribution (−0." in found.verdict[1]
    assert "higher with uniform" in found.verdict[2]
    assert (
        "after MNLI single label, ChaosNLI, MNLI distribution and VariErr distribution it is lower" in found.verdict[3]
    )
    assert "after uniform it is higher" in found.verdict[3]


@pytest.mark.parametrize("n_seeds", [3, 9])
def test_with_few_seeds_nothing_is_claimed(n_seeds: int) -> None:
    found = findings({"uniform": 0.3}, {"uniform": 0.9}, n_seeds)
    assert f"No difference between sources is claimed: {n_seeds} paired seeds can give no p below" in found.verdict[1]
    assert not any("lower with" in sentence for sentence in found.verdict)
    # Nor beside a constant answer, whatever the intervals.
    assert not any("by the whole interval" in sentence or "lies on one side" in sentence for sentence in found.verdict)


def test_the_printed_order_is_compared() -> None:
    # As BERT's test F1 in 2024: ChaosNLI .646, single label .589, VariErr .559, MNLI's distribution .543.
    right = {"ChaosNLI": 0.9, "MNLI single label": 0.8, "VariErr distribution": 0.7, "MNLI distribution": 0.6}
    assert (
        "BERT’s was the same; RoBERTa’s was ChaosNLI, MNLI distribution, MNLI single" in findings(right, {}).verdict[4]
    )
    assert "BERT’s was ChaosNLI, MNLI single" in findings({"MNLI distribution": 1.0}, {}).verdict[4]


def test_kl_as_printed_is_a_third_and_printed_cells_stand_beside_ours() -> None:
    found = findings({}, {"ChaosNLI": 0.24})
    row = dict(zip(*_row(table(found, "All scores on the test"), "ChaosNLI"), strict=True))
    assert (row["KL"].value, row["KL as printed"].value) == (pytest.approx(0.24), pytest.approx(0.08))
    printed = dict(zip(*_row(table(found, "Beside the tables of 2024"), "ChaosNLI, test"), strict=True))
    assert (printed["minilm, here: KL / 3"], printed["BERT: KL / 3"]) == (pytest.approx(0.08), 0.077)
    later = dict(zip(*_row(table(found, "Beside the table of 2025"), "VariErr distribution"), strict=True))
    assert (later["BERT, dev"], later["RoBERTa, test"]) == (0.552, 0.594)
    anli = dict(zip(*_row(table(found, "ANLI"), "untuned head"), strict=True))
    assert anli["R3 test, BERT"] == 0.197
    assert anli["R1 dev, here"].value == pytest.approx(0.3)


def test_another_recipe_than_the_papers_is_said() -> None:
    assert not any("the papers have 5 and 20" in note for note in findings({}, {}).notes)
    [note] = [note for note in findings({}, {}, evaluate_every=86).notes if "the papers have 5 and 20" in note]
    assert note.startswith("To save time, 5 epochs with an evaluation every 86 steps")


def test_a_row_a_model_for_machines() -> None:
    [data] = findings({}, {}).data
    assert data.name == "sources"
    assert data.columns[:7] == ("source", "seed", "kl", "js", "tvd", "distance_correlation", "weighted_f1")
    assert len(data.rows) == 5 * 10


def _row(one: Table, name: str) -> tuple[tuple[str, ...], tuple[Any, ...]]:
    [row] = [row for row in one.rows if row[0] == name]
    return one.head, row
