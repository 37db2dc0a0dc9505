from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.studies.errors import NoiseRun, plant, planted_noise, split_votes
from variorum.studies.errors.planted_noise import OURS, noise_run

from .small_corpora import counted, opening, plain


def same(one: NoiseRun, other: NoiseRun) -> bool:
    # In JSON nan equals nan, as it should here.
    return json.dumps(vars(one)) == json.dumps(vars(other))


def test_a_populations_own_errors_count_as_errors() -> None:
    corpus = plain()
    assert corpus.truth is not None
    run = noise_run(corpus, None, 4, "random", 0.1, 3)
    rng = np.random.default_rng(3)
    split = split_votes(corpus, 4, rng)
    planted = plant(split.annotations, "random", 0.1, rng)[1]
    assert run.errors == (planted | corpus.truth.is_error[split.row]).mean()
    assert run.errors > planted.mean() == 0.1
    # Nothing planted: the population's own errors remain to be found.
    none = noise_run(corpus, None, 4, "random", 0.0, 3)
    assert 0 < none.errors < run.errors
    assert 0 <= none.auroc[OURS] <= 1


def test_without_known_truth_planted_errors_are_all_that_are_known() -> None:
    run = noise_run(counted(), None, 4, "one-label", 0.25, 0)
    assert run.errors == 0.25
    assert all(math.isnan(value) for value in noise_run(counted(), None, 4, "random", 0.0, 0).auroc.values())


def test_runs_of_other_features_and_other_fields_are_not_resumed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening(monkeypatch, "planted_noise", lambda name: plain(name, 20, 8))
    monkeypatch.setenv("VARIORUM_CACHE", str(tmp_path / "cache"))
    ran: list[str] = []
    arguments: dict[str, Any] = {"seeds": [0], "shares": [0.0], "folder": tmp_path / "runs", "progress": ran.append}
    (first,) = planted_noise({"small": (3,)}, features="tfidf", **arguments)
    path = tmp_path / "runs" / "small-3-random-0-0.json"
    assert path.is_file()
    lengths = tmp_path / "lengths.npy"
    np.save(lengths, np.arange(20.0)[:, None])
    (other,) = planted_noise({"small": (3,)}, features=str(lengths), **arguments)
    assert len(ran) == 2
    assert other.js["CROWDLAB"] != first.js["CROWDLAB"]
    assert other.js["raw shares"] == first.js["raw shares"]
    values = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({key: value for key, value in values.items() if key != "errors"}), encoding="utf-8")
    (again,) = planted_noise({"small": (3,)}, features=str(lengths), **arguments)
    assert len(ran) == 3
    assert same(again, other)
