"""A Dask cluster that runs chapters: reached within a stated time, fit for them, and missed when it is gone."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from concurrent.futures import CancelledError, Executor
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING

from analysis.inputs.findings import Finding, InputError, refuse
from analysis.publication.tasks import software, version_findings

if TYPE_CHECKING:
    from distributed import Client

OPTION = "--scheduler"
SECONDS_TO_CONNECT = 10
# A worker may come a little later than the scheduler, and come again after it was lost.
SECONDS_FOR_A_WORKER = 60
SECONDS_WITHOUT_WORKERS = 60
SECONDS_BETWEEN_LOOKS = 2


@contextmanager
def cluster(address: str) -> Iterator[Executor]:
    """An executor whose work is done by the workers of the cluster that has its scheduler at this address.

    What a worker that is lost was doing, another one does again. Raises InputError if the scheduler cannot be reached,
    if the workers are not fit, and if the cluster is lost in the midst of the work.
    """
    client = _connected(address)
    try:
        _refuse_unfit(client)
        executor = client.get_executor(pure=False)
        with _watched(client, executor):
            yield executor
    except CancelledError:
        found = f"no worker for {SECONDS_WITHOUT_WORKERS} seconds, or no scheduler"
        raise InputError([Finding(f"{OPTION} {address}", found, "a cluster that lasts until the run ends")]) from None
    except _lost_too_often() as error:
        found = f"{str(error).split(',')[0].rstrip('.')}: every worker that tried it was lost"
        raise InputError([Finding(f"{OPTION} {address}", found, "a chapter that no worker is lost over")]) from None
    finally:
        client.close(timeout=SECONDS_TO_CONNECT)


def _lost_too_often() -> type[Exception]:
    from distributed import KilledWorker

    killed: type[Exception] = KilledWorker
    return killed


def _connected(address: str) -> Client:
    try:
        from distributed import Client
    except ModuleNotFoundError:
        install = "python -m pip install --require-hashes --requirement requirements-cluster.txt"
        expected = "it installed, here and on every worker"
        raise InputError([Finding(OPTION, "no package distributed (Dask)", expected, fix=install)]) from None
    # What is wrong with a connection is said once, by what is raised.
    logging.getLogger("distributed").setLevel(logging.CRITICAL)
    try:
        return Client(address, timeout=SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, ValueError) as error:
        found = f"no scheduler within {SECONDS_TO_CONNECT} seconds"
        if isinstance(error, ValueError):
            found = f"no address of a scheduler: {error}"
        expected = "the address that `dask scheduler` prints, such as tcp://192.0.2.1:8786"
        raise InputError([Finding(f"{OPTION} {address}", found, expected)]) from None


def _refuse_unfit(client: Client) -> None:
    """Stop if there is no worker, or if there is one with other versions than here: all of them are named."""
    try:
        client.wait_for_workers(1, timeout=SECONDS_FOR_A_WORKER)
    except TimeoutError:
        place, found = f"{OPTION} {client.scheduler.address}", f"no worker within {SECONDS_FOR_A_WORKER} seconds"
        raise InputError([Finding(place, found, "workers, each started with `dask worker`")]) from None
    here, told = software(), _told(client)
    refuse(finding for address, there in sorted(told.items()) for finding in _unfit(address, here, there))


def _told(client: Client) -> dict[str, dict[str, str] | Exception]:
    """The versions on each worker, or why they cannot be told."""
    told: dict[str, dict[str, str] | Exception] = client.run(software, on_error="return")
    return told


def _unfit(address: str, here: dict[str, str], there: dict[str, str] | Exception) -> list[Finding]:
    place = f"worker {address}"
    if isinstance(there, Exception):
        return [Finding(place, str(there), "the package of this study installed, as where the run was started")]
    return version_findings(place, here, there)


@contextmanager
def _watched(client: Client, executor: Executor) -> Iterator[None]:
    """Give up the work, which then counts as cancelled, when no worker has been there for too long."""
    ended = Event()
    watch = Thread(target=_watch, args=(client, executor, ended), daemon=True)
    watch.start()
    try:
        yield
    finally:
        ended.set()
        watch.join(SECONDS_TO_CONNECT)
        executor.shutdown(wait=False)


def _watch(client: Client, executor: Executor, ended: Event) -> None:
    without = 0
    while without < SECONDS_WITHOUT_WORKERS:
        if ended.wait(SECONDS_BETWEEN_LOOKS):
            return
        without = 0 if _workers(client) else without + SECONDS_BETWEEN_LOOKS
    executor.shutdown(wait=False)


def _workers(client: Client) -> int:
    try:
        return len(client.nthreads())
    except (OSError, TimeoutError, ValueError, RuntimeError):
        return 0
