"""Reports: what a campaign found, as one page that needs nothing else.

- report: `campaign_report`, `write_report`, the page and its content security policy
- headline, curves: the findings in sentences, and the numbers behind them
- learning_section, share_section, closing_sections, item_cards: the sections of the page
- learning_chart, share_charts, spending: the figures, charts from arrays
- drawing, theme: charts as drawings without a script, in colours that follow the reader's scheme
- metric_info, wording: what a score means, numbers as people read them
- parts, markup: HTML that is escaped unless it says otherwise
"""

from variorum.reporting.report import campaign_report, write_report

__all__ = ["campaign_report", "write_report"]
