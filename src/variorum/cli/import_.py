"""``variorum import``: a table of annotations into a corpus folder."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer

from variorum.annotations import Annotations, Corpus, LabelScheme, read
from variorum.cli.output import AsJson, one_line, print_json
from variorum.cli.remedies import remedies_for_import
from variorum.errors import ArgumentError

__all__ = ["EXAMPLE", "app", "import_"]

EXAMPLE: Final = "variorum import votes.csv --item post --annotator who --label answer --out corpus"

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_SHOWN: Final = 12
_KINDS: Final = ("nominal", "ordinal", "multilabel", "numeric", "pairwise")


@app.command("import", epilog=f"Example: {EXAMPLE}")
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, JSONL or Parquet, one row an annotation.")],
    out: Annotated[Path, typer.Option(metavar="FOLDER", help="Folder for the corpus.")],
    item: Annotated[str, typer.Option(metavar="COLUMN", help="Column of item ids.")] = "item",
    annotator: Annotated[str, typer.Option(metavar="COLUMN", help="Column of annotator ids.")] = "annotator",
    no_annotator: Annotated[bool, typer.Option("--no-annotator", help="Nobody knows who answered.")] = False,
    label: Annotated[str, typer.Option(metavar="COLUMN", help="Column of labels.")] = "label",
    column: Annotated[
        list[str] | None,
        typer.Option(
            metavar="ROLE=COLUMN",
            help="Another column: text, explanation, status, cost, ...; ROLE= leaves it out. Repeatable.",
        ),
    ] = None,
    field: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="Column to keep as it is, about the item. Repeatable.")
    ] = None,
    attribute: Annotated[
        list[str] | None, typer.Option(metavar="COLUMN", help="The same, about the annotator. Repeatable.")
    ] = None,
    scheme: Annotated[
        str | None, typer.Option(metavar="|".join(_KINDS), help="Kind of the label scheme.", show_default="nominal")
    ] = None,
    labels: Annotated[
        str | None,
        typer.Option(
            metavar="A,B,...",
            help="All labels, in order (LOW,HIGH of a numeric scheme); without it, those of the file.",
        ),
    ] = None,
    duplicates: Annotated[
        str, typer.Option(metavar="error|all|first|last", help="What to do with repeated rows.")
    ] = "error",
    delimiter: Annotated[
        str | None, typer.Option(metavar="MARK", help="What separates cells; without it, found in the header.")
    ] = None,
    name: Annotated[str | None, typer.Option(help="Name of the corpus; without it, the folder's.")] = None,
    suffix: Annotated[str, typer.Option(metavar=".csv|.jsonl|.parquet", help="Format of its tables.")] = ".csv",
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace a corpus that is there.")] = False,
    as_json: AsJson = False,
) -> None:
    """Read a table of annotations into a corpus folder."""
    title = name or out.resolve().name
    roles: dict[str, Any] = _roles(column or [])
    with remedies_for_import():
        annotations = read(
            file,
            item=item,
            annotator=None if no_annotator else annotator,
            label=label,
            duplicates=duplicates,  # type: ignore[arg-type]  # read checks it
            scheme=_scheme(scheme, labels),
            fields=field or [],
            attributes=attribute or [],
            corpus=title,
            delimiter=delimiter,
            **roles,
        )
        corpus = Corpus(title, annotations)
        corpus.write(out, suffix=suffix, overwrite=overwrite)
    numbers = {
        "rows": annotations.n_rows,
        "annotations": len(annotations),
        "items": len(annotations.items),
        "annotators": len(annotations.annotators),
        "scheme": annotations.scheme.to_json(),
    }
    if as_json:
        print_json({"folder": out, "name": title, **numbers})
        return
    kind, shown = annotations.scheme.kind, ", ".join(_with_counts(annotations))
    typer.echo(
        one_line(
            f"{out}: {numbers['annotations']:,} annotations of {numbers['items']:,} items by "
            f"{numbers['annotators']:,} annotators; {kind}: {shown or annotations.scheme.bounds}"
        )
    )


def _with_counts(annotations: Annotations) -> list[str]:
    """The labels with how often each was given: a slip of the pen stands out by its small number."""
    given = np.bincount(annotations.label[annotations.label >= 0], minlength=annotations.scheme.n_classes)
    shown = [f"{label} ({count:,})" for label, count in zip(annotations.scheme.labels, given.tolist(), strict=True)]
    return shown if len(shown) <= _SHOWN else [*shown[:_SHOWN], f"and {len(shown) - _SHOWN:,} more"]


def _roles(given: list[str]) -> dict[str, str | None]:
    roles: dict[str, str | None] = {}
    known = [
        "explanation", "status", "distribution", "confidence", "seconds", "cost", "round", "time", "shown_first",
        "text", "second_text", "image", "payload", "group",
    ]  # fmt: skip
    for pair in given:
        role, equals, name = pair.partition("=")
        if not equals or role not in known:
            raise ArgumentError(f"--column {pair!r} is not ROLE=COLUMN. Roles are: {', '.join(known)}.")
        roles[role] = name or None
    return roles


def _scheme(kind: str | None, labels: str | None) -> LabelScheme | str | None:
    if labels is None:
        return kind
    names = [label.strip() for label in labels.split(",")]
    if kind == "ordinal":
        return LabelScheme.ordinal(names)
    if kind == "numeric":
        try:
            low, high = map(float, names)
        except ValueError:
            raise ArgumentError(f"--labels {labels!r} is no range; write LOW,HIGH in a numeric scheme.") from None
        return LabelScheme.numeric(low, high)
    return LabelScheme.from_json({"kind": kind or "nominal", "labels": names})
