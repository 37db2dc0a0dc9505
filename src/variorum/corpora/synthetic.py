"""Six built-in populations whose truth is known: every item's label distribution, and which annotations are errors.

About 2,000 invented sentences each, read by 60 simulated annotators, 20 to 30 votes an item. Each population changes
one thing in the plain one:

- plain: two visible groups that differ mildly, slips, careless annotators, four spammers; item distributions are
  Dirichlet around what the text leads to
- item-error: a quarter of the sentences are traps, whose lure people fall for together
- cliques: 36 annotators in three cliques, whose members often answer alike
- drift: most annotators slip more and more often, some less, towards a favourite label
- perspectives: three groups, named nowhere, who read half of the topics in opposite ways
- mixture: items are unanimous, split in two or level, which no single Dirichlet yields

What is to be estimated is always the same, ``corpus.truth.distribution``: the mean over all annotators, equally
weighted, of how each *reads* an item (spammers count with the reading that they would have had). Slips, traps, spam,
shared answers and drift are in the votes and not in the target.

A population is drawn from uniform doubles alone, with every distribution cut off after six decimals, and frozen by the
sha256 of all it contains, so that it is the same on every platform.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from variorum.annotations import ANSWERED, UNSURE, Annotations, Annotators, Corpus, Items, LabelScheme, Price, Truth
from variorum.corpora.base import CorpusSpec
from variorum.corpora.synthetic_readings import dirichlet_items, expected_readings, mixture_items, rounded, tilted
from variorum.corpora.synthetic_reasons import STYLES, give_reasons
from variorum.corpora.synthetic_sentences import TOPICS, write_sentences
from variorum.corpora.synthetic_votes import N_SPAMMERS, cast_votes, hire
from variorum.errors import ArgumentError

__all__ = [
    "CLIQUES",
    "DRIFT",
    "ITEM_ERROR",
    "MIXTURE",
    "PERSPECTIVES",
    "PLAIN",
    "Population",
    "fingerprint",
    "synthetic_corpus",
]

_SCHEME = LabelScheme.nominal(["negative", "mixed", "positive"])
_BEGIN = 1_700_000_000.0


@dataclass(frozen=True)
class Population:
    """The knobs of a synthetic population.

    Attributes:
        name: Its name.
        seed: Seed of all its draws.
        n_items: Number of sentences.
        n_annotators: Number of annotators.
        votes_per_item: Fewest and most votes an item.
        concentration: How close an item's distribution is to what its text leads to (sum of Dirichlet parameters).
        mixture: Whether items are unanimous, split or level instead.
        shares: Share of the annotators in each perspective, one to three of them.
        strength: How far perspectives lie apart, in log odds.
        hidden: Whether perspectives turn with the topic and are named nowhere.
        trap_share: Share of the sentences that are traps.
        n_cliques: Number of cliques among the honest annotators.
        clique_size: Annotators in a clique.
        clique_share: How often a member answers with the clique.
        drift: Whether error rates move with time.

    Raises:
        ArgumentError: If the knobs do not fit each other.
    """

    name: str
    seed: int
    n_items: int = 2000
    n_annotators: int = 60
    votes_per_item: tuple[int, int] = (20, 30)
    concentration: float = 30.0
    mixture: bool = False
    shares: tuple[float, ...] = (0.6, 0.4)
    strength: float = 0.4
    hidden: bool = False
    trap_share: float = 0.0
    n_cliques: int = 0
    clique_size: int = 12
    clique_share: float = 0.8
    drift: bool = False

    def __post_init__(self) -> None:
        low, high = self.votes_per_item
        honest = self.n_annotators - N_SPAMMERS
        if not 1 <= low <= high <= self.n_annotators:
            raise ArgumentError(f"votes_per_item = {low, high} must be two numbers from 1 to {self.n_annotators}.")
        if not 1 <= len(self.shares) <= 3 or min(self.shares) < 0 or abs(sum(self.shares) - 1) > 1e-6:
            raise ArgumentError(f"shares = {self.shares} must be one to three shares that sum to one.")
        if self.n_cliques * self.clique_size > max(0, honest):
            raise ArgumentError(
                f"{self.n_cliques} cliques of {self.clique_size} need more than the {honest} honest annotators."
            )


def synthetic_corpus(population: Population) -> Corpus:
    """Draw a population.

    Args:
        population: Its knobs.

    Returns:
        The corpus, with its truth. Annotators have the attributes ``style`` (of their explanations) and, unless it is
        hidden, ``group``.

    Example:
        >>> corpus = synthetic_corpus(Population("tiny", seed=1, n_items=3, votes_per_item=(2, 2)))
        >>> len(corpus.annotations), corpus.truth.distribution.shape
        (6, (3, 3))
    """
    sentence_rng, item_rng, crew_rng, vote_rng, reason_rng = (
        np.random.Generator(np.random.PCG64(population.seed * 10 + stage)) for stage in range(5)
    )
    sentences = write_sentences(population.n_items, population.trap_share, sentence_rng)
    expected = expected_readings(sentences)
    if population.mixture:
        shares = mixture_items(expected, item_rng)
    else:
        shares = dirichlet_items(expected, population.concentration, item_rng)
    readings = tilted(shares, sentences.topic, len(population.shares), population.strength, population.hidden)
    crew = hire(
        population.n_annotators,
        population.shares,
        population.drift,
        population.n_cliques,
        population.clique_size,
        len(STYLES),
        crew_rng,
    )
    lure = np.where(shares[:, 2] >= shares[:, 0], 0, 2)
    pull = np.where(sentences.trap, 0.25 + 0.35 * vote_rng.random(population.n_items), 0.0)
    n_words = np.array([len(text.split()) for text in sentences.text])
    votes = cast_votes(
        readings, crew, population.votes_per_item, lure, pull, population.clique_share, n_words, vote_rng
    )
    reasons = give_reasons(
        sentences,
        votes.item,
        votes.label,
        crew.style[votes.annotator],
        votes.is_error,
        crew.spam[votes.annotator] > 0,
        reason_rng,
    )
    topics, styles = tuple(TOPICS), tuple(STYLES)
    attributes = {"style": tuple(styles[s] for s in crew.style)}
    if not population.hidden:
        attributes["group"] = tuple("abc"[p] for p in crew.perspective)
    annotators = Annotators(
        tuple(f"{population.name}:{number:02d}" for number in range(population.n_annotators)),
        tuple("simulated" for _ in crew.style),
        attributes,
        tuple(Price(per_annotation=int(price)) for price in crew.price),
    )
    items = Items(
        tuple(f"s{number:04d}" for number in range(population.n_items)),
        text=sentences.text,
        fields={"topic": tuple(topics[t] for t in sentences.topic)},
    )
    annotations = Annotations(
        _SCHEME,
        items,
        annotators,
        votes.item.astype(np.int32),
        votes.annotator.astype(np.int32),
        votes.label.astype(np.int32),
        np.where(votes.unsure, UNSURE, ANSWERED).astype(np.int8),
        explanation=reasons,
        seconds=votes.tenths / 10.0,
        time=_BEGIN + votes.start / 10.0,
    )
    weight = np.bincount(crew.perspective, minlength=len(population.shares))
    mean = np.zeros(shares.shape)
    for each, reading in zip(weight.tolist(), readings, strict=True):
        mean += each * reading
    return Corpus(population.name, annotations, truth=Truth(rounded(mean), votes.is_error, crew.perspective))


def fingerprint(corpus: Corpus) -> str:
    """The sha256 of all that a synthetic population contains, in a form that no platform changes.

    Args:
        corpus: A corpus with its truth.

    Returns:
        64 hexadecimal digits.

    Raises:
        ArgumentError: If the corpus has no truth, times or prices.

    Example:
        >>> tiny = Population("tiny", seed=1, n_items=3, votes_per_item=(2, 2))
        >>> fingerprint(synthetic_corpus(tiny)) == fingerprint(synthetic_corpus(tiny))
        True
    """
    votes, truth = corpus.annotations, corpus.truth
    seconds, time, prices = votes.seconds, votes.time, corpus.annotators.prices
    if truth is None or seconds is None or time is None or prices is None:
        raise ArgumentError(f"{corpus.name} has no truth, times or prices; only a synthetic population has all three.")
    digest = hashlib.sha256()
    for column in (
        votes.item,
        votes.annotator,
        votes.label,
        votes.status,
        np.rint(seconds * 10),
        np.rint((time - _BEGIN) * 10),
        np.rint(truth.distribution * 1e6),
        truth.is_error,
        truth.perspective,
        [price.per_annotation for price in prices],
    ):
        digest.update(np.asarray(column).astype("<i8").tobytes())
    attributes = [value or "" for _, column in sorted(corpus.annotators.attributes.items()) for value in column]
    fields = [value or "" for _, column in sorted(corpus.items.fields.items()) for value in column]
    names = (*corpus.items.ids, *corpus.annotators.ids)
    texts = (*names, *(corpus.items.text or ()), *(votes.explanation or ()), *attributes, *fields)
    digest.update("\n".join(text or "" for text in texts).encode())
    return digest.hexdigest()


def _spec(population: Population, title: str, summary: str, n_annotations: int, frozen: str) -> CorpusSpec:
    def read(root: Path) -> Corpus:  # noqa: ARG001 (it is made, not found)
        corpus = synthetic_corpus(population)
        if fingerprint(corpus) == frozen:
            return corpus
        note = "This platform draws other numbers than the frozen population: do not compare with published results."
        return Corpus(corpus.name, corpus.annotations, truth=corpus.truth, notes=(note,))

    return CorpusSpec(
        name=population.name,
        title=title,
        scheme=_SCHEME,
        licence="Apache-2.0",
        home="part of this project",
        files=(),
        sensitive=False,
        read=read,
        summary=summary,
        n_items=population.n_items,
        n_annotators=population.n_annotators,
        n_annotations=n_annotations,
    )


PLAIN = _spec(
    Population("synthetic-plain", seed=1),
    "Synthetic: plain",
    "Two visible groups that differ mildly, slips, careless annotators, spammers.",
    49802,
    "16b9c79b9abce51b73fc4986219ac67b6e7012f33becc7dca135849c332fd3c6",
)

ITEM_ERROR = _spec(
    Population("synthetic-item-error", seed=2, trap_share=0.25),
    "Synthetic: item-dependent error",
    "A quarter of the sentences are traps that annotators fall for together.",
    49418,
    "b42c10e987b8c78b34f78a8bc1fec993b5f531b121a6dce63f75700c9da1fe09",
)

CLIQUES = _spec(
    Population("synthetic-cliques", seed=3, n_cliques=3),
    "Synthetic: correlated cliques",
    "36 of 60 annotators sit in three cliques that often answer alike.",
    49464,
    "b93febdbfc6337ad94a7897e716b44dabe0744b3767732105e3dae490cec89c5",
)

DRIFT = _spec(
    Population("synthetic-drift", seed=4, drift=True),
    "Synthetic: drifting annotators",
    "Most annotators slip more and more often, some less, towards a favourite label.",
    49396,
    "bcb9a6d97de3dbf9c1c7372b114d025f9f8b23f5bea4c2c5a7f18cf8b7deb6d7",
)

PERSPECTIVES = _spec(
    Population("synthetic-perspectives", seed=5, shares=(0.45, 0.35, 0.2), strength=1.6, hidden=True),
    "Synthetic: hidden perspectives",
    "Three groups, named nowhere, read half of the topics in opposite ways.",
    49378,
    "5bce972ed9dc5b9aa0036b5c32d593eaa18ba77a1660e9e085a3ddba95ae800e",
)

MIXTURE = _spec(
    Population("synthetic-mixture", seed=6, mixture=True),
    "Synthetic: items beyond a Dirichlet",
    "Items are unanimous, split in two or level.",
    49713,
    "61b01be9d45d108d34c1aec283fa4e6be462a37d15a80254c90c22182f36279e",
)
