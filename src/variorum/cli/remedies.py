"""Remedies in the words of the command line, where a room's message speaks of arguments in Python."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from variorum.errors import VariorumError

__all__ = ["as_options", "remedies_for_import", "remedies_for_source"]

_OPTIONS: Final = (
    (r"scheme=LabelScheme\.ordinal\([^)]*\)", "--scheme ordinal --labels LOWEST,...,HIGHEST"),
    (r"scheme=LabelScheme\.numeric\([^)]*\)", "--scheme numeric --labels LOW,HIGH"),
    (r"another range with scheme=", "another range with --labels LOW,HIGH"),
    (r'scheme="(\w+)"', r"--scheme \1"),
    (r"scheme=(?:LabelScheme\.\.\.)?", "--labels A,B,..."),
    (r"\blabels=\.\.\.", "--labels A,B,..."),
    (r"\bmemory=\.\.\.", "--memory GIB"),
    (r"\bwork=\.\.\.", "--work FOLDER"),
    (r"\bout=\.\.\.", "--out FILE"),
    (r"\bannotator=None", "--no-annotator"),
    (r"\b(item|annotator|label)=\.\.\.", r"--\1 COLUMN"),
    (r"\bfields=(?:\.\.\.)?", "--field COLUMN"),
    (r"\battributes=(?:\.\.\.)?", "--attribute COLUMN"),
    (r"\b([a-z_]+)=\.\.\.", r"--column \1=COLUMN"),
    (r"\b(status|distribution|shown_first)=None", r"--column \1="),
    (r'duplicates="all", "first" or "last"', "--duplicates all, first or last"),
    (r"\bdelimiter=", "--delimiter MARK"),
    (r"\boverwrite=True", "--overwrite"),
)
_ELSEWHERE: Final = (
    (r" Read a corpus folder with variorum\.read_corpus\.", " Give a file."),
    (r" A single file is read with variorum\.read\.", " Give the file itself."),
    (
        r" Turn counts into rows with variorum\.labels\.normalize\.",
        " Divide each row by its sum; votes themselves are read as annotations, one row a vote.",
    ),
)


def as_options(message: str) -> str:
    """A message whose remedy names options instead of arguments.

    Args:
        message: What a room says.

    Returns:
        The message for the command line; unchanged if it names no argument.

    Example:
        >>> as_options("Name the right one with item=....")
        'Name the right one with --item COLUMN.'
    """
    for pattern, option in (*_OPTIONS, *_ELSEWHERE):
        message = re.sub(pattern, option, message)
    return message


@contextmanager
def remedies_for_import() -> Iterator[None]:
    """Within, errors name options of ``variorum import``, ``export`` and ``aggregate --stream``."""
    try:
        yield
    except VariorumError as error:
        raise type(error)(as_options(str(error))) from None


@contextmanager
def remedies_for_source(source: str) -> Iterator[None]:
    """Within, errors whose remedy is an option of ``variorum import`` show how to call it.

    Args:
        source: What is read: a name, a folder or a file.
    """
    try:
        yield
    except VariorumError as error:
        said = as_options(str(error))
        if Path(source).is_file() and any(re.search(pattern, str(error)) for pattern, _ in _OPTIONS):
            command = (
                f"variorum import {shlex.quote(source)} --item COLUMN --annotator COLUMN --label COLUMN --out FOLDER"
            )
            said += f" That is for variorum import, which makes a corpus folder to use instead: {command}"
        raise type(error)(said) from None
