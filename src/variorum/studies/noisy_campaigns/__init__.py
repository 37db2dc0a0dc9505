"""Study: do votes weighted by not being errors win back what careless votes cost a campaign, and does overlap?

- study: `STUDY`, its presets and runs
- settings: `NoisyCampaignsSettings`; `VOTES`, raw, cleaned and without what was planted; `KINDS` of noise
- noise: errors planted among the votes of the pool, and votes without them
- replaying: one strategy on one corpus with one noise and one seed
- results: runs put together; differences to raw votes, and the share of the loss that cleaning wins back
- findings, sections: sentences; tables and charts
"""

from variorum.studies.noisy_campaigns.noise import plant_in_pool, without_errors
from variorum.studies.noisy_campaigns.settings import KINDS, VOTES, NoisyCampaignsSettings
from variorum.studies.noisy_campaigns.study import STUDY

__all__ = ["KINDS", "STUDY", "VOTES", "NoisyCampaignsSettings", "plant_in_pool", "without_errors"]
