"""What came out of the study of sparse votes on texts: sentences that the numbers write."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from variorum.reporting.study import Estimate, Findings
from variorum.reporting.wording import difference, listing, number
from variorum.studies.base import Run
from variorum.studies.comparison import Comparison
from variorum.studies.sparse_text.results import MARGIN, Results
from variorum.studies.sparse_text.sections import (
    apart_at_one,
    few_section,
    money_section,
    scores_data,
    tuned_section,
    votes_section,
    where_section,
)
from variorum.studies.sparse_text.settings import DELIVERED, SparseTextSettings

__all__ = ["sparse_text_findings"]

_SAMPLING = ("sls", "multipass")
_ROUNDING = 1e-3


def sparse_text_findings(settings: SparseTextSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results.of(settings, runs)
    main = results.main
    verdict = [
        _first(main),
        *(_on_corpus(corpus, found) for corpus, found in main.items()),
        *_at_one(results),
        _where(results),
        *(_money(corpus, found) for corpus, found in results.equal_money.items()),
    ]
    sections = [few_section(results), votes_section(results), where_section(results), money_section(results)]
    if results.tuned:
        sections.append(tuned_section(results))
    return Findings(tuple(verdict), tuple(sections), _notes(results, main), (), (scores_data(results),))


def _first(main: Mapping[str, tuple[Comparison, ...]]) -> str:
    helps: list[str] = []
    harms: list[str] = []
    for corpus, found in main.items():
        for each in found:
            if each.method in _SAMPLING and each.holm_p <= 0.05 and each.test is not None:
                (helps if each.test.mean_difference < 0 else harms).append(f"{each.method} on {corpus}")
    if not helps and not harms:
        return "With few votes, no test shows that drawing hard labels helps or harms: neither sls nor multipass."
    parts = [f"{listing(names)} {verb} soft labels" for names, verb in ((helps, "beat"), (harms, "lost to")) if names]
    return f"With few votes, {', while '.join(parts)}."


def _on_corpus(corpus: str, found: tuple[Comparison, ...]) -> str:
    said = []
    for each in found:
        if each.difference is None or each.equivalence is None:
            continue
        low, high = difference(each.difference.low), difference(each.difference.high)
        lead = f"{each.method} {difference(each.difference.mean)} [{low}, {high}]"
        words = []
        if each.holm_p <= 0.05:
            words.append("better" if each.difference.mean < 0 else "worse")
        if each.equivalence.p_value <= 0.05:
            words.append(f"the same within {MARGIN:g}")
        said.append(f"{lead} ({' but '.join(words) or 'open'})")
    return f"On {corpus}, soft NLL less that of soft labels with few votes: {'; '.join(said)}."


def _at_one(results: Results) -> list[str]:
    apart = apart_at_one(results)
    if apart is None:
        return []
    start = "With one vote an item, all deliveries deliver the same label in every epoch"
    if apart <= _ROUNDING:
        return [f"{start}, and no predicted probability differs by more than {apart:.1g}: there is nothing to choose."]
    return [f"{start}; yet predicted probabilities differ by up to {apart:.2g}, more than rounding explains."]


def _where(results: Results) -> str:
    said = []
    for corpus in results.corpora:
        for delivery in _SAMPLING:
            found = results.rank_correlation(corpus, results.few_of(corpus), delivery)
            said.append(f"{_with_ends(found)} for {delivery} on {corpus}, {_direction(found)}")
    return (
        "On training items with few votes, the rank correlation of gain with the distance between the votes trained on "
        f"and the others is {'; '.join(said)}."
    )


def _direction(found: Estimate) -> str:
    if found.low > 0:
        return "so gains rise with that distance"
    if found.high < 0:
        return "so gains fall with that distance"
    return "so no trend is clear"


def _with_ends(found: Estimate) -> str:
    return f"{number(found.value, 2)} [{number(found.low, 2)}, {number(found.high, 2)}]"


def _money(corpus: str, found: tuple[Comparison, ...]) -> str:
    reference = found[0]
    clear: dict[str, list[str]] = {"worse": [], "better": [], "open": []}
    for each in found[1:]:
        kind = "open"
        if each.holm_p <= 0.05 and each.difference is not None:
            kind = "worse" if each.difference.mean > 0 else "better"
        clear[kind].append(each.method)
    parts = [
        f"{listing(names)} an item {verb}"
        for names, verb in (
            (clear["worse"], "on fewer items did worse"),
            (clear["better"], "on fewer items did better"),
            (clear["open"], "could not be told apart by these tests"),
        )
        if names
    ]
    if not parts:
        return f"For equal money on {corpus}, only {reference.method} an item was tried."
    return f"For equal money on {corpus}, against {reference.method} on each of more items, {'; '.join(parts)}."


def _notes(results: Results, main: Mapping[str, tuple[Comparison, ...]]) -> tuple[str, ...]:
    tests = [each.test for found in main.values() for each in found if each.test is not None]
    least = min(1.0, max(test.smallest_p for test in tests) * len(tests))
    reach = "is within reach" if least <= 0.05 else "is out of reach, and no test here could have passed"
    by_votes = results.by_votes
    n_cells = len(by_votes) * (len(DELIVERED) - 1)
    return (
        f"With these seeds the smallest p after Holm over the {len(tests)} main tests is {least:.2g}: .05 {reach}.",
        f"The tables by number of votes hold {n_cells} tests, a second family: they say where, not whether.",
        "A seed draws split, votes and initial weights together; seeds share a corpus’s items, so that intervals and "
        "tests over them are rough, and speak of no other corpus.",
        "Heads read frozen embeddings of a small encoder; a stronger model may gain more, or less, from drawn labels.",
        "Checkpoints are chosen on validation items that have as few votes as training items.",
        "Repeated labelling shows each vote of an item in an epoch; its epochs are fewer, so that steps are as many, "
        "and where one epoch would be more steps than that, its batches are larger.",
        "Gains by distance are those of training items, on votes that were not trained on; where few are left, "
        "distance and score share their noise. Few votes lie further from the others on items about which people "
        "disagree, so that a trend with distance may be one with disagreement.",
    )
