"""Study: which strategy of choosing items and annotators buys most for its money? The benchmark.

- study: `STUDY`, its presets and runs
- settings: `StrategiesSettings`; corpora for development and for confirmation
- replaying: one strategy on one corpus with one seed
- scores: what a run is scored by
- curves: areas under learning curves, and when they reach a score
- results: runs put together by corpus, strategy and seed
- goals: the benchmark's goals as a table
- findings, sections: sentences; tables and charts
"""

from variorum.studies.strategies.settings import CONFIRMATION, DEVELOPMENT, StrategiesSettings
from variorum.studies.strategies.study import STUDY

__all__ = ["CONFIRMATION", "DEVELOPMENT", "STUDY", "StrategiesSettings"]
