"""A campaign's report: one HTML file that needs nothing else, no network and no script to be read."""

from __future__ import annotations

import base64
import hashlib
import os
from importlib import resources
from pathlib import Path
from string import Template

import numpy as np

from variorum.annotations import format_money
from variorum.annotations.files.places import atomically
from variorum.campaign import CampaignResult
from variorum.checks import need_extra
from variorum.reporting.closing_sections import annotator_section, item_section, money_section, setup_section
from variorum.reporting.curves import compare_arms
from variorum.reporting.drawing import Drawer
from variorum.reporting.headline import headline, main_metric, reference_sentence, verdict
from variorum.reporting.item_cards import CardWriter
from variorum.reporting.learning_section import learning_section
from variorum.reporting.markup import Child, Markup, escape, join, tag
from variorum.reporting.metric_info import info
from variorum.reporting.parts import facts
from variorum.reporting.share_section import entropy_section, share_section
from variorum.reporting.wording import amount

__all__ = ["campaign_report", "write_report"]

_SECTIONS = (
    ("learning", "Learning"),
    ("shares", "Distributions"),
    ("entropy", "Entropy"),
    ("items", "Items"),
    ("annotators", "Annotators"),
    ("money", "Money"),
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
    # Checking every part of every chart against its schema takes longer than all the rest; the tests check them.
    with need_extra("report", "altair").utils.schemapi.debug_mode(False):
        body = _body(result)
    return _page(f"{result.corpus.name} · campaign report", body)


def write_report(result: CampaignResult, path: str | os.PathLike[str]) -> None:
    """Write a campaign's report to a file, all of it or nothing.

    Args:
        result: The campaign.
        path: Where to; what is there is replaced in one step.

    Raises:
        MissingExtraError: If the extra ``report`` is not installed.
        OSError: If the file cannot be written.
    """
    page, target = campaign_report(result), Path(path)
    with atomically(target) as part:
        part.write_text(page, encoding="utf-8", newline="\n")


def _body(result: CampaignResult) -> Markup:
    drawer, cards = Drawer(), CardWriter(result.corpus)
    return join(
        _masthead(result),
        tag("main",
            learning_section(result, drawer),
            share_section(result, drawer, cards),
            entropy_section(result, drawer, cards),
            item_section(result, cards),
            annotator_section(result, drawer),
            money_section(result, drawer),
            setup_section(result)),
        tag("footer", tag("p", "Written by Variorum from the campaign’s record. Natural logarithms throughout.")),
        tag("div", id="tip", role="status", hidden=True),
    )  # fmt: skip


def _masthead(result: CampaignResult) -> Markup:
    key = main_metric(result)
    found: list[Child] = []
    if key is not None:
        claim = verdict(compare_arms(result, key), info(key))
        found = [tag("p", claim, " " if claim else None, reference_sentence(result, key), class_="standfirst")]
    links = [tag("a", title, href=f"#{name}") for name, title in _SECTIONS]
    return tag(
        "header",
        tag("p", "Variorum", tag("span", " campaign report"), class_="kicker"),
        tag("h1", result.corpus.name),
        tag("p", headline(result), class_="lede"),
        *found,
        _key_facts(result),
        tag("nav", *links, aria_label="Sections"),
        class_="masthead",
    )


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


def _asset(name: str) -> str:
    return resources.files("variorum.reporting").joinpath(name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _page(title: str, body: Markup) -> str:
    style, script = _asset("style.css"), _asset("script.js")
    policy = (
        f"default-src 'none'; script-src {_source(script)}; style-src {_source(style)}; img-src data:; "
        "base-uri 'none'; form-action 'none'"
    )
    values = {"policy": policy, "title": escape(title), "style": style, "script": script, "body": body}
    return Template(_asset("page.html")).substitute(values)
