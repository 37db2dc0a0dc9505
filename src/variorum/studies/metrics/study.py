"""The study of metrics: its settings, and which rows are correlated with which score."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from variorum.errors import ArgumentError
from variorum.studies.base import Key, Study, Values, digest
from variorum.studies.metrics.findings import metrics_findings
from variorum.studies.metrics.own import own_digest, own_rows
from variorum.studies.metrics.prediction import Sources, rank_prediction
from variorum.studies.metrics.published import PUBLISHED, TARGET, SourceRow, corrected

__all__ = ["SELECTIONS", "STUDY", "MetricsSettings", "sources_of"]


@dataclass(frozen=True)
class MetricsSettings:
    """Settings of the study.

    Attributes:
        draws: Resamples behind each interval.
        seed: Of the resamples.
        sources: Folder of our own sources, which joins them; ``None`` leaves them out.

    Raises:
        ArgumentError: If there are too few resamples.
    """

    draws: int
    seed: int = 0
    sources: str | None = None

    def __post_init__(self) -> None:
        if self.draws < 20:
            raise ArgumentError(f"draws must be at least 20, not {self.draws}: an interval needs its ends.")


def _complete(row: SourceRow) -> bool:
    return row.distance_correlation == row.distance_correlation


SELECTIONS: Final[Mapping[str, Callable[[SourceRow], bool]]] = {
    "all four metrics": _complete,
    "without the target": lambda row: _complete(row) and row.source != TARGET,
    "model distributions": lambda row: _complete(row) and row.family != "people",
    "within families": _complete,
    "EMNLP 2024": lambda row: _complete(row) and row.table == "EMNLP 2024",
    "ACL 2025": lambda row: _complete(row) and row.table == "ACL 2025",
    "ACL 2025, 100 items": lambda row: _complete(row) and row.table == "ACL 2025, 100 items",
    "people": lambda row: _complete(row) and row.family == "people",
    "Mixtral": lambda row: _complete(row) and row.family == "Mixtral",
    "Llama3": lambda row: _complete(row) and row.family == "Llama3",
    "GPT-4o": lambda row: _complete(row) and row.family == "GPT-4o",
    "every printed row": lambda _: True,
}
"""Which printed rows are looked at together."""

_ENCODERS: Final = ("BERT", "RoBERTa")
_SPLITS: Final = ("test", "dev")


def _runs(settings: MetricsSettings) -> Sequence[Key]:
    keys: list[Key] = [
        {"rows": rows, "values": values, "encoder": encoder, "split": split}
        for rows in SELECTIONS
        for values in (("recomputed", "printed") if rows == "all four metrics" else ("recomputed",))
        for encoder in _ENCODERS
        for split in _SPLITS
    ]
    if settings.sources is not None:
        keys.append({"rows": "own sources", "file": own_digest(Path(settings.sources))})
    return keys


def _run(key: Key, settings: MetricsSettings) -> Values:
    rng = np.random.default_rng([settings.seed, int(digest(key), 16)])
    if key["rows"] == "own sources":
        return vars(rank_prediction(_own(Path(str(settings.sources))), rng, draws=settings.draws))
    rows = [row for row in PUBLISHED if SELECTIONS[key["rows"]](row)]
    rows = [corrected(row) for row in rows] if key["values"] == "recomputed" else rows
    sources = sources_of(rows, key["encoder"], key["split"])
    return vars(rank_prediction(sources, rng, draws=settings.draws, within=key["rows"] == "within families"))


def sources_of(rows: Sequence[SourceRow], encoder: str, split: str) -> Sources:
    """Printed rows as arrays.

    Args:
        rows: The rows.
        encoder: ``BERT`` or ``RoBERTa``.
        split: ``dev`` or ``test``.

    Returns:
        Metrics, weighted F1, and the family: one a table and language model (or people).
    """
    families = sorted({(row.table, row.family) for row in rows})
    return Sources(
        np.array([[row.kl, row.js, row.tvd, row.distance_correlation] for row in rows]),
        np.array([getattr(row, f"{encoder.lower()}_{split}") for row in rows], np.float64),
        np.array([families.index((row.table, row.family)) for row in rows]),
    )


def _own(folder: Path) -> Sources:
    rows = own_rows(folder)
    names = sorted({row.source for row in rows})
    return Sources(
        np.array([[row.kl, row.js, row.tvd, row.distance_correlation] for row in rows]),
        np.array([row.weighted_f1 for row in rows]),
        np.array([names.index(row.source) for row in rows]),
    )


STUDY: Final = Study(
    presets={"quick": MetricsSettings(200), "cpu": MetricsSettings(2000), "paper": MetricsSettings(10_000)},
    runs=_runs,
    run=_run,
    findings=metrics_findings,
    may_change=frozenset({"sources"}),
)
"""The study."""
