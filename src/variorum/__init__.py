"""Variorum: human label variation from end to end.

Every annotator's reading and reason is kept, and label *distributions* are learned, bought and evaluated. The names
below are those of the quickstart; each room (`variorum.annotations`, `variorum.evaluation`, ...) has its own map. Names
are loaded when they are first used, so that ``import variorum`` costs nothing.
"""

# No "from __future__ import annotations" here: its name would hide the room of the same name.
import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from variorum.annotations import Annotations, Annotators, Corpus, Items, LabelScheme, read, read_corpus
    from variorum.campaign import CampaignConfig, CampaignResult, load_campaign, run_campaign
    from variorum.corpora import load_corpus
    from variorum.reporting import write_report

__all__ = [
    "Annotations",
    "Annotators",
    "CampaignConfig",
    "CampaignResult",
    "Corpus",
    "Items",
    "LabelScheme",
    "__version__",
    "load_campaign",
    "load_corpus",
    "read",
    "read_corpus",
    "run_campaign",
    "write_report",
]

__version__ = "0.1.0"

_HOME = {
    "annotations": ("Annotations", "Annotators", "Corpus", "Items", "LabelScheme", "read", "read_corpus"),
    "campaign": ("CampaignConfig", "CampaignResult", "load_campaign", "run_campaign"),
    "corpora": ("load_corpus",),
    "reporting": ("write_report",),
}
_ROOMS = (
    "acquisition",
    "assignment",
    "decomposition",
    "engines",
    "errors",
    "evaluation",
    "features",
    "labels",
    "studies",
    "training",
    *_HOME,
)


def __getattr__(name: str) -> Any:
    for room, names in _HOME.items():
        if name in names:
            return getattr(importlib.import_module(f"variorum.{room}"), name)
    if name in _ROOMS:
        return importlib.import_module(f"variorum.{name}")
    raise AttributeError(f"module 'variorum' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*__all__, *_ROOMS, *globals()})
