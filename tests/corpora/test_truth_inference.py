"""The five sets of one form: bluebird, dog, rte, trec, web."""

from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora import CORPORA
from variorum.corpora._truth_inference import read_crowd
from variorum.errors import ReadError

SCHEME = LabelScheme.nominal(["0", "1"])

LABELS = """item,worker,label
7,2,1
7,9,0
8,2,1
7,2,1
8,2,0

"""
TRUTH = "item,truth\n7,1\n9,0\n"


def write(folder: Path, labels: str = LABELS, truth: str = TRUTH) -> Path:
    (folder / "label.csv").write_text(labels)
    (folder / "truth.csv").write_text(truth)
    return folder


def majority_accuracy(corpus: Corpus, *, split: bool) -> float:
    """Share of the items with gold whose most frequent label it is; a tie counts its part, or goes to the first."""
    right = []
    gold = corpus.items.column("gold")
    votes: dict[int, list[int]] = {}
    for item, label in zip(corpus.annotations.item.tolist(), corpus.annotations.label.tolist(), strict=True):
        votes.setdefault(item, []).append(label)
    for item, labels in votes.items():
        if gold[item] is None:
            continue
        most = max(labels.count(label) for label in set(labels))
        best = sorted(label for label in set(labels) if labels.count(label) == most)
        names = [corpus.scheme.labels[label] for label in best]
        right.append((gold[item] in names) / len(names) if split else float(gold[item] == names[0]))
    return float(np.mean(right))


def test_repeated_votes_stay_and_gold_may_be_absent(tmp_path: Path) -> None:
    """Trap 5: annotator 2 answers item 7 twice alike and item 8 in two ways; item 9 has gold and no votes."""
    corpus = read_crowd(write(tmp_path), "mini", SCHEME)
    assert corpus.items.ids == ("7", "8", "9")
    assert corpus.items.fields["gold"] == ("1", None, "0")
    assert corpus.annotators.ids == ("mini:2", "mini:9")
    assert len(corpus.annotations) == 5
    assert corpus.annotations.n_pairs == 3
    # 7: one 0, two 1; 8: one each; 9: none.
    np.testing.assert_array_equal(corpus.annotations.counts(), [[1, 2], [1, 1], [0, 0]])
    assert corpus.notes == (
        "1 of 3 items have no gold label.",
        "2 rows repeat an item by the same annotator; all are kept.",
    )


def test_a_byte_order_mark_and_windows_line_ends_are_read(tmp_path: Path) -> None:
    write(tmp_path)
    (tmp_path / "label.csv").write_bytes("\ufeff".encode() + LABELS.replace("\n", "\r\n").encode())
    assert len(read_crowd(tmp_path, "mini", SCHEME).annotations) == 5


@pytest.mark.parametrize(
    ("labels", "truth", "message"),
    [
        ("", TRUTH, r"label\.csv must start with the columns item, worker, label"),
        ("item,label\n7,1\n", TRUTH, r"label\.csv must start with"),
        (LABELS + "8,2\n", TRUTH, r"label\.csv, row 7: \('8', '2'\) is not 3 filled cells; 1 rows"),
        (LABELS + "8,,1\n", TRUTH, "is not 3 filled cells"),
        (LABELS + "8,2,5\n8,3,5\n", TRUTH, r"row 7: label '5' is not one of 0, 1; 2 rows"),
        (LABELS, TRUTH + "7,0\n", r"truth\.csv, row 4: item '7' has two gold labels"),
        (LABELS, "item,gold\n", r"truth\.csv must start with"),
    ],
)
def test_what_is_not_such_a_file_is_said(labels: str, truth: str, message: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=message):
        read_crowd(write(tmp_path, labels, truth), "mini", SCHEME)


def test_an_absent_or_binary_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"label\.csv cannot be read"):
        read_crowd(tmp_path, "mini", SCHEME)
    write(tmp_path)
    (tmp_path / "label.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(ReadError, match=r"label\.csv cannot be read"):
        read_crowd(tmp_path, "mini", SCHEME)


# Measured on the published files: items with gold, accuracy of the majority with ties split.
@pytest.mark.parametrize(
    ("name", "n_gold", "accuracy"),
    [
        ("bluebird", 108, 0.7593),
        ("dog", 807, 0.8222),
        ("rte", 800, 0.8969),
        ("trec", 2275, 0.6514),
        ("web", 2653, 0.7307),
    ],
)
def test_the_published_files_give_the_known_accuracy(name: str, n_gold: int, accuracy: float, data_root: Path) -> None:
    corpus = CORPORA[name].open(data_root)
    assert sum(gold is not None for gold in corpus.items.column("gold")) == n_gold
    assert majority_accuracy(corpus, split=True) == pytest.approx(accuracy, abs=5e-5)
    assert corpus.items.text is None
