"""The report of a live campaign: what people said of each item, who said it, what it cost, and what is still out."""

from __future__ import annotations

import os
from typing import Final

import numpy as np

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, format_money
from variorum.campaign.live import LiveResult
from variorum.evaluation import entropy
from variorum.labels import normalize
from variorum.reporting.item_cards import CardWriter, short_id
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.page import masthead, page, render, write_page
from variorum.reporting.parts import facts, section, table
from variorum.reporting.setup_section import setup_section
from variorum.reporting.wording import amount, clip_text, money_column, number, percent

__all__ = ["live_report", "write_live_report"]

_SECTIONS: Final = (
    ("progress", "Progress"),
    ("items", "Items"),
    ("annotators", "Annotators"),
    ("aside", "Kept aside"),
    ("setup", "Setup"),
)
_MOST_CARDS: Final = 6
_MOST_ROWS: Final = 500


def live_report(result: LiveResult) -> str:
    """Write a live campaign up as one HTML page, whether it is over or not.

    Args:
        result: The campaign.

    Returns:
        The page: self-contained, as `campaign_report` makes it. Every text from people is escaped.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    return render(f"{result.corpus.name} · live campaign", lambda: _body(result))


def write_live_report(result: LiveResult, path: str | os.PathLike[str]) -> None:
    """Write a live campaign's report to a file, all of it or nothing.

    Args:
        result: The campaign.
        path: Where to; what is there is replaced in one step.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    write_page(live_report(result), path)


def _body(result: LiveResult) -> Markup:
    sections = [_progress(result), _items(result), _annotators(result), _aside(result), _setup(result)]
    return page(_masthead(result), sections, "Written by Variorum from the campaign’s record. Natural logarithms.")


def _masthead(result: LiveResult) -> Markup:
    votes, currency = result.counts.sum(axis=1), result.config.currency
    reached = int(np.count_nonzero(votes))
    lede = (
        f"{amount(round(float(votes.sum())), 'vote')} on {reached:,} of {amount(len(result.corpus.items), 'item')}, "
        f"for {format_money(result.spent, currency)} of {format_money(result.budget, currency)}."
    )
    stopped = result.rounds[-1].stopped if result.rounds else ""
    state = f"It is not over: {result.why}" if result.why else f"It is over{f': {stopped}' if stopped else '.'}"
    return masthead(
        "live campaign",
        result.corpus.name,
        _SECTIONS,
        tag("p", lede, class_="lede"),
        tag("p", state, class_="standfirst"),
        facts([
            ("rounds that are over", f"{len(result.rounds):,}"),
            ("annotators", f"{len(result.corpus.annotators):,}"),
            ("withdrawn", amount(result.n_withdrawn, "request")),
            ("kept aside", amount(len(result.aside), "row")),
        ]),
    )  # fmt: skip


def _progress(result: LiveResult) -> Markup:
    currency = result.config.currency
    paid = money_column([score.spent for score in result.rounds], currency)
    rows: list[list[Child]] = [
        [str(score.round), f"{score.requests:,}", f"{score.items:,}", money, _score(score.validation)]
        for score, money in zip(result.rounds, paid, strict=True)
    ]
    how = (
        "Sums to the end of each round. The score is the mean soft cross-entropy, in nats, of the model on the votes "
        "bought for validation items: lower is better, and with few votes it is little more than noise. Nobody knows "
        "the truth of a live campaign, so that no other score is given."
    )
    out = [[state.annotator, f"{state.n_open:,} of {state.n_requests:,}", state.path] for state in result.waiting]
    waiting = [tag("h3", "Still out"), table(["annotator", "open", "sheet"], out, numeric=[1])] if out else []
    head = ["round", "requests", "training items with a vote", "paid", "validation score"]
    return section(
        "progress",
        "How far it is",
        tag("p", how, class_="lead-in"),
        table(head, rows, numeric=range(1, 5)),
        *waiting,
    )


def _score(value: float) -> str:
    return "–" if np.isnan(value) else number(value)


def _items(result: LiveResult) -> Markup:
    labels, items = result.corpus.scheme.labels, result.corpus.items
    votes = result.counts.sum(axis=1)
    with_votes = np.flatnonzero(votes)
    human = normalize(result.counts[with_votes])
    spread = entropy(human) if with_votes.size else np.zeros(0)
    first = np.lexsort((with_votes, -votes[with_votes], -spread.round(9)))[: min(_MOST_CARDS, int((spread > 0).sum()))]
    cards = CardWriter(result.corpus)
    made = [
        cards.card(
            int(with_votes[k]), human[k], result.predicted[with_votes[k]], float(votes[with_votes[k]]),
            [f"entropy {number(float(spread[k]), 2)}"],
        )
        for k in first
    ]  # fmt: skip
    shown = np.argsort(-votes, kind="stable")[:_MOST_ROWS]
    side = np.full(len(items), "training", object)
    side[result.validation] = "validation"
    rows: list[list[Child]] = [
        [clip_text(items.ids[k], 40), f"{votes[k]:,.0f}", *(percent(float(p)) for p in result.predicted[k]), side[k]]
        for k in shown
    ]
    rest = len(items) - shown.size
    return section(
        "items",
        "The items themselves",
        tag("h3", "Most contested"),
        tag("p", "Items whose votes have the highest entropy, with their readings and reasons.", class_="lead-in"),
        tag("div", *made, class_="cards") if made else tag("p", "Nobody disagrees yet.", class_="note"),
        tag("h3", "The model’s distribution of every item"),
        tag("p", "What the model, fitted to the votes on training items, predicts. distributions.csv holds all of them "
            "with all digits.", class_="lead-in"),
        table(["item", "votes", *labels, "used for"], rows, numeric=range(1, 2 + len(labels))),
        tag("p", f"{amount(rest, 'further item')} not listed.", class_="note") if rest else None,
    )  # fmt: skip


def _annotators(result: LiveResult) -> Markup:
    bought, people = result.corpus.annotations, result.corpus.annotators
    cost = np.zeros(bought.n_rows, np.int64) if bought.cost is None else bought.cost
    known = bought.annotator >= 0

    def count(status: int) -> list[str]:
        rows = known & (bought.status == status)
        return [f"{n:,}" for n in np.bincount(bought.annotator[rows], minlength=len(people))]

    paid = np.zeros(len(people), np.int64)
    np.add.at(paid, bought.annotator[known], cost[known])
    names = [short_id(name, result.corpus.name) for name in people.ids]
    money = money_column(paid.tolist(), result.config.currency)
    rows = zip(names, count(ANSWERED), count(ABSTAINED), count(UNSURE), money, people.kind, strict=True)
    return section(
        "annotators",
        "Who answered",
        table(["annotator", "votes", "abstained", "unsure", "paid", "kind"], rows, numeric=range(1, 5)),
        *(tag("p", f"{str(change)[0].upper()}{str(change)[1:]}", class_="note") for change in result.changes),
    )


def _aside(result: LiveResult) -> Markup:
    lead = "Rows that came back and answer no request. None was dropped: aside.csv holds each of them, and why."
    rows = [[each.row.file, each.row.line, each.kind, each.why] for each in result.aside[:_MOST_ROWS]]
    rest = len(result.aside) - len(rows)
    found = table(["file", "where", "kind", "why"], rows) if rows else tag("p", "There is none.", class_="note")
    tail = tag("p", f"{amount(rest, 'further row')} not listed.", class_="note") if rest else None
    return section("aside", "Kept aside", tag("p", lead, class_="lead-in") if rows else None, found, tail)


def _setup(result: LiveResult) -> Markup:
    corpus = result.corpus
    described: list[tuple[str, Child]] = [
        ("corpus", corpus.name),
        ("labels", f"{corpus.scheme.kind}: {', '.join(corpus.scheme.labels)}"),
        ("items", f"{len(corpus.items):,}, of them {result.pool.size:,} to train on and {result.validation.size:,} to "
         "validate on"),
    ]  # fmt: skip
    settings: list[tuple[str, Child]] = [
        (name.replace("_", " "), "–" if value in (None, [], {}) else _text(value))
        for name, value in result.config.to_json().items()
    ]
    population = [[tag("b", "Population. "), result.population]]
    return setup_section("How it was run", population, corpus, described, "Settings", settings)


def _text(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)
