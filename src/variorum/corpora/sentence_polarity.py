"""Sentence polarity: whether a sentence from a film review is positive, by 203 crowd annotators."""

from __future__ import annotations

from pathlib import Path

from variorum.annotations import Corpus, LabelScheme
from variorum.corpora._answers import LICENCE, REPOSITORY, read_answers
from variorum.corpora.base import CorpusSpec, github_file

__all__ = ["SPEC", "read"]

_FOLDER = "learning_from_crowds/Sentiment"
_SCHEME = LabelScheme.nominal(tuple("01"))
_SHA256 = {
    "answers.txt": "fb39e4103f326a2798e5a6b7eeb1840beceb2e826a619cc19089c6a24041f82a",
    "Sentiment_Z_train.txt": "623ca5a651273e491bbdc39e8a49909323c15df20468780db1b26dd520ed399c",
    "Sentiment_text_train.txt": "bec8026c384e895f48c18e728519aa4dd3f4a362da656623e15d40470def716d",
}


def read(root: Path) -> Corpus:
    """Read the answers to the training sentences, their texts and their gold labels.

    The labels are the publishers' numbers: 0 is negative, 1 is positive. Blanks around a text are dropped.

    Args:
        root: The data root.

    Returns:
        The corpus.

    Raises:
        ReadError: If the files do not fit each other.
    """
    folder = root / _FOLDER
    answers, gold, texts = (folder / name for name in _SHA256)
    return Corpus("sentence-polarity", read_answers(answers, gold, "sentence-polarity", _SCHEME, texts))


SPEC = CorpusSpec(
    name="sentence-polarity",
    title="Sentence polarity (crowd)",
    scheme=_SCHEME,
    licence=LICENCE,
    home=f"https://github.com/{REPOSITORY[0]}",
    files=tuple(
        github_file(f"{_FOLDER}/{name}", *REPOSITORY, f"data/Sentiment/{name}", sha256)
        for name, sha256 in _SHA256.items()
    ),
    sensitive=False,
    read=read,
    summary="Whether a sentence from a film review is negative (0) or positive (1), by 203 crowd annotators.",
    n_items=4999,
    n_annotators=203,
    n_annotations=27746,
)
