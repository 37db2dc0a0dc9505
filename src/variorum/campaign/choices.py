"""A campaign's settings: each name must stand for something, and fit the votes, before anything is bought."""

from __future__ import annotations

import numpy as np

from variorum import acquisition, assignment
from variorum.annotations import Annotations
from variorum.campaign.config import CampaignConfig
from variorum.campaign.inputs import learner_of
from variorum.campaign.layout import of_people
from variorum.campaign.llm_desk import LLM_USES
from variorum.campaign.stopping import STOPPING
from variorum.campaign.vote_weights import VOTE_WEIGHTS
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.training.delivery import WHOLE_VOTES

__all__ = ["check_choices", "check_votes"]


def check_choices(config: CampaignConfig) -> None:
    """Refuse settings that name a policy, a rule or a use of LLMs that does not exist.

    Args:
        config: The settings.

    Raises:
        UnknownNameError: If a name is not known.
        ArgumentError: If votes are to be weighed, and the learner's delivery takes whole ones.
    """
    as_choice("acquisition", config.acquisition, acquisition.METHODS)
    as_choice("llm", config.llm, LLM_USES)
    as_choice("first_acquisition", config.first_acquisition, acquisition.METHODS)
    as_choice("assignment", config.assignment, assignment.METHODS)
    as_choice("stop", config.stop, STOPPING)
    as_choice("vote_weights", config.vote_weights, VOTE_WEIGHTS)
    delivery = _delivery_of(config)
    if config.vote_weights != "raw" and delivery in WHOLE_VOTES:
        raise ArgumentError(
            f"the delivery {delivery!r} shows votes one by one and takes whole ones, and vote_weights = "
            f"{config.vote_weights!r} weighs them. Use the delivery 'soft' or 'sls', or --vote-weights raw."
        )


def check_votes(config: CampaignConfig, votes: Annotations) -> None:
    """Refuse elicited distributions for a learner that is shown votes one by one.

    Args:
        config: The settings.
        votes: What can be bought, or is there.

    Raises:
        ArgumentError: If a distribution would count as a vote, and the learner's delivery takes whole ones.
    """
    delivery = _delivery_of(config)
    if delivery not in WHOLE_VOTES:
        return
    # An LLM that is no person tells its distribution to a prior, or to nobody.
    shares = (of_people(votes) if config.llm in ("prior", "ignore") else votes).distribution
    whole = shares is None or bool((np.isnan(shares) | (shares == 0) | (shares == 1)).all())
    if not whole:
        raise ArgumentError(
            f"{config.corpus} holds elicited label distributions, and the delivery {delivery!r} shows votes one by one "
            "and takes whole ones. Use the delivery 'soft' or 'sls'."
        )


def _delivery_of(config: CampaignConfig) -> str:
    # A learner of counts has none, and takes any weight.
    return str(getattr(learner_of(config), "delivery", "soft"))
