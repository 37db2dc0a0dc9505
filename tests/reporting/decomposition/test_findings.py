from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reporting.decomposition.conftest import Make
from variorum.decomposition import GroupCount, Perspectives
from variorum.reporting.decomposition.findings import chosen_count, flagged, groups, headline, hypothesis, notes
from variorum.studies import CorpusDecomposition


def with_counts(found: CorpusDecomposition, n_groups: int, *gains: float, error: float = 0.002) -> CorpusDecomposition:
    membership = np.zeros((8, n_groups))
    membership[np.arange(8), np.arange(8) % n_groups] = 1.0
    counts = tuple(GroupCount(k + 1, -0.5 + gain, gain, error if k else 0.0) for k, gain in enumerate(gains))
    names = tuple("ABCD"[:n_groups]) if n_groups > 1 else ("all",)
    return replace(found, perspectives=Perspectives(membership, counts), group_names=names)


def test_the_headline_counts_errors_and_says_what_they_did(make_decomposition: Make) -> None:
    found = make_decomposition()
    error = found.decomposition.error
    said = headline(found)
    total, n = np.nansum(error), np.count_nonzero(~np.isnan(error))
    assert said.startswith(
        f"Of {n:,} votes, about {total:.0f} ({100 * total / n:.0f} %) are expected to be errors: from "
    )
    before = np.nanmean(found.decomposition.items.observed_entropy)
    after = np.nanmean(found.decomposition.items.cleaned_entropy)
    assert said.endswith(f"from {before:.2f} to {after:.2f} nats; the rest is what people read.")


def test_an_entropy_that_does_not_move_is_said_to_stay(make_decomposition: Make) -> None:
    found = make_decomposition()
    items = replace(found.decomposition.items, cleaned_entropy=found.decomposition.items.observed_entropy)
    same = replace(found, decomposition=replace(found.decomposition, items=items))
    assert "stays at" in headline(same)


@pytest.mark.parametrize(
    ("weight", "words"),
    [
        (0.05, "People who differ and sometimes slip predict the votes better"),
        (0.5, "People who differ and one truth that some miss both help"),
        (0.95, "One truth an item and annotators who miss it predict the votes better"),
        (float("nan"), "Nobody knows who gave which vote"),
    ],
)
def test_the_weight_of_one_truth_in_words(make_decomposition: Make, weight: float, words: str) -> None:
    found = make_decomposition()
    given = replace(found, decomposition=replace(found.decomposition, one_truth_weight=weight))
    assert hypothesis(given).startswith(words)
    assert hypothesis(given).endswith(".")


def test_a_handful_of_votes_settles_nothing(make_decomposition: Make) -> None:
    found = make_decomposition()
    few = np.where(np.arange(found.decomposition.error.size) < 99, 0.1, np.nan)
    assert hypothesis(replace(found, decomposition=replace(found.decomposition, error=few))).startswith("So few votes")


def test_clickers_are_named_and_only_here(make_decomposition: Make, hostile: tuple[str, ...]) -> None:
    found = make_decomposition()
    assert flagged(found) == (
        f"1 annotator answers whatever the item, and counts for nothing in the population: {hostile[0]}."
    )
    assert not [sentence for sentence in notes(found) if "whatever the item" in sentence]
    assert flagged(make_decomposition(clicker=False)) == ""


def test_notes_are_sentences_and_count_what_was_left_out(make_decomposition: Make) -> None:
    found = make_decomposition(known=False)
    said = notes(found)
    assert said[0].startswith("No annotator is known: nothing tells error from variation")
    unanswered = int((found.corpus.annotations.status != 0).sum())
    n_rows = found.corpus.annotations.n_rows
    assert f"{unanswered} rows of {n_rows} hold no vote, and have no probability of error." in said
    stopped = replace(found, decomposition=replace(found.decomposition, converged=False))
    assert "The fit stopped before its criterion was met; the numbers may still move." in notes(stopped)


def test_the_number_of_groups_and_what_speaks_for_it(make_decomposition: Make) -> None:
    found = make_decomposition()
    assert groups(found) == "Annotators are taken in the groups that were given: ' onmouseover='window.hacked = 1' " + (
        '" & <b>bold</b> ${x} $style and north.'
    )
    assert groups(make_decomposition(groups=None)) == ""
    nobody = make_decomposition(known=False)
    assert groups(replace(nobody, perspectives=Perspectives(np.ones((0, 1)), ()))) == ""
    assert groups(with_counts(found, 1)) == "Groups of annotators: too few have five votes or more to look for any."
    assert groups(with_counts(found, 1, 0.0, -0.01)) == (
        "One group: more groups of annotators do not predict held-out votes better (two groups: −0.0100 ± 0.0020 nats "
        "a vote)."
    )
    two = groups(with_counts(found, 2, 0.0, 0.02, 0.01))
    assert two == (
        "2 groups of annotators read items differently: A (3 annotators) and B (4 annotators). They predict held-out "
        "votes better than one group does (+0.0200 ± 0.0020 nats a vote)."
    )
    assert groups(with_counts(found, 2, 0.0, 0.02)).endswith("It is the largest number that was tried.")


def test_groups_of_one_annotator_are_explained(make_decomposition: Make) -> None:
    # Two predict best, and one of them was dissolved.
    found = with_counts(make_decomposition(), 1, 0.0, 0.003, error=0.0002)
    assert groups(found).startswith(
        "One group: 2 predict held-out votes a little better (+0.0030 ± 0.0002 nats a vote)"
    )
    found = with_counts(make_decomposition(), 2, 0.0, 0.02, 0.04)
    assert "1 further one would hold a single annotator, and is left out." in groups(found)


def test_the_smallest_number_within_one_standard_error_of_the_best_is_chosen() -> None:
    counts = (GroupCount(1, -0.5, 0.0, 0.0), GroupCount(2, -0.4, 0.1, 0.02), GroupCount(3, -0.39, 0.11, 0.02))
    found = chosen_count(Perspectives(np.ones((2, 1)), counts))
    assert found is not None
    assert found.n_groups == 2
    assert chosen_count(Perspectives(np.ones((2, 1)), ())) is None
