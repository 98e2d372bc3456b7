"""Work done in several processes at a time, where a process can be forked; elsewhere one after the other."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_all_start_methods, get_context


@contextmanager
def side_by_side() -> Iterator[Executor]:
    """Processes that know what this one knows, as many as there are processors.

    What they are given to do, and what they find, goes from one to the other: no open file, no function without name.
    """
    cores = os.cpu_count() or 1
    can_fork = cores > 1 and "fork" in get_all_start_methods()
    with ProcessPoolExecutor(cores, get_context("fork")) if can_fork else ThreadPoolExecutor(1) as pool:
        yield pool
