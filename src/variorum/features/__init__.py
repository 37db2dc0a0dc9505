"""Turn items into vectors, fitted on the training pool alone.

- base: the seat `Featurizer`
- tfidf: `TfidfFeatures`, words weighted by rarity, on their main axes
- sentence_encoder: `SentenceEncoder`, embeddings of a pretrained model
- images: `PixelFeatures`, images as small arrays
- patches: `PatchFeatures`, images as what their patches look like, learned without labels
- pictures: `picture_array`, `read_pictures`, the images themselves
- array: `ArrayFeatures`, your own vectors
- cache: `Cached`, any of them kept on disk by content
"""

from __future__ import annotations

from pathlib import Path

from variorum.checks import as_choice
from variorum.features.array import ArrayFeatures
from variorum.features.base import Featurizer
from variorum.features.cache import Cached, cache_folder
from variorum.features.images import PixelFeatures
from variorum.features.patches import PatchFeatures
from variorum.features.pictures import picture_array, read_pictures
from variorum.features.sentence_encoder import MINILM, SentenceEncoder
from variorum.features.tfidf import TfidfFeatures, overlap

__all__ = [
    "METHODS",
    "MINILM",
    "ArrayFeatures",
    "Cached",
    "Featurizer",
    "PatchFeatures",
    "PixelFeatures",
    "SentenceEncoder",
    "TfidfFeatures",
    "cache_folder",
    "featurizer",
    "overlap",
    "picture_array",
    "read_pictures",
]

METHODS = {"tfidf": TfidfFeatures, "minilm": SentenceEncoder, "pixels": PixelFeatures, "patches": PatchFeatures}


def featurizer(name_or_path: str | Path) -> Featurizer:
    """Find a featurizer by name, or read vectors from a file.

    Args:
        name_or_path: "tfidf", "minilm", "pixels", "patches", or the path of a ``.npy`` file.

    Returns:
        The featurizer with its usual parameters.

    Raises:
        UnknownNameError: If it is neither.

    Example:
        >>> featurizer("tfidf")
        TfidfFeatures(n_components=64, characters=True, seed=0)
        >>> featurizer("vectors.npy")
        ArrayFeatures(source=...Path('vectors.npy'))
    """
    text = str(name_or_path)
    if text.lower().endswith(".npy"):
        return ArrayFeatures(Path(text))
    made: Featurizer = METHODS[as_choice("featurizer", text, [*METHODS, "FILE.npy"])]()
    return made
