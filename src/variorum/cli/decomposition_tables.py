"""What ``decompose`` writes into its folder, and prints for machines."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations.files.tables import SUFFIXES, Column, write_table
from variorum.annotations.files.write import annotation_columns
from variorum.checks import as_choice
from variorum.cli.distributions import check_labels, write_distributions
from variorum.decomposition import AnnotatorSplit, ItemSplit
from variorum.errors import RunFolderError
from variorum.labels.distribution_files import ITEM
from variorum.reporting.decomposition.findings import flagged, groups, headline, hypothesis, notes
from variorum.reporting.decomposition.rankings import leanings, suspect_labels
from variorum.studies import CorpusDecomposition

__all__ = ["as_object", "claim_folder", "write_tables"]

_EXACT: Final = 1e-6
_OF_ITEMS: Final = tuple(ItemSplit.__dataclass_fields__)
_OF_ANNOTATORS: Final = tuple(
    name for name in AnnotatorSplit.__dataclass_fields__ if name not in ("n_votes", "throughout", "group")
)


def claim_folder(folder: Path, suffix: str, labels: Collection[str]) -> None:
    """Refuse a folder that is in use, before anybody waits for what goes there.

    Args:
        folder: Must be new or empty; it is not made yet.
        suffix: Of the tables.
        labels: Labels of the corpus.

    Raises:
        RunFolderError: If the folder is a file, or not empty.
        UnknownNameError: If the suffix is none that tables have.
        ArgumentError: If a label is called like the column of item ids.
    """
    as_choice("suffix", suffix, SUFFIXES)
    check_labels(labels)
    if folder.exists() and not folder.is_dir():
        raise RunFolderError(f"{folder} is a file; choose another folder.")
    if folder.is_dir() and any(folder.iterdir()):
        raise RunFolderError(f"{folder} is not empty; choose a new or an empty folder.")


def write_tables(found: CorpusDecomposition, folder: Path, suffix: str) -> list[Path]:
    """Write one table of annotations, items, annotators, distributions and, with several groups, perspectives.

    Args:
        found: What was found.
        folder: Where to.
        suffix: ``.csv``, ``.tsv``, ``.jsonl``, ``.ndjson`` or ``.parquet``.

    Returns:
        The files.
    """
    corpus, parts = found.corpus, found.decomposition
    tables = {"annotations": _annotations(found), "items": _items(found)}
    if len(corpus.annotators):
        tables["annotators"] = _annotators(found)
    if len(found.group_names) > 1:
        tables["perspectives"] = _perspectives(found)
    written = []
    for name, columns in tables.items():
        written.append(folder / f"{name}{suffix}")
        write_table(written[-1], columns)
    written.append(folder / f"distributions{suffix}")
    write_distributions(written[-1], corpus.items.ids, corpus.scheme.labels, parts.distribution)
    return written


def _annotations(found: CorpusDecomposition) -> dict[str, Column]:
    columns = annotation_columns(found.corpus.annotations)
    columns["error"] = _numbers(found.decomposition.error)
    columns["weight"] = _numbers(found.decomposition.weight)
    if found.validity is not None:
        columns["rejection"] = _numbers(found.validity.rejection)
    return columns


def _items(found: CorpusDecomposition) -> dict[str, Column]:
    corpus, items = found.corpus, found.decomposition.items
    suspects, labels = suspect_labels(corpus.annotations, found.decomposition), corpus.scheme.labels
    columns = {ITEM: Column("text", list(corpus.items.ids)), "votes": _counted(corpus.annotations.counts().sum(axis=1))}
    columns |= {name: _numbers(getattr(items, name)) for name in _OF_ITEMS}
    columns["suspect_label"] = Column("text", [labels[k] if k >= 0 else None for k in suspects.label.tolist()])
    columns["suspect_error"] = _numbers(suspects.error)
    columns |= _by_label("cleaned", labels, found.decomposition.distribution)
    return columns


def _annotators(found: CorpusDecomposition) -> dict[str, Column]:
    people, parts = found.corpus.annotators, found.decomposition.annotators
    columns = {"annotator": Column("text", list(people.ids)), "group": Column("text", _group_names(found))}
    columns["votes"] = _counted(np.nan_to_num(parts.n_votes))
    columns |= {name: _numbers(getattr(parts, name)) for name in _OF_ANNOTATORS}
    columns["careless_throughout"] = Column("truth", ["true" if t else "false" for t in parts.throughout.tolist()])
    columns |= _by_label("leaning", found.corpus.scheme.labels, leanings(found.decomposition, len(people)))
    return columns


def _perspectives(found: CorpusDecomposition) -> dict[str, Column]:
    ids, labels, names = found.corpus.items.ids, found.corpus.scheme.labels, found.group_names
    n, k, g = len(ids), len(labels), len(names)
    share = found.decomposition.by_group.transpose(1, 0, 2)
    return {
        ITEM: Column("text", [name for name in ids for _ in range(g * k)]),
        "group": Column("text", [name for name in names for _ in range(k)] * n),
        "label": Column("text", list(labels) * (n * g)),
        "share": _numbers(share.ravel()),
    }


def _group_names(found: CorpusDecomposition) -> list[str | None]:
    return [found.group_names[g] if g >= 0 else None for g in found.decomposition.annotators.group.tolist()]


def _by_label(what: str, labels: tuple[str, ...], values: NDArray[np.float64]) -> dict[str, Column]:
    return {f"{what}: {label}": _numbers(values[:, k]) for k, label in enumerate(labels)}


def _counted(votes: NDArray[np.float64]) -> Column:
    """Votes are whole but for elicited distributions, whose parts may not add up to the last digit."""
    whole = votes.round()
    exact = bool((np.abs(votes - whole) < _EXACT).all())
    return Column("whole", [f"{v:.0f}" for v in whole.tolist()]) if exact else _numbers(votes)


def _numbers(values: NDArray[np.float64]) -> Column:
    return Column.of_numbers(values.tolist())


def as_object(found: CorpusDecomposition) -> dict[str, Any]:
    """The findings for machines.

    Args:
        found: What was found.
    """
    corpus, parts, perspectives = found.corpus, found.decomposition, found.perspectives
    people, items = parts.annotators, parts.items
    own, labels = leanings(parts, len(corpus.annotators)), corpus.scheme.labels
    suspects, names = suspect_labels(corpus.annotations, parts), _group_names(found)
    return {
        "corpus": corpus.name,
        "labels": labels,
        "population": parts.population,
        "votes": int((~np.isnan(parts.error)).sum()),
        "expected_errors": float(np.nansum(parts.error)),
        "one_truth_weight": parts.one_truth_weight,
        "features": found.features,
        "evidence": found.evidence,
        "converged": parts.converged,
        "iterations": parts.n_iterations,
        "findings": [*filter(None, (headline(found), hypothesis(found), flagged(found), groups(found)))],
        "notes": notes(found),
        "groups": [
            {"name": name, "share": parts.group_share[g]} for g, name in enumerate(found.group_names)
        ],
        "number_of_groups": None if perspectives is None else [vars(count) for count in perspectives.counts],
        "annotators": {
            name: {
                "group": names[a], "votes": people.n_votes[a],
                **{column: getattr(people, column)[a] for column in _OF_ANNOTATORS},
                "careless_throughout": people.throughout[a], "leaning": dict(zip(labels, own[a], strict=True)),
            }
            for a, name in enumerate(corpus.annotators.ids)
        },
        "items": {
            name: {
                **{column: getattr(items, column)[i] for column in _OF_ITEMS},
                "suspect_label": labels[suspects.label[i]] if suspects.label[i] >= 0 else None,
                "suspect_error": suspects.error[i],
                "distribution": parts.distribution[i],
                "by_group": dict(zip(found.group_names, parts.by_group[:, i], strict=True)),
            }
            for i, name in enumerate(corpus.items.ids)
        },
        "error": parts.error,
    }  # fmt: skip
