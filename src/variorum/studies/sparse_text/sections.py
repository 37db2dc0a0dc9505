"""Tables and charts of the study of sparse votes on texts."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from variorum.reporting.study import Cell, Curve, Curves, Data, Estimate, Section, Table
from variorum.studies.comparison import Comparison, comparison_table, estimate, mean_and_range
from variorum.studies.sparse_text.results import Results, over_seeds
from variorum.studies.sparse_text.settings import DELIVERED
from variorum.studies.sparse_text.tuning import TUNED
from variorum.studies.sparse_text.where import EDGES, TERCILES

__all__ = [
    "apart_at_one",
    "few_section",
    "money_section",
    "scores_data",
    "tuned_section",
    "votes_section",
    "where_section",
]

_SCORE = "soft NLL, lower is better"
_HARD = DELIVERED[1:]
_OTHERS = ("js", "tvd", "brier", "accuracy", "entropy_correlation")


def few_section(results: Results) -> Section:
    """The main tests: few votes."""
    few = ", ".join(str(each) for each in results.settings.few)
    found = results.main
    n_tests = sum(len(each) - 1 for each in found.values())
    tables = [
        comparison_table(
            f"Few votes on {corpus}",
            found[corpus],
            score=_SCORE,
            note=f"Mean over {', '.join(str(v) for v in results.few_of(corpus))} votes an item. Holm over {n_tests} "
            "tests; p values of equivalence are not corrected.",
        )
        for corpus in results.corpora
    ]
    lines: list[tuple[Cell, ...]] = [
        (corpus, name, float(np.mean([run["lines"]["soft-ce"][name] for run in results.lines[corpus]])))
        for corpus in results.corpora
        for name in results.lines[corpus][0]["lines"]["soft-ce"]
    ]
    note = (
        "Mean over the splits. The oracle floor is what a model that knew each test item’s distribution would score; "
        "the others are what as many people would, or half of them against the other half, with a floor of 1e-10."
    )
    return Section(
        "Few votes",
        f"A head on frozen embeddings learns from {few} votes an item, drawn without replacement; checkpoints are "
        "chosen on validation items with as few votes. It is scored on other items, against all their votes.",
        (*tables, Table("Reference lines of soft NLL", ("corpus", "line", "soft NLL"), tuple(lines), note, 4)),
    )


def votes_section(results: Results) -> Section:
    """Every number of votes."""
    found = results.by_votes
    n_tests = sum(len(each) - 1 for each in found.values())
    parts: list[Curves | Table] = []
    for corpus in results.corpora:
        curves = tuple(_curve(results, corpus, delivery) for delivery in DELIVERED)
        how = "Means over seeds with 95 % intervals over seeds and items; the last point has all votes of an item."
        parts.append(Curves(f"Soft NLL by votes on {corpus}", "votes an item", _SCORE, curves, how, log_x=True))
        rows: list[Comparison] = []
        for (name, votes), cell in found.items():
            if name == corpus:
                rows += [replace(each, method=f"{votes} votes, {each.method}") for each in cell]
        note = f"Holm over {n_tests} tests of all corpora."
        parts.append(comparison_table(f"Each number of votes on {corpus}", rows, score=_SCORE, note=note))
        parts.append(_other_scores(results, corpus))
    return Section(
        "By number of votes",
        "From one vote an item to all of them. Votes, split and initial weights are the same for all deliveries; so is "
        "the number of optimizer steps, to whole epochs.",
        tuple(parts),
    )


def _curve(results: Results, corpus: str, delivery: str) -> Curve:
    votes = results.votes_of(corpus)
    cells = []
    for each in votes:
        if each == 1:
            cells.append(results.at_one[corpus])
        else:
            [own] = [found for found in results.by_votes[corpus, each] if found.method == delivery]
            cells.append(estimate(own.mean))
    return _line(delivery, [results.x_of(corpus, each) for each in votes], cells)


def _line(name: str, x: list[float], cells: list[Estimate]) -> Curve:
    return Curve(
        name,
        tuple(x),
        tuple(cell.value for cell in cells),
        tuple(cell.low for cell in cells),
        tuple(cell.high for cell in cells),
    )


def _other_scores(results: Results, corpus: str) -> Table:
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            f"{votes} votes, {delivery}" if votes != 1 else f"1 vote, {delivery}",
            *(over_seeds(results.mean(corpus, votes, delivery, score), results.settings.draws) for score in _OTHERS),
        )
        for votes in results.votes_of(corpus)
        for delivery in (DELIVERED if votes != 1 else DELIVERED[:1])
    )
    return Table(
        f"Other scores on {corpus}",
        ("votes, delivery", "JS", "TVD", "Brier", "accuracy", "entropy correlation"),
        rows,
        "Means over seeds, in brackets the 95 % interval over seeds; no tests. JS divergence in nats; accuracy against "
        "people’s majority; Spearman of the entropies. At one vote all deliveries are one.",
    )


def where_section(results: Results) -> Section:
    """On which items."""
    by_entropy: tuple[tuple[Cell, ...], ...] = tuple(
        (f"{corpus}, {delivery}", *(results.gains(corpus, delivery, k) for k in range(3)))
        for corpus in results.corpora
        for delivery in _HARD
    )
    rows: list[tuple[Cell, ...]] = []
    charts = []
    for corpus in results.corpora:
        tried = [each for each in results.votes_of(corpus) if each not in (1, "all")]
        several = [(f"{corpus}, {each} votes", [each]) for each in tried]
        several.append((f"{corpus}, few votes", list(results.few_of(corpus))))
        rows += [(name, *(results.rank_correlation(corpus, v, d) for d in _HARD)) for name, v in several]
        charts.append(_distance_chart(results, corpus))
    return Section(
        "Where",
        "The gain of a delivery is the soft NLL of soft labels less its own. Test items were given no votes, so the "
        "distance between an item’s few votes and its others exists on training items alone: there predictions are "
        "scored on the votes of the item that were not trained on.",
        (
            Table(
                "Gain on test items, by human entropy",
                ("corpus, delivery", *(f"{name} entropy" for name in TERCILES)),
                by_entropy,
                "Mean over few votes, nats; above 0 the delivery is ahead of soft labels. Thirds of the corpus by "
                "human entropy, equal ones together, so that one may be empty. In brackets the 95 % interval over "
                "seeds and items, not corrected for their number.",
                4,
            ),
            Table(
                "Rank correlation of gain with distance, on training items",
                ("corpus, votes", *_HARD),
                tuple(rows),
                "Spearman over training items of gain with JS(votes trained on, other votes), mean over seeds, in "
                "brackets the 95 % interval over seeds.",
            ),
            *charts,
        ),
    )


def _distance_chart(results: Results, corpus: str) -> Curves:
    few = results.few_of(corpus)
    at = results.settings.tuned_votes if results.settings.tuned_votes in few else few[-1]
    runs = results.votes[corpus, at]
    curves = []
    for delivery in _HARD:
        x, cells = [], []
        for k in range(len(EDGES) + 1):
            both = np.array(
                [[run["where"][delivery][name][k] for name in ("distance", "gain")] for run in runs], np.float64
            )
            both = both[~np.isnan(both).any(axis=1)]
            if len(both) > 1:
                x.append(float(both[:, 0].mean()))
                cells.append(over_seeds(list(both[:, 1]), results.settings.draws))
        curves.append(_line(delivery, x, cells))
    return Curves(
        f"Gain by distance on {corpus}, {at} votes an item",
        "JS divergence of the votes trained on and the others, nats",
        "gain over soft labels, nats; above 0 the delivery is ahead",
        tuple(curves),
        "A point a bin of training items: mean over seeds with its 95 % interval.",
    )


def money_section(results: Results) -> Section:
    """Equal money."""
    found = results.equal_money
    n_tests = sum(len(each) - 1 for each in found.values())
    parts: list[Curves | Table] = []
    for corpus in results.corpora:
        cells = {votes: runs for (name, votes), runs in results.money.items() if name == corpus}
        spent = sorted({run["spent"] for runs in cells.values() for run in runs})
        estimates = [estimate(each.mean) for each in found[corpus]]
        said = f"{spent[0]:,} to {spent[-1]:,}" if len(spent) > 1 else f"{spent[0]:,}"
        how = f"{said} votes each, an eighth of the items for validation. Bars are 95 % intervals over seeds and items."
        curve = _line("soft labels", [float(votes) for votes in cells], estimates)
        parts.append(Curves(f"Equal money on {corpus}", "votes an item", _SCORE, (curve,), how, log_x=True))
        note = f"{said} votes each. Holm over {n_tests} tests of all corpora."
        parts.append(comparison_table(f"Equal money on {corpus}", found[corpus], score=_SCORE, note=note))
    return Section(
        "Equal money",
        "The same number of votes bought either one an item on many items, or more an item on fewer, all delivered as "
        "soft labels, validation included. The embeddings’ main axes come from all training texts, which cost nothing.",
        tuple(parts),
    )


def tuned_section(results: Results) -> Section:
    """The fine-tuned encoder."""
    settings = results.settings
    rows = tuple(
        (
            f"{corpus}, {delivery}",
            len(results.tuned[corpus, delivery]),
            mean_and_range([float(np.mean(run["nll"])) for run in results.tuned[corpus, delivery]]),
            mean_and_range([run["accuracy"] for run in results.tuned[corpus, delivery]]),
            # Heads of as many seeds: the others have other splits.
            mean_and_range([float(each.mean()) for each in _of_tuned_seeds(results, corpus, delivery)]),
        )
        for corpus in dict.fromkeys(name for name, _ in results.tuned)
        for delivery in TUNED
    )
    return Section(
        "A whole encoder",
        f"MiniLM fine-tuned as a whole, {settings.tuned_votes} votes an item, {settings.tuned_epochs} epochs of steps. "
        "An illustration: so few seeds carry no test, and no claim is made.",
        (
            Table(
                "Fine-tuned MiniLM",
                ("corpus, delivery", "seeds", "soft NLL", "accuracy", "soft NLL of heads, same seeds"),
                rows,
                "Mean over seeds, in brackets the lowest and the highest seed.",
                4,
            ),
        ),
    )


def _of_tuned_seeds(results: Results, corpus: str, delivery: str) -> list[np.ndarray]:
    seeds = len(results.tuned[corpus, delivery])
    return list(results.nll(corpus, results.settings.tuned_votes, delivery)[:seeds])


def apart_at_one(results: Results) -> float | None:
    """How far a predicted probability of any delivery is from that of soft labels at one vote; None without that."""
    runs = [run for (_, votes), each in results.votes.items() if votes == 1 for run in each]
    return max((float(run["scores"][d]["apart"]) for run in runs for d in DELIVERED), default=None)


def scores_data(results: Results) -> Data:
    """Means of all scores, a row a corpus, number of votes, delivery and seed."""
    rows = [
        (corpus, str(votes), d, seed, float(np.mean(run["scores"][d]["nll"])), *(run["scores"][d][s] for s in _OTHERS))
        for (corpus, votes), runs in results.votes.items()
        for seed, run in enumerate(runs)
        for d in DELIVERED
    ]
    return Data("scores", ("corpus", "votes", "delivery", "seed", "soft_nll", *_OTHERS), tuple(rows))
