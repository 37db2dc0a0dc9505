"""Settings of a campaign from a TOML file and from options."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from variorum.campaign import CampaignConfig
from variorum.campaign.config import read_toml
from variorum.errors import ArgumentError

__all__ = ["settings"]


def settings(file: Path | None, options: Mapping[str, Any]) -> CampaignConfig:
    """Merge a TOML file and options; an option wins over the file.

    Args:
        file: TOML with names of `CampaignConfig`, or none.
        options: By the same names; ``None`` was not given.

    Returns:
        The settings.

    Raises:
        ArgumentError: If the file is not TOML, or no corpus is named.
        UnknownNameError: If a setting does not exist.

    Example:
        >>> settings(None, {"corpus": "synthetic-plain", "overlap": 2, "seeds": None}).overlap
        2
    """
    values = {} if file is None else read_toml(file)
    values |= {name: value for name, value in options.items() if value is not None}
    if "corpus" not in values:
        raise ArgumentError("corpus is missing; name one with --corpus or in the file of --config (variorum corpora).")
    return CampaignConfig.from_mapping(values)
