"""The study of basins, put together."""

from __future__ import annotations

from typing import Final

from variorum.studies.base import Study
from variorum.studies.basins.execution import basins_run
from variorum.studies.basins.findings import basins_findings
from variorum.studies.basins.settings import PRESETS_OF_BASINS, basins_keys

__all__ = ["STUDY"]

STUDY: Final = Study(presets=PRESETS_OF_BASINS, runs=basins_keys, run=basins_run, findings=basins_findings)
"""The study."""
