"""What goes wrong in campaigns, looked for after every round; each alarm sees bought votes alone.

- base: `RoundView`, what an alarm sees; `Alarm`; the level of a round
- mode_collapse: predictions drift to uniform or to one class
- bias_amplification: votes concentrate on one annotator or group
- starvation: items or annotators are never asked while others are asked again and again
- llm_drift: an LLM's votes move away from people's
- chance: tests of whether a sum may be chance
"""

from collections.abc import Mapping
from typing import Final

from variorum.campaign.alarms.base import LEVEL, Alarm, AlarmTest, RoundView
from variorum.campaign.alarms.bias_amplification import bias_amplification
from variorum.campaign.alarms.llm_drift import llm_drift
from variorum.campaign.alarms.mode_collapse import mode_collapse
from variorum.campaign.alarms.starvation import starvation

__all__ = [
    "ALARMS",
    "LEVEL",
    "Alarm",
    "AlarmTest",
    "RoundView",
    "bias_amplification",
    "llm_drift",
    "mode_collapse",
    "raise_alarms",
    "starvation",
]

ALARMS: Final[Mapping[str, AlarmTest]] = {
    "mode-collapse": mode_collapse,
    "bias-amplification": bias_amplification,
    "starvation": starvation,
    "llm-drift": llm_drift,
}


def raise_alarms(view: RoundView) -> tuple[Alarm, ...]:
    """Every alarm that goes off after a round.

    Args:
        view: What the campaign may see.

    Returns:
        The alarms, in the order of `ALARMS`.
    """
    found = (test(view) for test in ALARMS.values())
    return tuple(alarm for alarm in found if alarm is not None)
