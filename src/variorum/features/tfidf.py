"""TF-IDF and truncated singular value decomposition (latent semantic analysis)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from sklearn.decomposition import TruncatedSVD
from sklearn.feature_extraction.text import TfidfVectorizer
from threadpoolctl import ThreadpoolController

from variorum.annotations import Items
from variorum.errors import ArgumentError
from variorum.features.base import as_train, whole_column

__all__ = ["TfidfFeatures", "overlap"]

Array = NDArray[np.float64]

_REMEDY = "TF-IDF reads texts: give items a text, or use your own array (FILE.npy) or pixels."
# Runs of letters, digits, combining marks and joiners between them, or one sign. \w leaves marks and joiners out: it
# would cut Hindi words at their vowels and Arabic ones wherever they are vocalised.
_MARKS = "".join(chr(code) for code in range(0xFE00) if unicodedata.category(chr(code)) in ("Mn", "Mc"))
_WORD = re.compile(rf"[\w{_MARKS}]+(?:[\u200c\u200d][\w{_MARKS}]+)*|[^\w\s]")

# With several threads the decomposition differs in its last digits from machine to machine.
_BLAS = ThreadpoolController()


@dataclass(frozen=True)
class TfidfFeatures:
    """Words and word pairs (and character runs), weighted by rarity, projected on the main axes of the training pool.

    A text pair gives the axes of each half, which share one vocabulary, and seven numbers on how the halves overlap
    (see `overlap`): what a pair says lies mostly in how its halves relate.

    Attributes:
        n_components: Axes of a text; a pair uses half as many for each of its halves. Bounded by the training pool.
        characters: Add runs of 3 to 5 characters within words: robust to spelling and to languages that inflect.
        seed: Of the randomised decomposition.

    Raises:
        ArgumentError: If `n_components` is less than 2.

    Source:
        Deerwester et al. 1990, "Indexing by latent semantic analysis".

    Example:
        >>> items = Items(("a", "b", "c"), text=("a good day", "a bad day", "a good night"))
        >>> TfidfFeatures(n_components=2).fit_transform(items, np.array([0, 1])).shape
        (3, 2)
    """

    n_components: int = 64
    characters: bool = True
    seed: int = 0

    def __post_init__(self) -> None:
        if self.n_components < 2:
            raise ArgumentError(f"n_components must be at least 2, not {self.n_components}.")

    def fit_transform(self, items: Items, train: NDArray[np.int64]) -> Array:
        """Turn texts into vectors.

        Args:
            items: Items with a text, or with a text pair.
            train: Positions of the training pool: vocabulary, rarities and axes come from it alone.

        Returns:
            Shape (n_items, n_features).

        Raises:
            ArgumentError: If an item has no text, or no word stands in the whole pool.
        """
        pool = as_train(items, train)
        first = whole_column(items, "text", _REMEDY)
        if items.second_text is None:
            (weighted,) = self._weigh([first], pool)
            return self._project(weighted, pool, self.n_components)
        second = whole_column(items, "second_text", "A text pair needs both: fill it in, or leave the column away.")
        left, right = self._weigh([first, second], pool)
        half = self.n_components // 2
        relation = overlap(first, second)
        return np.hstack([self._project(left, pool, half), self._project(right, pool, half), relation])

    def _weigh(self, sides: Sequence[Sequence[str]], pool: NDArray[np.int64]) -> list[sparse.csr_matrix]:
        """TF-IDF of each side, all in the vocabulary of the pool's texts on every side."""
        texts = [side[row] for side in sides for row in pool]
        words: dict[str, Any] = {"tokenizer": _WORD.findall, "token_pattern": None, "ngram_range": (1, 2)}
        kinds = [words, {"analyzer": "char_wb", "ngram_range": (3, 5), "min_df": 2}] if self.characters else [words]
        blocks: list[list[sparse.csr_matrix]] = [[] for _ in sides]
        for kind in kinds:
            vectorizer = TfidfVectorizer(sublinear_tf=True, dtype=np.float64, **kind)
            try:
                vectorizer.fit(texts)
            except ValueError:  # scikit-learn's way to say that the vocabulary is empty
                continue
            for block, side in zip(blocks, sides, strict=True):
                block.append(vectorizer.transform(side))
        if not blocks[0]:
            raise ArgumentError(
                f"None of the {pool.size} training texts holds a word. Check that the text column is the right one."
            )
        return [sparse.hstack(block, format="csr") for block in blocks]

    def _project(self, weighted: sparse.csr_matrix, pool: NDArray[np.int64], n_components: int) -> Array:
        rows = weighted[pool]
        n_axes = min(n_components, *rows.shape)
        # Randomised and with a seed: exact decompositions of sparse matrices are slower and no more reproducible.
        svd = TruncatedSVD(n_axes, algorithm="randomized", n_iter=4, random_state=self.seed)
        if n_axes == 1:  # scikit-learn's axis of a single text: its own direction
            axes = rows[0] / max(float(np.sqrt(rows[0].multiply(rows[0]).sum())), np.finfo(float).tiny)
            return np.asarray((weighted @ axes.T).todense(), dtype=np.float64)
        # Texts that are all alike have no variance to explain, which scikit-learn divides by.
        with _BLAS.limit(limits=1), np.errstate(divide="ignore", invalid="ignore"):
            svd.fit(rows)
        projected: Array = np.asarray(svd.transform(weighted), dtype=np.float64)
        return projected


def overlap(first: Sequence[str], second: Sequence[str]) -> Array:
    """How the two halves of each text pair relate, read off their words alone.

    Args:
        first: First texts, length n_items.
        second: Second texts, same length.

    Returns:
        Shape (n_items, 7): share of the first's distinct words that the second has, share of the second's that the
        first has, both again for word pairs, Jaccard overlap of the words, log(1 + words) of the second, and the log
        ratio of (1 + words), second to first. Shares of an empty text are 0.

    Example:
        >>> overlap(["A man sleeps"], ["a man"]).round(3)
        array([[ 0.667,  1.   ,  0.5  ,  1.   ,  0.667,  1.099, -0.288]])
    """
    rows = np.zeros((len(first), 7))
    for row, (one, two) in enumerate(zip(first, second, strict=True)):
        left, right = _WORD.findall(one.lower()), _WORD.findall(two.lower())
        a, b = set(left), set(right)
        pairs_a, pairs_b = set(pairwise(left)), set(pairwise(right))
        common, common_pairs = len(a & b), len(pairs_a & pairs_b)
        rows[row] = (
            common / max(len(a), 1),
            common / max(len(b), 1),
            common_pairs / max(len(pairs_a), 1),
            common_pairs / max(len(pairs_b), 1),
            common / max(len(a | b), 1),
            np.log1p(len(right)),
            np.log1p(len(right)) - np.log1p(len(left)),
        )
    return rows
