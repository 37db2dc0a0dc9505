"""Study: is a minority's dissent taken for error?

Careless votes are planted among everybody's; then the share of a minority's votes that a method flags is compared with
the share that was planted among them. A method that takes dissent for error flags more.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import ANSWERED, Annotations, Corpus
from variorum.campaign import open_corpus
from variorum.decomposition import decompose
from variorum.errors import UnknownNameError
from variorum.studies.errors.ours import ours
from variorum.studies.errors.planting import Noise, plant
from variorum.studies.errors.rivals import rival_labels, vote_errors

__all__ = ["MINORITIES", "DissentResult", "dissent"]

Array = NDArray[np.float64]

MINORITIES: Final = (
    ("hs-brexit", "group", "target group"),
    ("multipico", "gender", "Female"),
    ("multipico", "ethnicity_simplified", "Black"),
    ("multipico", "student_status", "Yes"),
    ("popquorn-offensiveness", "race", "Black or African American"),
    ("popquorn-offensiveness", "gender", "Woman"),
    ("popquorn-offensiveness", "age", ">65"),
    ("synthetic-perspectives", "perspective", "2"),
    ("synthetic-plain", "group", "b"),
)
"""Corpus, attribute of its annotators, and the group whose votes are watched."""

_FLAGGED: Final = 0.5
_RIVALS: Final = ("raw shares", "Dawid-Skene", "MACE", "GLAD")
_LEVEL: Final = 0.95
_DRAWS: Final = 1000


@dataclass(frozen=True)
class DissentResult:
    """What was flagged of a minority's votes, over seeds.

    Attributes:
        corpus: Its name.
        attribute: Attribute that defines the minority.
        minority: Its value.
        method: Who flags.
        n_seeds: Seeds.
        n_annotators: Annotators in the minority, and all others.
        n_votes: Votes of the minority.
        errors: Share of the minority's votes that are known to be errors: planted, or the population's own where it is
            synthetic; mean over seeds.
        flagged: Share of the minority's votes that was flagged.
        honest: Share of the minority's other votes that was flagged.
        honest_others: Share of everybody else's other votes that was flagged.
        inflation: The former less the latter, with an interval over seeds and annotators: above 0, being in the
            minority is taken for error.
    """

    corpus: str
    attribute: str
    minority: str
    method: str
    n_seeds: int
    n_annotators: tuple[int, int]
    n_votes: int
    errors: float
    flagged: float
    honest: float
    honest_others: float
    inflation: tuple[float, float, float]


def dissent(
    minorities: Sequence[tuple[str, str, str]] = MINORITIES,
    *,
    noise: Noise = "random",
    share: float = 0.1,
    seeds: int = 10,
    progress: Callable[[str], None] | None = None,
) -> tuple[DissentResult, ...]:
    """Run the study.

    Args:
        minorities: Corpus, attribute and value of each.
        noise: Kind of noise.
        share: Share of all votes to replace.
        seeds: Seeds of noise and starts.
        progress: Called with corpus and seed.

    Returns:
        A result for each minority and method: ``ours`` (perspectives found from votes), ``ours, one group``, ``ours,
        groups given``, and rivals, who flag a vote that they give less than half of the probability; MACE flags a vote
        that it more probably takes for spam.

    Raises:
        UnknownNameError: If a corpus has no such attribute, or nobody has the value.
    """
    results: list[DissentResult] = []
    for name in dict.fromkeys(corpus for corpus, _, _ in minorities):
        corpus = open_corpus(name)
        wanted = [(attribute, value) for each, attribute, value in minorities if each == name]
        groups = {attribute: _codes(corpus, attribute) for attribute, _ in wanted}
        for attribute, value in wanted:
            if value not in groups[attribute][1]:
                raise UnknownNameError(f"no annotator of {name} has {attribute} {value!r}.")
        runs = []
        for seed in range(seeds):
            if progress is not None:
                progress(f"{name}, seed {seed}")
            runs.append(_run(corpus, {a: code for a, (code, _) in groups.items()}, noise, share, seed))
        for attribute, value in wanted:
            code, known = groups[attribute]
            results += _results(name, attribute, value, code == known.index(value), runs)
    return tuple(results)


def _codes(corpus: Corpus, attribute: str) -> tuple[NDArray[np.int64], list[str]]:
    if attribute == "perspective" and corpus.truth is not None:
        return corpus.truth.perspective.astype(np.int64), sorted(map(str, set(corpus.truth.perspective.tolist())))
    attributes = corpus.annotators.attributes
    if attribute not in attributes:
        raise UnknownNameError(f"annotators of {corpus.name} have no attribute {attribute!r}.")
    known = sorted({value for value in attributes[attribute] if value is not None})
    return np.array([-1 if v is None else known.index(v) for v in attributes[attribute]], np.int64), known


@dataclass(frozen=True, eq=False)
class _Run:
    annotator: NDArray[np.int32]
    is_error: NDArray[np.bool_]
    flagged: dict[str, NDArray[np.bool_]]
    by_attribute: dict[str, NDArray[np.bool_]]


def _run(corpus: Corpus, groups: dict[str, NDArray[np.int64]], noise: Noise, share: float, seed: int) -> _Run:
    rng = np.random.default_rng(seed)
    votes = corpus.annotations
    rows = np.flatnonzero((votes.status == ANSWERED) & (votes.label >= 0) & (votes.annotator >= 0))
    votes = votes.take(rows)
    plain = Annotations(votes.scheme, votes.items, votes.annotators, votes.item, votes.annotator, votes.label)
    planted, is_error = plant(plain, noise, share, rng)
    if corpus.truth is not None:
        is_error = is_error | corpus.truth.is_error[rows]
    model = ours(planted, rng)
    flagged = {"ours": model.found.error > _FLAGGED, "ours, one group": model.pooled.error > _FLAGGED}
    for name in _RIVALS:
        flagged[name] = vote_errors(name, rival_labels(name, planted, None), planted) > _FLAGGED
    given = {attribute: decompose(planted, groups=code).error > _FLAGGED for attribute, code in groups.items()}
    return _Run(planted.annotator, is_error, flagged, given)


def _results(
    corpus: str, attribute: str, value: str, member: NDArray[np.bool_], runs: list[_Run]
) -> Iterator[DissentResult]:
    voted = np.bincount(runs[0].annotator, minlength=member.size) > 0
    people = int((member & voted).sum()), int((~member & voted).sum())
    flags = {name: [run.flagged[name] for run in runs] for name in runs[0].flagged}
    flags["ours, groups given"] = [run.by_attribute[attribute] for run in runs]
    for method, flagged in flags.items():
        # Of honest votes: flagged, and all, by seed and annotator.
        hits = np.stack(
            [_per_person(run, flag & ~run.is_error, member.size) for run, flag in zip(runs, flagged, strict=True)]
        )
        votes = np.stack([_per_person(run, ~run.is_error, member.size) for run in runs])
        mine = [member[run.annotator] for run in runs]
        honest, others = (
            float((hits[:, side].sum(axis=1) / votes[:, side].sum(axis=1)).mean()) for side in (member, ~member)
        )
        yield DissentResult(
            corpus, attribute, value, method, len(runs), people, int(mine[0].sum()),
            float(np.mean([run.is_error[own].mean() for run, own in zip(runs, mine, strict=True)])),
            float(np.mean([flag[own].mean() for flag, own in zip(flagged, mine, strict=True)])),
            honest, others,
            (honest - others, *_interval(hits, votes, member)),
        )  # fmt: skip


def _per_person(run: _Run, chosen: NDArray[np.bool_], n_annotators: int) -> Array:
    return np.bincount(run.annotator[chosen], minlength=n_annotators).astype(np.float64)


def _interval(hits: Array, votes: Array, member: NDArray[np.bool_]) -> tuple[float, float]:
    """Bootstrap interval of the difference of two shares; a resample draws seeds, and annotators on either side."""
    rng = np.random.default_rng(0)
    sides = [np.flatnonzero(side & (votes.sum(axis=0) > 0)) for side in (member, ~member)]
    found = np.empty(_DRAWS)
    for draw in range(_DRAWS):
        seeds = rng.integers(len(hits), size=len(hits))
        shares = []
        for side in sides:
            people = side[rng.integers(side.size, size=side.size)]
            cells = np.ix_(seeds, people)
            shares.append((hits[cells].sum(axis=1) / np.maximum(votes[cells].sum(axis=1), 1.0)).mean())
        found[draw] = shares[0] - shares[1]
    low, high = np.quantile(found, [(1 - _LEVEL) / 2, (1 + _LEVEL) / 2])
    return float(low), float(high)
