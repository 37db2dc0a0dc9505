"""What came out of the study: sentences that the numbers write."""

from __future__ import annotations

from collections.abc import Sequence

from variorum.reporting.study import Findings
from variorum.reporting.wording import amount, listing, percent
from variorum.studies.base import Run
from variorum.studies.comparison import LEVEL
from variorum.studies.llm_routing.goals import goal_sentences, released_sentences
from variorum.studies.llm_routing.results import Place, Results
from variorum.studies.llm_routing.sections import (
    corpus_section,
    curves_data,
    goal_section,
    money_data,
    strategies_section,
)
from variorum.studies.llm_routing.settings import CORPORA, FLAWS, LlmRoutingSettings

__all__ = ["routing_findings"]


def routing_findings(settings: LlmRoutingSettings, runs: Sequence[Run]) -> Findings:
    """Tables, charts and sentences.

    Args:
        settings: Of the study.
        runs: All of them.

    Returns:
        The findings.
    """
    results = Results(settings, runs)
    return Findings(
        (*goal_sentences(results), *released_sentences(results), *(_final(results, llm) for llm in _llms(results))),
        (
            goal_section(results),
            *(corpus_section(results, corpus) for corpus in results.corpora),
            strategies_section(),
        ),
        _notes(settings),
        (),
        (money_data(results), curves_data(results)),
    )


def _llms(results: Results) -> list[str]:
    """The LLMs of all corpora, each once."""
    return list(dict.fromkeys(llm for corpus in results.corpora for llm in results.settings.llms(corpus)))


def _final(results: Results, llm: str) -> str:
    """Which strategies end better or worse than without this LLM, for the same money."""
    price, parts = results.settings.goal_price, []
    corpora = [corpus for corpus in results.corpora if llm in results.settings.llms(corpus)]
    for strategy in results.settings.with_llm:
        claims = {corpus: results.compared[Place(corpus, llm, price, strategy)].claim for corpus in corpora}
        better = [corpus for corpus, claim in claims.items() if claim == "lower"]
        worse = [corpus for corpus, claim in claims.items() if claim == "higher"]
        sides = [f"better on {listing(better)}"] if better else []
        sides += [f"worse on {listing(worse)}"] if worse else []
        if sides:
            parts.append(f"{strategy} {' and '.join(sides)}")
    said = "; ".join(parts) or "no strategy is told apart"
    name = f"the LLM {llm}" if llm in FLAWS else f"the model {llm}"
    return f"For the same money as without {name}, at 1/{price}: {said}{_powerless(results)}."


def _powerless(results: Results) -> str:
    """A warning where so few seeds cannot pass any test after Holm's correction."""
    tests = [each.test for each in results.compared.values() if each.test is not None]
    least = min((test.smallest_p for test in tests), default=1.0) * len(results.settings.with_llm)
    if least <= LEVEL:
        return ""
    return f" ({amount(results.settings.seeds, 'seed')} can pass no test after Holm’s correction)"


def _notes(settings: LlmRoutingSettings) -> tuple[str, ...]:
    notes = [
        "A simulated LLM’s answers lie around people’s own shares on an item. Real ones err in other ways.",
        "Whole: the LLM tells its label distribution for the price of a vote; released answers are whole, too.",
        "A biased LLM errs on a half-space of the same features that the learner reads, which is kind to a learner "
        "that has to find it.",
        f"A person’s vote costs 1. People’s money is the smaller of {amount(settings.votes, 'vote')} and half of what "
        f"people offer in the pool; strategies with an LLM go on to {percent(settings.stretch)} of it.",
        "Intervals of shares of money are over seeds alone, and seeds share a corpus’s items: they speak of no other "
        "corpus. The goal’s “met” is about mean curves; the last column says where the whole interval keeps to it.",
        "One learner, softmax regression on frozen features, learned; another may use an LLM otherwise.",
    ]
    developed = [corpus for corpus in settings.corpora if corpus in CORPORA]
    if developed:
        notes.insert(0, f"The use of an LLM was developed on {listing(developed)}: nothing here confirms it there.")
    if "chaosnli-varierr" in settings.corpora:
        notes.append(
            "GPT scored those labels alone that one of VariErr’s four annotators had given: what labels-alone saves is "
            "theirs, and GPT’s is what it saves beyond that."
        )
    if "anli-verifiers" in settings.corpora:
        notes.append(
            "People’s votes on ANLI are two or three of verifiers, on items chosen for being hard for a model and "
            "agreed upon; its models are fine-tuned classifiers."
        )
    return tuple(notes)
