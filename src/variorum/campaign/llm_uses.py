"""Who asks LLMs in an arm, by what becomes of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from variorum.campaign.llm_baselines import EntropySplitDesk, TestedDesk
from variorum.campaign.llm_desk import LlmDesk

__all__ = ["desk_of"]

_DESKS: Final[Mapping[str, type[LlmDesk]]] = {"entropy-split": EntropySplitDesk, "tested": TestedDesk}


def desk_of(use: str) -> type[LlmDesk]:
    """The desk of a use of `LLM_USES`; one that asks no LLM where none is kept apart."""
    return _DESKS.get(use, LlmDesk)
