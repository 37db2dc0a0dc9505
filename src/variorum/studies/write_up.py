"""Files of a study that was run: the report, the tables as Markdown, tables for machines."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

from variorum.annotations.files.places import atomically
from variorum.errors import MissingExtraError, StudyError
from variorum.reporting import findings_markdown, write_study_report
from variorum.reporting.study import Data
from variorum.studies.running import StudyOutcome

__all__ = ["WrittenStudy", "write_up"]


@dataclass(frozen=True)
class WrittenStudy:
    """What was written.

    Attributes:
        files: All files, the report first if there is one.
        report_missing: Why there is no report; ``None`` if there is one.
    """

    files: tuple[Path, ...]
    report_missing: str | None


def write_up(outcome: StudyOutcome, folder: Path) -> WrittenStudy:
    """Write ``report.html``, ``findings.md`` and a CSV file for each table for machines.

    Args:
        outcome: A study of which no run is missing.
        folder: Where to; what is there is replaced.

    Returns:
        What was written; a report that cannot be drawn for want of the extra ``report`` is no failure.

    Raises:
        StudyError: If a run is missing.
        OSError: If a file cannot be written.
    """
    findings = outcome.findings
    if findings is None:
        raise StudyError(f"study {outcome.name!r} is not finished, so that there is nothing to write up; run it again.")
    files = [folder / "findings.md", *(folder / f"{data.name}.csv" for data in findings.data)]
    with atomically(files[0]) as part:
        text = f"# {outcome.name}\n\n{outcome.question}\n\n{findings_markdown(findings)}"
        part.write_text(text, encoding="utf-8", newline="\n")
    for path, data in zip(files[1:], findings.data, strict=True):
        _write_csv(data, path)
    report = folder / "report.html"
    try:
        write_study_report(outcome.name, outcome.question, findings, report, outcome.setup())
    except MissingExtraError as error:
        return WrittenStudy(tuple(files), str(error))
    return WrittenStudy((report, *files), None)


def _write_csv(data: Data, path: Path) -> None:
    with atomically(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(data.columns)
        writer.writerows(["" if cell is None or cell != cell else cell for cell in row] for row in data.rows)
