"""How well variation is told apart from error: one question a file.

- planted_noise: are careless votes found, and are cleaned distributions nearer to the clean ones?
- planting, rivals: votes with errors planted among them, and every other method that could clean them
"""

from variorum.studies.errors.planted_noise import (
    CONFIRMED,
    DEVELOPED,
    MARGIN,
    NoiseCell,
    NoiseRun,
    noise_cells,
    planted_noise,
)
from variorum.studies.errors.planting import NOISES, SplitVotes, plant, split_votes
from variorum.studies.errors.rivals import RIVALS, rival_labels

__all__ = [
    "CONFIRMED",
    "DEVELOPED",
    "MARGIN",
    "NOISES",
    "RIVALS",
    "NoiseCell",
    "NoiseRun",
    "SplitVotes",
    "noise_cells",
    "plant",
    "planted_noise",
    "rival_labels",
    "split_votes",
]
