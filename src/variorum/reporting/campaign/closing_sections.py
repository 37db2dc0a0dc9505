"""Items, annotators, money and setup: the sections that are read one line at a time."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import format_money
from variorum.campaign import CampaignResult
from variorum.evaluation import entropy, js_divergence
from variorum.reporting.campaign.curves import coverage_curves
from variorum.reporting.campaign.endings import endings
from variorum.reporting.campaign.spending import (
    AnnotatorTable,
    agreement_chart,
    annotator_table,
    coverage_chart,
    round_chart,
    round_table,
)
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter, short_id
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.parts import figure, key, section, table
from variorum.reporting.setup_section import setup_section
from variorum.reporting.theme import FAINT, MODEL, RANDOM
from variorum.reporting.wording import amount, money_column, number, percent

__all__ = ["annotator_section", "item_section", "money_section", "settings_section"]

_N_CARDS = 6
_FIRST_ANNOTATORS = 12
_MOST_ANNOTATORS = 300
_MICRO = 1_000_000


def item_section(result: CampaignResult, cards: CardWriter) -> Markup:
    """The most contested and the worst-predicted test items.

    Args:
        result: The campaign.
        cards: Writes the items.

    Returns:
        The section.
    """
    model = result.outcomes[0].predicted
    spread, error = entropy(result.human), js_divergence(result.human, model)

    def pick(score: NDArray[np.float64]) -> Markup:
        # Among equals, more votes say more: 10 against 10 is a contest, 1 against 1 hardly.
        order = np.lexsort((np.arange(score.size), -result.human_votes, -score.round(9)))[:_N_CARDS]
        figures = [
            (f"entropy {number(float(spread[k]), 2)}", f"JS divergence {number(float(error[k]), 3)}") for k in order
        ]
        made = [
            cards.card(int(result.test[k]), result.human[k], model[k], float(result.human_votes[k]), named)
            for k, named in zip(order, figures, strict=True)
        ]
        return tag("div", *made, class_="cards")

    notice = (
        "This corpus holds abusive or otherwise disturbing text. Texts and reasons stay closed until you open them."
        if result.corpus.sensitive
        else None
    )
    return section(
        "items",
        "The items themselves",
        tag("p", notice, class_="notice") if notice else None,
        tag("h3", "Most contested"),
        tag("p", "Test items whose votes have the highest entropy, with their readings and reasons.", class_="lead-in"),
        pick(spread),
        tag("h3", "Worst predicted"),
        tag("p", "Test items where the model is farthest from people, by JS divergence in nats. With few votes, chance "
            "alone puts items here.", class_="lead-in"),
        pick(error),
    )  # fmt: skip


def annotator_section(result: CampaignResult, drawer: Drawer) -> Markup:
    """Annotators with counts, agreement with the rest and cost.

    Args:
        result: The campaign.
        drawer: Draws the chart.

    Returns:
        The section.
    """
    corpus, outcome = result.corpus, result.outcomes[0]
    rows = annotator_table(outcome.bought, corpus)
    known = int(np.count_nonzero(rows.code >= 0))
    defined = int(np.count_nonzero(~np.isnan(rows.agreement)))
    lead = (
        f"{amount(known, 'annotator')} in {corpus.name}. Bought by {outcome.arm.name} with the first seed; agreement "
        "is measured on the whole corpus: the mean, over an annotator’s annotations, of the share of other votes on "
        "that item with the same label. Low agreement may be a reading of one’s own as well as a slip."
    )
    if not known:
        lead = f"{corpus.name} does not say who gave which vote, so that annotators cannot be told apart."
    children: list[Child] = [tag("p", lead, class_="lead-in")]
    listed = _annotator_rows(result, rows)
    # What matters most comes first: a phone shows the first columns and scrolls to the rest.
    head = ["annotator", "answered", "agreement", "cost", "abstained", "unsure", "kind"]
    framed = table(head, listed[:_FIRST_ANNOTATORS], numeric=range(1, 6), class_="annotators")
    more = listed[_FIRST_ANNOTATORS:_MOST_ANNOTATORS]
    if more:
        rest = len(listed) - _FIRST_ANNOTATORS - len(more)
        tail = tag("p", f"{amount(rest, 'further annotator')} not listed.", class_="note") if rest else None
        inside = table(head, more, numeric=range(1, 6), class_="annotators")
        framed = tag("div", framed, tag("details", tag("summary", amount(len(more), "more annotator")), inside, tail))
    if defined > 1:
        ids = [_annotator_name(result, int(code)) for code in rows.code]
        drawing = drawer.draw(agreement_chart(rows, ids, width=280), "Agreement with the rest against annotations")
        how = (
            "Each dot is an annotator: to the right, more annotations; upward, more of the others agree. The dashed "
            "line is the median. A dot far below it deserves a look at the reasons before a verdict."
        )
        drawn = figure("annotators", [drawing], caption="Agreement with the rest", how=how)
        framed = tag("div", framed, drawn, class_="split")
    return section("annotators", "Who answered", *children, framed)


def _annotator_name(result: CampaignResult, code: int) -> str:
    return short_id(result.corpus.annotators.ids[code], result.corpus.name) if code >= 0 else "unknown annotators"


def _annotator_rows(result: CampaignResult, rows: AnnotatorTable) -> list[list[Child]]:
    listed: list[list[Child]] = []
    costs = money_column(rows.cost.tolist(), result.config.currency)
    for k, code in enumerate(rows.code):
        agreement = float(rows.agreement[k])
        kind = result.corpus.annotators.kind[int(code)] if code >= 0 else "–"
        listed.append([
            _annotator_name(result, int(code)), f"{rows.answered[k]:,}",
            "–" if math.isnan(agreement) else number(agreement, 2),
            costs[k], f"{rows.abstained[k]:,}",
            f"{rows.unsure[k]:,}", kind,
        ])  # fmt: skip
    return listed


def money_section(result: CampaignResult, drawer: Drawer) -> Markup:
    """The money over time, on what it was spent, and how often availability decided.

    Args:
        result: The campaign.
        drawer: Draws the charts.

    Returns:
        The section.
    """
    outcome, currency = result.outcomes[0], result.config.currency
    rounds = round_table(outcome.bought, result.validation)
    # An LLM of which nothing was bought has no block.
    of_llm = (("LLM", rounds.llm, FAINT),) if rounds.by_llm.any() else ()
    spent = (("training", rounds.training, MODEL), ("validation", rounds.validation, RANDOM), *of_llm)
    answers = (
        ("answered", rounds.answered, MODEL),
        ("abstained", rounds.abstained, RANDOM),
        ("unsure", rounds.unsure, FAINT),
    )
    money = round_chart(rounds, spent, title=currency, unit=currency, width=262, scale=_MICRO)
    votes = round_chart(rounds, answers, title="requests", unit="", width=262)
    blocks = ("chosen block", "random block", "faint block")
    sums = money_column([int(values.sum()) for _, values, _ in spent], currency)
    money_key = key([(kind, name, paid) for kind, (name, _, _), paid in zip(blocks, spent, sums, strict=False)])
    vote_key = key([(kind, name, f"{int(values.sum()):,}") for kind, (name, values, _) in
                    zip(blocks, answers, strict=True)])  # fmt: skip
    which = f"{outcome.arm.name}, first seed."
    reached = coverage_curves(result)
    coverage = drawer.draw(
        coverage_chart(reached, currency=currency, width=262), "Items with an answer against money spent"
    )
    arms_key = key(
        [(kind, c.arm, f"{round(float(c.mean[-1])):,}") for kind, c in zip(("chosen", "random"), reached, strict=False)]
    )
    drawn = tag(
        "div",
        figure("spent", [money_key, drawer.draw(money, "Money spent in each round")], caption="Spent in each round",
               how=f"One bar a round of {which} Validation votes measure the model and cost like all others."),
        figure("status", [vote_key, drawer.draw(votes, "Answers in each round")], caption="What came back",
               how=f"Requests to people of {which} An abstention is paid for and kept; it is no vote."),
        figure("coverage", [arms_key, coverage], caption="How far it reached",
               how="Pool items with at least one answer, mean over seeds. A flat line: second votes on known items."),
        class_="trio",
    )  # fmt: skip
    head, rows = _arm_table(result)
    arms = table(head, rows, numeric=range(1, len(head)), class_="arms")
    return section("money", "Where the money went", drawn, arms, *endings(result), _forced(result))


def _arm_table(result: CampaignResult) -> tuple[list[str], list[list[Child]]]:
    """Requests to people and what they cost, an arm a row; what LLMs answered and cost, where one was asked."""
    tables = [round_table(outcome.bought, result.validation) for outcome in result.outcomes]
    with_llm = any(each.by_llm.any() for each in tables)
    head = ["first seed", "requests", "answered", "abstained", "unsure", *["LLM votes"] * with_llm,
            "training", "validation", *["LLM"] * with_llm, "total",
            f"{result.config.currency} per answer"]  # fmt: skip
    parts = [[int(x.sum()) for x in (t.training, t.validation, *[t.llm] * with_llm)] for t in tables]
    money = money_column([value for part in parts for value in (*part, sum(part))], result.config.currency)
    rows: list[list[Child]] = []
    for k, (outcome, t) in enumerate(zip(result.outcomes, tables, strict=True)):
        answered, abstained, unsure = (int(x.sum()) for x in (t.answered, t.abstained, t.unsure))
        counts = [answered + abstained + unsure, answered, abstained, unsure, *[int(t.by_llm.sum())] * with_llm]
        # What people's answers cost: an LLM's many cheap ones would hide it.
        each = number(sum(parts[k][:2]) / _MICRO / answered, 4) if answered else "–"
        width = len(parts[k]) + 1
        paid = money[width * k : width * (k + 1)]
        rows.append([outcome.arm.name, *(f"{count:,}" for count in counts), *paid, each])
    return head, rows


def _forced(result: CampaignResult) -> Markup:
    parts = [
        f"{o.arm.name}: {o.n_forced:,} of {amount(o.n_assignments, 'assignment')}"
        + (f" ({percent(o.n_forced / o.n_assignments)})" if o.n_assignments else "")
        for o in result.outcomes
    ]
    return tag("p", tag("b", "How often availability decided. "), "A replay can sell only annotations that exist. One "
               "annotator alone was left to choose from, the one whom the policy wanted could not be asked, or it had "
               f"nothing to choose by and fell back to chance, in: {'; '.join(parts)}. Over all seeds, validation "
               "excluded.",
               class_="note wide-note")  # fmt: skip


def settings_section(result: CampaignResult) -> Markup:
    """Population, corpus, settings: all that it takes to run it again.

    Args:
        result: The campaign.

    Returns:
        The section.
    """
    corpus, config = result.corpus, result.config
    described: list[tuple[str, Child]] = [
        ("corpus", corpus.name),
        ("labels", f"{corpus.scheme.kind}: {', '.join(corpus.scheme.labels)}"),
        (
            "items",
            f"{len(corpus.items):,}, of them {result.n_pool:,} pool, {result.n_validation:,} validation and "
            f"{len(result.test):,} test",
        ),
        ("annotations", f"{len(corpus.annotations):,} answered of {corpus.annotations.n_rows:,}"),
        ("annotators", f"{len(corpus.annotators):,} known"),
    ]
    settings: list[tuple[str, Child]] = [
        (name.replace("_", " "), _setting(result, name, value)) for name, value in config.to_json().items()
    ]
    population = [[tag("b", "Population. "), result.population]]
    return setup_section("How it was run", population, corpus, described, "Settings", settings)


def _setting(result: CampaignResult, name: str, value: object) -> str:
    currency = result.config.currency
    if name == "budget":
        paid = f"{format_money(result.budget, currency)} for each arm and seed"
        return f"{paid} (not set)" if value is None else paid
    if name == "price":
        costs = [o.bought.cost for o in result.outcomes if o.bought.cost is not None and o.bought.n_rows]
        priced = [cost[cost > 0] for cost in costs if (cost > 0).any()]
        if not priced:
            return "nothing was paid" if value is None else f"{value} {currency}"
        low, high = min(int(cost.min()) for cost in priced), max(int(cost.max()) for cost in priced)
        paid = " to ".join(money_column(sorted({low, high}), currency))
        own = " (the annotators’ own)" if value is None and result.corpus.annotators.prices is not None else ""
        return f"{paid} a request{own}"
    return "–" if value is None else f"{value:,}" if isinstance(value, int) else str(value)
