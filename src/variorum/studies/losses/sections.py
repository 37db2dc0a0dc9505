"""Tables and charts of the study of losses."""

from __future__ import annotations

import numpy as np

from variorum.reporting.study import Cell, Data, Intervals, PValue, Row, Section, Table
from variorum.reporting.wording import number
from variorum.studies.comparison import comparison_table, estimate, mean_and_range
from variorum.studies.losses.results import Results, better
from variorum.studies.losses.scores import CALIBRATION, ITEMWISE, SCORES
from variorum.studies.losses.settings import REFERENCE, SAME

__all__ = [
    "apart",
    "calibration_section",
    "choices_section",
    "corpora_section",
    "matching",
    "ranks_section",
    "tests_data",
]

_CALIBRATION_TITLES = {
    "dist_ce": "DistCE",
    "ent_ce": "EntCE",
    "absolute_ent_ce": "absolute EntCE",
    "ece": "ECE, equal mass",
}
_LINE_SCORES = {"kl": "kl", "js": "js", "tvd": "tvd", "brier": "brier", "hellinger": "hellinger",
                "wasserstein": "wasserstein", "accuracy": "accuracy"}  # fmt: skip


def corpora_section(results: Results) -> Section:
    """Every corpus: all scores, the tests of JS and KL, reference lines."""
    parts: list[Table | Intervals] = []
    for corpus in results.corpora:
        parts += [_means_table(results, corpus), _chart(results, corpus)]
        for score in ITEMWISE:
            found = results.compared[corpus, score]
            note = f"Holm over {len(found) - 1} tests."
            title = f"{SCORES[score].title} on {corpus}"
            parts.append(comparison_table(title, found, score=SCORES[score].direction, note=note))
        parts.append(_lines_table(results, corpus))
    return Section(
        "Corpus by corpus",
        "A head with one hidden layer on frozen embeddings learns from all votes of the training items, delivered as "
        "soft labels, or each vote as an example. Learning rate and checkpoint are chosen by validation JS, for all "
        "losses alike. It is scored on other items, against all their votes.",
        tuple(parts),
    )


def _means_table(results: Results, corpus: str) -> Table:
    scores = results.scores(corpus)
    compared = {score: {each.method: each for each in results.compared[corpus, score]} for score in scores}
    rows = []
    for method in results.methods(corpus):
        cells: list[Cell] = [method]
        for score in scores:
            each = compared[score][method]
            claim = better(score, each)
            cells.append(f"{number(each.mean.mean, 4)}{f', {claim}' if claim else ''}")
        rows.append(tuple(cells))
    n_seeds, n_tests = compared["js"][REFERENCE].n_seeds, len(rows) - 1
    least = min(1.0, n_tests * max(e.test.smallest_p for e in compared["js"].values() if e.test is not None))
    return Table(
        f"All scores on {corpus}",
        ("loss", *(f"{SCORES[score].title}{' (higher)' if SCORES[score].higher else ''}" for score in scores)),
        tuple(rows),
        f"Mean over {n_seeds} paired seeds; lower is better but where it says higher. “Better” and “worse” than "
        f"cross-entropy by sign flips of the seeds’ means, Holm over the {n_tests} methods of a column: the smallest p "
        f"after it is {least:.2g}. KL and JS in nats.",
        4,
    )


def _chart(results: Results, corpus: str) -> Intervals:
    rows = tuple(
        Row(each.method, estimate(each.difference, signed=True))
        for each in results.compared[corpus, "js"]
        if each.difference is not None
    )
    return Intervals(
        f"JS less that of cross-entropy on {corpus}",
        "nats, below 0 is better than cross-entropy",
        rows,
        "Bars are 95 % intervals over seeds and items.",
    )


def _lines_table(results: Results, corpus: str) -> Table:
    runs = results.lines[corpus]
    scores = [score for score in results.scores(corpus) if score in _LINE_SCORES]
    rows = tuple(
        (name, *(float(np.mean([run["lines"][_LINE_SCORES[s]][name] for run in runs])) for s in scores))
        for name in runs[0]["lines"]["js"]
    )
    return Table(
        f"Reference lines on {corpus}",
        ("line", *(SCORES[score].title for score in scores)),
        rows,
        "Mean over the splits. The oracle floor is what a model that knew each test item’s distribution would score "
        "against so few votes; the others are other people in its place (their KL with a floor of 1e-10).",
        4,
    )


def ranks_section(results: Results) -> Section:
    """Over corpora, the corpus being the unit."""
    rankings = {score: results.ranking(score) for score in SCORES if _measured(results, score)}
    methods = rankings["js"].methods
    shared = [score for score, each in rankings.items() if each.methods == methods]
    rows: list[tuple[Cell, ...]] = [
        (method, *(float(rankings[score].mean[k]) for score in shared)) for k, method in enumerate(methods)
    ]
    rows.append(("Friedman’s p", *(PValue(rankings[score].friedman_p) for score in shared)))
    matched = tuple(
        (SCORES[score].title, SCORES[score].loss or "", *cells) for score, cells in matching(results).items()
    )
    return Section(
        "Over corpora",
        "A corpus is one unit here. Losses that need an order are left out.",
        (
            Table(
                "Mean rank over corpora",
                ("loss", *(SCORES[score].title for score in shared)),
                tuple(rows),
                f"1 is best of {len(methods)}; mean over {len(results.corpora)} corpora. Friedman’s test asks whether "
                "all methods are alike, by its chi-square approximation; with fewer than three corpora it is undefined."
                " No pair of methods can be told apart by signs of so few corpora after Holm.",
                2,
            ),
            Table(
                "Rank of the loss that is the score",
                ("score", "its loss", *results.corpora),
                matched,
                "1 is best of all methods of that corpus. KL is cross-entropy less a constant.",
            ),
        ),
    )


def matching(results: Results) -> dict[str, tuple[str, ...]]:
    """For each score with a loss of its own, that loss's rank on each corpus, as text; empty where it has none."""
    found = {}
    for score, entry in SCORES.items():
        if entry.loss is None or not _measured(results, score):
            continue
        cells = []
        for corpus in results.corpora:
            methods = results.methods(corpus)
            if score not in results.scores(corpus) or entry.loss not in methods:
                cells.append("")
                continue
            means = {each.method: each.mean.mean for each in results.compared[corpus, score]}
            own = means[entry.loss]
            ahead = sum((mean > own) if entry.higher else (mean < own) for mean in means.values())
            cells.append(f"{ahead + 1} of {len(methods)}")
        found[score] = tuple(cells)
    return found


def _measured(results: Results, score: str) -> bool:
    return any(score in results.scores(corpus) for corpus in results.corpora)


def calibration_section(results: Results) -> Section:
    """Calibration to people, and to their majority."""
    tables = []
    for corpus in results.corpora:
        rows: tuple[tuple[Cell, ...], ...] = tuple(
            (method, *(mean_and_range(results.means(corpus, method, name)) for name in CALIBRATION))
            for method in results.methods(corpus)
        )
        tables.append(
            Table(
                f"Calibration on {corpus}",
                ("loss", *_CALIBRATION_TITLES.values()),
                rows,
                "Mean over seeds, in brackets the lowest and the highest seed; no tests. EntCE is H(model) − H(human) "
                "in nats: below 0 the model is surer than people. ECE against the majority of items that have one, ten "
                "bins.",
            )
        )
    return Section(
        "Calibration",
        "DistCE and EntCE compare a prediction with the people of the item; ECE asks how often their majority is hit.",
        tuple(tables),
    )


def choices_section(results: Results) -> Section:
    """Learning rates that were chosen, checkpoints by cross-entropy, and losses that are the same."""
    rates = results.settings.learning_rates
    every = dict.fromkeys(method for corpus in results.corpora for method in results.methods(corpus))
    chosen = tuple(
        (
            method,
            *(
                sum(
                    run["learning_rate"] == rate
                    for corpus in results.corpora
                    for run in results.heads.get((corpus, method), [])
                )
                for rate in rates
            ),
        )
        for method in every
    )
    main, other = results.ranking("js"), results.ranking("js", by_cross_entropy=True)
    moved: tuple[tuple[Cell, ...], ...] = tuple(
        (method, float(main.mean[k]), float(other.mean[k]), *_shift(results, method))
        for k, method in enumerate(main.methods)
    )
    checks = tuple((name, same, apart(results, name)) for name, same in SAME.items())
    return Section(
        "Choices, and losses that are the same",
        "What validation chose, what another choice of checkpoint would have changed, and a check that losses with "
        "equal gradients score alike.",
        (
            Table(
                "Learning rates chosen",
                ("loss", *(f"{rate:g}" for rate in rates)),
                chosen,
                "Runs over corpora and seeds. Where most stand at an end, a wider range may suit the loss better.",
            ),
            Table(
                "Checkpoint by validation cross-entropy instead",
                ("loss", "mean rank, by JS", "mean rank, by cross-entropy", "change in JS", "change in KL"),
                moved,
                "Mean ranks of test JS over corpora; mean change of test scores over corpora and seeds, above 0 is "
                "worse. The learning rate is the one that validation JS chose.",
                4,
            ),
            Table(
                "Losses with the gradient of another",
                ("loss", "the same as", "largest difference of a mean score"),
                checks,
                "KL is cross-entropy less the target’s entropy, which no weight changes; the mean over annotators is "
                "cross-entropy to the vote shares; soft micro F1 is 1 minus TVD where an item has one label. Comparing "
                "them would be vacuous: what differs is rounding, and the side taken at a kink.",
                6,
            ),
        ),
    )


def _shift(results: Results, method: str) -> list[float]:
    return [
        float(
            np.mean(
                [
                    (results.means(c, method, s, by_cross_entropy=True) - results.means(c, method, s)).mean()
                    for c in results.corpora
                ]
            )
        )
        for s in ("js", "kl")
    ]


def apart(results: Results, name: str) -> float:
    """Largest difference of a mean score between a loss and the one that it is; nan where it was not run."""
    gaps = [
        abs(float(own[score]) - float(same[score]))
        for corpus in results.corpora
        for own, same in zip(results.heads.get((corpus, name), []), results.heads[corpus, SAME[name]], strict=False)
        for score in results.scores(corpus)
        if own[score] is not None and same[score] is not None
    ]
    return max(gaps, default=float("nan"))


def tests_data(results: Results) -> Data:
    """All tests, a row a corpus, score and method."""
    rows = []
    for (corpus, score), found in results.compared.items():
        for each in found:
            gap, test = each.difference, each.test
            ends = (None,) * 5 if gap is None or test is None else (gap.mean, gap.low, gap.high, test.p_value,
                                                                    each.holm_p)  # fmt: skip
            rows.append((corpus, score, each.method, each.n_seeds, each.mean.mean, *ends))
    head = ("corpus", "score", "method", "seeds", "mean", "less_cross_entropy", "low", "high", "p", "holm_p")
    return Data("tests", head, tuple(rows))
