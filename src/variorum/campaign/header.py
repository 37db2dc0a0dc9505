"""The first line of a record: the settings, and what they were applied to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.campaign.config import CampaignConfig
from variorum.campaign.layout import Layout
from variorum.campaign.record import FORMAT
from variorum.campaign.result import POPULATION

__all__ = ["header"]


def header(
    config: CampaignConfig, corpus: Corpus, prices: NDArray[np.int64], layout: Layout, budget: int
) -> dict[str, Any]:
    """The event that a record begins with; a campaign with another one cannot go on from it.

    Args:
        config: The settings.
        corpus: The corpus.
        prices: Micro-units of a request to each annotator.
        layout: The split, of the first seed.
        budget: Micro-units for each arm and seed.

    Returns:
        A JSON object; its hash covers all that decides what is asked.
    """
    return {
        "event": "campaign",
        "format": FORMAT,
        "settings": config.to_json(),
        "corpus": {
            "name": corpus.name,
            "items": len(corpus.items),
            "annotators": len(corpus.annotators),
            "rows": corpus.annotations.n_rows,
            "labels": list(corpus.scheme.labels),
            "sha256": _fingerprint(config, corpus, prices, layout),
        },
        "budget": budget,
        "population": POPULATION,
        "split": {
            "pool": layout.pool.size,
            "validation": layout.validation.size,
            "test": layout.test.size,
            "left_out": layout.left_out,
        },
    }


def _fingerprint(config: CampaignConfig, corpus: Corpus, prices: NDArray[np.int64], layout: Layout) -> str:
    """All that decides what is asked: items, annotators, pairs, prices, split; not who gave which label."""
    digest = hashlib.sha256()
    names: Mapping[str, Any] = {
        "items": [corpus.items.ids, corpus.items.text, corpus.items.second_text, corpus.items.image],
        "annotators": corpus.annotators.ids,
        "kinds": corpus.annotators.kind,
        "groups": corpus.annotators.attributes.get(config.annotator_group or ""),
        "arrival": corpus.annotators.attributes.get(config.arrival or ""),
        "scheme": corpus.scheme.to_json(),
    }
    digest.update(json.dumps(names, sort_keys=True).encode())
    votes = corpus.annotations
    for array in (votes.item, votes.annotator, prices, layout.pool, layout.validation, layout.test):
        digest.update(array.tobytes())
    if Path(config.features).is_file():
        digest.update(Path(config.features).read_bytes())
    return digest.hexdigest()
