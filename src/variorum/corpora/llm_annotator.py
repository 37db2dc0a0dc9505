"""An LLM as one more annotator of a corpus: released answers, or simulated ones with a known flaw."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Annotations, Annotators, Corpus, Price
from variorum.checks import as_choice, as_distribution
from variorum.errors import ArgumentError, ShapeError

__all__ = ["LlmFlaw", "simulated_llm_votes", "with_llm"]

LlmFlaw = Literal["none", "biased-half", "useless", "adversarial"]

_POINTS: Final = 0.25


def with_llm(corpus: Corpus, labels: NDArray[np.integer], *, name: str = "llm", price: Price | None = None) -> Corpus:
    """Add an LLM to the annotators of a corpus, with one vote an item.

    Args:
        corpus: The corpus.
        labels: Class of each item, -1 where the LLM gave no answer; shape (n_items,).
        name: Its id, after the corpus's name.
        price: What it costs; needed where the other annotators have prices.

    Returns:
        The corpus with the LLM's rows behind all others. The truth, which speaks of people, is left out.

    Raises:
        ShapeError: If there is not one label an item.
        ArgumentError: If a label is none of the scheme's, the name is taken, or one side alone has prices.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> corpus = synthetic_corpus(Population("tiny", seed=1, n_items=4, votes_per_item=(2, 2)))
        >>> more = with_llm(corpus, np.array([0, 2, -1, 1]), price=Price(per_annotation=2_500))
        >>> len(more.annotations) - len(corpus.annotations), more.annotators.kind[-1]
        (3, 'llm')
    """
    votes, people = corpus.annotations, corpus.annotators
    codes = np.asarray(labels)
    if codes.shape != (len(corpus.items),):
        raise ShapeError(f"labels has shape {codes.shape}; it needs one for each of {len(corpus.items)} items.")
    bad = np.flatnonzero((codes < -1) | (codes >= corpus.scheme.n_classes))
    if bad.size:
        raise ArgumentError(f"labels[{bad[0]}] = {codes[bad[0]]} is no class of {corpus.scheme.n_classes}.")
    full = f"{corpus.name}:{name}"
    if full in people.index:
        raise ArgumentError(f"annotator {full!r} is there already; give the LLM another name.")
    if (people.prices is None) != (price is None):
        have = "have" if price is None else "lack"
        raise ArgumentError(f"{corpus.name}'s annotators {have} prices; the LLM must not differ.")
    annotators = Annotators(
        (*people.ids, full),
        (*people.kind, "llm"),
        {key: (*column, None) for key, column in people.attributes.items()},
        None if people.prices is None or price is None else (*people.prices, price),
    )
    item = np.flatnonzero(codes >= 0)
    return replace(
        corpus,
        annotations=Annotations(
            votes.scheme,
            votes.items,
            annotators,
            np.concatenate([votes.item, item]).astype(np.int32),
            np.concatenate([votes.annotator, np.full(item.size, len(people))]).astype(np.int32),
            np.concatenate([votes.label, codes[item]]).astype(np.int32),
            np.concatenate([votes.status, np.zeros(item.size, np.int8)]),
        ),
        truth=None,
        validity=None,
        notes=(*corpus.notes, f"{item.size:,} votes of {full} were added."),
    )


def simulated_llm_votes(
    human: NDArray[np.float64], features: NDArray[np.float64], flaw: LlmFlaw, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw one vote an item of an LLM with a known flaw.

    ``none`` votes as a person would. ``biased-half`` does so on a hidden half-space of the items, whose direction is
    drawn, and on the other half moves 25 points of the people's distribution to one class, which is drawn, too.
    ``useless`` answers at random. ``adversarial`` gives each class the share that people give the one before it.

    Args:
        human: The people's label distributions, shape (n_items, n_classes).
        features: Of the items, shape (n_items, n_features); they decide the halves.
        flaw: The flaw.
        rng: Source of all randomness.

    Returns:
        Class of each item.

    Raises:
        UnknownNameError: If there is no such flaw.
        NotADistributionError: If a row of `human` is none.

    Example:
        >>> human = np.tile([1.0, 0.0], (6, 1))
        >>> simulated_llm_votes(human, np.eye(6), "adversarial", np.random.default_rng(0))
        array([1, 1, 1, 1, 1, 1])
    """
    as_choice("flaw", flaw, get_args(LlmFlaw))
    share = as_distribution("human", human)
    n_classes = share.shape[1]
    # Drawn in every case, so that LLMs of one seed differ by their flaw alone.
    direction, favourite = rng.normal(size=features.shape[1]), int(rng.integers(n_classes))
    uniform = rng.random(len(share))
    if flaw == "biased-half":
        along = (features - features.mean(axis=0)) @ direction
        rest = 1.0 - share[:, favourite]
        moved = np.minimum(_POINTS, rest)
        biased = share * ((rest - moved) / np.maximum(rest, 1e-300))[:, None]
        biased[:, favourite] = share[:, favourite] + moved
        share = np.where((along > np.median(along))[:, None], share, biased)
    elif flaw == "useless":
        share = np.full(share.shape, 1.0 / n_classes)
    elif flaw == "adversarial":
        share = np.roll(share, 1, axis=1)
    label = (uniform[:, None] > share.cumsum(axis=1)).sum(axis=1)
    return np.asarray(np.minimum(label, n_classes - 1), np.int64)
