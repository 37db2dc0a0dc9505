"""Annotator by annotator: who errs, and who merely dissents."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition import LEVEL, validity_rates
from variorum.reporting.decomposition.charts import MOST_INTERVALS, error_and_dissent
from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.decomposition.rankings import leanings, order_by
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import short_id
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import figure, section, table
from variorum.reporting.wording import amount, clip_text, number, percent

__all__ = ["annotator_section", "leaning_words"]

_ENDS = 6
_MOST = 300
# A factor of the odds below which a leaning is not worth a word.
_SLIGHT = 1.25


def leaning_words(leaning: NDArray[np.float64], labels: tuple[str, ...]) -> str:
    """Which label an annotator favours, and by what factor of the odds.

    Args:
        leaning: Log odds, shape (n_classes,); nan says nothing.
        labels: Names of the classes.

    Example:
        >>> leaning_words(np.array([-0.7, 0.7]), ("no", "yes")), leaning_words(np.array([0.1, -0.1]), ("no", "yes"))
        ('yes × 2.0', '–')
    """
    if np.isnan(leaning).any():
        return "–"
    most = int(leaning.argmax())
    factor = math.exp(min(float(leaning[most]), 50.0))
    if factor < _SLIGHT:
        return "–"
    return f"{clip_text(labels[most], 24)} × {factor:.1f}" if factor < 100 else f"{clip_text(labels[most], 24)} × > 99"


def annotator_section(found: Decomposed, drawer: Drawer) -> Markup:
    """Error against dissent of each annotator, and those with most of either.

    Args:
        found: What was found, with known annotators.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    people = found.decomposition.annotators
    known = np.flatnonzero(~np.isnan(people.error_rate))
    names = [_name(found, a) for a in known.tolist()]
    tips = [_tip(found, a) for a in known.tolist()]
    rates = people.error_rate[known], people.error_low[known], people.error_high[known]
    drawings = drawer.draw_both(
        lambda width: error_and_dissent(
            people.dissent[known], *rates, people.throughout[known], names, tips, width=width - 60
        ),
        "Error rate against dissent of each annotator",
    )
    how = (
        "Each dot is an annotator. Upward: more of their votes do not fit the item, whichever way it can be read; "
        "these are errors. To the right: they read items in their own way, consistently; that is dissent, and stays in "
        "the distribution. Dashed lines are medians."
    )
    if known.size <= MOST_INTERVALS:
        how += f" Upright lines are {round(LEVEL * 100)}\u00a0% intervals of the rate."
    if people.throughout.any():
        how += " Diamonds answer whatever the item, and have no weight in the population."
    drawn = figure("annotators", drawings, caption=tag("b", "Error against dissent"), how=how)
    return section("annotators", "Who errs, and who merely dissents", drawn, *_tables(found, known), _validity(found))


def _name(found: Decomposed, code: int) -> str:
    return short_id(found.corpus.annotators.ids[code], found.corpus.name)


def _tip(found: Decomposed, a: int) -> str:
    people = found.decomposition.annotators
    said = f"{_name(found, a)}\nerrors {percent(float(people.error_rate[a]))}, {_interval(found, a)}\n"
    said += f"dissent {percent(float(people.dissent[a]))}, {amount(round(float(people.n_votes[a])), 'vote')}"
    return said + ("\nanswers whatever the item" if people.throughout[a] else "")


def _interval(found: Decomposed, a: int) -> str:
    people = found.decomposition.annotators
    return f"{percent(float(people.error_low[a]))} to {percent(float(people.error_high[a]))}"


def _tables(found: Decomposed, known: NDArray[np.int64]) -> list[Child]:
    people = found.decomposition.annotators
    head: list[Child] = ["annotator", "errors", f"{round(LEVEL * 100)} % interval", "dissent", "leans to"]
    several = len(found.group_names) > 1
    head += ["group", "votes"] if several else ["votes"]
    own = leanings(found.decomposition, len(found.corpus.annotators))
    labels = found.corpus.scheme.labels

    def rows(codes: NDArray[np.int64]) -> list[list[Child]]:
        return [
            [
                tag(
                    "span", _name(found, a), tag("small", "answers whatever the item") if people.throughout[a] else None
                ),
                percent(float(people.error_rate[a])),
                _interval(found, a),
                "–" if people.throughout[a] else percent(float(people.dissent[a])),
                leaning_words(own[a], labels),
                *([clip_text(found.group_names[people.group[a]], 24)] if several else []),
                f"{people.n_votes[a]:,.0f}",
            ]
            for a in codes.tolist()
        ]

    right = (1, 2, 3, 6) if several else (1, 2, 3, 5)
    note = tag(
        "p",
        "Dissent is the mean share of probability by which an annotator, errors apart, reads an item unlike the "
        "population. Leans to: the label that they favour in reading, and by what factor of the odds, compared with "
        "the others.",
        class_="note wide-note",
    )
    by_error = known[order_by(people.error_rate[known])]
    if known.size <= 2 * _ENDS:
        return [table(head, rows(by_error), numeric=right, class_="annotators"), note]
    careful = known[~people.throughout[known]]
    by_dissent = careful[order_by(people.dissent[careful])]
    left = known.size - min(known.size, _MOST)
    more = tag("p", f"{amount(left, 'further annotator')} not listed.", class_="note") if left else None
    every = tag("details", tag("summary", f"All {amount(known.size, 'annotator')}, most errors first"),
                table(head, rows(by_error[:_MOST]), numeric=right, class_="annotators"), more)  # fmt: skip
    return [
        tag("h3", "Most errors"),
        table(head, rows(by_error[:_ENDS]), numeric=right, class_="annotators"),
        tag("h3", "Most dissent"),
        tag("p", "Read their reasons: a reading of one’s own is no mistake.", class_="lead-in"),
        table(head, rows(by_dissent[:_ENDS]), numeric=right, class_="annotators"),
        note,
        every,
    ]


def _validity(found: Decomposed) -> Markup | None:
    """What each said of their own reasons and of others', where there was a validity round."""
    judged, model = found.corpus.validity, found.validity
    if judged is None or model is None:
        return None
    rates = validity_rates(found.corpus.annotations, judged)
    codes = np.flatnonzero((rates.n_own > 0) | (rates.n_by_peers > 0) | (rates.n_of_peers > 0))[:_MOST]
    head: list[Child] = ["in the validity round", "own reasons stood by", "own accepted by others", "others’ accepted",
                         "leniency"]  # fmt: skip
    rows: list[list[Child]] = [
        [_name(found, a), _of(rates.own[a], rates.n_own[a]), _of(rates.by_peers[a], rates.n_by_peers[a]),
         _of(rates.of_peers[a], rates.n_of_peers[a]),
         "–" if math.isnan(model.leniency[a]) else number(float(model.leniency[a]), 2)]
        for a in codes.tolist()
    ]  # fmt: skip
    note = (
        "Leniency: log odds of accepting an average reason for a label that the judge did not give. What authors said "
        "of their own reasons is shown here and not used."
    )
    return tag(
        "div", table(head, rows, numeric=range(1, 5), class_="annotators"), tag("p", note, class_="note wide-note")
    )


def _of(share: float, n: int) -> Markup | str:
    return "–" if math.isnan(share) else tag("span", percent(float(share)), tag("small", f"of {n:,}"))
