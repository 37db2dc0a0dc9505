"""The sets that are matrices of answers: LabelMe and sentence polarity."""

from pathlib import Path

import numpy as np
import pytest

from variorum.annotations import Corpus
from variorum.corpora import CORPORA, labelme, sentence_polarity
from variorum.errors import ReadError

ANSWERS = "1 -1 0\n-1 1 -1\n-1 -1 -1\n"
GOLD = "1\n1\n0\n"
# The last line has no end, lines end in blanks, and one holds a separator that is not the end of a line.
TEXTS = "a fine soup . \n a dull\x0bsoup . \nno soup"


def write(root: Path, answers: str = ANSWERS, gold: str = GOLD, texts: str = TEXTS) -> Path:
    folder = root / "learning_from_crowds"
    for name in ("LabelMe", "Sentiment"):
        (folder / name).mkdir(parents=True, exist_ok=True)
        (folder / name / "answers.txt").write_text(answers)
        (folder / name / f"{name}_Z_train.txt").write_text(gold)
    (folder / "Sentiment" / "Sentiment_text_train.txt").write_bytes(texts.encode())
    return root


def majority_accuracy(corpus: Corpus, *, split: bool) -> float:
    counts = corpus.annotations.counts()
    gold = [corpus.scheme.code(label or "") for label in corpus.items.column("gold")]
    if not split:
        return float(np.mean(counts.argmax(axis=1) == gold))
    best = counts == counts.max(axis=1, keepdims=True)
    return float(np.mean(best[np.arange(len(gold)), gold] / best.sum(axis=1)))


@pytest.mark.parametrize("module", [labelme, sentence_polarity])
def test_minus_one_is_no_answer(module: object, tmp_path: Path) -> None:
    corpus = module.read(write(tmp_path))  # type: ignore[attr-defined]
    votes = corpus.annotations
    assert votes.item.tolist() == [0, 0, 1]
    assert votes.annotator.tolist() == [0, 2, 1]
    assert votes.label.tolist() == [1, 0, 1]
    assert len(corpus.items) == 3, "an item without an answer stays"
    assert corpus.items.fields["gold"] == ("1", "1", "0")
    assert corpus.annotators.ids == tuple(f"{corpus.name}:{n}" for n in range(3))


def test_texts_are_lines_without_the_blanks_around_them(tmp_path: Path) -> None:
    corpus = sentence_polarity.read(write(tmp_path))
    assert corpus.items.text == ("a fine soup .", "a dull\x0bsoup .", "no soup")


def test_labelme_says_where_its_features_are(tmp_path: Path) -> None:
    (note,) = labelme.read(write(tmp_path)).notes
    assert note.endswith("LabelMe_VGG_avg_train.npy")


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"answers": "1 0\n1\n0 1\n"}, r"answers\.txt, row 2 has 1 answers, and row 1 has 2"),
        ({"answers": "1 0\n1 9\n0 1\n"}, r"answers\.txt, row 2: '9' is neither -1 nor one of"),
        ({"answers": ""}, r"answers\.txt, row 1 has 0 answers"),
        ({"gold": "1\n1\n"}, r"Z_train\.txt has 2 rows, and .*answers\.txt has 3"),
        ({"gold": "1\n1\nx\n"}, r"Z_train\.txt, row 3: 'x' is not one of"),
        ({"texts": "one\ntwo"}, r"text_train\.txt has 2 rows, and .*answers\.txt has 3"),
    ],
)
def test_what_does_not_fit_is_said(changed: dict[str, str], message: str, tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=message):
        sentence_polarity.read(write(tmp_path, **changed))


def test_an_absent_file_is_a_read_error(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"answers\.txt cannot be read"):
        labelme.read(tmp_path)


# Measured on the published files: accuracy of the majority by its first label, and with ties split.
@pytest.mark.parametrize(
    ("name", "first", "split", "per_item"),
    [("labelme", 0.769, 0.766, (1, 3)), ("sentence-polarity", 0.8896, 0.8859, (4, 10))],
)
def test_the_published_files_give_the_known_accuracy(
    name: str, first: float, split: float, per_item: tuple[int, int], data_root: Path
) -> None:
    corpus = CORPORA[name].open(data_root)
    assert majority_accuracy(corpus, split=False) == pytest.approx(first, abs=5e-4)
    assert majority_accuracy(corpus, split=True) == pytest.approx(split, abs=5e-4)
    each = corpus.annotations.counts().sum(axis=1)
    assert (each.min(), each.max()) == per_item


def test_labelme_features_are_one_row_an_item(data_root: Path) -> None:
    (matrix,) = (file.path for file in CORPORA["labelme"].files if file.path.endswith(".npy"))
    features = np.load(data_root / matrix)
    assert features.shape == (1000, 512)
