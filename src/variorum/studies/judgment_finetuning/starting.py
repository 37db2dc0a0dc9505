"""Stage one: an encoder fine-tuned on single labels, trained once for all runs and kept."""

from __future__ import annotations

import functools
import hashlib
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np

from variorum.annotations import Corpus, grouped_split
from variorum.campaign import open_corpus
from variorum.campaign.inputs import learner_inputs
from variorum.campaign.journal import FolderLock
from variorum.corpora import CORPORA
from variorum.errors import RunFolderError, SchemeError
from variorum.features import featurizer
from variorum.features.cache import cache_folder
from variorum.studies.corpus_training import load_model
from variorum.studies.judgment_finetuning.recipe import stage_one
from variorum.training import NetworkLearner, Predictor, TrainingData, load_predictor, save_predictor

__all__ = ["content_digest", "started"]

_MODEL: Final = "model.json"  # of variorum train
_HELD_OUT: Final = 0.02


def content_digest(place: str) -> str:
    """A short name of what a corpus, a file or a folder holds, so that runs on other contents are other runs.

    Args:
        place: Name of a corpus, whose contents are pinned, or a path.

    Returns:
        16 hexadecimal digits.

    Example:
        >>> len(content_digest("chaosnli-mnli"))
        16
    """
    path, digest = Path(place), hashlib.sha256()
    if place in CORPORA or not path.exists():
        return hashlib.sha256(place.encode()).hexdigest()[:16]
    for file in sorted(each for each in (path.rglob("*") if path.is_dir() else [path]) if each.is_file()):
        with file.open("rb") as stream:
            digest.update(hashlib.file_digest(stream, "sha256").digest())
    return digest.hexdigest()[:16]


@functools.cache
def started(
    place: str, held_out: str | None, encoder: str, pooling: str, labels: tuple[str, ...], epochs: int
) -> Predictor:
    """The network that stage two starts from.

    Args:
        place: A model that ``variorum train`` made of an encoder, or single-label pairs of texts to make one: name of a
            corpus, corpus folder, or file of annotations.
        held_out: The pairs whose accuracy chooses the weights, likewise; ``None`` holds 2 % of the others out, groups
            as a whole.
        encoder: The encoder.
        pooling: How its word pieces become a vector.
        labels: In the order of stage two.
        epochs: Of training.

    Returns:
        The network. One that is trained here is kept in the user's cache (``$VARIORUM_CACHE``) by the contents of its
        data and its settings, goes on from where it was stopped, and is trained by one process while others wait.

    Raises:
        SchemeError: If the labels are others.
        ArgumentError: If items have no texts.
    """
    if (Path(place) / _MODEL).exists():
        model = load_model(Path(place))
        if model.scheme.labels != labels or model.reads != "texts":
            raise SchemeError(
                f"the model in {place} reads {model.reads} and says {model.scheme.labels}; stage two needs a model of "
                f"texts that says {labels}, in this order."
            )
        return model.predictor
    learner = stage_one(encoder, pooling=pooling, epochs=epochs)
    name = "-".join([content_digest(place), *([content_digest(held_out)] if held_out else []), _short(repr(learner))])
    folder = cache_folder().parent / "stage-one" / name
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        if not (folder / "model").exists():
            _train(learner, place, held_out, labels, folder)
    return load_predictor(folder / "model")


def _train(learner: NetworkLearner, place: str, held_out: str | None, labels: tuple[str, ...], folder: Path) -> None:
    rng = np.random.default_rng(0)
    corpus = open_corpus(place)
    watched = grouped_split(corpus.items, _HELD_OUT, rng) if held_out is None else np.zeros(len(corpus.items), bool)
    validation = _data(corpus, labels, watched) if held_out is None else _data(open_corpus(held_out), labels)
    data = _data(corpus, labels, ~watched, validation)
    predictor = learner.train(data, rng, checkpoint=folder / "checkpoint.pt")
    part = folder / "part"
    shutil.rmtree(part, ignore_errors=True)
    save_predictor(predictor, part)
    part.rename(folder / "model")
    (folder / "checkpoint.pt").unlink(missing_ok=True)


def _data(corpus: Corpus, labels: tuple[str, ...], kept: Any = None, validation: Any = None) -> TrainingData:
    """Pairs and their votes, columns in the order of stage two."""
    scheme = corpus.scheme
    if scheme.kind != "nominal" or set(scheme.labels) != set(labels):
        raise SchemeError(
            f"stage one on {corpus.name}: its labels are {scheme.labels} ({scheme.kind}), and stage two has {labels}. "
            "Rename them."
        )
    rows = np.flatnonzero(np.ones(len(corpus.items), bool) if kept is None else kept)
    inputs: Any = learner_inputs(corpus.items, "texts", featurizer("tfidf"), rows)
    counts = corpus.annotations.counts()[:, [scheme.labels.index(label) for label in labels]]
    return TrainingData(inputs.take(rows), counts[rows], validation=validation)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Hold the folder; wait while another process does."""
    while True:
        try:
            lock = FolderLock(folder)
        except RunFolderError:
            time.sleep(1.0)
            continue
        with lock:
            yield
        return


def _short(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
