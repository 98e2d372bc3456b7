"""The processes that run chapters, several at a time: none of them outlives the one that it works for."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context, parent_process
from threading import Thread

from analysis.publication.kernels import ADDRESS, CAN_FORK, ENVIRONMENT, FORKED, kernel_address


@contextmanager
def workers(number: int) -> Iterator[Executor]:
    """So many processes that each run a chapter at a time, with a kernel of its own."""
    context = get_context("forkserver" if CAN_FORK else "spawn")
    context.set_forkserver_preload(["analysis.publication.running", "papermill", "nbclient"])
    kernels = {**FORKED, ADDRESS: kernel_address()} if CAN_FORK else {}
    environment = {**os.environ, **ENVIRONMENT, **kernels}
    pool = ProcessPoolExecutor(number, context, initializer=_prepare, initargs=(environment,))
    try:
        yield pool
    except BaseException:
        # Nobody waits for what they would still find. Their kernels end with them.
        for process in active_children():
            process.kill()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


def _prepare(environment: Mapping[str, str]) -> None:
    """Make this process one that runs chapters, until the process that it works for is gone."""
    os.environ.clear()
    os.environ.update(environment)
    # An interrupt at the terminal is for the process that it works for; a failure is told by what is returned.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.getLogger("papermill").setLevel(logging.CRITICAL)
    Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
