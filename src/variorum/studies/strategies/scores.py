"""What a strategy is scored by: the curve of the population's JS item by item, and at the end whom the model serves."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import UNKNOWN, Annotations, Corpus
from variorum.campaign import Scorer, of_people
from variorum.evaluation import accuracy, annotator_scores, f1, group_scores, js_divergence
from variorum.studies.annotators.scoring import MIN_VOTES, groups_of

__all__ = ["ITEMWISE", "SCORES", "ItemScorer", "ScoreEntry", "end_scores", "people_scores"]

Array = NDArray[np.float64]


@dataclass(frozen=True)
class ScoreEntry:
    """A score of the benchmark.

    Attributes:
        title: As tables print it.
        higher: Whether more is better.
    """

    title: str
    higher: bool = False

    @property
    def direction(self) -> str:
        """The title with its direction."""
        return f"{self.title}, {'higher' if self.higher else 'lower'} is better"


SCORES: Final[Mapping[str, ScoreEntry]] = {
    "area": ScoreEntry("area under the JS curve"),
    "final": ScoreEntry("final JS"),
    "accuracy": ScoreEntry("accuracy", higher=True),
    "macro_f1": ScoreEntry("macro F1", higher=True),
    "worst_tenth": ScoreEntry("worst tenth of annotators, JS"),
    "worst_group": ScoreEntry("worst group, JS"),
    "truth": ScoreEntry("final JS to the truth"),
}
"""Scores of a run; those of annotators, groups and truth where these are known."""

ITEMWISE: Final = ("area", "final")
"""Scores that are kept item by item, for intervals over items."""


class ItemScorer(Scorer):
    """Scores the population's JS alone, and remembers it of every item in every round.

    Args:
        corpus: The corpus.
        test: Positions of the test items, each with at least one vote.

    Attributes:
        rounds: JS of each test item, an array a round.
    """

    def __init__(self, corpus: Corpus, test: NDArray[np.int64]) -> None:
        super().__init__(corpus, test)
        self.rounds: list[Array] = []

    def each(self, predicted: Array) -> dict[str, Array]:
        """JS of every test item."""
        self.rounds.append(js_divergence(self.human, predicted))
        return {"js": self.rounds[-1]}


def end_scores(corpus: Corpus, test: NDArray[np.int64], human: Array, predicted: Array) -> dict[str, float]:
    """Hard labels, people and truth, by the last prediction.

    Args:
        corpus: The corpus.
        test: Positions of the test items.
        human: Their label distribution by all their votes, shape (n_test, n_classes).
        predicted: Shape (n_test, n_classes).

    Returns:
        Values by name of the score; nan where annotators, groups or the truth are not known.
    """
    truth = corpus.truth
    return {
        "accuracy": float(accuracy(human, predicted).mean()),
        "macro_f1": f1(human, predicted, average="macro"),
        **people_scores(corpus, test, predicted),
        "truth": math.nan if truth is None else float(js_divergence(truth.distribution[test], predicted).mean()),
    }


def people_scores(corpus: Corpus, test: NDArray[np.int64], predicted: Array) -> dict[str, float]:
    """How far the population's prediction is from single annotators' own votes, for those whom it serves worst.

    Args:
        corpus: The corpus.
        test: Positions of the test items.
        predicted: Shape (n_test, n_classes).

    Returns:
        ``worst_tenth``: mean over the tenth of annotators with the largest mean JS to their test votes, among those
        with ten votes there; ``worst_group``: the largest mean over the annotators of a group, groups being the known
        perspectives of a synthetic population, else those of the annotators' attributes that are large enough. Nats, in
        [0, ln 2]; a vote is one class, so that no prediction of people who differ comes to 0. nan without such.
    """
    people = of_people(corpus.annotations)
    votes = people.take((people.label >= 0) & (people.annotator != UNKNOWN))
    row = np.full(len(corpus.items), -1)
    row[test] = np.arange(test.size)
    mine = row[votes.item] >= 0
    if not mine.any():
        return {"worst_tenth": math.nan, "worst_group": math.nan}
    scores = annotator_scores(
        row[votes.item[mine]],
        votes.annotator[mine],
        votes.label[mine],
        predicted,
        score="js",
        n_annotators=len(corpus.annotators),
    )
    considered = np.sort(scores.score[scores.n_annotations >= MIN_VOTES])[::-1]
    tenth = considered[: math.ceil(considered.size / 10)]
    worst = [group_scores(scores, codes) for codes in _groups(corpus, votes)]
    every = np.concatenate([np.full(1, np.nan), *worst])
    return {
        "worst_tenth": float(tenth.mean()) if tenth.size else math.nan,
        "worst_group": math.nan if np.isnan(every).all() else float(np.nanmax(every)),
    }


def _groups(corpus: Corpus, votes: Annotations) -> list[NDArray[np.int64]]:
    """Codes of the annotators' groups, one array for each way to group them."""
    if corpus.truth is not None:
        return [corpus.truth.perspective.astype(np.int64)]
    found = []
    for members in groups_of(votes).values():
        codes = np.full(len(corpus.annotators), -1, np.int64)
        for code, each in enumerate(members.values()):
            codes[each] = code
        found.append(codes)
    return found
