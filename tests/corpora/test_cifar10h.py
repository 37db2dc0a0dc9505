from __future__ import annotations

import time
from pathlib import Path

import numpy as np
import pytest

from variorum.corpora.cifar10h import IMAGES, SPEC, read
from variorum.errors import ReadError

from .miniatures import cifar10_images, cifar10h
from .real_files import DATA, published


def test_miniature(tmp_path: Path) -> None:
    cifar10h(tmp_path)
    corpus = read(tmp_path)
    rows = corpus.annotations
    assert rows.n_rows == 48 + 51 + 50
    assert rows.label[:48].tolist() == [3] * 40 + [5] * 8
    assert set(rows.annotator.tolist()) == {-1}
    assert corpus.items.ids == ("00000", "00001", "00002")
    assert corpus.items.fields["gold"] == ("cat", "ship", "ship")
    assert corpus.items.image is None
    assert corpus.notes[1] == "1 items have fewer than 50 votes."


def test_images_are_members_of_an_archive_where_it_is_there(tmp_path: Path) -> None:
    cifar10h(tmp_path)
    archive = cifar10_images(tmp_path)
    assert archive == tmp_path / IMAGES
    images = read(tmp_path).items.image
    assert images == (f"{archive}::00000_cat.jpg", f"{archive}::00001_ship.jpg", f"{archive}::00002_ship.jpg")


def test_an_archive_of_other_images_is_an_error(tmp_path: Path) -> None:
    cifar10h(tmp_path)
    cifar10_images(tmp_path, ("00000_cat.jpg", "00001_ship.jpg", "00002_dog.jpg"))
    with pytest.raises(
        ReadError, match=r"cifar10_test_jpeg\.zip, archive: the member '00002_ship\.jpg' is missing; 1 of"
    ):
        read(tmp_path)


def test_a_broken_archive_is_an_error(tmp_path: Path) -> None:
    cifar10h(tmp_path)
    cifar10_images(tmp_path).write_bytes(b"no zip")
    with pytest.raises(ReadError, match=r"cifar10_test_jpeg\.zip, archive: this is not a zip archive"):
        read(tmp_path)


@pytest.mark.parametrize(
    ("counts", "message"),
    [
        (np.zeros((3, 9)), r"cifar10h-counts\.npy, shape \(3, 9\): these are not vote counts of ten classes"),
        (np.full((3, 10), 0.5), r"row 0: .* are not counts; 3 rows are affected"),
        (np.full((3, 10), -1), "are not counts; 3 rows"),
        (np.full((3, 10), np.nan), "are not counts; 3 rows"),
        (np.ones((2, 10)), r"cifar10_test_set_original_labels\.npy, shape \(3,\), uint16: these are not 2 class"),
        (np.array([["1"] * 10] * 3), "these are not vote counts"),
    ],
)
def test_arrays_that_are_no_counts_are_errors(counts: np.ndarray, message: str, tmp_path: Path) -> None:
    cifar10h(tmp_path)
    np.save(tmp_path / "cifar10h/cifar10h-counts.npy", counts)
    with pytest.raises(ReadError, match=message):
        read(tmp_path)


@pytest.mark.parametrize("gold", [[3, 8, 10], [3, 8, -1], [3.0, 8.0, 8.0]])
def test_gold_out_of_range_is_an_error(gold: list[float], tmp_path: Path) -> None:
    cifar10h(tmp_path)
    np.save(tmp_path / "cifar10h/cifar10_test_set_original_labels.npy", np.array(gold))
    with pytest.raises(ReadError, match="these are not 3 class indices from 0 to 9"):
        read(tmp_path)


def test_published_counts() -> None:
    corpus = published("cifar10h")
    votes = corpus.annotations.counts()
    assert int((votes.sum(axis=1) < 50).sum()) == 883
    gold = np.array([corpus.scheme.code(label or "") for label in corpus.items.fields["gold"]])
    # The most frequent answer is the gold label of 99.2 percent of the images: class order and item order are right.
    assert float((votes.argmax(axis=1) == gold).mean()) == pytest.approx(0.9921)


def test_published_counts_are_read_within_a_second() -> None:
    published("cifar10h")
    start = time.perf_counter()
    read(Path(str(DATA)))
    assert time.perf_counter() - start < 1.0, f"{SPEC.n_annotations} rows took too long"
