"""The three parts of ChaosNLI."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora import chaosnli_anli, chaosnli_mnli, chaosnli_snli
from variorum.errors import ReadError

from .miniatures import MINIATURES
from .real_files import published


@pytest.mark.parametrize("module", [chaosnli_mnli, chaosnli_snli])
def test_miniature(module, tmp_path: Path) -> None:
    MINIATURES[module.__name__.rpartition(".")[2]](tmp_path)
    corpus = module.read(tmp_path)
    rows, items = corpus.annotations, corpus.items
    # Trap 10: the counter omits zeros and has its own order; votes come in class order, by nobody known.
    np.testing.assert_array_equal(rows.counts(), [[30, 70, 0], [0, 100, 0], [2, 3, 95]])
    assert rows.label[:100].tolist() == [0] * 30 + [1] * 70
    assert set(rows.annotator.tolist()) == {-1}
    assert (rows.n_pairs, len(corpus.annotators)) == (300, 0)
    assert items.fields["gold"] == ("entailment", "neutral", "contradiction")
    assert [len(json.loads(votes)) for votes in items.fields["old_labels"]] == [5, 5, 4]
    assert items.group == ("a dog runs", "a dog runs", "rain falls")
    assert items.second_text == ("It moves.", "It barks.", "It is dry.")
    assert corpus.notes[1:] == (
        "The majority of the votes differs from the earlier label (the field 'gold') in 1 items.",
        "1 items have fewer than five earlier votes (the field 'old_labels').",
    )


def test_miniature_of_anli(tmp_path: Path) -> None:
    MINIATURES["chaosnli_anli"](tmp_path)
    corpus = chaosnli_anli.read(tmp_path)
    assert corpus.scheme.labels == ("hypothesis 1", "hypothesis 2")
    np.testing.assert_array_equal(corpus.annotations.counts(), [[90, 10], [0, 100]])
    assert corpus.items.text == ("Eve left.\nShe came back.", "Tim slept.\nShe came back.")
    assert corpus.items.second_text == ("She forgot it.\nShe sang.",) * 2
    assert corpus.items.fields["gold"] == ("hypothesis 2", "hypothesis 2")
    assert "old_labels" not in corpus.items.fields


def test_counts_that_contradict_each_other_are_an_error(tmp_path: Path) -> None:
    MINIATURES["chaosnli_mnli"](tmp_path)
    file = tmp_path / "chaosnli_v1.0/chaosNLI_mnli_m.jsonl"
    file.write_text(file.read_text().replace('"label_count": [30, 70, 0]', '"label_count": [30, 69, 1]'))
    with pytest.raises(
        ReadError, match=r"chaosNLI_mnli_m\.jsonl, line 1: label_counter gives \[30, 70, 0\] and label_"
    ):
        chaosnli_mnli.read(tmp_path)


@pytest.mark.parametrize(
    ("module", "n_differ", "n_few"), [("chaosnli_mnli", 508, 0), ("chaosnli_snli", 378, 7), ("chaosnli_anli", 163, 0)]
)
def test_published_votes(module: str, n_differ: int, n_few: int) -> None:
    corpus = published(module)
    counts = corpus.annotations.counts()
    assert set(counts.sum(axis=1).tolist()) == {100.0}
    assert f"in {n_differ} items" in corpus.notes[1]
    old = corpus.items.fields.get("old_labels", ())
    assert sum(len(json.loads(votes or "")) < 5 for votes in old) == n_few


def test_published_premises_are_readable() -> None:
    corpus = published("chaosnli_snli")
    item = corpus.items.index["2407214681.jpg#0r1n"]
    np.testing.assert_array_equal(corpus.annotations.counts()[item], [30, 70, 0])
    assert corpus.items.fields["gold"][item] == "neutral"
