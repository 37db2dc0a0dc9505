"""Reports: what was found, as one page that needs nothing else.

- campaign: `campaign_report`, `write_report`, what a campaign bought and learned; `live_report`, `write_live_report`
- agreement: `agreement_report`, `write_agreement_report`, how far the annotators of a corpus agree
- decomposition: `decomposition_report`, `write_decomposition_report`, what is variation in a corpus and what is error
- study: `study_report`, `write_study_report`, `findings_markdown`, what came out of a study
- page: the page, its head and its content security policy
- item_cards, thumbnails: items with their readings, reasons and pictures
- drawing, theme: charts as drawings without a script, in colours that follow the reader's scheme
- setup_section: what a report was computed on, the corpus and what else
- parts, markup, wording: HTML that is escaped unless it says otherwise, numbers as people read them
"""

from variorum.reporting.agreement import agreement_report, write_agreement_report
from variorum.reporting.campaign import campaign_report, live_report, write_live_report, write_report
from variorum.reporting.decomposition import decomposition_report, write_decomposition_report
from variorum.reporting.study import findings_markdown, study_report, write_study_report

__all__ = [
    "agreement_report",
    "campaign_report",
    "decomposition_report",
    "findings_markdown",
    "live_report",
    "study_report",
    "write_agreement_report",
    "write_decomposition_report",
    "write_live_report",
    "write_report",
    "write_study_report",
]
