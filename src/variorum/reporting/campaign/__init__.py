"""The report of a campaign.

- report: `campaign_report`, `write_report`
- live_report: `live_report`, `write_live_report`, of a campaign with people
- headline, curves: the findings in sentences, and the numbers behind them
- learning_section, share_section, alarm_section, closing_sections: the sections of the page
- learning_chart, share_charts, spending: the figures, charts from arrays
- metric_info: what a score means
"""

from variorum.reporting.campaign.live_report import live_report, write_live_report
from variorum.reporting.campaign.report import campaign_report, write_report

__all__ = ["campaign_report", "live_report", "write_live_report", "write_report"]
