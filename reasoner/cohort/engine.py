"""Engines that spread chunks of cases over workers and give the lines back in order, a bounded number ahead."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from functools import partial
from itertools import islice
from typing import Any, Protocol

from ontologies.errors import LimitError
from reasoner.cohort.inputs import CohortItem
from reasoner.cohort.worker import CaseWorker, WorkDone

__all__ = ["AHEAD", "CHUNK", "Engine", "ProcessEngine", "chunked", "in_order"]

CHUNK = 32
"""Cases that a worker takes at a time."""
AHEAD = 3
"""Chunks that wait for each worker, so that memory stays the same however many cases there are."""

# Each worker has one core: more threads would only push each other aside.
_SINGLE_THREADED = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS", "RAYON_NUM_THREADS")


class Engine(Protocol):
    """Runs workers somewhere."""

    def run(self, items: Iterator[CohortItem]) -> Iterator[WorkDone]:
        """What became of the cases, chunk by chunk, in their order."""


class ProcessEngine:
    """Workers on the cores of this machine.

    Args:
        open_worker: opens a worker; a picklable callable.
        jobs: how many processes; 1 works in this one.
    """

    def __init__(self, open_worker: Callable[[], CaseWorker], *, jobs: int) -> None:
        self._open_worker = open_worker
        self._jobs = jobs

    def run(self, items: Iterator[CohortItem]) -> Iterator[WorkDone]:
        """What became of the cases, chunk by chunk, in their order.

        Raises:
            LimitError: a worker was killed.
        """
        if self._jobs == 1:
            worker = self._open_worker()
            for chunk in chunked(items):
                yield worker.work(chunk)
            return
        context = multiprocessing.get_context("spawn")
        with (
            _single_threaded(),
            ProcessPoolExecutor(self._jobs, context, initializer=_start, initargs=(self._open_worker,)) as pool,
        ):
            try:
                yield from in_order(chunked(items), partial(_submit, pool), _result, AHEAD * self._jobs)
            except BrokenProcessPool as error:
                remedy = "Run the same command again, with fewer --jobs if memory was short: it goes on from here"
                raise LimitError("a worker was killed", remedy=remedy) from error
            finally:
                # Of an interrupted run, what waits is not worked off first.
                pool.shutdown(cancel_futures=True)


def in_order(
    chunks: Iterator[Sequence[CohortItem]],
    submit: Callable[[Sequence[CohortItem]], Any],
    result: Callable[[Any], WorkDone],
    ahead: int,
) -> Iterator[WorkDone]:
    """Submit chunks, never more than `ahead` at a time, and give their results in order."""
    waiting: deque[Any] = deque()
    for chunk in chunks:
        waiting.append(submit(chunk))
        if len(waiting) >= ahead:
            yield result(waiting.popleft())
    while waiting:
        yield result(waiting.popleft())


def chunked(items: Iterator[CohortItem]) -> Iterator[list[CohortItem]]:
    """The cases in lists of `CHUNK`."""
    while chunk := list(islice(items, CHUNK)):
        yield chunk


def _submit(pool: ProcessPoolExecutor, chunk: Sequence[CohortItem]) -> Future[WorkDone]:
    with _uninterrupted():
        return pool.submit(_work, chunk)


@contextmanager
def _uninterrupted() -> Iterator[None]:
    """Has processes that start here never hear Ctrl-C: this one hears it, and ends them without a word of theirs."""
    if sys.platform == "win32":
        yield
        return
    held = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)


def _result(future: Future[WorkDone]) -> WorkDone:
    return future.result()


@contextmanager
def _single_threaded() -> Iterator[None]:
    held = {name: os.environ.get(name) for name in _SINGLE_THREADED}
    os.environ.update(dict.fromkeys(_SINGLE_THREADED, "1"))
    try:
        yield
    finally:
        for name, value in held.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


# One worker for each process, opened by the pool's initialiser.
_worker: list[CaseWorker] = []


def _start(open_worker: Callable[[], CaseWorker]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _worker.append(open_worker())


def _end_with_parent() -> None:
    """End when the run was killed: a worker would wait for its next chunk for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _work(chunk: Sequence[CohortItem]) -> WorkDone:
    return _worker[0].work(chunk)
