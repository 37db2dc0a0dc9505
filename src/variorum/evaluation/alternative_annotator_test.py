"""May a model stand in for one of these annotators? The alternative annotator test: leave one out, compare, repeat."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr
from scipy.stats import false_discovery_control

from variorum.checks import as_array, as_choice, as_distribution, as_whole
from variorum.errors import ArgumentError
from variorum.evaluation._codes import as_codes, mean_by_code, number_of_codes
from variorum.evaluation.agreement._votes import Votes, as_votes

__all__ = ["AlternativeAnnotatorTest", "alternative_annotator_test"]

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
Comparison = Literal["vote", "similarity"]

_TIE = 1e-9
"""Two scores this close are the same: shares of others are sums of fractions."""


@dataclass(frozen=True, eq=False)
class AlternativeAnnotatorTest:
    """Result of `alternative_annotator_test`.

    Attributes:
        winning_rate: Share of tested annotators against whom the model won, in [0, 1]; nan if nobody could be tested.
        advantage_probability: Chance that the model is as near to the others as an annotator is, or nearer: mean of
            `model_wins` over tested annotators, in [0, 1]; nan if nobody could be tested. It compares models; a test it
            is not.
        won: Whether the model won against each annotator, shape (n_annotators,).
        p_values: Against "the annotator is ahead by epsilon or more", not adjusted, shape (n_annotators,); nan for an
            annotator who could not be tested.
        model_wins: Share of the annotator's items where the model is at least as near to the others as the annotator,
            shape (n_annotators,); nan without such items.
        annotator_wins: The same the other way round; ties count for both.
        n_compared: Items behind each annotator's numbers, shape (n_annotators,).
        untested: Codes of the annotators with fewer items than `min_items`; they are in no rate.
        n_items: Items on which somebody was compared.
        n_alone: Items with votes of one annotator only, which nobody could be compared on.
        n_unanswered: Items with votes of several annotators and no prediction.
        epsilon: How far ahead an annotator had to be.
        level: False discovery rate.
        min_items: Items that an annotator needed.
    """

    winning_rate: float
    advantage_probability: float
    won: NDArray[np.bool_]
    p_values: FloatArray
    model_wins: FloatArray
    annotator_wins: FloatArray
    n_compared: IntArray
    untested: IntArray
    n_items: int
    n_alone: int
    n_unanswered: int
    epsilon: float
    level: float
    min_items: int

    @property
    def passed(self) -> bool:
        """Whether the winning rate is at least one half; False, too, if nobody could be tested."""
        return self.winning_rate >= 0.5

    @property
    def n_tested(self) -> int:
        """Annotators who could be tested."""
        return int(self.n_compared.size - self.untested.size)


def alternative_annotator_test(
    items: ArrayLike,
    annotators: ArrayLike,
    labels: ArrayLike,
    model: ArrayLike,
    *,
    score: Comparison = "vote",
    epsilon: float = 0.2,
    level: float = 0.05,
    min_items: int = 30,
    n_annotators: int | None = None,
) -> AlternativeAnnotatorTest:
    """Is a model as good a stand-in for the other annotators as each annotator is, at a given discount?

    Each annotator in turn is left out. On each of their items, annotator and model are both scored against the votes of
    the others. A one-sided t-test asks whether the annotator is nearer to them less than `epsilon` more often than the
    model; the Benjamini-Yekutieli procedure goes over the annotators. The model passes if it wins against half of them.

    Args:
        items: Item code of each vote, shape (n_votes,).
        annotators: Annotator code of each vote, shape (n_votes,); -1 for unknown: such a vote is somebody else's for
            everyone, and has no test of its own. The votes of one annotator on one item are one answer, in equal parts.
        labels: Label code of each vote, shape (n_votes,).
        model: The model's label code of each item, shape (n_items,), -1 where it gave none; or its label distribution,
            shape (n_items, n_classes), a row of nan where it gave none.
        score: ``"vote"``: share of the others who gave the same label; from a distribution a vote is drawn, and its
            chance of winning counts. ``"similarity"``: 1 minus the total variation distance to the others' shares. With
            hard labels and whole votes they are the same, and are the accuracy of the paper. For a distribution they
            ask different things: where people differ, a flat distribution is nearer to the others' shares than most
            single votes are, so ``"similarity"`` favours distributions, whatever they know.
        epsilon: How much more often an annotator must be nearer to be worth their price, in [0, 1). The authors' code
            suggests .2 for experts, .15 for skilled annotators, .1 for a crowd.
        level: False discovery rate over annotators, in (0, 1).
        min_items: Items shared with somebody that an annotator needs to be tested, 2 or more.
        n_annotators: How many annotators there are; ``None`` takes the largest code plus one.

    Returns:
        Passed or not, with every annotator's numbers. An annotator all of whose comparisons come out alike shows no
        spread: their p value is 0 where that is below epsilon, else 1.

    Raises:
        ShapeError: If shapes do not fit.
        NotADistributionError: If a row of the model is not a distribution.
        ArgumentError: If a code or an argument is out of range.
        UnknownNameError: If there is no score of that name.

    Source:
        Calderon, Reichart and Dror 2025 (ACL), "The alternative annotator test for LLM-as-a-judge". Distributions,
        drawn votes and answers in parts are ours.

    Example:
        >>> items = np.repeat(np.arange(40), 3)
        >>> test = alternative_annotator_test(items, np.tile([0, 1, 2], 40), items % 2, np.arange(40) % 2)
        >>> test.passed, test.winning_rate, test.untested.size
        (True, 1.0, 0)
    """
    as_choice("score", score, ["vote", "similarity"])
    if not 0.0 <= epsilon < 1.0:
        raise ArgumentError(f"epsilon must lie in [0, 1), not {epsilon}.")
    if not 0.0 < level < 1.0:
        raise ArgumentError(f"level must lie strictly between 0 and 1, not {level}.")
    as_whole("min_items", min_items, least=2)
    chances, answered, label = _predictions(model, labels)
    votes = as_votes(items, annotators, n_annotators=n_annotators, n_items=chances.shape[0])
    label = as_codes("labels", label, length=votes.item.size, upper=chances.shape[1])
    item, annotator, answers = _answers(votes, label, chances.shape[1])

    n_people = np.bincount(item, minlength=votes.n_items)
    compared = (n_people > 1) & answered
    all_shares = np.zeros_like(chances)
    np.add.at(all_shares, item, answers)
    rows = np.flatnonzero(compared[item] & (annotator >= 0))
    item, annotator, answers = item[rows], annotator[rows], answers[rows]
    others = (all_shares[item] - answers) / (n_people[item] - 1)[:, None]
    wins = _drawn_wins if score == "vote" else _similarity_wins
    model_won, annotator_won = wins(chances[item], answers, others)

    n_compared = np.bincount(annotator, minlength=votes.n_annotators)
    model_wins = mean_by_code(annotator, model_won, votes.n_annotators)
    annotator_wins = mean_by_code(annotator, annotator_won, votes.n_annotators)
    tested = n_compared >= min_items
    p_values = np.where(tested, _p_values(annotator, annotator_won - model_won, n_compared, epsilon), np.nan)
    won = np.zeros(tested.shape, dtype=np.bool_)
    if tested.any():
        won[tested] = false_discovery_control(p_values[tested], method="by") <= level
    return AlternativeAnnotatorTest(
        winning_rate=float(won[tested].mean()) if tested.any() else float("nan"),
        advantage_probability=float(model_wins[tested].mean()) if tested.any() else float("nan"),
        won=won,
        p_values=p_values,
        model_wins=model_wins,
        annotator_wins=annotator_wins,
        n_compared=n_compared,
        untested=np.flatnonzero(~tested),
        n_items=int(np.unique(item).size),
        n_alone=int((n_people == 1).sum()),
        n_unanswered=int(((n_people > 1) & ~answered).sum()),
        epsilon=float(epsilon),
        level=float(level),
        min_items=int(min_items),
    )


def _predictions(model: ArrayLike, labels: ArrayLike) -> tuple[FloatArray, NDArray[np.bool_], IntArray]:
    """The model's chances of each label (n_items, n_classes), whether it answered, and the labels of the votes."""
    votes = as_codes("labels", labels)
    if as_array("model", model, 1, 2).ndim == 1:
        codes = as_codes("model", model, unknown=True)
        n_classes = max(number_of_codes(codes, None), number_of_codes(votes, None))
        given = codes >= 0
        chances = np.zeros((codes.size, n_classes))
        chances[np.flatnonzero(given), codes[given]] = 1.0
        return chances, given, votes
    rows = as_array("model", model, 2)
    answered = np.logical_not(np.isnan(rows).all(axis=1))
    # Rows without an answer are filled so that messages about the others keep their row numbers.
    filled = np.where(answered[:, None], rows, 1.0 / max(rows.shape[1], 1))
    return as_distribution("model", filled), answered, votes


def _answers(votes: Votes, label: IntArray, n_classes: int) -> tuple[IntArray, IntArray, FloatArray]:
    """Item, annotator and label shares of each answer: all that one annotator says about one item."""
    answer = np.arange(votes.item.size)
    answer[votes.parts] = votes.first_parts[votes.whole]
    first, answer = np.unique(answer, return_inverse=True)
    shares = np.bincount(answer * n_classes + label, votes.weight, minlength=first.size * n_classes)
    return votes.item[first], votes.annotator[first], shares.astype(np.float64).reshape(first.size, n_classes)


def _drawn_wins(model: FloatArray, annotator: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Chance that a vote drawn from one side is shared by at least as many others as one drawn from the other side."""
    model_won, annotator_won = np.zeros(model.shape[0]), np.zeros(model.shape[0])
    for given in range(model.shape[1]):
        support = others[:, given, None]
        model_won += annotator[:, given] * (model * (others >= support - _TIE)).sum(axis=1)
        annotator_won += annotator[:, given] * (model * (others <= support + _TIE)).sum(axis=1)
    return model_won, annotator_won


def _similarity_wins(model: FloatArray, annotator: FloatArray, others: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Whether one side's shares are at least as near to the others' as the other side's are, 0 or 1."""
    of_model = np.abs(model - others).sum(axis=1)
    of_annotator = np.abs(annotator - others).sum(axis=1)
    return (of_model <= of_annotator + _TIE).astype(np.float64), (of_annotator <= of_model + _TIE).astype(np.float64)


def _p_values(annotator: IntArray, lead: FloatArray, n_compared: IntArray, epsilon: float) -> FloatArray:
    """One-sided t-test of each annotator's mean lead: is it below epsilon?"""
    mean = mean_by_code(annotator, lead, n_compared.size)
    squares = np.bincount(annotator, np.square(lead - mean[annotator]), minlength=n_compared.size)
    # Leads are multiples of chances in [-1, 1]; what is left of equal ones after rounding is no spread.
    squares[squares < _TIE**2] = 0.0
    gap, freedom = mean - epsilon, np.maximum(n_compared - 1, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = gap / np.sqrt(squares / freedom / n_compared)
    p_values: FloatArray = np.where(squares > 0.0, stdtr(freedom, t), np.where(gap < 0.0, 0.0, 1.0))
    return p_values
