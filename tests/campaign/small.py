"""A small corpus with named annotators, duplicates, refusals and reasons; run as a script, it runs a campaign on it."""

from __future__ import annotations

import sys

import numpy as np

from variorum.annotations import ABSTAINED, ANSWERED, UNSURE, Annotations, Annotators, Corpus, Items, LabelScheme
from variorum.campaign import CampaignConfig, run_campaign

LABELS = ("no", "maybe", "yes")
CONFIG = CampaignConfig(
    "small", budget="9", price="0.05", acquisition="bald", assignment="round-robin", overlap=2, seeds=2, cold_start=20,
    batch=10, members=4,
)  # fmt: skip


def small_corpus(n_items: int = 120, per_item: int = 4, *, known: bool = True, seed: int = 3) -> Corpus:
    """Items whose words tell the label, annotated by several people each; some abstain or are unsure."""
    rng = np.random.default_rng(seed)
    words = (("rain", "cold", "late"), ("cloud", "mild", "noon"), ("sun", "warm", "early"))
    topic = rng.integers(3, size=n_items)
    texts = tuple(" ".join([words[t][w] for w in rng.integers(3, size=3)]) + f" day {i}" for i, t in enumerate(topic))
    item = np.repeat(np.arange(n_items), per_item)
    annotator = np.concatenate([rng.permutation(9)[:per_item] for _ in range(n_items)])
    label = np.where(rng.random(item.size) < 0.7, topic[item], rng.integers(3, size=item.size))
    status = rng.choice([ANSWERED, ABSTAINED, UNSURE], item.size, p=[0.9, 0.05, 0.05])
    annotations = Annotations(
        LabelScheme.nominal(LABELS),
        Items(tuple(f"i{i}" for i in range(n_items)), text=texts),
        Annotators(tuple(f"small:{a}" for a in range(9))) if known else Annotators(),
        item.astype(np.int32),
        annotator.astype(np.int32) if known else np.full(item.size, -1, np.int32),
        np.where(status == ANSWERED, label, -1).astype(np.int32),
        status.astype(np.int8),
        explanation=[f"because {n}" if n % 3 == 0 else None for n in range(item.size)],
        seconds=rng.integers(1, 60, item.size).astype(float),
    )
    return Corpus("small", annotations)


if __name__ == "__main__":
    run_campaign(CONFIG, sys.argv[1], resume=True, corpus=small_corpus())
