"""What came out of the study: sentences that the numbers write."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from variorum.reporting.study import Findings
from variorum.reporting.wording import amount, difference, listing, percent
from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL, Comparison
from variorum.studies.noisy_campaigns.results import SCORES, Place, Results
from variorum.studies.noisy_campaigns.sections import cells_data, corpus_section, curves_data, noise_text
from variorum.studies.noisy_campaigns.settings import CLEANED, CORPORA, RAW, NoisyCampaignsSettings

__all__ = ["noisy_findings"]


def noisy_findings(settings: NoisyCampaignsSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(settings, runs)
    verdict = [_harmless(results), *(_won_back(results, strategy) for strategy in settings.strategies)]
    verdict += [_others(results, strategy) for strategy in settings.strategies[1:]]
    return Findings(
        tuple(verdict),
        tuple(corpus_section(results, corpus) for corpus in results.corpora),
        _notes(results),
        (),
        (cells_data(results), curves_data(results)),
    )


def _harmless(results: Results) -> str:
    """What weighing votes does where no error was planted."""
    parts = []
    for corpus in results.corpora:
        ends = []
        for strategy in results.settings.strategies:
            one = results.against_raw.get(("final", Place(corpus, "", 0.0, strategy, CLEANED)))
            if one is not None and one.difference is not None:
                ends.append(f"{difference(one.difference.mean)} with {strategy}{_sure(one)}")
        if ends:
            parts.append(f"{listing(ends)} on {corpus}")
    said = "; ".join(parts) or "no corpus names its annotators"
    return f"Without planted errors cleaning changes the final JS by, in nats: {said}{_powerless(results)}."


def _won_back(results: Results, strategy: str) -> str:
    parts = []
    for corpus in results.corpora:
        shares = []
        for noise, share in results.settings.noises:
            place = Place(corpus, noise, share, strategy, CLEANED)
            if noise and place in results.cells:
                value = results.won_back(place, "area").value
                shares.append("–" if math.isnan(value) else percent(value))
        if shares:
            parts.append(f"{', '.join(shares)} on {corpus}")
    noises = listing([noise_text(noise, share) for noise, share in results.settings.noises if noise])
    said = "; ".join(parts) or "nothing can be cleaned"
    return (
        f"Of what planted errors cost the area under the curve with {strategy}, cleaning wins back, with {noises}: "
        f"{said} (– where they cost nothing for sure)."
    )


def _others(results: Results, strategy: str) -> str:
    """Where a strategy is better or worse than the first, on raw votes."""
    first = results.settings.strategies[0]

    def where(claim: str) -> list[str]:
        return _places(results, strategy, lambda one: one.claim == claim)

    sides = [f"{word} {listing(found)}" for word, claim in (("better", "lower"), ("worse", "higher"))
             if (found := where(claim))]  # fmt: skip
    said = " and ".join(sides) or "nowhere told apart"
    return f"By the area under the curve of raw votes, {strategy} is, against {first}: {said}{_powerless(results)}."


def _places(results: Results, strategy: str, is_it: Callable[[Comparison], bool]) -> list[str]:
    found = []
    for corpus in results.corpora:
        noises = [
            noise_text(noise, share)
            for noise, share in results.settings.noises
            if (one := results.against_first.get(("area", Place(corpus, noise, share, strategy, RAW)))) is not None
            and is_it(one)
        ]
        if noises:
            found.append(f"on {corpus} (noise: {', '.join(noises)})")
    return found


def _sure(one: Comparison) -> str:
    return " (told apart)" if one.claim in ("higher", "lower") else ""


def _powerless(results: Results) -> str:
    """A warning where so few seeds cannot pass any test."""
    tests = [one.test for one in results.against_raw.values() if one.test is not None]
    if min((test.smallest_p for test in tests), default=1.0) <= LEVEL / max(1, len(tests) // len(SCORES)):
        return ""
    return f" ({amount(results.settings.seeds, 'seed')} may pass no test after Holm’s correction)"


def _notes(results: Results) -> tuple[str, ...]:
    settings = results.settings
    developed = [corpus for corpus in settings.corpora if corpus in CORPORA]
    return (
        *([f"The weights were developed on {listing(developed)}: nothing here confirms them there."]
          if developed else []),
        *(f"Left out: {reason}." for reason in results.left_out),
        "Planted errors are clicks that do not depend on the item; people who err together, or on hard items, are not "
        "found so. A corpus’s own errors stay in its votes, on test items too, and a method that removes those is "
        "charged for it.",
        "Strategies read votes as they are bought; the learner alone gets them by their weights.",
        f"A vote costs 1. The money is the smaller of {amount(settings.votes, 'vote')} and half of what the pool "
        "offers; the oracle pays for planted errors, too.",
        "One learner, softmax regression on frozen features, learned. Seeds share a corpus’s items: intervals speak of "
        "no other corpus.",
    )  # fmt: skip
