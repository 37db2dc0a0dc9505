"""Published pictures come through the fetcher, here from a local server that holds a miniature of each."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from variorum.corpora.base import RemoteFile
from variorum.corpora.find import find_corpus
from variorum.corpora.ood_images import OOD_IMAGES, STAND_INS, ood_images
from variorum.corpora.stand_in_images import phase_scrambled
from variorum.errors import ArgumentError, ChecksumError, FetchError, UnknownNameError

from .miniature_images import cifar100, invented, python_2_pickle, svhn


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, *args: Any) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of a local server that the published sets point to; their checksums are those of the miniatures."""
    folder = tmp_path / "served"
    for number, (name, images) in enumerate(OOD_IMAGES.items()):
        pictures = invented(3 + number, seed=number)
        path = folder / images.file.path
        if name == "svhn":
            svhn(path, pictures)
        else:
            cifar100(path, python_2_pickle(pictures))
    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setenv("VARIORUM_DATA", str(tmp_path / "data"))
    for module in ("find", "fetch"):
        monkeypatch.setattr(f"variorum.corpora.{module}.cache_root", lambda: tmp_path / "cache")
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=str(folder))) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        for name, images in list(OOD_IMAGES.items()):
            path = images.file.path
            digest = hashlib.sha256((folder / path).read_bytes()).hexdigest()
            file = RemoteFile(path, f"http://127.0.0.1:{server.server_address[1]}/{path}", digest)
            monkeypatch.setitem(OOD_IMAGES, name, replace(images, file=file))
        yield folder
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("number", "name"), list(enumerate(OOD_IMAGES)))
def test_a_set_is_fetched_once_after_a_notice(
    served: Path, number: int, name: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pictures = ood_images(name)
    np.testing.assert_array_equal(pictures, invented(3 + number, seed=number))
    assert pictures.dtype == np.uint8
    said = capfd.readouterr()
    assert f"Licence: {OOD_IMAGES[name].licence}." in said.err
    assert said.out == ""
    place = tmp_path / "cache" / OOD_IMAGES[name].file.path
    assert place.is_file()
    (served / OOD_IMAGES[name].file.path).unlink()
    np.testing.assert_array_equal(ood_images(name), pictures)
    assert capfd.readouterr().err == ""
    place.write_bytes(b"spoilt")
    with pytest.raises(ChecksumError, match=r"was pinned\. Remove it to have it fetched again"):
        ood_images(name)


def test_the_data_folder_goes_first(served: Path, tmp_path: Path) -> None:
    place = tmp_path / "data" / OOD_IMAGES["svhn"].file.path
    place.parent.mkdir(parents=True)
    (served / OOD_IMAGES["svhn"].file.path).rename(place)
    assert find_corpus(OOD_IMAGES["svhn"]) == tmp_path / "data"
    assert ood_images("svhn").shape == (3, 32, 32, 3)
    assert not (tmp_path / "cache").exists()


def test_what_is_not_there_says_how_to_place_it_by_hand(served: Path) -> None:
    (served / OOD_IMAGES["cifar-100"].file.path).unlink()
    with pytest.raises(FetchError, match=r"answered 404 .* place the file by hand as .*cifar-100-python\.tar\.gz"):
        ood_images("cifar-100")


def test_other_content_than_the_pinned_one_is_thrown_away(served: Path, tmp_path: Path) -> None:
    svhn(served / OOD_IMAGES["svhn"].file.path, invented(3, seed=99))
    with pytest.raises(ChecksumError, match="it was thrown away"):
        ood_images("svhn")
    assert not (tmp_path / "cache" / OOD_IMAGES["svhn"].file.path).exists()


def test_published_sets_are_pinned_at_their_homes() -> None:
    assert {name: images.file.url for name, images in OOD_IMAGES.items()} == {
        "svhn": "http://ufldl.stanford.edu/housenumbers/test_32x32.mat",
        "cifar-100": "https://www.cs.toronto.edu/~kriz/cifar-100-python.tar.gz",
    }


@pytest.mark.parametrize("name", list(OOD_IMAGES))
def test_the_published_files(name: str) -> None:
    root = find_corpus(OOD_IMAGES[name])
    if root is None:
        pytest.skip(f"{name}: {OOD_IMAGES[name].file.path} is neither below VARIORUM_DATA nor in the user cache")
    assert ood_images(name).shape == (OOD_IMAGES[name].n_items, 32, 32, 3)


def test_stand_ins_need_no_file_and_say_what_they_are(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("VARIORUM_DATA", str(tmp_path))
    assert all(name.startswith("stand-in-") for name in STAND_INS)
    assert (ood_images("stand-in-digits") == ood_images("stand-in-digits", rng=0)).all()
    pictures = invented(2)
    scrambled = ood_images("stand-in-scrambled", like=pictures, rng=3)
    np.testing.assert_array_equal(scrambled, phase_scrambled(pictures, np.random.default_rng(3)))


def test_what_is_refused() -> None:
    with pytest.raises(ArgumentError, match="stand-in-scrambled is made from pictures: give them as like"):
        ood_images("stand-in-scrambled")
    with pytest.raises(UnknownNameError, match=r"image set 'shvn' is not known. Did you mean 'svhn'\?"):
        ood_images("shvn")
