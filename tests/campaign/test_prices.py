"""What requests cost, with an LLM among the annotators and without."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from campaign.small import small_corpus
from variorum.annotations import Annotators, Price
from variorum.campaign import CampaignConfig
from variorum.campaign.prices import prices_of
from variorum.corpora import with_llm
from variorum.errors import ArgumentError

CONFIG = CampaignConfig("small")


def _priced(corpus, *per_annotation, currency="EUR"):
    """The corpus with prices, the last one the LLM's."""
    *people, llm = [Price(per_annotation=each, currency=currency) for each in per_annotation]
    votes = corpus.annotations
    annotators = replace(votes.annotators, prices=tuple(people))
    corpus = replace(corpus, annotations=replace(votes, annotators=annotators))
    return with_llm(corpus, np.zeros(len(corpus.items), int), price=llm)


def test_without_an_llm_the_settings_price_is_everybodys():
    corpus = small_corpus()
    assert set(prices_of(CONFIG, corpus).tolist()) == {50_000}
    assert set(prices_of(replace(CONFIG, price="1"), corpus).tolist()) == {1_000_000}


def test_an_unknown_person_costs_what_people_cost_and_not_what_the_llm_does():
    named = _priced(small_corpus(), *range(10_000, 100_000, 10_000), 2_500)
    prices = prices_of(CONFIG, named)
    # Nine people at 10,000 to 90,000: their median; the LLM among them would give 45,000.
    assert (prices[9], prices[-1]) == (2_500, 50_000)
    assert prices[:9].tolist() == list(range(10_000, 100_000, 10_000))


def test_where_nobody_is_named_the_settings_price_is_peoples_and_the_llm_keeps_its_own():
    unknown = _priced(small_corpus(known=False), 2_500)
    assert unknown.annotators.kind == ("llm",)
    assert prices_of(replace(CONFIG, price="1"), unknown).tolist() == [2_500, 1_000_000]
    assert prices_of(CONFIG, unknown).tolist() == [2_500, 50_000]


def test_the_settings_price_is_also_that_of_an_llm_without_one():
    named = _priced(small_corpus(), *[0] * 9, 2_500)
    assert prices_of(replace(CONFIG, price="1"), named).tolist() == [*[1_000_000] * 9, 2_500, 1_000_000]
    by_token = _priced(small_corpus(), *[0] * 9, 0)
    assert set(prices_of(replace(CONFIG, price="1"), by_token).tolist()) == {1_000_000}


def test_what_cannot_be_paid_is_refused():
    free = _priced(small_corpus(), *[10_000] * 4, 0, *[10_000] * 4, 2_500)
    with pytest.raises(ArgumentError, match="annotator 'small:4' has no price per annotation"):
        prices_of(CONFIG, free)
    dollars = _priced(small_corpus(), *[10_000] * 9, 2_500, currency="USD")
    with pytest.raises(ArgumentError, match="prices are in USD and the campaign's currency is EUR"):
        prices_of(replace(CONFIG, price="1"), dollars)


def test_no_annotators_at_all_cost_the_default():
    corpus = small_corpus(known=False)
    assert corpus.annotators == Annotators()
    assert prices_of(CONFIG, corpus).tolist() == [50_000]
