"""What an experiment is: arms of a campaign, and which of them are compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from variorum.campaign import Arm
from variorum.checks import as_choice
from variorum.reporting.study import Section
from variorum.studies.campaign_experiments.settings import ExperimentSettings

if TYPE_CHECKING:
    from variorum.studies.campaign_experiments.results import Results

__all__ = ["MAJORITY", "PEOPLE", "Experiment", "ExperimentArm", "Family"]

PEOPLE: Final = "people"
"""Each request brings the vote of one person, and costs one."""

MAJORITY: Final = "majority"
"""Each request brings the majority of all votes that the corpus holds on an item, and costs one vote: a simulation."""

# Members of exact covariance: what acquisitions read of them is then not noise of the draws.
_SOFTMAX: Final[Mapping[str, Any]] = MappingProxyType({"orthogonal": True})


@dataclass(frozen=True)
class ExperimentArm:
    """What is asked, who answers, and how it is learned.

    Attributes:
        acquisition: Which item, a name of `variorum.acquisition.METHODS`.
        assignment: Which annotator, a name of `variorum.assignment.METHODS`.
        overlap: Votes bought for an item at a time.
        oracle: Who answers, `PEOPLE` or `MAJORITY`.
        learner: A name of `variorum.training.METHODS`.
        options: Settings of the learner.
    """

    acquisition: str = "random"
    assignment: str = "random"
    overlap: int = 1
    oracle: str = PEOPLE
    learner: str = "softmax-regression"
    options: Mapping[str, Any] = field(default_factory=lambda: _SOFTMAX)

    def arm(self) -> Arm:
        """The arm of a campaign.

        Its name says what is asked, and random draws follow the name: arms that ask alike, and without looking at the
        model, buy the same votes, so that they differ by what is learned from them.

        Example:
            >>> ExperimentArm(overlap=5, options={"hard": True}).arm() == ExperimentArm(overlap=5).arm()
            True
        """
        name = f"{self.acquisition}, {self.assignment}, {self.overlap}"
        return Arm(name, self.acquisition, self.assignment, self.overlap)


@dataclass(frozen=True)
class Family:
    """Arms that are compared with one; their tests on a corpus by a score are one family for Holm's correction.

    Attributes:
        title: What is compared, as a table says it.
        reference: The arm that the others are compared with.
        arms: The others.
    """

    title: str
    reference: str
    arms: tuple[str, ...]


def _no_sentence(_: Results) -> tuple[str, ...]:
    return ()


def _no_section(_: Results) -> tuple[Section, ...]:
    return ()


@dataclass(frozen=True)
class Experiment:
    """Arms, and how they are compared.

    Attributes:
        arms: By name; a name stands in the keys of runs, so that an arm that changes needs another name.
        families: Which are compared.
        tested: Scores that are tested, the most important first; names of `scores.SCORES`.
        notes: What limits the answer, beside what limits all experiments.
        sentences: First sentences of the answer.
        sections: First sections of the report.
    """

    arms: Mapping[str, ExperimentArm]
    families: tuple[Family, ...]
    tested: tuple[str, ...]
    notes: tuple[str, ...] = ()
    sentences: Callable[[Results], tuple[str, ...]] = _no_sentence
    sections: Callable[[Results], tuple[Section, ...]] = _no_section

    def names(self, settings: ExperimentSettings) -> tuple[str, ...]:
        """Names of the arms that run, in order.

        Args:
            settings: Of the experiment.

        Raises:
            UnknownNameError: If the settings name an arm that there is not.
        """
        for name in settings.arms:
            as_choice("arm", name, self.arms)
        wanted = set(settings.arms or self.arms)
        wanted |= {family.reference for family in self.families if wanted & set(family.arms)}
        return tuple(name for name in self.arms if name in wanted)
