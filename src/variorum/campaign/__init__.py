"""A campaign: rounds of asking, paying, learning and scoring, with a record that survives a crash.

- config, result: `CampaignConfig`, `Arm`; `CampaignResult`, `ArmOutcome`, `RoundScore`
- choices: the names in the settings, checked before anything is bought
- run: `run_campaign`, `load_campaign`, `open_corpus`
- replay: `Replay`, a corpus and a seed made ready for arms
- loop: `ArmRun`, one arm with one seed; `Scene`, what its arms share; `Progress`
- layout: pool, validation and test items; random streams by purpose
- schedule, model: how large rounds are; what was learned, and when the learner is fitted anew
- pairs, market, presence: what can be sold; what was asked, paid and brought; who is there in which round
- pool_arrays: what a policy reads of the pool, made only if it is read
- llm_desk, llm_prior: when an LLM is asked; `llm_prior`, its votes as a prior for people's, and `evidence_for` it
- vote_weights: `vote_weights`, votes weighted by not being errors, while the campaign runs
- disagreement: how much people are expected to differ on an item, from its features
- oracle: `Oracle`, the seat, and `ReplayOracle`
- prices, header: what a request costs; the first line of a record
- record, journal: `Record`, append-only files and the folder's lock
- alarms, watch: what goes wrong, looked for after every round
- strategies: `STRATEGIES`, the strategies by name
- planning: what a target will cost by overlap and by strategy, told from a pilot
- stopping, forecast, power_law: when to end early; what more budget would buy, by learning curves as power laws
- scoring: `Scorer`, the only one that sees votes nobody bought
- live: the same with people, who answer on sheets or in the terminal
"""

from variorum.campaign.alarms import ALARMS, Alarm
from variorum.campaign.config import Arm, CampaignConfig
from variorum.campaign.forecast import GainForecast, forecast_gain
from variorum.campaign.layout import Layout, lay_out, of_people
from variorum.campaign.llm_desk import LLM_USES
from variorum.campaign.llm_prior import LlmPrior, evidence_for, llm_prior
from variorum.campaign.loop import ArmRun, Progress, Scene
from variorum.campaign.market import Market
from variorum.campaign.oracle import Answers, Oracle, ReplayOracle, Request
from variorum.campaign.pairs import Pairs
from variorum.campaign.planning import Forecast, Plan, Reach, StrategyReach, plan_campaign
from variorum.campaign.record import Record
from variorum.campaign.replay import Replay
from variorum.campaign.result import ArmOutcome, CampaignResult, RoundScore
from variorum.campaign.run import load_campaign, open_corpus, run_campaign
from variorum.campaign.scoring import Scorer, lines_of, metrics_for
from variorum.campaign.stopping import STOPPING, ValidationView
from variorum.campaign.strategies import REFERENCE, STRATEGIES, YARDSTICK, Strategy
from variorum.campaign.vote_weights import VOTE_WEIGHTS, Weigher, vote_weights

__all__ = [
    "ALARMS",
    "LLM_USES",
    "REFERENCE",
    "STOPPING",
    "STRATEGIES",
    "VOTE_WEIGHTS",
    "YARDSTICK",
    "Alarm",
    "Answers",
    "Arm",
    "ArmOutcome",
    "ArmRun",
    "CampaignConfig",
    "CampaignResult",
    "Forecast",
    "GainForecast",
    "Layout",
    "LlmPrior",
    "Market",
    "Oracle",
    "Pairs",
    "Plan",
    "Progress",
    "Reach",
    "Record",
    "Replay",
    "ReplayOracle",
    "Request",
    "RoundScore",
    "Scene",
    "Scorer",
    "Strategy",
    "StrategyReach",
    "ValidationView",
    "Weigher",
    "evidence_for",
    "forecast_gain",
    "lay_out",
    "lines_of",
    "llm_prior",
    "load_campaign",
    "metrics_for",
    "of_people",
    "open_corpus",
    "plan_campaign",
    "run_campaign",
    "vote_weights",
]
