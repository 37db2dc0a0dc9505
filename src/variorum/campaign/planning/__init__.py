"""What a target will cost, told from a pilot: by votes an item, by price, by strategy.

- plan: `plan_campaign` and what it returns
- hidden_js: the JS divergence to people of whom few votes are known
- resamples: the pilot's items resampled and held out in turn; scores under each resample
- vote_worth: what a vote bought by a strategy is worth beside one at random
"""

from variorum.campaign.planning.plan import LEVEL, Forecast, Plan, Reach, StrategyReach, plan_campaign
from variorum.campaign.planning.vote_worth import LEAST_WORTH, MOST_WORTH

__all__ = [
    "LEAST_WORTH",
    "LEVEL",
    "MOST_WORTH",
    "Forecast",
    "Plan",
    "Reach",
    "StrategyReach",
    "plan_campaign",
]
