"""How well variation is told apart from error: one question a file.

- planted_noise: are careless votes found, and are cleaned distributions nearer to the clean ones?
- objective_tasks: where there is one truth, does it get in the way?
- dissent: is a minority's dissent taken for error?
- cleaned_training: does a learner profit?
- erasure: do aggregators that posit one truth erase variation?
- varierr_errors: which labels would their authors take back? With varierr_evidence, varierr_scores, trajectories
- planting, ours, rivals: votes with errors planted among them, Variorum's model, and whatever else could clean them
"""

from variorum.studies.errors.cleaned_training import TRAINED, TrainingResult, cleaned_training
from variorum.studies.errors.dissent import MINORITIES, DissentResult, dissent
from variorum.studies.errors.erasure import ErasurePoint, erasure
from variorum.studies.errors.objective_tasks import OBJECTIVE, ObjectiveTask, objective_tasks
from variorum.studies.errors.planted_noise import (
    CONFIRMED,
    CONFIRMED_COSTLY,
    DEVELOPED,
    DEVELOPED_COSTLY,
    FEW_SHARES,
    MARGIN,
    SHARES,
    NoiseCell,
    NoiseRun,
    noise_cells,
    planted_noise,
)
from variorum.studies.errors.planting import NOISES, SplitVotes, plant, split_votes
from variorum.studies.errors.rivals import RIVALS, rival_labels
from variorum.studies.errors.varierr_errors import AuthorCalibration, VariErrRow, author_calibration, varierr_errors

__all__ = [
    "CONFIRMED",
    "CONFIRMED_COSTLY",
    "DEVELOPED",
    "DEVELOPED_COSTLY",
    "FEW_SHARES",
    "MARGIN",
    "MINORITIES",
    "NOISES",
    "OBJECTIVE",
    "RIVALS",
    "SHARES",
    "TRAINED",
    "AuthorCalibration",
    "DissentResult",
    "ErasurePoint",
    "NoiseCell",
    "NoiseRun",
    "ObjectiveTask",
    "SplitVotes",
    "TrainingResult",
    "VariErrRow",
    "author_calibration",
    "cleaned_training",
    "dissent",
    "erasure",
    "noise_cells",
    "objective_tasks",
    "plant",
    "planted_noise",
    "rival_labels",
    "split_votes",
    "varierr_errors",
]
