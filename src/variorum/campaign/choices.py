"""The names in a campaign's settings: each must stand for something before anything is bought."""

from __future__ import annotations

from variorum import acquisition, assignment
from variorum.campaign.config import CampaignConfig
from variorum.campaign.llm_desk import LLM_USES
from variorum.campaign.stopping import STOPPING
from variorum.checks import as_choice

__all__ = ["check_choices"]


def check_choices(config: CampaignConfig) -> None:
    """Refuse settings that name a policy, a rule or a use of LLMs that does not exist.

    Args:
        config: The settings.

    Raises:
        UnknownNameError: If a name is not known.
    """
    as_choice("acquisition", config.acquisition, acquisition.METHODS)
    as_choice("llm", config.llm, LLM_USES)
    as_choice("first_acquisition", config.first_acquisition, acquisition.METHODS)
    as_choice("assignment", config.assignment, assignment.METHODS)
    as_choice("stop", config.stop, STOPPING)
