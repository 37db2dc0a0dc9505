"""What a request costs, and how much money there is."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, format_money, micro_units
from variorum.campaign.config import CampaignConfig
from variorum.campaign.pairs import Pairs
from variorum.errors import ArgumentError

__all__ = ["budget_of", "offered_prices", "prices_of"]

_DEFAULT_PRICE = "0.05"
_DEFAULT_REQUESTS = 1000


def offered_prices(
    pairs: Pairs, prices: NDArray[np.int64], items: NDArray[np.int64], apart: NDArray[np.bool_], quota: int | None
) -> NDArray[np.int64]:
    """The price of everything that policies can buy of some items.

    Args:
        pairs: What can be sold.
        prices: As `prices_of` gives them.
        items: Positions of the items that are for sale.
        apart: Annotators whom no policy may ask, shape (n_annotators,).
        quota: The most requests that each known annotator takes; ``None`` for any number.

    Returns:
        Micro-units, one entry a request.
    """
    offered = np.isin(pairs.item, items) & ~np.append(apart, False)[pairs.annotator]
    # The unknown annotator, who has no quota, comes first here.
    times = np.bincount(pairs.annotator[offered] + 1, pairs.quantity[offered], prices.size).astype(int)
    times[1:] = np.minimum(times[1:], quota or times.max())
    return np.repeat(np.roll(prices, 1), times)


def budget_of(
    config: CampaignConfig,
    pairs: Pairs,
    prices: NDArray[np.int64],
    items: NDArray[np.int64],
    apart: NDArray[np.bool_],
) -> int:
    """The money to spend: what the settings say, else what buys 1,000 requests, or all where there are fewer.

    Args:
        config: The settings.
        pairs: What can be sold.
        prices: As `prices_of` gives them.
        items: Positions of the items that are for sale.
        apart: Annotators whom no policy may ask, shape (n_annotators,); their prices do not count here.

    Returns:
        Micro-units.

    Raises:
        ArgumentError: If it does not buy one annotation.
    """
    if config.budget is not None:
        budget = micro_units(config.budget)
    else:
        each = offered_prices(pairs, prices, items, apart, config.quota)
        budget = int(min(each.sum(), _DEFAULT_REQUESTS * int(np.median(each)))) if each.size else 0
    cheapest = int(prices[~np.append(apart, False)].min())
    if budget < cheapest:
        raise ArgumentError(
            f"budget {format_money(budget, config.currency)} does not buy one annotation at "
            f"{format_money(cheapest, config.currency)}."
        )
    return budget


def prices_of(config: CampaignConfig, corpus: Corpus) -> NDArray[np.int64]:
    """What a request costs.

    Args:
        config: The settings; their price is every person's, where there is one, and that of an LLM without a price per
            annotation.
        corpus: The corpus; an LLM's own price counts in any case, the other annotators' where the settings have none.

    Returns:
        Micro-units of a request to each annotator, the unknown one last, shape (n_annotators + 1,). The unknown one is
        a person and costs the median of those who are named; 0.05 where nobody is.

    Raises:
        ArgumentError: If an annotator has no price per annotation, or prices are in another currency.

    Example:
        >>> from variorum.corpora import Population, synthetic_corpus, with_llm
        >>> from variorum.annotations import Price
        >>> corpus = synthetic_corpus(Population("tiny", seed=1, n_items=4, n_annotators=12, votes_per_item=(2, 2)))
        >>> more = with_llm(corpus, np.array([0, 2, 0, 1]), price=Price(per_annotation=2_500))
        >>> prices_of(CampaignConfig("tiny", price="1"), more)[-2:]
        array([   2500, 1000000])
    """
    annotators = corpus.annotators
    own = annotators.prices
    flat = micro_units(_DEFAULT_PRICE if config.price is None else config.price)
    people = ~annotators.is_llm
    if not own or (config.price is not None and people.all()):
        return np.full(len(annotators) + 1, flat, np.int64)
    if own[0].currency != config.currency:
        raise ArgumentError(
            f"the annotators' prices are in {own[0].currency} and the campaign's currency is {config.currency}; "
            f"set currency to {own[0].currency}{', or give a price' if config.price is None else ''}."
        )
    each = np.array([price.per_annotation for price in own], np.int64)
    if config.price is not None:
        return np.append(np.where(people | (each <= 0), flat, each), flat)
    if each.min() <= 0:
        raise ArgumentError(
            f"annotator {annotators.ids[int(each.argmin())]!r} has no price per annotation, and a "
            "campaign pays by the annotation; give one price for all with --price."
        )
    return np.append(each, int(np.median(each[people])) if people.any() else flat)
