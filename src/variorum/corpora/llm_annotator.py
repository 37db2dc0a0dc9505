"""An LLM as one more annotator of a corpus: released answers, or simulated ones with a known flaw."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from variorum.annotations import Annotations, Annotators, Corpus, Price
from variorum.checks import as_choice, as_distribution
from variorum.errors import ArgumentError, ShapeError

__all__ = ["LlmFlaw", "simulated_llm_shares", "simulated_llm_votes", "with_llm"]

LlmFlaw = Literal["none", "biased-half", "useless", "adversarial"]

_POINTS: Final = 0.25


def with_llm(
    corpus: Corpus,
    answers: NDArray[np.integer] | NDArray[np.floating],
    *,
    name: str = "llm",
    price: Price | None = None,
) -> Corpus:
    """Add an LLM to the annotators of a corpus, with one answer an item: a vote, or a whole label distribution.

    Args:
        corpus: The corpus.
        answers: Class of each item, -1 where the LLM gave no answer, shape (n_items,); or its label distribution, a row
            of nan where it gave none, shape (n_items, n_classes).
        name: Its id, after the corpus's name.
        price: What it costs; needed where the other annotators have prices.

    Returns:
        The corpus with the LLM's rows behind all others. The truth, which speaks of people, is left out.

    Raises:
        ShapeError: If there is not one answer an item.
        NotADistributionError: If a row is neither a distribution nor nan.
        ArgumentError: If a label is none of the scheme's, the name is taken, or one side alone has prices.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus
        >>> corpus = synthetic_corpus(Population("tiny", seed=1, n_items=4, votes_per_item=(2, 2)))
        >>> more = with_llm(corpus, np.array([0, 2, -1, 1]), price=Price(per_annotation=2_500))
        >>> len(more.annotations) - len(corpus.annotations), more.annotators.kind[-1]
        (3, 'llm')
    """
    votes, people = corpus.annotations, corpus.annotators
    item, label, shares = _answers(corpus, answers)
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
    said = None
    if shares is not None or votes.distribution is not None:
        none = np.full((votes.n_rows, corpus.scheme.n_classes), np.nan)
        given = np.full((item.size, corpus.scheme.n_classes), np.nan) if shares is None else shares
        said = np.concatenate([none if votes.distribution is None else votes.distribution, given])
    return replace(
        corpus,
        annotations=Annotations(
            votes.scheme,
            votes.items,
            annotators,
            np.concatenate([votes.item, item]).astype(np.int32),
            np.concatenate([votes.annotator, np.full(item.size, len(people))]).astype(np.int32),
            np.concatenate([votes.label, label]).astype(np.int32),
            np.concatenate([votes.status, np.zeros(item.size, np.int8)]),
            distribution=said,
        ),
        truth=None,
        validity=None,
        notes=(*corpus.notes, f"{item.size:,} {'votes' if shares is None else 'distributions'} of {full} were added."),
    )


def _answers(
    corpus: Corpus, given: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float64] | None]:
    """Items that were answered, class of each or -1, and the distributions where these are what was given."""
    answers: NDArray[Any] = np.asarray(given)
    n, k = len(corpus.items), corpus.scheme.n_classes
    if answers.shape not in ((n,), (n, k)):
        raise ShapeError(
            f"answers has shape {answers.shape}; it needs one for each of {n} items, a class or {k} shares."
        )
    if answers.ndim == 1:
        bad = np.flatnonzero((answers < -1) | (answers >= k))
        if bad.size:
            raise ArgumentError(f"answers[{bad[0]}] = {answers[bad[0]]} is no class of {k}.")
        item = np.flatnonzero(answers >= 0)
        return item, answers[item].astype(np.int64), None
    shares = answers.astype(np.float64)
    missing = np.logical_and.reduce(np.isnan(shares), axis=1)
    # Rows without an answer are filled so that a message about another keeps its row number.
    as_distribution("answers", np.where(missing[:, None], 1.0 / k, shares))
    item = np.flatnonzero(~missing)
    return item, np.full(item.size, -1, np.int64), shares[item]


def simulated_llm_votes(
    human: NDArray[np.float64], features: NDArray[np.float64], flaw: LlmFlaw, rng: np.random.Generator
) -> NDArray[np.int64]:
    """Draw one vote an item of an LLM with a known flaw, from its `simulated_llm_shares`.

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
    share = simulated_llm_shares(human, features, flaw, rng)
    label = (rng.random(len(share))[:, None] > share.cumsum(axis=1)).sum(axis=1)
    return np.asarray(np.minimum(label, share.shape[1] - 1), np.int64)


def simulated_llm_shares(
    human: NDArray[np.float64], features: NDArray[np.float64], flaw: LlmFlaw, rng: np.random.Generator
) -> NDArray[np.float64]:
    """Label distribution of each item from which an LLM with a known flaw draws its vote.

    ``none`` votes as a person would. ``biased-half`` does so on a hidden half-space of the items, whose direction is
    drawn, and on the other half moves 25 points of the people's distribution to one class, which is drawn, too.
    ``useless`` answers at random. ``adversarial`` gives each class the share that people give the one before it.

    Args:
        human: The people's label distributions, shape (n_items, n_classes).
        features: Of the items, shape (n_items, n_features); they decide the halves.
        flaw: The flaw.
        rng: Draws half and class.

    Returns:
        Shape (n_items, n_classes).

    Raises:
        UnknownNameError: If there is no such flaw.
        NotADistributionError: If a row of `human` is none.

    Example:
        >>> simulated_llm_shares(np.array([[0.7, 0.2, 0.1]]), np.eye(1), "adversarial", np.random.default_rng(0))
        array([[0.1, 0.7, 0.2]])
    """
    as_choice("flaw", flaw, get_args(LlmFlaw))
    share = as_distribution("human", human)
    n_classes = share.shape[1]
    # Drawn in every case, so that LLMs of one seed differ by their flaw alone.
    direction, favourite = rng.normal(size=features.shape[1]), int(rng.integers(n_classes))
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
    return share
