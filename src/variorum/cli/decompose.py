"""``variorum decompose``: variation told apart from error."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Final

import numpy as np
import typer
from rich.console import Console

from variorum import features as featurizers
from variorum.annotations import Corpus
from variorum.checks import as_choice
from variorum.cli.decomposition_tables import as_object, claim_folder, write_tables
from variorum.cli.output import AsJson, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.cli.sources import open_with_attribute
from variorum.decomposition import LEVEL
from variorum.errors import ArgumentError, MissingExtraError, SchemeError
from variorum.features import featurizer
from variorum.reporting import write_decomposition_report
from variorum.reporting.decomposition.annotator_section import leaning_words
from variorum.reporting.decomposition.findings import flagged, groups, headline, hypothesis, notes
from variorum.reporting.decomposition.rankings import leanings, most_contested, order_by, suspect_labels
from variorum.reporting.wording import clip_text, number, percent, shares
from variorum.studies import CorpusDecomposition, decompose_corpus

__all__ = ["EXAMPLE", "app", "decompose"]

EXAMPLE: Final = "variorum decompose synthetic-plain --groups none --out decomposed"

_ENDS = 5
_NONE: Final = "none"
_REMEDIES: Final = {
    "multilabel": "make a corpus of each label, with yes or no for every annotator who was asked",
    "numeric": "import the numbers as levels, with --scheme ordinal --labels LOWEST,...,HIGHEST",
}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def decompose(
    corpus: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="Name of a corpus, a corpus folder, or a file of annotations.")
    ],
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Folder for the tables and report.html; must be new or empty.")
    ] = None,
    features: Annotated[
        str,
        typer.Option(
            metavar="|".join(["auto", _NONE, *featurizers.METHODS, "FILE.npy"]),
            help="How items, and reasons, become vectors; auto takes texts where there are any, none votes alone.",
        ),
    ] = "auto",
    group: Annotated[
        str,
        typer.Option(
            "--groups",
            metavar=f"find|{_NONE}|ATTRIBUTE",
            help="Groups of annotators: found from votes, none, or by an attribute, or a column of the file.",
        ),
    ] = "find",
    suffix: Annotated[str, typer.Option(metavar=".csv|.jsonl|.parquet", help="Format of the tables.")] = ".csv",
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of folds and starts.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Tell variation from error: for every vote, item and annotator, and for groups of annotators.

    A vote is an error if it was made whatever the item; who reads items in a way of their own dissents.
    """
    attribute = None if group in ("find", _NONE) else group
    with remedies_for_source(corpus):
        data = open_with_attribute(corpus, attribute)
    _check(data, features, attribute)
    if out is not None:
        claim_folder(out, suffix, data.scheme.labels)
    with _patience(hidden=as_json):
        found = decompose_corpus(
            data,
            features=None if features == _NONE else features,
            groups=None if group == _NONE else group,
            seed=seed,
        )
    files, reason = ([], None) if out is None else _write(found, out, suffix)
    if as_json:
        print_json({**as_object(found), "files": files, "report_missing": reason})
        return
    _print(found)
    for path in files:
        typer.echo(f"{path.stem}: {path}")
    if reason is not None:
        typer.echo(f"no report: {one_line(reason)}")


def _check(corpus: Corpus, features: str, attribute: str | None) -> None:
    """Mistakes that are cheap to see, before anybody waits."""
    kind = corpus.scheme.kind
    if kind in _REMEDIES:
        raise SchemeError(
            f"{corpus.name} has a {kind} scheme, and telling variation from error needs one label out of several in "
            f"each answer; {_REMEDIES[kind]}."
        )
    if features not in ("auto", _NONE):
        featurizer(features)
    if attribute is None:
        return
    if not corpus.annotators.attributes:
        raise ArgumentError(
            f"--groups {attribute} names an attribute of the annotators, and nothing is known of them; use --groups "
            "find, or a file with such a column."
        )
    as_choice("attribute", attribute, corpus.annotators.attributes)


@contextmanager
def _patience(*, hidden: bool) -> Iterator[None]:
    console = Console(stderr=True)
    if hidden or not console.is_terminal:
        yield
        return
    with console.status("taking the votes apart"):
        yield


def _write(found: CorpusDecomposition, folder: Path, suffix: str) -> tuple[list[Path], str | None]:
    files = write_tables(found, folder, suffix)
    # The tables are complete; a missing picture of them is no failure.
    try:
        write_decomposition_report(found, folder / "report.html")
    except MissingExtraError as error:
        return files, str(error)
    return [*files, folder / "report.html"], None


def _print(found: CorpusDecomposition) -> None:
    for sentence in (headline(found), hypothesis(found), flagged(found), groups(found)):
        if sentence:
            typer.echo(one_line(sentence))
    _print_annotators(found)
    _print_suspects(found)
    _print_contested(found)
    typer.echo(one_line(f"population: {found.decomposition.population}"))
    for sentence in notes(found):
        typer.echo(one_line(sentence))


def _print_annotators(found: CorpusDecomposition) -> None:
    people, ids = found.decomposition.annotators, found.corpus.annotators.ids
    known = np.flatnonzero(~np.isnan(people.error_rate))
    if not known.size:
        return
    several = len(found.group_names) > 1
    own = leanings(found.decomposition, len(ids))

    def rows(codes: list[int]) -> list[tuple[str, ...]]:
        return [
            (
                ids[a] + (" (whatever the item)" if people.throughout[a] else ""),
                percent(float(people.error_rate[a])),
                f"{percent(float(people.error_low[a]))} to {percent(float(people.error_high[a]))}",
                "-" if people.throughout[a] else percent(float(people.dissent[a])),
                leaning_words(own[a], found.corpus.scheme.labels),
                *([found.group_names[people.group[a]]] if several else []),
                f"{people.n_votes[a]:,.0f}",
            )
            for a in codes
        ]

    rest = (
        "errors",
        f"{round(LEVEL * 100)} % interval",
        "dissent",
        "leans to",
        *(["group"] if several else []),
        "votes",
    )
    right = (1, 2, 3, len(rest))
    by_error = known[order_by(people.error_rate[known])].tolist()
    if len(by_error) <= 2 * _ENDS:
        print_table(("annotator", *rest), rows(by_error), right=right)
        return
    careful = known[~people.throughout[known]]
    by_dissent = careful[order_by(people.dissent[careful])].tolist()
    print_table(("most errors", *rest), rows(by_error[:_ENDS]), right=right)
    print_table(("most dissent", *rest), rows(by_dissent[:_ENDS]), right=right)


def _table(headers: Sequence[str], rows: Sequence[Sequence[str]], right: Sequence[int]) -> None:
    """A table whose last column is left out where no row fills it, as for sensitive texts."""
    if rows and not any(row[-1] for row in rows):
        headers, rows = headers[:-1], [row[:-1] for row in rows]
    print_table(headers, rows, right=right)


def _print_suspects(found: CorpusDecomposition) -> None:
    suspects, labels = suspect_labels(found.corpus.annotations, found.decomposition), found.corpus.scheme.labels
    rows = [
        (
            found.corpus.items.ids[i],
            clip_text(labels[suspects.label[i]], 30),
            percent(float(suspects.error[i])),
            f"{suspects.n_votes[i]:,}",
            _text(found, i),
        )
        for i in suspects.ranked()[:_ENDS].tolist()
    ]
    if rows:
        _table(("likely mislabelled", "label", "error", "votes for it", "text"), rows, (2, 3))


def _print_contested(found: CorpusDecomposition) -> None:
    parts, labels = found.decomposition, found.corpus.scheme.labels
    rows = [
        (
            found.corpus.items.ids[i],
            number(float(parts.items.variation[i] - parts.items.unknown[i]), 2),
            shares(parts.distribution[i], labels),
            _text(found, i),
        )
        for i in most_contested(parts)[:_ENDS].tolist()
    ]
    _table(("truly contested", "nats", "read as", "text"), rows, (1,))


def _text(found: CorpusDecomposition, item: int) -> str:
    texts = found.corpus.items.text
    text = texts[item] if texts is not None else None
    return clip_text(text, 50) if text and not found.corpus.sensitive else ""
