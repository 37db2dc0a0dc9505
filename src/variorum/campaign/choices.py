"""The names in a campaign's settings: each must stand for something before anything is bought."""

from __future__ import annotations

from variorum import acquisition, assignment
from variorum.campaign.config import CampaignConfig
from variorum.campaign.inputs import learner_of
from variorum.campaign.llm_desk import LLM_USES
from variorum.campaign.stopping import STOPPING
from variorum.campaign.vote_weights import VOTE_WEIGHTS
from variorum.checks import as_choice
from variorum.errors import ArgumentError
from variorum.training.delivery import WHOLE_VOTES

__all__ = ["check_choices"]


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
    delivery = getattr(learner_of(config), "delivery", "soft")
    if config.vote_weights != "raw" and delivery in WHOLE_VOTES:
        raise ArgumentError(
            f"the delivery {delivery!r} shows votes one by one and takes whole ones, and vote_weights = "
            f"{config.vote_weights!r} weighs them. Use the delivery 'soft' or 'sls', or --vote-weights raw."
        )
