"""What a decomposition says, in plain sentences that its numbers wrote."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.decomposition import GroupCount, Perspectives
from variorum.reporting.decomposition.decomposed import Decomposed
from variorum.reporting.item_cards import short_id
from variorum.reporting.wording import amount, listing, number, percent

__all__ = ["chosen_count", "flagged", "group_sizes", "groups", "headline", "hypothesis", "notes"]

# Weights of one truth from which on disagreement is said to be the one or the other.
_VARIATION, _ERROR = 0.2, 0.8
_MOST_NAMES: Final = 6
_FEW_VOTES: Final = 100


def headline(found: Decomposed) -> str:
    """One or two sentences: how many errors are expected, over whom, and what they did to disagreement.

    Args:
        found: What was found.

    Returns:
        Plain text.
    """
    parts = found.decomposition
    error = parts.error[~np.isnan(parts.error)]
    said = f"Of {amount(error.size, 'vote')}, about {round(float(error.sum())):,} ({percent(float(error.mean()))}) "
    said += "are expected to be errors"
    rates = parts.annotators.error_rate[~np.isnan(parts.annotators.error_rate)]
    if rates.size > 1:
        low, middle, high = (percent(float(q)) for q in np.quantile(rates, (0.0, 0.5, 1.0)))
        said += f": from {low} of an annotator’s own to {high}, in the median {middle}"
    before, after = (
        float(np.nanmean(column)) for column in (parts.items.observed_entropy, parts.items.cleaned_entropy)
    )
    if round(before, 2) == round(after, 2):
        return f"{said}. With errors taken out, the mean entropy of an item’s votes stays at {number(before, 2)} nats."
    return (
        f"{said}. Taking errors out moves the mean entropy of an item’s votes from {number(before, 2)} to "
        f"{number(after, 2)} nats; the rest is what people read."
    )


def hypothesis(found: Decomposed) -> str:
    """A sentence on what predicts the votes better: people who differ, or one truth that some miss.

    Args:
        found: What was found.

    Returns:
        Plain text.
    """
    weight = found.decomposition.one_truth_weight
    if math.isnan(weight):
        return "Nobody knows who gave which vote: an error is what few others say, and no annotator can be told to err."
    share = f"(weight of one truth: {number(weight, 2)} of 1)"
    if np.count_nonzero(~np.isnan(found.decomposition.error)) < _FEW_VOTES:
        return f"So few votes cannot tell whether disagreement is variation or error {share}: the numbers are guesses."
    if weight < _VARIATION:
        return (
            "People who differ and sometimes slip predict the votes better than one truth an item and annotators who "
            f"miss it {share}; that alone does not show that there is no one truth."
        )
    if weight > _ERROR:
        return (
            "One truth an item and annotators who miss it predict the votes better than people who differ and "
            f"sometimes slip {share}: disagreement is rather error."
        )
    return (
        f"People who differ and one truth that some miss both help to predict the votes {share}: disagreement may be "
        "either."
    )


def flagged(found: Decomposed) -> str:
    """A sentence on those who answer whatever the item; empty if there are none.

    Args:
        found: What was found.

    Returns:
        Plain text.
    """
    who = np.flatnonzero(found.decomposition.annotators.throughout)
    if not who.size:
        return ""
    names = [short_id(found.corpus.annotators.ids[a], found.corpus.name) for a in who[:_MOST_NAMES].tolist()]
    if who.size > _MOST_NAMES:
        names.append(f"{who.size - _MOST_NAMES} more")
    verb = "answers" if who.size == 1 else "answer"
    return (
        f"{amount(who.size, 'annotator')} {verb} whatever the item, and {'counts' if who.size == 1 else 'count'} for "
        f"nothing in the population: {listing(names)}."
    )


def chosen_count(perspectives: Perspectives) -> GroupCount | None:
    """The number of groups that held-out votes speak for: the smallest within one standard error of the best.

    Args:
        perspectives: What was found.

    Returns:
        Its entry; ``None`` if there were too few annotators to try.
    """
    if not perspectives.counts:
        return None
    best = max(perspectives.counts, key=lambda count: count.gain)
    return next(count for count in perspectives.counts if count.gain >= best.gain - best.standard_error)


def groups(found: Decomposed) -> str:
    """A sentence on the groups of annotators: which there are, and what speaks for their number.

    Args:
        found: What was found.

    Returns:
        Plain text; empty if all annotators were taken for one group, or none is known.
    """
    perspectives, names = found.perspectives, found.group_names
    if perspectives is None:
        if len(names) < 2:
            return ""
        return f"Annotators are taken in the groups that were given: {listing(names)}."
    chosen = chosen_count(perspectives)
    if chosen is None:
        if math.isnan(found.decomposition.one_truth_weight):
            return ""
        return "Groups of annotators: too few have five votes or more to look for any."
    if chosen.n_groups == 1:
        more = perspectives.counts[1:2]
        tried = f" (two groups: {_gain(more[0])})" if more else ""
        return f"One group: more groups of annotators do not predict held-out votes better{tried}."
    if perspectives.n_groups == 1:
        return (
            f"One group: {chosen.n_groups} predict held-out votes a little better ({_gain(chosen)}), but all but one "
            "of them would hold a single annotator, which makes no group."
        )
    sizes = group_sizes(found).tolist()
    listed = listing([f"{name} ({amount(n, 'annotator')})" for name, n in zip(names, sizes, strict=True)])
    most = " It is the largest number that was tried." if chosen.n_groups == perspectives.counts[-1].n_groups else ""
    lost = chosen.n_groups - perspectives.n_groups
    left = f" {amount(lost, 'further one')} would hold a single annotator, and is left out." if lost else ""
    return (
        f"{perspectives.n_groups} groups of annotators read items differently: {listed}. They predict held-out votes "
        f"better than one group does ({_gain(chosen)}).{most}{left}"
    )


def group_sizes(found: Decomposed) -> NDArray[np.int64]:
    """How many annotators each group has in the population, shape (n_groups,).

    Args:
        found: What was found.
    """
    people = found.decomposition.annotators
    counted = people.group[np.nan_to_num(people.weight) > 0]
    return np.bincount(counted, minlength=found.decomposition.group_share.size)


def _gain(count: GroupCount) -> str:
    sign = "+" if count.gain > 0 else ""
    return f"{sign}{number(count.gain, 4)} ± {number(count.standard_error, 4)} nats a vote"


def notes(found: Decomposed) -> list[str]:
    """What a reader of the numbers must know, a sentence each; those who are flagged are named by `flagged`.

    Args:
        found: What was found.

    Returns:
        Plain texts.
    """
    parts, votes = found.decomposition, found.corpus.annotations
    said = [f"{note[0].upper()}{note[1:]}." for note in parts.notes if "whatever the item" not in note]
    if not parts.converged:
        said.append("The fit stopped before its criterion was met; the numbers may still move.")
    unanswered = int(np.isnan(parts.error).sum())
    if unanswered:
        said.append(f"{amount(unanswered, 'row')} of {votes.n_rows:,} hold no vote, and have no probability of error.")
    empty = int(np.isnan(parts.items.error_share).sum())
    if empty:
        said.append(f"{amount(empty, 'item')} without a vote.")
    return said
