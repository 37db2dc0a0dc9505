"""What became of a request: the statuses of an annotation, and the code of an unknown annotator."""

from __future__ import annotations

from typing import Final

__all__ = ["ABSTAINED", "ANSWERED", "STATUSES", "UNKNOWN", "UNSURE"]

STATUSES: Final = ("answered", "abstained", "unsure")
ANSWERED, ABSTAINED, UNSURE = range(3)
UNKNOWN: Final = -1
