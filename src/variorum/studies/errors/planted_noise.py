"""Study: are careless votes found, and are cleaned distributions nearer to the clean ones than anybody else's?

Careless annotators are planted among the votes of corpora; every method gets the same votes and the same predictions of
a classifier, and is scored on votes that nobody got, or on the known truth.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from variorum.annotations import Corpus, group_codes
from variorum.annotations.files.places import atomically
from variorum.campaign import open_corpus
from variorum.decomposition import decompose
from variorum.evaluation import (
    EquivalenceTest,
    SignFlipTest,
    area_under_roc,
    equivalence_test,
    js_divergence,
    sign_flip_test,
)
from variorum.features import Cached, featurizer
from variorum.studies.errors.ours import ours
from variorum.studies.errors.planting import NOISES, Noise, plant, split_votes
from variorum.studies.errors.rivals import RIVALS, rival_labels, vote_errors
from variorum.training import cross_fitted

__all__ = [
    "CONFIRMED",
    "CONFIRMED_COSTLY",
    "DEVELOPED",
    "DEVELOPED_COSTLY",
    "FEW_SHARES",
    "MARGIN",
    "SHARES",
    "NoiseCell",
    "NoiseRun",
    "calibration_gap",
    "noise_cells",
    "noise_run",
    "planted_noise",
]

Array = NDArray[np.float64]

_POPULATIONS: Final = ("plain", "item-error", "cliques", "drift", "perspectives", "mixture")

DEVELOPED: Final[dict[str, tuple[int, ...]]] = {
    "chaosnli-snli": (3, 10),
    "hs-brexit": (2, 4),
    **{f"synthetic-{name}": (5,) for name in _POPULATIONS},
}
"""Corpora that the model was developed on, with the votes an item that are tried."""

DEVELOPED_COSTLY: Final[dict[str, tuple[int, ...]]] = {f"synthetic-{name}": (20,) for name in _POPULATIONS}
"""More of them, tried with fewer shares of noise."""

CONFIRMED: Final[dict[str, tuple[int, ...]]] = {
    "chaosnli-mnli": (3, 10),
    "chaosnli-anli": (3, 10),
    "dices-350": (5, 20),
}
"""Corpora that it was confirmed on, after it was frozen."""

CONFIRMED_COSTLY: Final[dict[str, tuple[int, ...]]] = {"md-agreement": (3,)}
"""One more of them, tried with fewer shares of noise."""

SHARES: Final = (0.0, 0.05, 0.1, 0.2, 0.3)
FEW_SHARES: Final = (0.0, 0.1, 0.3)
MARGIN: Final = 0.005
"""Largest mean difference of the JS divergence, in nats, that counts as none."""

OURS: Final = "ours"
VOTES_ALONE: Final = "ours, votes alone"
_BINS: Final = 10


@dataclass(frozen=True)
class NoiseRun:
    """One corpus, one kind and share of noise, one seed.

    Attributes:
        corpus: Its name.
        votes: Votes an item that the methods got.
        noise: Kind of noise.
        share: Share of the votes replaced.
        seed: Draws votes, noise and folds.
        js: Mean JS divergence to the clean distributions by method, nats.
        errors: Share of the votes that are known to be errors: planted, or the population's own where it is synthetic.
        auroc: Probability that a known error has a higher error posterior than another vote, by method; nan without.
        calibration: Mean gap between error posterior and share of known errors in ten bins of equal mass, ours.
        expected: Mean error posterior, ours.
        n_groups: Perspectives that were found and used.
    """

    corpus: str
    votes: int
    noise: str
    share: float
    seed: int
    js: dict[str, float]
    errors: float
    auroc: dict[str, float]
    calibration: float
    expected: float
    n_groups: int


@dataclass(frozen=True)
class NoiseCell:
    """One corpus, one kind and share of noise, over seeds.

    Attributes:
        corpus: Its name.
        votes: Votes an item.
        noise: Kind of noise.
        share: Share of the votes replaced.
        n_seeds: Paired seeds.
        js: Mean JS divergence by method, nats.
        rival: The rival with the lowest mean.
        test: Ours against it, paired over seeds, two-sided.
        equivalence: Ours against it with the margin.
        errors: Mean share of known errors.
        auroc: Mean by method; nan without known errors.
        calibration: Mean calibration gap.
        expected: Mean error posterior.
    """

    corpus: str
    votes: int
    noise: str
    share: float
    n_seeds: int
    js: dict[str, float]
    rival: str
    test: SignFlipTest
    equivalence: EquivalenceTest
    errors: float
    auroc: dict[str, float]
    calibration: float
    expected: float

    @property
    def verdict(self) -> str:
        """``better`` (p at most .05), ``tied`` (equivalent within the margin, at .05), ``worse`` or ``open``."""
        if self.test.p_value <= 0.05:
            if self.test.mean_difference < 0:
                return "better"
            return "tied" if self.equivalence.p_value <= 0.05 else "worse"
        return "tied" if self.equivalence.p_value <= 0.05 else "open"


def noise_run(corpus: Corpus, inputs: Array | None, votes: int, noise: Noise, share: float, seed: int) -> NoiseRun:
    """Plant, let every method clean, and score.

    Args:
        corpus: The corpus.
        inputs: Features of its items, shape (n_items, n_features), for the classifier; ``None`` leaves out what needs
            one.
        votes: Votes an item.
        noise: Kind of noise.
        share: Share of the votes to replace.
        seed: Draws votes, noise and folds.

    Returns:
        Scores of all methods.
    """
    rng = np.random.default_rng(seed)
    split = split_votes(corpus, votes, rng)
    planted, is_error = plant(split.annotations, noise, share, rng)
    if corpus.truth is not None:
        is_error = is_error | corpus.truth.is_error[split.row]
    prior = None
    if inputs is not None:
        prior = cross_fitted(inputs, planted.counts(), group_codes(corpus.items), rng)
    scored = ~np.isnan(split.target[:, 0])
    js, found = {}, {}
    for name in RIVALS:
        if name != "CROWDLAB" or prior is not None:
            labels = rival_labels(name, planted, prior)
            js[name] = float(js_divergence(split.target[scored], labels[scored]).mean())
            found[name] = vote_errors(name, labels, planted)
    model = ours(planted, rng, prior)
    both = [(OURS, model.found)] if prior is None else [(OURS, model.found), (VOTES_ALONE, decompose(planted))]
    for name, decomposition in both:
        rows = decomposition.distribution
        rows = np.where(np.isnan(rows), 1 / rows.shape[1], rows)
        js[name] = float(js_divergence(split.target[scored], rows[scored]).mean())
        found[name] = decomposition.error
    return NoiseRun(
        corpus.name,
        votes,
        noise,
        share,
        seed,
        js,
        float(is_error.mean()),
        {name: area_under_roc(is_error, scores) for name, scores in found.items()},
        calibration_gap(is_error, model.found.error),
        float(model.found.error.mean()),
        model.perspectives.n_groups,
    )


def calibration_gap(is_error: NDArray[np.bool_], posterior: Array) -> float:
    """Mean gap between posterior and share of errors, over ten bins of equally many votes in order of the posterior."""
    order = np.argsort(posterior, kind="stable")
    gaps = [abs(posterior[part].mean() - is_error[part].mean()) for part in np.array_split(order, _BINS) if part.size]
    return float(np.mean(gaps))


def planted_noise(
    corpora: dict[str, tuple[int, ...]],
    *,
    seeds: Iterable[int] = range(10),
    shares: Sequence[float] = SHARES,
    features: str = "tfidf",
    folder: Path | None = None,
    progress: Callable[[str], None] | None = None,
) -> tuple[NoiseRun, ...]:
    """Run the study, seed after seed, so that what is there is balanced whenever it stops.

    Args:
        corpora: Names with votes an item.
        seeds: The seeds.
        shares: Shares of noise; without noise one run stands for all kinds.
        features: Features for the classifier, as in `features.featurizer`; items without texts go without.
        folder: Keeps one file a run, and resumes from it where the features are the same; ``None`` keeps none.
        progress: Called with the name of each run before it.

    Returns:
        All runs.
    """
    return tuple(_runs(corpora, seeds, shares, features, folder, progress))


def _runs(
    corpora: dict[str, tuple[int, ...]],
    seeds: Iterable[int],
    shares: Sequence[float],
    features: str,
    folder: Path | None,
    progress: Callable[[str], None] | None,
) -> Iterator[NoiseRun]:
    known: dict[str, tuple[Corpus, Array | None]] = {}
    for seed in seeds:
        for name, levels in corpora.items():
            for votes in levels:
                for share in shares:
                    for noise in NOISES if share else NOISES[:1]:
                        title = f"{name}-{votes}-{noise}-{share:g}-{seed}"
                        path = None if folder is None else folder / f"{title}.json"
                        kept = None if path is None else _kept(path, features)
                        if kept is not None:
                            yield kept
                            continue
                        if progress is not None:
                            progress(title)
                        if name not in known:
                            known[name] = _load(name, features)
                        run = noise_run(*known[name], votes, noise, share, seed)
                        if path is not None:
                            path.parent.mkdir(parents=True, exist_ok=True)
                            with atomically(path) as part:
                                part.write_text(json.dumps(asdict(run) | {"features": features}), encoding="utf-8")
                        yield run


def _kept(path: Path, features: str) -> NoiseRun | None:
    """The run that was kept, unless it had other features or was scored otherwise."""
    if not path.is_file():
        return None
    values = json.loads(path.read_text(encoding="utf-8"))
    if values.pop("features", None) != features or values.keys() != {field.name for field in fields(NoiseRun)}:
        return None
    return NoiseRun(**values)


def _load(name: str, features: str) -> tuple[Corpus, Array | None]:
    corpus = open_corpus(name)
    if corpus.items.text is None or not all(corpus.items.text):
        return corpus, None
    return corpus, Cached(featurizer(features)).fit_transform(corpus.items, np.arange(len(corpus.items)))


def noise_cells(runs: Sequence[NoiseRun]) -> tuple[NoiseCell, ...]:
    """Runs over seeds, cell by cell.

    Args:
        runs: What `planted_noise` returned.

    Returns:
        One cell for each corpus, votes, noise and share, in order of appearance; the rival is the one that was best in
        the cell, which favours rivals.
    """
    cells: dict[tuple[str, int, str, float], list[NoiseRun]] = {}
    for run in runs:
        cells.setdefault((run.corpus, run.votes, run.noise, run.share), []).append(run)
    return tuple(_cell(*key, members) for key, members in cells.items())


def _cell(corpus: str, votes: int, noise: str, share: float, runs: list[NoiseRun]) -> NoiseCell:
    mean = {name: float(np.mean([run.js[name] for run in runs])) for name in runs[0].js}
    rival = min((name for name in mean if name in RIVALS), key=lambda name: mean[name])
    mine, theirs = [run.js[OURS] for run in runs], [run.js[rival] for run in runs]
    return NoiseCell(
        corpus,
        votes,
        noise,
        share,
        len(runs),
        mean,
        rival,
        sign_flip_test(mine, theirs, 0),
        equivalence_test(mine, theirs, MARGIN, 0),
        float(np.mean([run.errors for run in runs])),
        {name: float(np.mean([run.auroc[name] for run in runs])) for name in runs[0].auroc},
        float(np.mean([run.calibration for run in runs])),
        float(np.mean([run.expected for run in runs])),
    )
