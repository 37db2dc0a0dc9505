"""Sections on single images, on the shape of the loss, on other pictures, and on what was published."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from variorum.reporting.study import (
    Cell,
    Curve,
    Data,
    Estimate,
    Intervals,
    PValue,
    Row,
    Scatter,
    Section,
    Series,
    Table,
)
from variorum.reporting.wording import percent
from variorum.studies.basins.claims import Claim
from variorum.studies.basins.gains import BINS
from variorum.studies.basins.published import FULL, GEOMETRY, SPARSE
from variorum.studies.basins.results import Results
from variorum.studies.basins.score_sections import over_seeds
from variorum.studies.basins.settings import ALL, AT_RANDOM, HARD, UP_GRADIENT, BasinsSettings
from variorum.studies.basins.tested import Signed, Tested
from variorum.studies.comparison import estimate

__all__ = ["gains_section", "geometry_section", "outside_data", "outside_section", "published_section"]

Array = NDArray[np.float64]

# By measure, the heading of its column and what it is multiplied with there.
_MEASURES = {
    "loss": ("loss, nats", 1),
    "top eigenvalue": ("top eigenvalue", 1),
    "trace": ("trace", 1),
    "rise up the gradient": ("rise up the gradient, nats", 1),
    "rise in random directions": ("rise in random directions, thousandths of a nat", 1000),
}


def gains_section(results: Results, found: Tested, settings: BasinsSettings) -> Section:
    """The headline: gain against distance."""
    rows: list[tuple[Cell, ...]] = [
        (f"{votes} votes, {delivery}",
         over_seeds(results.gains(votes, delivery, "mean"), settings.draws, signed=True),
         estimate(each.mean), PValue(each.test.p_value, each.test.smallest_p), PValue(each.holm_p),
         _partial(found.partial.get((votes, delivery))))
        for (votes, delivery), each in found.gains.items()
    ]  # fmt: skip
    head = ("votes, delivery", "mean gain", "rank correlation", "p", "Holm p", "with entropy held fixed")
    note = (
        "Spearman of gain and distance over the training images of a split, mean over splits with its 95 % interval "
        f"over them ({settings.seeds} splits at most). p: two-sided sign flips of the splits’ correlations, in "
        "brackets the smallest that so many can give; Holm’s correction runs over the table. The last column is the "
        "partial rank correlation given the entropy of people."
    )
    lead = (
        "Gain: soft NLL of an image under soft labels less that under hard delivery, means over initialisations. "
        "Distance: JS divergence of the image’s few votes from all of them. Both need an image with few votes and a "
        "full distribution, so these are training images, scored against all their votes, out of which the few were "
        "drawn. That is no test on unseen images: it asks which training images a network is less misled about."
    )
    parts: list[Table | Scatter] = [
        _scatter(results, votes, settings) for votes in results.few if _hard(results, votes)
    ]
    if rows:
        parts.append(Table("Gain and distance", head, tuple(rows), note))
    return Section("Where: by distance of few votes from all", lead, tuple(parts))


def _hard(results: Results, votes: str) -> list[str]:
    return [name for name in HARD[:2] if name in results.deliveries(votes)]


def _partial(each: Signed | None) -> Estimate | None:
    return None if each is None else estimate(each.mean)


def _scatter(results: Results, votes: str, settings: BasinsSettings) -> Scatter:
    names = _hard(results, votes)
    points = [values["gains"]["points"] for values in results.runs(votes)]
    x = tuple(float(v) for each in points for v in each["distance"])
    series = tuple(Series(name, x, tuple(float(v) for each in points for v in each[name])) for name in names)
    distance, gain = (
        np.mean([results.gains(votes, name, of) for name in names], axis=0) for of in ("distance", "gain")
    )
    at = [float(np.nanmean(distance[:, k])) if np.isfinite(distance[:, k]).any() else float("nan") for k in range(BINS)]
    means = [over_seeds(gain[:, k], settings.draws) for k in range(BINS)]
    kept = [k for k in np.argsort(at).tolist() if np.isfinite(at[k]) and np.isfinite(means[k].value)]
    line = Curve(
        "mean of a bin",
        tuple(at[k] for k in kept),
        tuple(means[k].value for k in kept),
        tuple(means[k].low for k in kept),
        tuple(means[k].high for k in kept),
    )
    how = (
        "A point a training image, some of each split; above 0, hard delivery is nearer to all votes. The line goes "
        f"through means of at most {BINS} bins of all training images, both deliveries together; bins hold equally "
        "many images but for equal distances, which share one. Its bars are 95 % intervals over splits."
    )
    title = f"Gain of hard delivery by distance, {votes} votes"
    return Scatter(title, "JS(few votes, all votes), nats", "gain of soft NLL, nats", series, how, line, 0.0)


def geometry_section(results: Results, found: Tested, settings: BasinsSettings) -> Section | None:
    """Curvature, sharpness, barriers and gradient noise at the chosen checkpoint."""
    rows: list[tuple[Cell, ...]] = []
    for votes in results.arm.measured_at:
        for name in results.measured(votes):
            cells = [
                over_seeds(results.geometry(votes, name, measure) * times, settings.draws)
                for measure, (_, times) in _MEASURES.items()
            ]
            rises = results.barrier(votes, name)
            noise = over_seeds(results.geometry(votes, name, "noise and entropy"), settings.draws)
            rows.append(
                (f"{votes} votes, {name}", *cells, over_seeds(rises, settings.draws) if rises.size else None, noise)
            )
        other = results.barrier(votes, "soft, other initialisation")
        if other.size:
            cell = over_seeds(other, settings.draws)
            rows.append((f"{votes} votes, soft from another initialisation", *[None] * len(_MEASURES), cell, None))
    if not rows:
        return None
    ratios: list[tuple[Cell, ...]] = [
        (f"{votes} votes, {delivery}: {measure}",
         Estimate(float(np.exp(each.mean.mean)), float(np.exp(each.mean.low)), float(np.exp(each.mean.high))),
         PValue(each.test.p_value, each.test.smallest_p), PValue(each.holm_p))
        for (votes, delivery, measure), each in found.flatness.items()
    ]  # fmt: skip
    lead = (
        "The soft cross-entropy to all votes of some training images, the same for all networks of a split, around the "
        "chosen checkpoint, with batch norm frozen. The barrier is to the network of soft labels that started from the "
        "same weights and saw the images in the same order: how far the loss on the straight line between the two "
        "rises above the line between their losses. Flat is not good by itself: look at SLS from "
        "shuffled distributions."
    )
    head = ("votes, delivery", *(name for name, _ in _MEASURES.values()), "barrier to soft, nats", "noise and entropy")
    note = (
        f"Means over splits with 95 % intervals over them; {settings.curvature_images} images, traces from "
        f"{settings.probes} probes, rises at a distance of {UP_GRADIENT} up the gradient and "
        f"{AT_RANDOM:g} in random directions, in the norm of all weights. The last column is the rank correlation of "
        "the last layer’s gradient variance with the entropy of people, which is near 1 by construction but for the "
        "length of embeddings."
    )
    residual = max(
        float(results.geometry(votes, name, "residual").max())
        for votes in results.arm.measured_at
        for name in results.measured(votes)
    )
    note += f" Eigenvalues by power iteration, with residuals of at most {percent(residual)} of them (split means)."
    parts = [Table("Geometry", head, tuple(rows), note)]
    if ratios:
        note = (
            "Geometric mean of the ratio over splits; p: two-sided sign flips of its logarithm, in brackets the "
            "smallest that so many splits can give; Holm’s correction runs over the table."
        )
        columns = ("votes, delivery: measure", "ratio to soft labels", "p", "Holm p")
        parts.append(Table("Curvature under hard delivery over that under soft labels", columns, tuple(ratios), note))
    return Section("Shape of the loss", lead, tuple(parts))


def outside_section(results: Results, settings: BasinsSettings) -> Section | None:
    """Detection of pictures that show something else."""
    parts: list[Table | Intervals] = []
    for votes in results.arm.measured_at:
        names = results.measured(votes)
        rows: list[tuple[Cell, ...]] = []
        dots: list[Row] = []
        for pictures, scores in results.outside_sets(votes).items() if names else ():
            for score in scores:
                cells = [
                    over_seeds(results.outside(votes, name, pictures, score, "AUROC"), settings.draws) for name in names
                ]
                rows.append((f"{pictures}, {score}", *cells))
                if score == "energy":
                    # The charts have eight looks, which the curves by votes take up: a ninth would look like "soft".
                    dots += [
                        Row(pictures, cell, name)
                        for name, cell in zip(names, cells, strict=True)
                        if name != "shuffled-sls"
                    ]
        if rows:
            how = (
                "Bars are 95 % intervals over splits; at .5 nothing is detected. SLS from shuffled distributions "
                "stands in the table."
            )
            title = f"AUROC of the energy score, {votes} votes"
            parts.append(Intervals(title, "AUROC, higher is better", tuple(dots), how, 0.5))
            note = "Means over splits with 95 % intervals over them. FPR95 and AUPR stand in outside.csv."
            parts.append(Table(f"AUROC, {votes} votes", ("pictures, score", *names), tuple(rows), note))
    if not parts:
        return None
    lead = (
        "Test images against pictures that show something else, both coded as JPEG alike. Sets whose name begins with "
        "“stand-in” need no download and can be compared with no published number: scikit-learn’s digits in colour, "
        "and test images with their phases scrambled. ODIN moves what the network reads, pixels or features, by a step "
        "that was not tuned. Descriptive, as in the paper: nothing is tested."
    )
    return Section("Pictures that show something else", lead, tuple(parts))


def outside_data(results: Results) -> Data:
    """Every measure of detection, for machines: means over initialisations, split by split."""
    rows: list[tuple[str | int | float | None, ...]] = []
    for votes in results.arm.measured_at:
        for name in results.measured(votes):
            for pictures, scores in results.outside_sets(votes).items():
                for score in scores:
                    measures = [
                        results.outside(votes, name, pictures, score, measure) for measure in ("AUROC", "FPR95", "AUPR")
                    ]
                    rows += [
                        (votes, name, pictures, score, split, *map(float, each))
                        for split, each in enumerate(zip(*measures, strict=True))
                    ]
    return Data("outside", ("votes", "delivery", "pictures", "score", "split", "AUROC", "FPR95", "AUPR"), tuple(rows))


def published_section(results: Results, claims: Sequence[Claim], settings: BasinsSettings) -> Section:
    """Ours beside the published table, and claim by claim."""
    rows: list[tuple[Cell, ...]] = []
    for name, printed in FULL.items():
        if results.has(ALL, name):
            ours = [
                over_seeds(results.scores(ALL, name, score).mean(axis=1), settings.draws)
                for score in ("soft NLL", "accuracy", "ECE", "entropy correlation")
            ]
            theirs = (printed.nll, printed.accuracy, printed.ece, printed.entropy_correlation)
            paired = [cell for pair in zip(theirs, ours, strict=True) for cell in pair]
            rows.append((f"all votes, {name}", *paired))
    for votes, cells in SPARSE.items():
        for name, nll in cells.items():
            if results.has(votes, name):
                mean = over_seeds(results.scores(votes, name, "soft NLL").mean(axis=1), settings.draws)
                rows.append((f"{votes} votes, {name}", nll, mean, *[None] * 6))
    head = ("votes, delivery", "soft NLL, published", "ours", "accuracy, published", "ours", "ECE, published", "ours",
            "entropy correlation, published", "ours")  # fmt: skip
    arm = results.arm
    note = (
        "Published: ResNet-18, 200 epochs, on CIFAR-10’s own pictures; with all votes ten seeds, but five of "
        "multipass, its control and SLS from shuffled distributions, which so are set against soft labels of other "
        "seeds; with few votes five seeds, of whose differences to soft labels none survives Holm’s correction. "
        f"Ours: {arm.network}, {arm.epochs} epochs, pictures coded as JPEG; the levels are not comparable unless the "
        "networks are, the differences between deliveries are what to look at. Published accuracy is against a hard "
        "label, ours against the majority of people."
    )
    shape: list[tuple[Cell, ...]] = [
        (name, *printed, *(over_seeds(results.geometry(ALL, name, measure), settings.draws)
                           for measure in ("top eigenvalue", "trace")))
        for name, printed in GEOMETRY.items()
        if name in results.measured(ALL)
    ]  # fmt: skip
    parts = [Table("Ours beside the published scores", head, tuple(rows), note, 4)] if rows else []
    if shape:
        columns = ("delivery", "top eigenvalue, published", "trace, published", "top eigenvalue, ours", "trace, ours")
        note = "All votes. Curvature depends on the network and on its scale: compare rows, not columns."
        parts.append(Table("Ours beside the published geometry", columns, tuple(shape), note, 2))
    note = (
        "Differences of soft NLL with 95 % intervals over splits and images. To be better or worse is Holm’s p within "
        "the family of its table; to be the same, the test of equivalence at .05, not corrected; “better” does not "
        "hold either where the two are the same and no difference is shown. Barrier and gradient noise go by sign "
        "flips of the splits’ values at .05, not corrected, and the latter holds almost by construction. “Cannot tell” "
        "is neither: the tests had too little to go by. Published numbers come from notes on the paper, "
        "which we could not read in full."
    )
    listed = tuple((claim.text, claim.published, claim.ours, claim.outcome) for claim in claims)
    parts.append(Table("Claim by claim", ("claim", "published", "ours", "outcome"), listed, note))
    return Section("Beside the paper", "Gheibi and Ghazizadeh 2026, “Same Target, Different Basins”.", tuple(parts))
