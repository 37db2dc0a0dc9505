"""Settings from a TOML file and from options."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from variorum.campaign import STRATEGIES, CampaignConfig
from variorum.campaign.config import read_toml
from variorum.campaign.live import LiveConfig
from variorum.checks import as_choice
from variorum.errors import ArgumentError

__all__ = ["named_values", "settings"]


_LIVE_ALONE = ("labels", "scheme", "annotators")


def settings(
    file: Path | None, options: Mapping[str, Any], recorded: Mapping[str, Any] | None = None
) -> CampaignConfig:
    """Merge a TOML file and options; an option wins over the file.

    Args:
        file: TOML with names of `CampaignConfig`, or none. There and among the options, ``strategy`` stands for the
            settings of one of `campaign.STRATEGIES`; what is set beside it wins.
        options: By the same names; ``None`` was not given.
        recorded: Settings that a record begins with; the file and the options win over them.

    Returns:
        The settings: a `LiveConfig` if ``oracle`` names other than a replay.

    Raises:
        ArgumentError: If the file is not TOML, no corpus is named, or a replay is told what only people need.
        UnknownNameError: If a setting does not exist.

    Example:
        >>> settings(None, {"corpus": "synthetic-plain", "overlap": 2, "seeds": None}).overlap
        2
    """
    of_file = {} if file is None else read_toml(file)
    given = {name: value for name, value in options.items() if value is not None}
    # What was set beside the file's strategy when a run began stands in its record alone.
    values = _strategy(of_file) | dict(recorded or {}) | of_file | _strategy(given) | given
    values.pop("strategy", None)
    if "corpus" not in values:
        raise ArgumentError("corpus is missing; name one with --corpus or in the file of --config (variorum corpora).")
    if values.get("oracle", "replay") != "replay":
        return LiveConfig.from_mapping(values)
    values.pop("oracle", None)
    surplus = next((name for name in _LIVE_ALONE if name in values), None)
    if surplus is not None:
        raise ArgumentError(f"{surplus} is for campaigns with people, and a replay knows its own; add --oracle sheets.")
    return CampaignConfig.from_mapping(values)


def _strategy(values: Mapping[str, Any]) -> dict[str, Any]:
    """What a strategy's name stands for."""
    name = values.get("strategy")
    return {} if name is None else STRATEGIES[as_choice("strategy", name, STRATEGIES)].settings()


def named_values(texts: Iterable[str]) -> dict[str, Any]:
    """What ``--set NAME=VALUE`` says.

    Args:
        texts: One a setting. A value is a number, true, false, none, several with commas between them, or a word. A
            name with a point in it, ``delivery_options.hold``, is a setting within a setting.

    Returns:
        Values by name; the last of a name wins.

    Raises:
        ArgumentError: If there is no ``=``.

    Example:
        >>> named_values(["epochs=20", "hidden=64,32", "encoder=minilm", "augment=false"])
        {'epochs': 20, 'hidden': (64, 32), 'encoder': 'minilm', 'augment': False}
        >>> named_values(["delivery_options.hold=5"])
        {'delivery_options': {'hold': 5}}
    """
    found: dict[str, Any] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark:
            raise ArgumentError(f"--set {text} has no =; write --set NAME=VALUE.")
        name, _, inner = name.strip().partition(".")
        if inner:
            before = found.get(name)
            found[name] = (before if isinstance(before, dict) else {}) | {inner: _value(value.strip())}
        else:
            found[name] = _value(value.strip())
    return found


def _value(text: str) -> Any:
    words = {"true": True, "false": False, "none": None}
    if text.lower() in words:
        return words[text.lower()]
    if "," in text:
        return tuple(_value(part.strip()) for part in text.split(",") if part.strip())
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text
