"""``variorum train``: a learner on a corpus, scored on items held out, kept in a folder."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Final

import numpy as np
import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from variorum.campaign import open_corpus
from variorum.checks import as_choice
from variorum.cli.distributions import columns_of, write_distributions
from variorum.cli.output import AsJson, number, one_line, print_json, print_table
from variorum.cli.remedies import remedies_for_source
from variorum.cli.settings import named_values
from variorum.errors import ArgumentError, RunFolderError, UnknownNameError
from variorum.evaluation import HIGHER_IS_BETTER
from variorum.studies import CorpusTraining, train_on_corpus
from variorum.training import ANNOTATORS, DELIVERIES, LOSSES, METHODS, POSTERIORS, Learner, NetworkLearner, TrainingData
from variorum.training.loop.settings import Training

__all__ = ["EXAMPLE", "app", "train"]

EXAMPLE: Final = "variorum train synthetic-plain --learner mlp --delivery multipass --loss js --out model"

_HIGHER: Final = HIGHER_IS_BETTER | {"accuracy", "macro-f1", "weighted-f1"}
_SHOWN: Final = (
    "js",
    "kl",
    "soft-ce",
    "cross-entropy",
    "tvd",
    "total-variation",
    "brier",
    "wasserstein",
    "accuracy",
    "macro-f1",
)

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command(epilog=f"Example: {EXAMPLE}")
def train(
    corpus: Annotated[
        str, typer.Argument(metavar="NAME|PATH", help="Name of a corpus, a corpus folder, or a file of annotations.")
    ],
    learner: Annotated[str, typer.Option(metavar="|".join(METHODS), help="What is trained.")] = "softmax-regression",
    delivery: Annotated[
        str | None, typer.Option(metavar="|".join(DELIVERIES), help="How votes reach the loss; soft by default.")
    ] = None,
    loss: Annotated[str | None, typer.Option(metavar="|".join(LOSSES), help="cross-entropy by default.")] = None,
    annotators: Annotated[
        str | None, typer.Option(metavar="|".join(ANNOTATORS), help="A model of single annotators.")
    ] = None,
    members: Annotated[int | None, typer.Option(metavar="N", min=1, help="Plausible models.")] = None,
    posterior: Annotated[
        str | None, typer.Option(metavar="|".join(POSTERIORS), help="Where several members come from.")
    ] = None,
    setting: Annotated[
        list[str] | None,
        typer.Option("--set", metavar="NAME=VALUE", help="Any other setting, epochs=20 say. Repeatable."),
    ] = None,
    features: Annotated[
        str, typer.Option(metavar="NAME|FILE.npy", help="How items become vectors, for learners that read vectors.")
    ] = "tfidf",
    test: Annotated[float, typer.Option(metavar="SHARE", min=0, max=0.9, help="Items held out for scores.")] = 0.2,
    validation: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE", min=0, max=0.9, help="Of the others, items that a network watches; 0.1 by default."
        ),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="N", min=0, help="Seed of the split and the learner.")] = 0,
    out: Annotated[
        Path | None,
        typer.Option(metavar="DIR", help="Folder of the model; an interrupted training of the same goes on."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Train a learner of label distributions, score it on items held out, and keep it.

    Items that share a premise, a context or a post are never on both sides.
    """
    given = {"annotators": annotators, "delivery": delivery, "loss": loss, "n_members": members, "posterior": posterior}
    made = _learner(learner, {name: value for name, value in given.items() if value is not None}, setting or [])
    with remedies_for_source(corpus):
        data = open_corpus(corpus)
    if out is not None and (out / "model.json").exists():
        raise RunFolderError(f"{out} holds a model already; choose another folder.")
    with _shown(made, out, hidden=as_json) as fit:
        # Softmax regression has no use for items to watch.
        watched = validation if validation is not None else 0.1 if isinstance(made, NetworkLearner) else 0.0
        trained = train_on_corpus(data, made, features=features, test=test, validation=watched, seed=seed, fit=fit)
    files = [] if out is None else _write(trained, data.items.ids, out)
    if out is not None and isinstance(made, NetworkLearner):
        for file in out.glob("checkpoint*.pt*"):
            file.unlink()
    if as_json:
        print_json(
            {
                "corpus": data.name,
                "learner": repr(made),
                "labels": data.scheme.labels,
                "n_train": trained.n_train,
                "n_validation": trained.n_validation,
                "n_test": trained.test.size,
                "scores": trained.scores,
                "files": files,
            }
        )
        return
    _print(trained)
    for path in files:
        typer.echo(f"{path.stem}: {path}")


def _learner(name: str, given: dict[str, Any], settings: list[str]) -> Learner:
    """The learner of that name; what is given beside it are fields of it, or of its training."""
    build = METHODS[as_choice("learner", name, METHODS)]
    options = given | named_values(settings)
    plain = build()
    known = [field.name for field in fields(plain)]  # type: ignore[arg-type]
    if isinstance(plain, NetworkLearner):
        known += [field.name for field in fields(Training)]
    for key in options:
        if key not in known:
            raise UnknownNameError(
                f"the learner {name!r} has no setting {key!r}. It has: {', '.join(known)}."
                + (
                    ""
                    if isinstance(plain, NetworkLearner)
                    else " Deliveries, losses and models of annotators are for networks: --learner linear, say."
                )
            )
    try:
        return build(**options)
    except TypeError as error:
        raise ArgumentError(f"a setting is of the wrong type: {error}.") from None


@contextmanager
def _shown(learner: Learner, out: Path | None, *, hidden: bool) -> Iterator[Any]:
    """How a learner is fitted: networks with a bar and a checkpoint, others as they are."""
    if not isinstance(learner, NetworkLearner):
        yield None
        return
    console = Console(stderr=True)
    bar = Progress(
        TextColumn("training"),
        BarColumn(),
        TextColumn("epoch {task.fields[epoch]}, {task.fields[score]}"),
        TimeRemainingColumn(),
        console=console,
        disable=hidden or not console.is_terminal,
        transient=True,
    )
    checkpoint = None if out is None else out / "checkpoint.pt"
    with bar:
        task = bar.add_task("", total=learner.training.epochs, epoch=0, score="")

        def watch(done: float, total: int, point: Any) -> None:
            monitor = learner.training.monitor
            score = f"{monitor} {number(point.scores[monitor])}" if point.scores else f"loss {number(point.loss)}"
            bar.update(task, completed=done, total=total, epoch=point.epoch, score=score)

        def fit(data: TrainingData, rng: np.random.Generator) -> Any:
            return learner.train(data, rng, watch=watch, checkpoint=checkpoint)

        yield fit


def _write(trained: CorpusTraining, ids: tuple[str, ...], out: Path) -> list[Path]:
    trained.model.save(out)
    if not trained.test.size:
        return [out / "model.json"]
    path = out / "predictions.csv"
    shares = columns_of(trained.predicted)
    write_distributions(path, [ids[i] for i in trained.test], trained.model.scheme.labels, shares)
    return [out / "model.json", path]


def _print(trained: CorpusTraining) -> None:
    typer.echo(one_line(trained.model.description))
    curves = getattr(trained.model.predictor, "curves", ())
    for curve in curves:
        kept = curve.kept
        ended = ", ended early" if curve.stopped_early else ""
        typer.echo(f"weights of epoch {kept.epoch} (step {kept.step:,}){ended}; training loss {number(kept.loss)}")
    if not trained.scores:
        typer.echo("no item was held out, so there is no score")
        return
    rows = []
    for name in [n for n in _SHOWN if n in trained.scores]:
        lines = "; ".join(f"{line.name} {number(line.mean)}" for line in trained.lines.get(name, ()))
        rows.append((name, number(trained.scores[name]), lines or ("higher is better" if name in _HIGHER else "")))
    print_table(("score", "held-out items", "reference lines"), rows, right=(1,))
    typer.echo(
        f"{trained.n_train:,} items to learn from, {trained.n_validation:,} to watch, {trained.test.size:,} held out"
    )
