"""Workers on a Ray cluster, for cohorts past one machine: the only file that imports ray."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

from ontologies.errors import InputError, ServiceError
from reasoner.cohort.engine import AHEAD, chunked, in_order
from reasoner.cohort.inputs import CohortItem
from reasoner.cohort.worker import CaseWorker, WorkDone

__all__ = ["RayEngine"]


class RayEngine:
    """Workers as actors of Ray; each opens the graph on its own machine, from the same path.

    Args:
        open_worker: opens a worker; a picklable callable.
        jobs: how many actors.
        address: of the cluster; None starts one on this machine.
    """

    def __init__(self, open_worker: Callable[[], CaseWorker], *, jobs: int, address: str | None = None) -> None:
        try:
            import ray
        except ModuleNotFoundError as error:
            remedy = "Run `pip install 'aitia[ray]'`, or leave --engine out"
            raise InputError("the package ray is not installed", value=error.name, remedy=remedy) from error
        self._ray: Any = ray
        self._open_worker = open_worker
        self._jobs = jobs
        self._address = address

    def run(self, items: Iterator[CohortItem]) -> Iterator[WorkDone]:
        """What became of the cases, chunk by chunk, in their order.

        Raises:
            ServiceError: the cluster cannot be reached, or an actor died.
        """
        ray = self._ray
        try:
            if not ray.is_initialized():
                ray.init(address=self._address, include_dashboard=False, log_to_driver=False)
            remote = ray.remote(num_cpus=1)(CaseWorkerActor)
            actors = [remote.remote(self._open_worker) for _ in range(self._jobs)]
            turn = count()
            yield from in_order(
                chunked(items),
                lambda chunk: actors[next(turn) % len(actors)].work.remote(chunk),
                ray.get,
                AHEAD * self._jobs,
            )
        except (ConnectionError, ray.exceptions.RayError) as error:
            remedy = "Is the cluster up, and the graph at the same path on each of its machines?"
            raise ServiceError("ray could not do the work", value=error, remedy=remedy) from error


class CaseWorkerActor:
    """A worker that lives on the cluster.

    Args:
        open_worker: opens it.
    """

    def __init__(self, open_worker: Callable[[], CaseWorker]) -> None:
        self._worker = open_worker()

    def work(self, chunk: list[CohortItem]) -> WorkDone:
        """Lines for a chunk of cases."""
        return self._worker.work(chunk)
