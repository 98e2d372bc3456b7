"""What a Dask worker loads before it works for a test: the study whose chapters it runs lies in a folder of its own."""

from __future__ import annotations

import os
from pathlib import Path

from analysis import paths
from analysis.publication import kernels

paths.ROOT = Path(os.environ["ANALYSIS_PROJECT"])
paths.CHAPTERS = paths.ROOT / "analysis" / "chapters"
# Chapters of the tests inherit it: one of them kills the worker that it runs on.
os.environ["WORKER"] = str(os.getpid())
# They import little: their kernels need not wait for the rest.
kernels.HELD = ("ipykernel.kernelapp",)
