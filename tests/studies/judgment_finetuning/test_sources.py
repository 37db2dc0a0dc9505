from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from studies.judgment_finetuning.invented import items
from variorum.errors import ArgumentError, MissingFileError, ReadError
from variorum.studies.judgment_finetuning.sources import BUILT_IN, distributions_of, source_files


def test_built_in_sources_are_distributions_of_the_same_items() -> None:
    found = items()
    for name in BUILT_IN:
        shares = distributions_of(name, found, {})
        assert shares.shape == found.train.distribution.shape
        np.testing.assert_allclose(shares.sum(axis=1), 1)
    assert distributions_of("ChaosNLI", found, {}) is found.train.distribution


def test_files_are_named_by_their_stems(tmp_path: Path) -> None:
    for name in ("b.csv", "a.jsonl", "notes.txt"):
        (tmp_path / name).touch()
    assert list(source_files(str(tmp_path))) == ["a", "b"]
    assert list(source_files(str(tmp_path / "b.csv"))) == ["b"]
    assert source_files(None) == {}


def test_what_is_no_source(tmp_path: Path) -> None:
    with pytest.raises(MissingFileError, match="holds no label distributions"):
        source_files(str(tmp_path))
    with pytest.raises(MissingFileError, match="holds no label distributions"):
        source_files(str(tmp_path / "gone.csv"))
    (tmp_path / "uniform.csv").write_text("item,entailment,neutral,contradiction\na0,1,0,0\n")
    with pytest.raises(ArgumentError, match="there is another source called 'uniform'; rename the file"):
        source_files(str(tmp_path))
    (tmp_path / "uniform.csv").rename(tmp_path / "few.csv")
    with pytest.raises(ReadError, match=r"item 'a1' of the study's items is not in few\.csv; 11 of 12"):
        distributions_of("few", items(), source_files(str(tmp_path)))
