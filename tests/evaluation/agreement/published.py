"""Data of worked examples in print."""

from __future__ import annotations

import numpy as np

_ = np.nan

# Krippendorff 2011, "Computing Krippendorff's Alpha-Reliability", section C: 12 items, 4 annotators, labels 1 to 5.
# Gwet's "cac.raw4raters" is the same table.
KRIPPENDORFF = np.array([
    [1, 2, 3, 3, 2, 1, 4, 1, 2, _, _, _],
    [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, _, 3],
    [_, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, _],
    [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, _],
])  # fmt: skip

# Fleiss 1971, table 1: 30 patients, 6 psychiatrists, 5 diagnoses. Its first 15 rows are Gwet's "distrib.6raters".
FLEISS = np.array([
    [0, 0, 0, 6, 0], [0, 3, 0, 0, 3], [0, 1, 4, 0, 1], [0, 0, 0, 0, 6], [0, 3, 0, 3, 0], [2, 0, 4, 0, 0],
    [0, 0, 4, 0, 2], [2, 0, 3, 1, 0], [2, 0, 0, 4, 0], [0, 0, 0, 0, 6], [1, 0, 0, 5, 0], [1, 1, 0, 4, 0],
    [0, 3, 3, 0, 0], [1, 0, 0, 5, 0], [0, 2, 0, 3, 1], [0, 0, 5, 0, 1], [3, 0, 0, 1, 2], [5, 1, 0, 0, 0],
    [0, 2, 0, 4, 0], [1, 0, 2, 0, 3], [0, 0, 0, 0, 6], [0, 1, 0, 5, 0], [0, 2, 0, 1, 3], [2, 0, 0, 4, 0],
    [1, 0, 0, 4, 1], [0, 5, 0, 1, 0], [4, 0, 0, 0, 2], [0, 2, 0, 4, 0], [1, 0, 5, 0, 0], [0, 0, 0, 0, 6],
])  # fmt: skip

# Gwet's "cont3x3abstractors": two annotators, 100 items, how often each pair of labels was given.
ABSTRACTORS = np.array([[13, 0, 0], [0, 20, 7], [0, 4, 56]])


def krippendorff_votes():
    """Items, annotators and labels (from 0) of Krippendorff's table."""
    annotators, items = np.nonzero(~np.isnan(KRIPPENDORFF))
    return items, annotators, KRIPPENDORFF[annotators, items].astype(int) - 1


def krippendorff_counts():
    """Vote counts of Krippendorff's table."""
    items, _annotators, labels = krippendorff_votes()
    counts = np.zeros((12, 5), dtype=int)
    np.add.at(counts, (items, labels), 1)
    return counts


def abstractors_votes():
    """Items, annotators and labels of Gwet's two annotators."""
    rows, columns = np.nonzero(ABSTRACTORS)
    times = ABSTRACTORS[rows, columns]
    labels = np.stack([np.repeat(rows, times), np.repeat(columns, times)], axis=1)
    return np.repeat(np.arange(100), 2), np.tile([0, 1], 100), labels.ravel()
