"""Tables and charts of the study."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from variorum.reporting.study import Cell, Curve, Curves, Data, PValue, Section, Table
from variorum.reporting.wording import percent
from variorum.studies.comparison import Comparison, estimate
from variorum.studies.noisy_campaigns.results import SCORES, Place, Results
from variorum.studies.noisy_campaigns.settings import CLEANED, ORACLE, RAW, VOTES

__all__ = ["cells_data", "corpus_section", "curves_data", "noise_text"]


_TOLD: Final = ("truth", "auroc", "weight_planted", "weight_others", "seconds")


def noise_text(noise: str, share: float) -> str:
    """A noise in words: ``none``, ``20 % random``."""
    return f"{percent(share)} {noise}" if noise else "none"


def corpus_section(results: Results, corpus: str) -> Section:
    """One corpus: charts by share of noise, then what cleaning and what strategies change."""
    charts = tuple(
        _chart(results, corpus, kind, strategy)
        for kind in results.settings.kinds
        for strategy in results.settings.strategies
    )
    tables = [table(results, corpus, score) for table in (_votes_table, _strategies_table) for score in SCORES]
    told = _told_table(results, corpus)
    return Section(
        f"On {corpus}",
        "Replays with the same split, planted errors, first round and draws in all runs of a seed. Test items share no "
        "premise, context or post with the pool, and no error is planted among their votes, all of which are the "
        "target.",
        (*charts, *tables, *([told] if told.rows else [])),
    )


def _chart(results: Results, corpus: str, kind: str, strategy: str) -> Curves:
    curves = []
    for votes in VOTES:
        points = [
            (100 * share, estimate(results.alone["final", place]))
            for noise, share in results.settings.noises
            if noise in ("", kind)
            # Without noise there is nothing to take out, and raw votes are the oracle's.
            for place in [Place(corpus, noise, share, strategy, votes if noise or votes != ORACLE else RAW)]
            if place in results.cells
        ]
        if len(points) > 1:
            x, y = zip(*points, strict=True)
            curves.append(Curve(votes, x, tuple(e.value for e in y), tuple(e.low for e in y), tuple(e.high for e in y)))
    return Curves(
        f"Final JS on {corpus}, {strategy}, noise: {kind}",
        "planted errors, % of the votes",
        "mean JS to people on test items, nats; lower is better",
        tuple(curves),
        "Bars are 95 % intervals over seeds and items; differences are paired, and their intervals stand in the table.",
    )


def _votes_table(results: Results, corpus: str, score: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for noise, share, strategy in _cells(results, corpus):
        raw, cleaned, oracle = (Place(corpus, noise, share, strategy, votes) for votes in VOTES)
        less = [results.against_raw.get((score, place)) for place in (cleaned, oracle)]
        rows.append((
            noise_text(noise, share),
            strategy,
            estimate(results.alone[score, raw]),
            *_difference(less[0]),
            *_difference(less[1]),
            results.won_back(cleaned, score) if less[0] is not None and less[1] is not None else None,
        ))  # fmt: skip
    head = ("noise", "strategy", f"{SCORES[score]}, raw, lower is better", "cleaned less raw", "p", "Holm p",
            "oracle less raw", "p", "Holm p", "won back")  # fmt: skip
    return Table(
        f"What cleaning changes on {corpus}: {SCORES[score]}",
        head,
        tuple(rows),
        f"Nats, mean over {results.settings.seeds} paired seeds, in brackets 95 % intervals over seeds and items. p: "
        "two-sided sign flips of the seeds’ means, in brackets the smallest that so many pairs can give; Holm over the "
        "column. Oracle: planted errors weigh nothing. Won back: the share of the oracle’s gain, with an interval over "
        "seeds; – where raw votes lose nothing for sure.",
        4,
    )


def _strategies_table(results: Results, corpus: str, score: str) -> Table:
    first, *others = results.settings.strategies
    rows: list[tuple[Cell, ...]] = []
    for noise, share in results.settings.noises:
        for votes in VOTES:
            for strategy in others:
                one = results.against_first.get((score, Place(corpus, noise, share, strategy, votes)))
                if one is not None:
                    claim = {"higher": "worse", "lower": "better"}.get(one.claim, one.claim)
                    rows.append((noise_text(noise, share), votes, strategy, *_difference(one), claim))
    return Table(
        f"Strategies on {corpus}: {SCORES[score]}",
        ("noise", "votes", "strategy", f"less {first}", "p", "Holm p", "is"),
        tuple(rows),
        f"As above; Holm over all rows. Every strategy pays for as many votes as {first}.",
        4,
    )


def _told_table(results: Results, corpus: str) -> Table:
    rows: list[tuple[Cell, ...]] = []
    for noise, share, strategy in _cells(results, corpus):
        raw, cleaned = (Place(corpus, noise, share, strategy, votes) for votes in (RAW, CLEANED))
        if cleaned in results.cells:
            truth = [results.mean(place, "truth").value for place in (raw, cleaned)]
            told = [results.mean(cleaned, name) for name in ("auroc", "weight_planted", "weight_others")]
            rows.append((noise_text(noise, share), strategy, *told, truth[0], truth[1]))
    head = ("noise", "strategy", "AUROC of planted errors", "mean weight, planted", "mean weight, others",
            "final JS to the truth, raw", "the same, cleaned")  # fmt: skip
    return Table(
        f"What the weights tell on {corpus}",
        head,
        tuple(rows),
        "At the end of a run, mean over seeds, in brackets the lowest and the highest. A population’s own errors are "
        "among the others, and in the votes on test items; the truth is without them, where it is known.",
        3,
    )


def _cells(results: Results, corpus: str) -> Iterator[tuple[str, float, str]]:
    for noise, share in results.settings.noises:
        for strategy in results.settings.strategies:
            if Place(corpus, noise, share, strategy, RAW) in results.cells:
                yield noise, share, strategy


def _difference(one: Comparison | None) -> tuple[Cell, Cell, Cell]:
    if one is None or one.difference is None or one.test is None:
        return None, None, None
    return (
        estimate(one.difference, signed=True),
        PValue(one.test.p_value, one.test.smallest_p),
        PValue(one.holm_p),
    )


def cells_data(results: Results) -> Data:
    """Every cell: scores, differences to raw votes, what was won back, and what weights tell."""
    rows = []
    for place, runs in results.cells.items():
        row: list[float | None] = []
        for score in SCORES:
            one = results.against_raw.get((score, place))
            row.append(float(np.mean([run[score] for run in runs])))
            row += (
                [None] * 4
                if one is None or one.difference is None or one.test is None
                else [one.difference.mean, one.difference.low, one.difference.high, one.holm_p]
            )
            back = results.won_back(place, score) if place.votes == CLEANED and place.noise else None
            row += [None] * 3 if back is None else [_defined(x) for x in (back.value, back.low, back.high)]
        told = [results.mean(place, name).value for name in _TOLD]
        rows.append((*place, len(runs), *row, *map(_defined, told)))
    parts = ("", "_less_raw", "_low", "_high", "_holm_p", "_won_back", "_won_back_low", "_won_back_high")
    head = ("corpus", "noise", "share", "strategy", "votes", "seeds", *(s + part for s in SCORES for part in parts),
            *_TOLD)  # fmt: skip
    return Data("cells", head, tuple(rows))


def curves_data(results: Results) -> Data:
    """Every round of every run: votes paid for, and the JS."""
    rows = tuple(
        (*place, seed, k, requests, js)
        for place, runs in results.cells.items()
        for seed, run in enumerate(runs)
        for k, (requests, js) in enumerate(zip(run["requests"], run["js"], strict=True))
    )
    return Data("curves", ("corpus", "noise", "share", "strategy", "votes", "seed", "round", "paid", "js"), rows)


def _defined(value: float) -> float | None:
    return None if np.isnan(value) else value
