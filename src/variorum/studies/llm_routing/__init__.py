"""Study: does a cheap LLM beside people save money, and does a misleading one cost little?

- study: `STUDY`, its presets and runs
- settings: `LlmRoutingSettings`
- strategies: `STRATEGIES`, with people alone, with an LLM as a prior, with an LLM taken for a person
- beside: corpora with a simulated LLM beside people, and prices
- replaying: one strategy on one corpus with one LLM and one seed
- results: runs put together; with how much of people's money a score is reached
- goals: the goal as a table and in sentences
- findings, sections: sentences; tables and charts
"""

from variorum.studies.llm_routing.settings import LlmRoutingSettings
from variorum.studies.llm_routing.strategies import PEOPLE, STRATEGIES, Strategy
from variorum.studies.llm_routing.study import STUDY

__all__ = ["PEOPLE", "STRATEGIES", "STUDY", "LlmRoutingSettings", "Strategy"]
