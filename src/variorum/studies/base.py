"""The seat of a study: what is run, with which settings, and what came out."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, is_dataclass
from typing import Any, Generic, TypeAlias, TypeVar

import numpy as np

from variorum.errors import ArgumentError
from variorum.reporting.study import Findings

__all__ = [
    "Key",
    "Run",
    "Settings",
    "Study",
    "Values",
    "as_plain",
    "digest",
    "key_text",
    "need_seeds_and_draws",
    "take_several",
]

Settings = TypeVar("Settings")
"""A frozen dataclass of plain fields; a field `seeds` says how many seeds."""

Key: TypeAlias = Mapping[str, Any]
"""What tells a run from the others of its study: names with texts, numbers or truth values."""

Values: TypeAlias = Mapping[str, Any]
"""What a run came to: names with numbers, texts, ``None``, arrays, or lists and mappings of these; nan is undefined."""


@dataclass(frozen=True)
class Run:
    """A finished run.

    Attributes:
        key: What was run.
        values: What came out, as it stands on record: plain lists and numbers, ``None`` where undefined
            (``np.array(values, float)`` makes that nan again).
        seconds: How long it took.
        code: Version, and commit if there is one, of the code that ran it.
    """

    key: Key
    values: Values
    seconds: float = 0.0
    code: str = ""


@dataclass(frozen=True)
class Study(Generic[Settings]):
    """An experiment, taken apart into runs that know nothing of each other.

    A run is a pure function of its key and the settings: it draws from generators seeded by its key, and gives the same
    in any order, in any process. What all runs share (a corpus, its features) belongs into a cached function of the
    study's module: each process then makes it once. Whatever a run depends on beside the settings stands in its key,
    the digest of a file included.

    Attributes:
        presets: Settings by name: ``quick`` (a minute, to see that it works), ``cpu`` (what a laptop can do in a
            night), ``paper`` (the numbers that are published).
        runs: Keys of all runs, in the order in which they are executed: seeds outermost, so that what is there is
            balanced whenever it stops.
        run: Executes one.
        findings: Makes tables, charts and sentences of all runs, which come in the order of `runs`; deterministic.
        may_change: Settings that may differ from one call to the next in one folder, since they enter a run by its key
            or not at all: how many seeds, where a file lies whose digest is in the key, on which device.
    """

    presets: Mapping[str, Settings]
    runs: Callable[[Settings], Sequence[Key]]
    run: Callable[[Key, Settings], Values]
    findings: Callable[[Settings, Sequence[Run]], Findings]
    may_change: frozenset[str] = frozenset({"seeds"})


def as_plain(name: str, value: Any) -> Any:
    """A value as JSON gives it back: arrays and tuples as lists, nan as ``None``.

    Args:
        name: What it is, for the error message.
        value: Texts, numbers, truth values, ``None``, arrays; dataclasses, mappings and sequences of these.

    Returns:
        The plain value.

    Raises:
        ArgumentError: If something in it is infinite or of another type.

    Example:
        >>> as_plain("values", {"js": np.array([0.5, np.nan]), "n": np.int64(2)})
        {'js': [0.5, None], 'n': 2}
    """
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        if math.isinf(value):
            raise ArgumentError(f"{name} is {value}, which a record cannot hold; give nan where it is undefined.")
        return None if math.isnan(value) else value
    if is_dataclass(value) and not isinstance(value, type):
        value = asdict(value)
    if isinstance(value, Mapping):
        return {str(key): as_plain(f"{name}[{key!r}]", part) for key, part in value.items()}
    if isinstance(value, list | tuple):
        return [as_plain(f"{name}[{k}]", part) for k, part in enumerate(value)]
    raise ArgumentError(f"{name} is a {type(value).__name__}; a record holds texts, numbers, lists and mappings.")


def digest(key: Key) -> str:
    """A short name of a key: the same for the same names and values in any order.

    Example:
        >>> digest({"seed": 1, "votes": 5}) == digest({"votes": 5, "seed": 1}) != digest({"seed": 2, "votes": 5})
        True
    """
    text = json.dumps(as_plain("key", key), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def key_text(key: Key) -> str:
    """A key as people read it.

    Example:
        >>> key_text({"delivery": "sls", "votes": 5, "seed": 3})
        'delivery sls, votes 5, seed 3'
    """
    return ", ".join(f"{name} {value}" for name, value in key.items())


def take_several(settings: object, *names: str) -> None:
    """Make tuples of settings that hold several values: the command line gives one value alone as it is.

    Args:
        settings: A frozen dataclass; for its ``__post_init__``.
        *names: Of the settings.

    Example:
        >>> @dataclass(frozen=True)
        ... class Corpora:
        ...     names: tuple[str, ...]
        ...     def __post_init__(self):
        ...         take_several(self, "names")
        >>> Corpora("hs-brexit"), Corpora(["hs-brexit", "convabuse"])
        (Corpora(names=('hs-brexit',)), Corpora(names=('hs-brexit', 'convabuse')))
    """
    for name in names:
        value = getattr(settings, name)
        object.__setattr__(settings, name, (value,) if isinstance(value, str | int | float) else tuple(value))


def need_seeds_and_draws(seeds: int, draws: int) -> None:
    """Refuse settings without a seed, or with too few resamples for an interval.

    Raises:
        ArgumentError: If there is no seed, or fewer than twenty draws.
    """
    if seeds < 1 or draws < 20:
        raise ArgumentError(
            f"seeds must be at least 1 and draws at least 20, not {seeds} and {draws}: an interval needs its ends."
        )
