"""``variorum agreement``: how far the annotators of a corpus agree."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from numpy.typing import NDArray

from variorum.annotations import Corpus
from variorum.checks import need_extra
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.cli.sources import open_with_attribute
from variorum.evaluation import AGREEMENT, AgreementSummary, agreement_summary
from variorum.reporting import write_agreement_report
from variorum.reporting.agreement.findings import caution, headline, notes
from variorum.reporting.wording import amount

__all__ = ["EXAMPLE", "agreement", "app"]

EXAMPLE: Final = "variorum agreement synthetic-plain --group group --out agreement.html"

_ENDS = 5

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def agreement(
    corpus: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="Name of a corpus, a corpus folder, or a file of annotations.")
    ],
    group: Annotated[
        str | None,
        typer.Option(metavar="ATTRIBUTE", help="Compare groups of annotators: an attribute, or a column of the file."),
    ] = None,
    bootstrap: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="Resamples behind intervals and p values; 0 leaves both out."),
    ] = 1000,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the resamples.")] = 0,
    out: Annotated[Path | None, typer.Option(metavar="FILE.html", help="Write a report, one page, as well.")] = None,
    as_json: AsJson = False,
) -> None:
    """Measure how far annotators agree: over all items, by label, annotator, pair and group.

    The measures are those that fit the label scheme. Only answered rows are votes; all rows of an annotator on an item
    are one answer, and nobody is compared with themselves.
    """
    if out is not None:
        # Nobody should wait for a thousand resamples to be told that the page cannot be drawn.
        need_extra("report", "altair")
    with remedies_for_source(corpus):
        data = open_with_attribute(corpus, group)
        summary = agreement_summary(data.annotations, seed, attribute=group, n_draws=bootstrap)
    if out is not None:
        write_agreement_report(summary, data, out)
    if as_json:
        print_json({**_as_object(summary, data), "report": out})
        return
    _print(summary, data)
    if out is not None:
        typer.echo(f"report: {out}")


def _print(summary: AgreementSummary, corpus: Corpus) -> None:
    typer.echo(one_line(headline(summary, corpus)))
    if caution(summary):
        typer.echo(one_line(caution(summary)))
    interval = f"{round(summary.level * 100)} % interval"
    undefined = any(m.interval.n_undefined for m in summary.measures)
    measured = [
        (AGREEMENT[m.name].title, number(m.interval.value, 3), _ends(m.interval.low, m.interval.high),
         *([f"{m.interval.n_undefined:,}"] if undefined else []))
        for m in summary.measures
    ]  # fmt: skip
    head = ("measure", "value", interval, *(["undefined draws"] if undefined else []))
    print_table(head, measured, right=range(1, len(head)))
    if summary.labels is not None:
        found = summary.labels.agreement
        listed = [
            (name, number(found.share[k], 2), number(found.specific[k], 2), number(found.alpha[k], 3),
             _ends(float(summary.labels.low[k]), float(summary.labels.high[k])))
            for k, name in enumerate(summary.labels.labels)
        ]  # fmt: skip
        print_table(("label", "share", "another agrees", "alpha", interval), listed, right=(1, 2, 3, 4))
    _print_people(summary, corpus)
    _print_groups(summary, interval)
    counts = summary.counts
    each = f"{counts.fewest:,} to {counts.most:,} each" if counts.fewest < counts.most else f"{counts.most:,} each"
    who = f"by {amount(counts.annotators, 'annotator')}" if counts.annotators else "by unknown annotators"
    typer.echo(f"{amount(counts.items, 'item')}, {amount(counts.answers, 'answer')} ({each}) {who}")
    for sentence in notes(summary):
        typer.echo(one_line(sentence))


def _print_people(summary: AgreementSummary, corpus: Corpus) -> None:
    people, pairs, ids = summary.annotators, summary.pairs, corpus.annotators.ids
    least, column = summary.min_items, "typical difference" if summary.kind == "numeric" else "agreement"
    if people is not None:
        ranked = people.ranked(min_items=least)
        rows = [
            (ids[c], number(people.kappa[c], 2), _agreement(people.agreement[c], corpus), f"{people.n_items[c]:,}")
            for c in _both_ends(ranked)
        ]
        if rows:
            print_table(("annotator against the rest", "kappa", column, "items shared"), rows, right=(1, 2, 3))
        if ranked.size > 2 * _ENDS:
            typer.echo(
                f"the {_ENDS} lowest and highest of {ranked.size:,} annotators with {least} shared items or more; "
                "--json gives all"
            )
    if pairs is not None and pairs.kappa.size:
        ranked = pairs.ranked(min_items=least)
        rows = [
            (f"{ids[pairs.first[k]]}, {ids[pairs.second[k]]}", number(pairs.kappa[k], 2),
             _agreement(pairs.agreement[k], corpus), f"{pairs.n_items[k]:,}")
            for k in _both_ends(ranked)
        ]  # fmt: skip
        if rows:
            print_table(("pair", "Cohen’s kappa", column, "items shared"), rows, right=(1, 2, 3))
        typer.echo(
            f"{amount(pairs.kappa.size, 'pair')} with an item in common, {ranked.size:,} with {least} or more and a "
            f"kappa; mean of these {number(pairs.mean(min_items=least), 3)}"
        )


def _both_ends(ranked: NDArray[np.int64]) -> list[int]:
    ends = ranked if ranked.size <= 2 * _ENDS else np.concatenate([ranked[:_ENDS], ranked[-_ENDS:]])
    return [int(code) for code in ends]


def _agreement(agreement: float, corpus: Corpus) -> str:
    bounds = corpus.scheme.bounds
    if bounds is None or math.isnan(agreement):
        return number(agreement, 2)
    return f"{math.sqrt(max(0.0, 1.0 - agreement)) * (bounds[1] - bounds[0]):.3g}"


def _print_groups(summary: AgreementSummary, interval: str) -> None:
    found = summary.groups
    if found is None:
        return
    rows = [
        (name, number(found.within[g], 3), _ends(*found.within_interval[g]), number(found.outside[g], 3),
         _ends(*found.outside_interval[g]), number(found.ratio[g], 2), number(found.p_value[g], 3),
         number(found.smallest_p[g], 3), f"{found.n_annotators[g]:,}", f"{found.n_answers[g]:,}")
        for g, name in enumerate(summary.group_names)
    ]  # fmt: skip
    head = ("group", "alpha within", interval, "across", interval, "ratio", "p", "smallest p", "annotators", "answers")
    print_table(head, rows, right=range(1, len(head)))
    if found.n_without:
        typer.echo(f"{found.n_without:,} answers of annotators without a group are left out of the groups")


def _ends(low: float, high: float) -> str:
    return "-" if math.isnan(low) else f"{low:.3f} to {high:.3f}"


def _as_object(summary: AgreementSummary, corpus: Corpus) -> dict[str, Any]:
    labels, people, pairs, groups = summary.labels, summary.annotators, summary.pairs, summary.groups
    ids = corpus.annotators.ids
    said: dict[str, Any] = {
        "corpus": corpus.name,
        "scheme": summary.kind,
        "distance": summary.distance,
        "level": summary.level,
        "resamples": summary.n_draws,
        "counts": vars(summary.counts),
        "measures": {m.name: vars(m.interval) for m in summary.measures},
        "items": dict(zip(corpus.items.ids, summary.items.tolist(), strict=True)),
        "notes": notes(summary),
    }
    if labels is not None:
        parts = {**vars(labels.agreement), "low": labels.low, "high": labels.high}
        said["labels"] = {name: {part: of[k] for part, of in parts.items()} for k, name in enumerate(labels.labels)}
    if people is not None:
        said["annotators"] = {ids[a]: {k: c[a] for k, c in vars(people).items()} for a in range(len(ids))}
    if pairs is not None:
        said["pairs"] = [
            {"annotators": [ids[a], ids[b]], "items": n, "agreement": raw, "kappa": kappa}
            for a, b, n, raw, kappa in zip(
                pairs.first, pairs.second, pairs.n_items, pairs.agreement, pairs.kappa, strict=True
            )
        ]
    if groups is not None:
        columns = ("within", "within_interval", "outside", "outside_interval", "ratio", "p_value", "smallest_p",
                   "n_sets", "is_exact", "n_annotators", "n_answers", "n_items")  # fmt: skip
        names = list(enumerate(summary.group_names))
        said["groups"] = {
            "attribute": summary.attribute,
            "answers_without_a_group": groups.n_without,
            "by_group": {name: {column: getattr(groups, column)[g] for column in columns} for g, name in names},
            "between": {name: {other: groups.between[g, h] for h, other in names} for g, name in names},
        }
    return said
