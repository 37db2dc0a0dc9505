"""A campaign's report: one HTML file that needs nothing else, no network and no script to be read."""

from __future__ import annotations

import os

import numpy as np

from variorum.annotations import format_money
from variorum.campaign import CampaignResult
from variorum.reporting.campaign.alarm_section import alarm_section
from variorum.reporting.campaign.closing_sections import (
    annotator_section,
    item_section,
    money_section,
    settings_section,
)
from variorum.reporting.campaign.curves import compare_arms
from variorum.reporting.campaign.headline import headline, main_metric, reference_sentence, verdict
from variorum.reporting.campaign.learning_section import learning_section
from variorum.reporting.campaign.metric_info import info
from variorum.reporting.campaign.share_section import entropy_section, share_section
from variorum.reporting.drawing import Drawer
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.markup import Child, Markup, tag
from variorum.reporting.page import masthead, page, render, write_page
from variorum.reporting.parts import facts
from variorum.reporting.wording import amount

__all__ = ["campaign_report", "write_report"]

_SECTIONS = (
    ("learning", "Learning"),
    ("shares", "Distributions"),
    ("entropy", "Entropy"),
    ("items", "Items"),
    ("annotators", "Annotators"),
    ("money", "Money"),
    ("alarms", "Alarms"),
    ("setup", "Setup"),
)


def campaign_report(result: CampaignResult) -> str:
    """Write a campaign up as one HTML page.

    Args:
        result: The campaign.

    Returns:
        The page: self-contained, under a content security policy that allows its own style and script by their hashes
        and nothing else. Every text from the corpus is escaped; texts of a sensitive corpus are closed until opened.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
    """
    return render(f"{result.corpus.name} · campaign report", lambda: _body(result))


def write_report(result: CampaignResult, path: str | os.PathLike[str]) -> None:
    """Write a campaign's report to a file, all of it or nothing.

    Args:
        result: The campaign.
        path: Where to; what is there is replaced in one step.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    write_page(campaign_report(result), path)


def _body(result: CampaignResult) -> Markup:
    drawer, cards = Drawer(), CardWriter(result.corpus)
    sections = [
        learning_section(result, drawer),
        share_section(result, drawer, cards),
        entropy_section(result, drawer, cards),
        item_section(result, cards),
        annotator_section(result, drawer),
        money_section(result, drawer),
        alarm_section(result),
        settings_section(result),
    ]
    closing = "Written by Variorum from the campaign’s record. Natural logarithms throughout."
    return page(_masthead(result), sections, closing)


def _masthead(result: CampaignResult) -> Markup:
    key = main_metric(result)
    found: list[Child] = []
    if key is not None:
        claim = verdict(compare_arms(result, key), info(key))
        found = [tag("p", claim, " " if claim else None, reference_sentence(result, key), class_="standfirst")]
    lede = tag("p", headline(result), class_="lede")
    return masthead("campaign report", result.corpus.name, _SECTIONS, lede, *found, _key_facts(result))


def _key_facts(result: CampaignResult) -> Markup:
    votes = result.human_votes
    low, middle, high = (f"{float(v):,.4g}" for v in (votes.min(), np.median(votes), votes.max()))
    behind = low if low == high else f"{middle} ({low} to {high})"
    return facts([
        ("budget per arm", format_money(result.budget, result.config.currency)),
        ("bought, first seed", amount(result.outcomes[0].bought.n_rows, "annotation")),
        ("test items", f"{len(result.test):,}"),
        ("votes behind each", behind),
        ("annotators", f"{len(result.corpus.annotators):,}" if len(result.corpus.annotators) else "unknown"),
        ("seeds", f"{len({row.seed for row in result.rounds}):,}"),
    ])  # fmt: skip
