"""How large a round is, how many there will be, and who chooses in the first of them."""

from __future__ import annotations

import math

from variorum.campaign.config import CampaignConfig

__all__ = ["is_warm_up", "n_rounds", "round_size"]


def round_size(config: CampaignConfig, round_: int, most: int) -> int:
    """Requests in a round: a cold start, then batches, each `CampaignConfig.batch_growth` times the one before.

    Args:
        config: The settings.
        round_: The round, from 0.
        most: What the money allows.

    Returns:
        A number from 0 to `most`; growing batches are rounded.

    Example:
        >>> config = CampaignConfig("synthetic-plain", cold_start=100, batch=50, batch_growth=1.25)
        >>> [round_size(config, number, 1000) for number in range(5)]
        [100, 50, 62, 78, 98]
    """
    if round_ == 0:
        return min(config.cold_start, most)
    size = float(config.batch)
    if config.batch_growth > 1:
        for _ in range(round_ - 1):
            # Bounded at every step, so that no number of rounds makes it infinite.
            size = min(size * config.batch_growth, float(max(most, config.batch)))
    return min(round(size), most)


def n_rounds(config: CampaignConfig, requests: int) -> int:
    """How many rounds it takes to make some requests, at least 1.

    Example:
        >>> config = CampaignConfig("synthetic-plain", cold_start=100, batch=50)
        >>> n_rounds(config, 1000), n_rounds(CampaignConfig("x", batch_growth=1.25), 1000)
        (19, 9)
    """
    left = requests - config.cold_start
    if config.batch_growth == 1:
        return 1 + max(0, math.ceil(left / config.batch))
    rounds, size = 1, float(config.batch)
    while left > 0:
        left -= round(size)
        size *= config.batch_growth
        rounds += 1
    return rounds


def is_warm_up(config: CampaignConfig, round_: int) -> bool:
    """Whether a round belongs to those in which `CampaignConfig.first_acquisition` chooses, and annotators are random.

    Example:
        >>> [is_warm_up(CampaignConfig("synthetic-plain", warm_up=2), number) for number in range(3)]
        [True, True, False]
    """
    return round_ < config.warm_up
