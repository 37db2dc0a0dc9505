"""LabelMe: scenes in photographs, labelled by 59 crowd annotators, with published image features."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._answers import LICENCE, REPOSITORY, read_answers
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_FOLDER = "learning_from_crowds/LabelMe"
_FEATURES = "LabelMe_VGG_avg_train.npy"
_SCHEME = LabelScheme.nominal(tuple("01234567"))
_SHA256 = {
    "answers.txt": "354c282e10835a59962494acb1d180fe997b65a0aa1e27f870cdb4ef51ef3e2b",
    "LabelMe_Z_train.txt": "229556bdc5da327dd7d4e4154ba180969091c83f43cf8cbee3727131c5a062f6",
    _FEATURES: "0ddfbcbd722aab70e81525a459cc37d47c1d344322b401ee35a3e9b158a209e8",
}


def read(root: Path) -> Corpus:
    """Read the answers to the 1,000 training images and their gold labels.

    The eight labels are the publishers' numbers, whose meaning is not published with them. The images are not
    published either; their features are a matrix of their own (n_items, 512), which a note names.

    Args:
        root: The data root.

    Returns:
        The corpus.

    Raises:
        ReadError: If the files do not fit each other.
    """
    folder = root / _FOLDER
    annotations = read_answers(folder / "answers.txt", folder / "LabelMe_Z_train.txt", "labelme", _SCHEME)
    return Corpus("labelme", annotations, notes=(f"VGG features of the items, in order: {folder / _FEATURES}",))


SPEC = CorpusSpec(
    name="labelme",
    title="LabelMe (crowd)",
    scheme=_SCHEME,
    licence=LICENCE,
    home=f"https://github.com/{REPOSITORY[0]}",
    files=tuple(
        github_file(f"{_FOLDER}/{name}", *REPOSITORY, f"data/LabelMe/{name}", sha256)
        for name, sha256 in _SHA256.items()
    ),
    sensitive=False,
    read=read,
    summary="Which of eight scenes a photograph shows, 1 to 3 crowd annotators an item.",
    n_items=1000,
    n_annotators=59,
    n_annotations=2547,
)
