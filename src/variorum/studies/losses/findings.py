"""What came out of the study of losses: sentences that the numbers write."""

from __future__ import annotations

import math
from collections.abc import Sequence

from variorum.reporting.study import Findings
from variorum.reporting.wording import listing, number, p_value
from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL
from variorum.studies.losses.results import Results, better
from variorum.studies.losses.scores import SCORES
from variorum.studies.losses.sections import (
    apart,
    calibration_section,
    choices_section,
    corpora_section,
    matching,
    ranks_section,
    tests_data,
)
from variorum.studies.losses.settings import REFERENCE, REPEATED, SAME, LossesSettings

__all__ = ["losses_findings"]

_ROUNDING = 1e-3


def losses_findings(settings: LossesSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(settings, runs)
    verdict = (
        _over_corpora(results),
        *(_on_corpus(results, corpus) for corpus in results.corpora),
        _matching(results),
        _repeated(results),
        _same(results),
    )
    sections = (
        ranks_section(results),
        corpora_section(results),
        calibration_section(results),
        choices_section(results),
    )
    return Findings(verdict, sections, _notes(results), (), (tests_data(results),))


def _over_corpora(results: Results) -> str:
    said = []
    for score in ("js", "kl"):
        ranking = results.ranking(score)
        second = sorted(ranking.mean.tolist())[1]
        rank = number(float(ranking.mean.min()), 1)
        lead = f"{ranking.best} (mean rank {rank}, the next {number(second, 1)}"
        said.append(f"on {SCORES[score].title} {lead}; {_friedman(ranking.friedman_p)})")
    n = len(results.corpora)
    where = f"Over {n} corpora" if n > 1 else f"On {results.corpora[0]} alone"
    return f"{where}, the first of {len(results.ranking('js').methods)} methods is {', and '.join(said)}."


def _friedman(p: float) -> str:
    if math.isnan(p):
        return "too few corpora for a test"
    said = "methods differ" if p <= LEVEL else "no difference between methods is shown"
    return f"Friedman {p_value(p)}, {said}"


def _on_corpus(results: Results, corpus: str) -> str:
    parts = []
    for score in ("js", "kl"):
        found = results.compared[corpus, score]
        sides = {side: [e.method for e in found if better(score, e) == side] for side in ("better", "worse")}
        words = [f"{listing(names)} {side}" for side, names in sides.items() if names]
        parts.append(f"on {SCORES[score].title} {' and '.join(words) or 'no method is told apart'}")
    return f"On {corpus}, against cross-entropy: {'; '.join(parts)}."


def _matching(results: Results) -> str:
    cells = [cell for each in matching(results).values() for cell in each if cell]
    first = sum(cell.startswith("1 of") for cell in cells)
    worse = [
        f"{SCORES[score].title} on {corpus}"
        for (corpus, score), found in results.compared.items()
        for each in found
        if each.method == SCORES[score].loss and better(score, each) == "worse"
    ]
    better_ones = [
        f"{SCORES[score].title} on {corpus}"
        for (corpus, score), found in results.compared.items()
        for each in found
        if each.method == SCORES[score].loss and better(score, each) == "better"
    ]
    said = f"Training on the score itself ranked first in {first} of {len(cells)} cells"
    said += f"; it beat cross-entropy on {listing(better_ones) or 'none'}, and lost to it on {listing(worse) or 'none'}"
    return f"{said}."


def _repeated(results: Results) -> str:
    sides: dict[str, list[str]] = {"better": [], "worse": [], "": []}
    for corpus in results.corpora:
        for each in results.compared[corpus, "js"]:
            if each.method == REPEATED:
                sides[better("js", each)].append(corpus)
    words = {"better": "better on", "worse": "worse on", "": "not told apart on"}
    said = "; ".join(f"{words[side]} {listing(names)}" for side, names in sides.items() if names)
    return f"Repeated labelling against soft labels, both with cross-entropy, by JS: {said}."


def _same(results: Results) -> str:
    gap = apart(results, "kl")
    start = f"KL and {REFERENCE} have the same gradient for the same target"
    if math.isnan(gap):
        return f"{start}, so that KL is no rival; it was not run here."
    if gap <= _ROUNDING:
        return f"{start}: run as a check, their mean scores differ by {gap:.1g} at most."
    return f"{start}, yet their mean scores differ by up to {gap:.2g}, more than rounding explains."


def _notes(results: Results) -> tuple[str, ...]:
    cells = len(results.compared)
    return (
        f"Holm’s correction is within one corpus and score; of {cells} such families, one in twenty may hold a claim "
        "by chance.",
        f"{listing(list(SAME))} are run as checks alone: they are other losses by another name.",
        "All losses share one checkpoint rule, validation JS, which may favour the losses that are near it; the table "
        "of choices shows what cross-entropy as the rule changes.",
        "Friedman’s test asks whether all methods are alike; with some that aim at other things among them (one vote "
        "of an item, the worst served one), a small p says nothing about which of the best is best.",
        "Scores against few votes have a floor above 0: see the reference lines before reading a difference as large.",
        "Heads read frozen embeddings of a small English encoder; a fine-tuned model may order losses differently.",
        "A seed draws split and initial weights together; seeds share a corpus’s items, so that intervals and tests "
        "over them are rough, and speak of no other corpus.",
        "Repeated labelling weighs an item by its votes, soft labels weigh items alike: where numbers of votes differ, "
        "so do the two for that reason. Its steps are as many; where its votes are more than these steps take at the "
        "usual batch size, its batches are larger.",
        "Where a model was equally sure everywhere, its entropy correlation is undefined and counts as 0 in tests.",
        "KL counts probabilities below 1e-10 as 1e-10; a loss that allows zeros pays for them there.",
    )
