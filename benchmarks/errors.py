"""How well variation is told apart from error: the studies of `variorum.studies.errors`, printed as Markdown.

    VARIORUM_DATA=... python benchmarks/errors.py varierr
    VARIORUM_DATA=... python benchmarks/errors.py noise --folder runs
    VARIORUM_DATA=... python benchmarks/errors.py objective

and so on with dissent, training, erasure.

What they mean stands in ``errors.md``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

# Small matrices: a second thread costs more than it brings. It must stand before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import numpy as np

from variorum.studies import errors

# The first seed of corpora that are for confirmation: none that development used.
FRESH = 100


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    print(f"| {' | '.join(head)} |")
    print("|" + "---|" * len(head))
    for row in rows:
        print(f"| {' | '.join(row)} |")
    print()


def tell(what: str) -> None:
    print(what, file=sys.stderr, flush=True)


def interval(values: Sequence[float], digits: int = 3, sign: str = "") -> str:
    return " to ".join(f"{value:{sign}.{digits}f}" for value in values)


def varierr(options: argparse.Namespace) -> None:
    rows = errors.varierr_errors(features=options.features, n_draws=options.draws, progress=tell)
    table(
        ("ranking", "sees", "AP [95 %]", "P@100", "AP, single", "AP within authors [95 %]", "less three terms [95 %]"),
        [
            (
                row.name,
                row.sees,
                f"{row.ap:.3f} [{interval(row.ap_interval)}]",
                f"{row.precision_100:.2f}",
                f"{row.single:.3f}",
                f"{row.within:.3f} [{interval(row.within_interval)}]",
                f"{row.against_three_terms[0]:+.3f} [{interval(row.against_three_terms[1:], sign='+')}]",
            )
            for row in rows
        ],
    )
    authors = errors.author_calibration(features=options.features)
    table(
        ("author", "annotations judged again", "rejections expected", "rejections"),
        [(a.author, str(a.judged), f"{a.predicted:.1f}", str(a.actual)) for a in authors],
    )


def noise(options: argparse.Namespace) -> None:
    for title, corpora, costly, first in (
        ("developed on", errors.DEVELOPED, errors.DEVELOPED_COSTLY, 0),
        ("confirmed on", errors.CONFIRMED, errors.CONFIRMED_COSTLY, FRESH),
    ):
        runs = [
            run
            for part, shares in ((corpora, errors.SHARES), (costly, errors.FEW_SHARES))
            for run in errors.planted_noise(
                part,
                seeds=range(first, first + options.seeds),
                shares=shares,
                features=options.features,
                folder=options.folder,
                progress=tell,
            )
        ]
        cells = errors.noise_cells(runs)
        print(f"## Corpora that the model was {title}\n")
        noise_summary(cells)
        noise_distances(cells)
        noise_posteriors([cell for cell in cells if cell.share])


def noise_name(cell: errors.NoiseCell) -> str:
    return f"{cell.share:.0%} {cell.noise}" if cell.share else "none"


def noise_summary(cells: Sequence[errors.NoiseCell]) -> None:
    verdicts = ("better", "tied", "open", "worse")
    by_level: dict[str, list[errors.NoiseCell]] = {}
    for cell in cells:
        by_level.setdefault(f"{cell.corpus}, {cell.votes}", []).append(cell)
    rows = []
    for name, members in by_level.items():
        clean = next(cell for cell in members if not cell.share)
        found = [cell.verdict for cell in members]
        differences = [cell.test.mean_difference for cell in members]
        rows.append(
            (
                name,
                *(str(found.count(verdict)) for verdict in verdicts),
                f"{min(differences):+.4f} to {max(differences):+.4f}",
                f"{clean.js['ours']:.4f}",
                f"{clean.js['raw shares']:.4f}",
                f"{clean.js[clean.rival]:.4f} ({clean.rival})",
            )
        )
    head = ("corpus, votes an item", *verdicts, "ours less the best rival", "no noise: ours", "raw", "best rival")
    table(head, rows)
    all_found = [cell.verdict for cell in cells]
    print(", ".join(f"{all_found.count(name)} {name}" for name in verdicts), end="")
    print(f" of {len(cells)} cells; {cells[0].n_seeds} seeds, smallest p {cells[0].test.smallest_p:.3f}\n")


def noise_distances(cells: Sequence[errors.NoiseCell]) -> None:
    methods = list(cells[0].js)
    table(
        ("corpus, votes an item", "noise", *methods, "ours less the best rival", "p", "verdict"),
        [
            (
                f"{cell.corpus}, {cell.votes}",
                noise_name(cell),
                *(f"{cell.js[name]:.4f}" if name in cell.js else "" for name in methods),
                f"{cell.test.mean_difference:+.4f} ({cell.rival})",
                f"{cell.test.p_value:.3f}",
                cell.verdict,
            )
            for cell in cells
        ],
    )


def noise_posteriors(cells: Sequence[errors.NoiseCell]) -> None:
    rivals = ("raw shares", "Dawid-Skene", "MACE", "GLAD", "CROWDLAB")
    table(
        ("corpus, votes an item", "noise", "AUROC: ours", *rivals, "errors known", "expected", "calibration gap"),
        [
            (
                f"{cell.corpus}, {cell.votes}",
                noise_name(cell),
                f"{cell.auroc['ours']:.3f}",
                *(f"{cell.auroc[name]:.3f}" if name in cell.auroc else "" for name in rivals),
                f"{cell.errors:.3f}",
                f"{cell.expected:.3f}",
                f"{cell.calibration:.3f}",
            )
            for cell in cells
        ],
    )


def objective(_: argparse.Namespace) -> None:
    tasks = errors.objective_tasks()
    methods = list(tasks[0].accuracy)
    table(
        ("corpus", "items", *methods, "ours less Dawid-Skene [95 %]", "weight of one truth"),
        [
            (
                task.corpus,
                str(task.n_items),
                *(f"{task.accuracy[name]:.4f}" for name in methods),
                f"{task.difference.mean:+.4f} [{interval((task.difference.low, task.difference.high), 4, '+')}]",
                f"{task.one_truth_weight:.2f}",
            )
            for task in tasks
        ],
    )


def dissent(options: argparse.Namespace) -> None:
    table(
        (
            "minority",
            "annotators, others",
            "flagged by",
            "known errors",
            "flagged",
            "honest flagged",
            "others'",
            "inflation [95 %]",
        ),
        [
            (
                f"{row.corpus}: {row.attribute} {row.minority}",
                f"{row.n_annotators[0]}, {row.n_annotators[1]}",
                row.method,
                f"{row.errors:.3f}",
                f"{row.flagged:.3f}",
                f"{row.honest:.3f}",
                f"{row.honest_others:.3f}",
                f"{row.inflation[0]:+.3f} [{interval(row.inflation[1:], sign='+')}]",
            )
            for row in errors.dissent(seeds=options.seeds, progress=tell)
        ],
    )


def training(options: argparse.Namespace) -> None:
    results = errors.cleaned_training(seeds=options.seeds, features=options.features, progress=tell)
    methods = list(results[0].js)
    table(
        ("corpus, votes an item", "noise", *methods, "ours less raw", "p", "of the gap to oracle-cleaned"),
        [
            (
                f"{row.corpus}, {row.votes}",
                f"{row.share:.0%} {row.noise}" if row.share else "none",
                *(f"{row.js[name]:.4f}" for name in methods),
                f"{row.against_raw.mean_difference:+.4f}",
                f"{row.against_raw.p_value:.3f}",
                "" if np.isnan(row.recovered) else f"{row.recovered:.0%}",
            )
            for row in results
        ],
    )


def erasure(options: argparse.Namespace) -> None:
    points = errors.erasure(seeds=options.seeds, progress=tell)
    if options.picture is not None:
        from erasure_picture import erasure_picture

        erasure_picture(points, options.picture)
    for corpus in dict.fromkeys(point.corpus for point in points):
        mine = [point for point in points if point.corpus == corpus]
        levels = sorted({point.votes for point in mine})
        cell = {(point.method, point.votes): point for point in mine}
        print(f"{corpus}: JS divergence to the clean distributions, nats; in brackets the entropy of the labels\n")
        table(
            ("method", *(f"{level} votes" for level in levels)),
            [
                (method, *(f"{cell[method, n].js:.4f} ({cell[method, n].entropy:.2f})" for n in levels))
                for method in dict.fromkeys(point.method for point in mine)
            ],
        )
        print(f"Entropy of the clean distributions {mine[0].true_entropy:.2f}; {mine[0].n_seeds} seeds.\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    studies = {f.__name__: f for f in (varierr, noise, objective, dissent, training, erasure)}
    parser.add_argument("study", choices=studies)
    parser.add_argument("--features", default="tfidf")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--draws", type=int, default=1000)
    parser.add_argument("--folder", type=Path, help="where runs of the study of noise are kept")
    parser.add_argument("--picture", type=Path, help="where the study of erasure is drawn, a file in .svg")
    options = parser.parse_args()
    studies[options.study](options)


if __name__ == "__main__":
    main()
