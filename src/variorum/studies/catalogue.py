"""Studies by name; a study's module is imported when it is opened, since some need an extra."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Final

from variorum.checks import as_choice
from variorum.studies.base import Study

__all__ = ["PRESETS", "STUDIES", "StudyEntry", "open_place", "open_study"]

PRESETS: Final = ("quick", "cpu", "paper")
"""Every study has settings of these names."""


@dataclass(frozen=True)
class StudyEntry:
    """A study on the list.

    Attributes:
        question: What it asks, one sentence.
        place: Where it is: ``module:attribute``.
    """

    question: str
    place: str


STUDIES: Final[dict[str, StudyEntry]] = {
    "basins": StudyEntry(
        "Does hard delivery (labels drawn anew each epoch, or votes in turn) do better than soft labels where votes "
        "are few, match them where votes are many, and end in flatter places?",
        "variorum.studies.basins:STUDY",
    ),
    "annotators": StudyEntry(
        "Are the population, single annotators, the worst off and groups served better by models of annotators than by "
        "one model for all?",
        "variorum.studies.annotators:STUDY",
    ),
    "metrics": StudyEntry(
        "Which metric of a judgment distribution (KL, JS, total variation, distance correlation) predicts how well a "
        "model does that is fine-tuned on it?",
        "variorum.studies.metrics:STUDY",
    ),
    "judgment-finetuning": StudyEntry(
        "How well does a model do that is fine-tuned on the label distributions of one source or another, against the "
        "votes of a hundred people?",
        "variorum.studies.judgment_finetuning:STUDY",
    ),
    "sparse-text": StudyEntry(
        "Does hard delivery help a text classifier when votes are few, one vote an item included, and where?",
        "variorum.studies.sparse_text:STUDY",
    ),
    "losses": StudyEntry(
        "Which distribution loss wins on which corpus, against which metric?",
        "variorum.studies.losses:STUDY",
    ),
    "strategies": StudyEntry(
        "Which strategy of choosing items and annotators learns the population's label distribution for the least "
        "money, and does any do better than one random vote an item?",
        "variorum.studies.strategies:STUDY",
    ),
    "realised-drop": StudyEntry(
        "Does a score tell before it is bought which vote lowers the error on test items, once the model is refitted?",
        "variorum.studies.realised_drop:STUDY",
    ),
    "llm-routing": StudyEntry(
        "Does a cheap LLM beside people save money on the population's label distribution, and does one that misleads "
        "cost little?",
        "variorum.studies.llm_routing:STUDY",
    ),
    "standard-active-learning": StudyEntry(
        "Does active learning with one hard label an item from a single oracle keep up with counting every vote, and "
        "what do its labels really cost?",
        "variorum.studies.campaign_experiments.standard_active_learning:STUDY",
    ),
    "campaign-losses": StudyEntry(
        "Does the loss matter in a campaign that buys one vote an item, or five?",
        "variorum.studies.campaign_experiments.campaign_losses:STUDY",
    ),
    "annotator-selection": StudyEntry(
        "Does it matter whose votes are bought, annotators at random or those who bring diversity, and whom does it "
        "serve?",
        "variorum.studies.campaign_experiments.annotator_selection:STUDY",
    ),
    "noisy-campaigns": StudyEntry(
        "Do votes weighted by not being errors win back what careless votes cost a campaign, and do several votes an "
        "item help then?",
        "variorum.studies.noisy_campaigns:STUDY",
    ),
}


def open_study(name: str) -> Study[Any]:
    """A study by its name.

    Args:
        name: One of `STUDIES`.

    Returns:
        The study.

    Raises:
        UnknownNameError: If there is none of that name.
        MissingExtraError: If what it needs is not installed.

    Example:
        >>> sorted(open_study("metrics").presets)
        ['cpu', 'paper', 'quick']
    """
    return open_place(STUDIES[as_choice("study", name, STUDIES)].place)


def open_place(place: str) -> Study[Any]:
    """A study by its place, ``module:attribute``; how another process finds it."""
    module, _, attribute = place.partition(":")
    study: Study[Any] = getattr(importlib.import_module(module), attribute)
    return study
