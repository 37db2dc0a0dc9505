"""Runs executed one after another, or several at a time in processes of their own."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections.abc import Generator, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any, Final

from threadpoolctl import threadpool_limits

from variorum.studies.base import Key, Run, as_plain
from variorum.studies.catalogue import open_place

__all__ = ["Failure", "execute"]

_ONE_THREAD: Final = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}


@dataclass(frozen=True)
class Failure:
    """A run that did not finish.

    Attributes:
        key: What was run.
        reason: The error, one line.
        details: Where it happened, for those who mend it.
    """

    key: Key
    reason: str
    details: str


def execute(
    place: str, settings: Any, keys: Sequence[Key], *, processes: int = 1, code: str = ""
) -> Generator[Run | Failure, None, None]:
    """Execute runs; one that fails does not keep the others from being executed.

    Each run computes on one thread, in this process and in others, so that what comes out does not depend on their
    number.

    Args:
        place: Where the study is, ``module:attribute``.
        settings: Its settings.
        keys: What to run, in order.
        processes: How many at a time; 1 runs them in this process, in order.
        code: What the finished runs say about the code.

    Yields:
        Finished and failed runs, in the order in which they end.
    """
    if processes == 1 or len(keys) < 2:
        for key in keys:
            yield _outcome(place, key, settings, code)
        return
    others = set(multiprocessing.active_children())
    with _children_on_one_thread():
        pool = ProcessPoolExecutor(min(processes, len(keys)), multiprocessing.get_context("spawn"), _attach)
        try:
            with _keyboard_ignored():
                tasks, lost = _submit(pool, place, settings, keys, code)
            yield from lost
            for task in as_completed(tasks):
                try:
                    yield task.result()
                except BrokenProcessPool as error:
                    yield _died(tasks[task], error)
        except BaseException:
            # A run may take an hour: whoever stops a study does not wait for those that are under way.
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise
        finally:
            pool.shutdown(cancel_futures=True)


def _submit(
    pool: ProcessPoolExecutor, place: str, settings: Any, keys: Sequence[Key], code: str
) -> tuple[dict[Future[Run | Failure], Key], list[Failure]]:
    """Hand over the runs; those that a pool no longer takes, since one of its processes died early, are lost."""
    tasks: dict[Future[Run | Failure], Key] = {}
    for position, key in enumerate(keys):
        try:
            tasks[pool.submit(_outcome, place, key, settings, code)] = key
        except BrokenProcessPool as error:
            return tasks, [_died(rest, error) for rest in keys[position:]]
    return tasks, []


def _died(key: Key, error: BrokenProcessPool) -> Failure:
    return Failure(key, "its process died, or that of a run beside it, perhaps for want of memory", str(error))


def _outcome(place: str, key: Key, settings: Any, code: str) -> Run | Failure:
    try:
        study = open_place(place)
        started = perf_counter()
        with threadpool_limits(1):
            values = as_plain("values", study.run(key, settings))
        return Run(key, values, perf_counter() - started, code)
    except Exception as error:  # whatever a run stumbles over, the others go on
        return Failure(key, f"{type(error).__name__}: {error}", traceback.format_exc())


def _attach() -> None:
    """Let a process live as long as its parent, and leave the keyboard to that."""
    # The keyboard interrupts all processes of a terminal; the parent alone decides what that means.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    # A parent that was killed can end nobody, and a run may hold an accelerator for hours.
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


@contextmanager
def _keyboard_ignored() -> Iterator[None]:
    """Children start, and inherit that they ignore the keyboard, before their first line could say so."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _children_on_one_thread() -> Iterator[None]:
    """Children inherit the environment, and libraries look at it once, when they are loaded."""
    before = {name: os.environ.get(name) for name in _ONE_THREAD}
    os.environ.update(_ONE_THREAD)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value
