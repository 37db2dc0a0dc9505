"""Tables and charts of the study."""

from __future__ import annotations

from typing import Final

from variorum.reporting.study import Cell, Data, Estimate, Intervals, Row, Section, Table
from variorum.studies.realised_drop.measuring import LOOKAHEADS
from variorum.studies.realised_drop.results import ALL, DRAWN, NEW, Results
from variorum.studies.realised_drop.scores import OURS, REFERENCE, SCORES

__all__ = ["ceiling_section", "corpus_section", "correlations_data", "drops_data", "goal_section"]

_MICRO: Final = 1e6


def goal_section(results: Results) -> Section:
    """Over corpora: ours against every other score."""
    table = Table(
        f"Correlation of {OURS} with the realised drop, less that of other scores",
        ("score", *results.corpora),
        tuple(
            (name, *(results.ours_less(corpus, name) for corpus in results.corpora)) for name in SCORES if name != OURS
        ),
        "Spearman, mean over moments and seeds; in brackets the 95 % interval over seeds and candidates, which are the "
        f"same for both. The goal is {REFERENCE}’s row: at least +0.20 with the interval above 0. – is undefined: the "
        "score is the same for all candidates.",
    )
    return Section("The goal", "Does our score know better than others which vote will help?", (table,))


def ceiling_section(results: Results) -> Section:
    """How far any score could go, and how much there is to win."""
    rows: list[tuple[Cell, ...]] = []
    for corpus in results.corpora:
        n_moments = len(results.moments[corpus][0])
        for k in (None, *range(n_moments)):
            votes = "mean" if k is None else str(results.moments[corpus][0][k].votes)
            rows.append(
                (
                    corpus,
                    votes,
                    results.between(corpus, "first", "second", k),
                    results.ceiling(corpus, k),
                    results.model_ceiling(corpus, k),
                    results.between(corpus, "drawn", "expected", k),
                    results.correlation(corpus, "learned from drops", moment=k),
                    results.correlation(corpus, OURS, moment=k),
                    results.correlation(corpus, REFERENCE, moment=k),
                )
            )
    table = Table(
        "How far a score could go",
        (
            "corpus",
            "votes bought",
            "drop on one half of the test items with that on the other",
            "ceiling",
            "model’s own ceiling",
            "one drawn vote’s drop with the expected one",
            "learned from drops",
            OURS,
            REFERENCE,
        ),
        tuple(rows),
        "Spearman over candidates, means over seeds, in brackets the 95 % interval over seeds and candidates. The "
        "ceiling is what a score would reach that knew the drop on all items of the population and not which of them "
        "are the test items: the root of 2 r / (1 + r), r being the correlation between halves. It still knows each "
        "candidate’s own votes. The model’s own ceiling knows neither: it is the standard deviation of the drops that "
        "the model itself expects of refits, as a share of the drops’; a model that is right about all that it is "
        "unsure of correlates by that (Pearson). Learned from drops was taught the drops of other candidates, which no "
        "score is.",
    )
    return Section(
        "Ceilings",
        "The test items are a sample, and so the drop on them is partly luck that no score can know.",
        (table, _spread_table(results)),
    )


def _spread_table(results: Results) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for corpus in results.corpora:
        pool, test = results.sizes[corpus]
        for k, moment in enumerate(results.moments[corpus][0]):
            mean = results.mean_drop(corpus, k)
            rows.append(
                (corpus, pool, test, moment.votes, _mean_js(results, corpus, k), _micro(mean),
                 _MICRO * results.spread(corpus, k))
            )  # fmt: skip
    return Table(
        "The drop of one vote",
        ("corpus", "pool", "test items", "votes bought", "JS, nats", "mean drop, 1e-6 nats", "sd over candidates"),
        tuple(rows),
        "JS of the model then, mean over seeds. Mean drop: what a random candidate brings, with its 95 % interval.",
        2,
    )


def _mean_js(results: Results, corpus: str, moment: int) -> str:
    each = [moments[moment].js for moments in results.moments[corpus]]
    return f"{sum(each) / len(each):.4f}"


def corpus_section(results: Results, corpus: str) -> Section:
    """One corpus: correlations of all scores, and what the best candidates by each bring."""
    rows: list[tuple[Cell, ...]] = [
        (
            name,
            results.correlation(corpus, name),
            results.ours_less(corpus, name) if name in SCORES and name != OURS else None,
            results.correlation(corpus, name, NEW),
            results.correlation(corpus, name, DRAWN),
        )
        for name in (*SCORES, *LOOKAHEADS)
    ]
    table = Table(
        f"Correlation with the realised drop on {corpus}",
        ("score", "all candidates", f"{OURS} less it", "never asked before", "drop of one drawn vote"),
        tuple(rows),
        "Spearman with the drop expected over the votes that people would give; means over moments and seeds, in "
        "brackets the 95 % interval over seeds and candidates. The last five are no scores that one could have: "
        + "; ".join(f"{name}: {what}" for name, what in LOOKAHEADS.items())
        + ".",
    )
    chart = Intervals(
        f"Correlation of scores with the realised drop on {corpus}",
        "Spearman; higher is better",
        tuple(
            Row(name, found)
            for name in (*SCORES, *LOOKAHEADS)
            if (found := results.correlation(corpus, name)).value == found.value
        ),
        "Bars are 95 % intervals over seeds and candidates; the line is no relation.",
    )
    return Section(
        f"On {corpus}",
        "Each candidate’s drop is of the mean JS on all test items, by the posterior mean.",
        (chart, table, _best_table(results, corpus)),
    )


def _best_table(results: Results, corpus: str) -> Table:
    random = results.mean_drop(corpus)
    rows: list[tuple[Cell, ...]] = [("mean of all candidates", _micro(random), 1.0)]
    for name in ("the drop itself", "the other half", *SCORES, *LOOKAHEADS):
        found = results.best(corpus, name)
        ratio = found.value / random.value if random.value > 0 else float("nan")
        rows.append((name, _micro(found), ratio))
    return Table(
        f"Drop of the best {results.settings.best} candidates on {corpus}",
        ("chosen by", "mean drop of one vote, 1e-6 nats", "times the mean of all"),
        tuple(rows),
        "Means over moments and seeds; in brackets 95 % intervals, of all candidates over seeds and candidates, else "
        "over seeds alone. The drop itself is what an oracle would choose, luck included; the other half is chosen on "
        "one half of the test items and measured on the other, where that luck is gone.",
        2,
    )


def _micro(found: Estimate) -> Estimate:
    return Estimate(_MICRO * found.value, _MICRO * found.low, _MICRO * found.high, found.signed)


def correlations_data(results: Results) -> Data:
    """Every correlation, a row a corpus, score, candidates and drop."""
    rows = []
    for corpus in results.corpora:
        for name in (*SCORES, *LOOKAHEADS):
            for label, view in (("all", ALL), ("never-asked", NEW), ("one-drawn-vote", DRAWN)):
                found = results.correlation(corpus, name, view)
                rows.append((corpus, name, label, len(results.moments[corpus]), found.value, found.low, found.high))
    return Data("correlations", ("corpus", "score", "of", "seeds", "spearman", "low", "high"), tuple(rows))


def drops_data(results: Results) -> Data:
    """Every candidate: its drops, in nats."""
    rows: list[tuple[str | int | float | None, ...]] = [
        (corpus, seed, moment.votes, k, int(moment.asked[k]), *(float(values[k]) for values in moment.drops.values()))
        for corpus, seeds in results.moments.items()
        for seed, moments in enumerate(seeds)
        for moment in moments
        for k in range(moment.asked.size)
    ]
    head = ("corpus", "seed", "votes", "candidate", "asked", "expected", "first_half", "second_half", "drawn", "mode")
    return Data("drops", head, tuple(rows))
