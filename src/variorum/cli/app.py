"""The command ``variorum``: finds the verb, and turns every error that is meant for a user into one sentence."""

from __future__ import annotations

import importlib
import os
import sys
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Final

import typer

from variorum import __version__
from variorum.cli.output import complain, one_line
from variorum.errors import VariorumError

__all__ = ["VERBS", "Verb", "main"]


@dataclass(frozen=True)
class Verb:
    """A verb of the command line.

    Attributes:
        module: Where its `app` is.
        summary: What it does, for the list of verbs.
    """

    module: str
    summary: str


VERBS: Final[dict[str, Verb]] = {
    "demo": Verb("variorum.cli.demo", "Run a whole campaign on a built-in population and write its report."),
    "run": Verb("variorum.cli.run", "Run a campaign, by replay or with people: choose, buy, learn, score, report."),
    "annotate": Verb("variorum.cli.annotate", "Answer a campaign's requests in the terminal, one key a label."),
    "plan": Verb("variorum.cli.plan", "Tell from a pilot what a target will cost, in items, votes and money."),
    "corpora": Verb("variorum.cli.corpora", "List the corpora that are known by name."),
    "import": Verb("variorum.cli.import_", "Read a table of annotations into a corpus folder."),
    "export": Verb("variorum.cli.export", "Write a corpus as CSV, JSONL, Parquet or a corpus folder."),
    "aggregate": Verb("variorum.cli.aggregate", "Turn votes into one label distribution an item."),
    "evaluate": Verb("variorum.cli.evaluate", "Score a model's label distributions against people's."),
    "agreement": Verb("variorum.cli.agreement", "Measure how far annotators agree, with intervals, and draw it."),
    "decompose": Verb("variorum.cli.decompose", "Tell variation from error, vote by vote, and write it up."),
    "train": Verb("variorum.cli.train", "Train a learner of label distributions, score it, and keep it."),
    "predict": Verb("variorum.cli.predict", "Predict label distributions with a model that train kept."),
    "study": Verb("variorum.cli.study", "List the studies, or run one: a question, seeds, an answer, a report."),
    "benchmark": Verb("variorum.cli.benchmark", "Compare strategies of choosing items and annotators over corpora."),
    "report": Verb("variorum.cli.report", "Write the report of a run again from its folder."),
}

_STOPPED: Final = 130
_GO_ON: Final = {
    "study": "; finished runs are kept, and the same command goes on with the others",
    "benchmark": "; finished runs are kept, and the same command goes on with the others",
    "train": "; with --out, the same command goes on from the last epoch that was done",
    "demo": "; what was bought is in the record, and the same command goes on with it",
    "annotate": "; every answer so far is on the sheet, and the same command goes on with the others",
    "run": "; what was bought is in the record, and --resume goes on with it",
    "report": "; what was bought is in the record, and the same command goes on with it",
}

# typer's own class and click's have this name in common, and their modules differ from version to version.
_UsageError: type[Exception] = typer.BadParameter.__mro__[1]


def _version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"variorum {__version__}")
        raise typer.Exit


def _front_page(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Print the version.")
    ] = False,
) -> None:
    """Human label variation from end to end: every vote kept, label distributions learned, annotations bought."""


def _front() -> typer.Typer:
    """The command without a verb: its help, its version and its complaint about an unknown verb."""
    front = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
    front.callback(epilog="Example: variorum demo --out demo")(_front_page)
    for name, verb in VERBS.items():
        front.command(name, help=verb.summary)(lambda: None)
    return front


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        arguments: What follows ``variorum``; the process's own arguments if not given.

    Returns:
        The exit code: 0 for success, 2 for bad input, 130 if stopped by the keyboard.

    Example:
        >>> main(["--version"])
        variorum ...
        0
    """
    given = list(sys.argv[1:] if arguments is None else arguments) or ["--help"]
    with warnings.catch_warnings():
        warnings.showwarning = _show_warning
        return _explained(lambda: _dispatch(given), _GO_ON.get(given[0], ""))


def _dispatch(given: list[str]) -> int:
    if given[0] in VERBS:
        app = importlib.import_module(VERBS[given[0]].module).app
        done = app(args=given[1:], prog_name=f"variorum {given[0]}", standalone_mode=False)
    else:
        done = _front()(args=given, prog_name="variorum", standalone_mode=False)
    if done == _STOPPED:
        # Newer versions of typer turn the keyboard's interrupt into this code without a word.
        raise KeyboardInterrupt
    return done if isinstance(done, int) else 0


def _explained(act: Callable[[], int], go_on: str) -> int:
    try:
        return act()
    except _UsageError as error:
        complain(error.format_message())  # type: ignore[attr-defined]
    except VariorumError as error:
        complain(str(error))
    except BrokenPipeError:
        # The reader ("| head") has seen enough. Python would complain about the same pipe once more on exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        complain(f"{where}{(error.strerror or str(error)).rstrip('.')}.")
    except (KeyboardInterrupt, typer.Abort):
        complain(f"stopped{go_on}.")
        return _STOPPED
    return 2


def _show_warning(message: Warning | str, category: type[Warning], *_: Any, **__: Any) -> None:
    typer.echo(f"{category.__name__}: {one_line(str(message))}", err=True)
