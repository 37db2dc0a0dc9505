"""Study: do aggregators that posit one truth erase variation?

The more votes an item has, the nearer a method should come to the label distribution of the people. Methods of one
truth take every disagreement for error, and go the other way.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from variorum.annotations import ANSWERED, Corpus
from variorum.campaign import open_corpus
from variorum.decomposition import decompose
from variorum.evaluation import entropy, js_divergence
from variorum.studies.errors.planting import split_votes
from variorum.studies.errors.rivals import RIVALS, rival_labels

__all__ = ["ErasurePoint", "erasure"]

_LEVELS: Final = (1, 2, 3, 5, 10, 20, 50)
_METHODS: Final = tuple(name for name in RIVALS if name not in ("CROWDLAB", "uniform"))


@dataclass(frozen=True)
class ErasurePoint:
    """One method with so many votes an item; means over seeds.

    Attributes:
        corpus: Its name.
        method: Who made labels of the votes.
        votes: Votes an item.
        n_seeds: Seeds that drew the votes.
        js: Mean JS divergence to the clean distributions, nats.
        js_sd: Standard deviation over seeds.
        entropy: Mean entropy of the labels, nats.
        true_entropy: Mean entropy of the clean distributions.
    """

    corpus: str
    method: str
    votes: int
    n_seeds: int
    js: float
    js_sd: float
    entropy: float
    true_entropy: float


def erasure(
    corpora: Sequence[str] = ("chaosnli-snli", "synthetic-plain"),
    *,
    levels: Sequence[int] = _LEVELS,
    seeds: int = 10,
    progress: Callable[[str], None] | None = None,
) -> tuple[ErasurePoint, ...]:
    """Run the study, on votes alone.

    Args:
        corpora: Names of corpora with many votes an item, or with known truth.
        levels: Votes an item; those of which every item has too few are left out.
        seeds: Seeds that draw the votes.
        progress: Called before each run.

    Returns:
        A point for each corpus, number of votes and method.
    """
    points = []
    for name in corpora:
        corpus = open_corpus(name)
        votes_of_item = np.bincount(corpus.annotations.item[corpus.annotations.status == ANSWERED])
        # Where the truth is not known, a vote at least must be left for the target.
        most = int(votes_of_item.max()) - (corpus.truth is None)
        for votes in (level for level in levels if level <= most):
            runs = []
            for seed in range(seeds):
                if progress is not None:
                    progress(f"{name}, {votes} votes, seed {seed}")
                runs.append(_run(corpus, votes, seed))
            points += [_point(name, method, votes, [run[method] for run in runs]) for method in runs[0]]
    return tuple(points)


def _run(corpus: Corpus, votes: int, seed: int) -> dict[str, tuple[float, float, float]]:
    """Mean divergence, entropy and true entropy by method."""
    split = split_votes(corpus, votes, np.random.default_rng(seed))
    scored = ~np.isnan(split.target[:, 0])
    target = split.target[scored]
    found = {method: rival_labels(method, split.annotations, None)[scored] for method in _METHODS}
    found["ours"] = decompose(split.annotations).distribution[scored]
    true = float(entropy(target).mean())
    return {
        m: (float(js_divergence(target, rows).mean()), float(entropy(rows).mean()), true) for m, rows in found.items()
    }


def _point(corpus: str, method: str, votes: int, runs: list[tuple[float, float, float]]) -> ErasurePoint:
    js, own, true = np.array(runs).T
    spread = float(js.std(ddof=1)) if js.size > 1 else 0.0
    return ErasurePoint(corpus, method, votes, js.size, float(js.mean()), spread, float(own.mean()), float(true.mean()))
