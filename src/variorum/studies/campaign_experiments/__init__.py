"""Studies: three experiments on active learning under human label variation, each a list of arms of a campaign.

- standard_active_learning: one hard label an item and a single oracle, against every vote counted
- campaign_losses: losses that learn from the same votes
- annotator_selection: annotators at random, against those who bring diversity, and others
- experiment: `ExperimentArm`, `Family`, `Experiment`
- study: `study_of`, the study that runs an experiment
- settings: `ExperimentSettings`
- majority_oracle: an oracle that answers with the majority of all votes, as the literature simulates it
- replaying: one arm on one corpus with one seed
- results: runs put together, and compared in families
- findings, sections: sentences; tables and charts

Curves, scores and the split are those of the benchmark, `variorum.studies.strategies`.
"""

from variorum.studies.campaign_experiments.experiment import Experiment, ExperimentArm, Family
from variorum.studies.campaign_experiments.settings import ExperimentSettings

__all__ = ["Experiment", "ExperimentArm", "ExperimentSettings", "Family"]
