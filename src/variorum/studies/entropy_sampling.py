"""Study: does entropy sampling help or harm a learned label distribution, against one random vote an item?

Gruber et al. (2025, section 4.2) argue that entropy sampling is unsuitable where people differ, since a high entropy
can be a property of the data and not a gap in the model. The study replays corpora with both, at equal prices, and
compares the final mean Jensen-Shannon divergence to the people's distribution on held-out items, seed by seed. Entropy
sampling comes in two forms: one vote an item first, as with hard labels, and revisiting, where an item stays in the
pool.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from variorum.campaign import CampaignConfig, CampaignResult, open_corpus, run_campaign
from variorum.evaluation import (
    Interval,
    SignFlipTest,
    entropy,
    holm,
    js_divergence,
    nested_interval,
    sign_flip_test,
)

__all__ = ["CurvePoint", "Finding", "entropy_sampling", "findings_table"]

_RANDOM = "random, one vote an item"
_ACQUISITIONS = ("entropy", "entropy-revisiting")
_TERCILES = ("low", "middle", "high")


@dataclass(frozen=True)
class CurvePoint:
    """Scores after so many votes, mean and standard deviation over seeds.

    Attributes:
        votes: Requests made.
        entropy: Mean JS divergence of the entropy arm.
        entropy_sd: Its standard deviation over seeds.
        random: Mean JS divergence of the random arm.
        random_sd: Its standard deviation over seeds.
    """

    votes: int
    entropy: float
    entropy_sd: float
    random: float
    random_sd: float


@dataclass(frozen=True)
class Finding:
    """What came out on one corpus with one form of entropy sampling; JS divergences in nats, lower is better.

    Attributes:
        corpus: Its name.
        acquisition: The form of entropy sampling.
        n_seeds: Pairs of campaigns, one a seed; a seed draws the split, the first round and all ties.
        votes: Requests in each campaign.
        oracle_floor: What a model that knew the truth would score, first seed.
        curve: Scores by votes.
        difference: Final score of entropy minus random, with a two-level interval over seeds and items.
        test: Sign-flip test of the paired final scores.
        holm_p: Its p value, adjusted for the number of corpora times forms.
        by_disagreement: Mean difference on test items of low, middle and high human entropy.
        bought_entropy: Mean human entropy (nats) behind the votes that the entropy arm bought; then the random arm.
        random_reaches: Votes after which the random arm's mean first reaches the entropy arm's final mean; ``None`` if
            never.
    """

    corpus: str
    acquisition: str
    n_seeds: int
    votes: int
    oracle_floor: float
    curve: tuple[CurvePoint, ...]
    difference: Interval
    test: SignFlipTest
    holm_p: float
    by_disagreement: tuple[float, float, float]
    bought_entropy: tuple[float, float]
    random_reaches: int | None


def entropy_sampling(
    corpora: Sequence[str] = ("chaosnli-snli", "hs-brexit"),
    *,
    features: str = "tfidf",
    seeds: int = 10,
    votes: int = 1500,
    folder: Path | None = None,
    progress: Callable[[str, str, int], None] | None = None,
) -> tuple[Finding, ...]:
    """Run the study.

    Args:
        corpora: Names or paths; published findings are about those developed on, and are confirmed on others later.
        features: Features of the items, as in a campaign.
        seeds: Paired seeds; a two-sided sign-flip test cannot pass .05 with fewer than 6.
        votes: Requests in each campaign: 100 in the first round, then 50 a round.
        folder: Keeps a record of each campaign, and resumes from it; ``None`` keeps none.
        progress: Called with corpus, form and seed before each pair of campaigns.

    Returns:
        One finding for each corpus and form of entropy sampling.

    Raises:
        UnknownNameError: If a corpus or the features do not exist.

    Source:
        The claim: Gruber et al. 2025, section 4.2. The test: sign flips of paired seeds, Holm over corpora and forms.
    """
    raw = [
        _one_corpus(name, acquisition, features, seeds, votes, folder, progress)
        for name in corpora
        for acquisition in _ACQUISITIONS
    ]
    adjusted = holm([test.p_value for _, test in raw])
    return tuple(
        Finding(**{**parts, "test": test, "holm_p": float(p)})  # type: ignore[arg-type]
        for (parts, test), p in zip(raw, adjusted, strict=True)
    )


def _one_corpus(
    name: str,
    acquisition: str,
    features: str,
    seeds: int,
    votes: int,
    folder: Path | None,
    progress: Callable[[str, str, int], None] | None,
) -> tuple[dict[str, object], SignFlipTest]:
    corpus = open_corpus(name)
    results: list[CampaignResult] = []
    for seed in range(seeds):
        if progress is not None:
            progress(name, acquisition, seed)
        config = CampaignConfig(
            name,
            features=features,
            acquisition=acquisition,
            budget=str(votes),
            price="1",
            first_seed=seed,
            validation_share=0.0,
        )
        where = None if folder is None else folder / f"{Path(name).name}-{acquisition}-{features}-{votes}-{seed}"
        results.append(run_campaign(config, where, resume=True, corpus=corpus))
    curve = _curve(results)
    per_item = [_item_scores(result) for result in results]
    final = np.array([[scores.mean() for scores in pair] for pair in per_item])
    test = sign_flip_test(final[:, 0], final[:, 1], np.random.default_rng(0))
    differences = [ours - theirs for ours, theirs in per_item]
    people = corpus.annotations.counts()
    return {
        "corpus": name,
        "acquisition": acquisition,
        "n_seeds": seeds,
        "votes": curve[-1].votes,
        "oracle_floor": results[0].lines["js"][0].mean,
        "curve": curve,
        "difference": nested_interval(differences, np.random.default_rng(0)),
        "by_disagreement": _by_tercile(results, differences),
        "bought_entropy": (_bought_entropy(results, people, 0), _bought_entropy(results, people, 1)),
        "random_reaches": next((p.votes for p in curve if p.random <= curve[-1].entropy), None),
    }, test


def _curve(results: Sequence[CampaignResult]) -> tuple[CurvePoint, ...]:
    table: dict[int, tuple[list[float], list[float]]] = {}
    for result in results:
        for score in result.rounds:
            pair = table.setdefault(score.requests, ([], []))
            pair[int(score.arm == _RANDOM)].append(score.scores["js"])
    return tuple(
        CurvePoint(n, float(np.mean(a)), float(np.std(a)), float(np.mean(b)), float(np.std(b)))
        for n, (a, b) in sorted(table.items())
        if len(a) == len(b) == len(results)
    )


def _item_scores(result: CampaignResult) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    ours, theirs = (js_divergence(result.human, outcome.predicted) for outcome in result.outcomes)
    return ours, theirs


def _by_tercile(
    results: Sequence[CampaignResult], differences: Sequence[NDArray[np.float64]]
) -> tuple[float, float, float]:
    disagreement = np.concatenate([entropy(result.human) for result in results])
    difference = np.concatenate(differences)
    # By rank, so that the thirds are equal where many items are unanimous; ties keep the order of the items.
    thirds = np.array_split(np.argsort(disagreement, kind="stable"), len(_TERCILES))
    low, middle, high = (float(difference[third].mean()) for third in thirds)
    return low, middle, high


def _bought_entropy(results: Sequence[CampaignResult], people: NDArray[np.float64], arm: int) -> float:
    items = np.concatenate([result.outcomes[arm].bought.item for result in results])
    answered = items[people[items].sum(axis=1) > 0]
    return float(entropy(people[answered] / people[answered].sum(axis=1, keepdims=True)).mean())


def findings_table(findings: Sequence[Finding]) -> str:
    """The findings as a Markdown table.

    Args:
        findings: What `entropy_sampling` returned.

    Returns:
        A table with a row a corpus, JS divergences in nats.
    """
    titles = (
        "corpus", "acquisition", "seeds", "votes", "its final JS", "random's final JS", "difference [95 %]", "p",
        "Holm p", "smallest p", "oracle floor", "random reaches its final at",
    )  # fmt: skip
    head, line = f"| {' | '.join(titles)} |", "|" + "---|" * len(titles)
    rows = [head, line]
    for f in findings:
        last, d = f.curve[-1], f.difference
        reach = "not reached" if f.random_reaches is None else f"{f.random_reaches} votes"
        rows.append(
            f"| {f.corpus} | {f.acquisition} | {f.n_seeds} | {f.votes} | {last.entropy:.4f} ± {last.entropy_sd:.4f} "
            f"| {last.random:.4f} ± {last.random_sd:.4f} | {d.mean:+.4f} [{d.low:+.4f}, {d.high:+.4f}] "
            f"| {f.test.p_value:.4f} | {f.holm_p:.4f} | {f.test.smallest_p:.4f} | {f.oracle_floor:.4f} | {reach} |"
        )
    return "\n".join(rows)
