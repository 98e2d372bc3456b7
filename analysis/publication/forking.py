"""The process that kernels are forked from: it holds what every chapter imports, and no data.

A chapter has a process of its own, as if it had been started alone, but finds its libraries loaded. Run as
`python -m analysis.publication.forking DESCRIPTOR MODULE...`, with a listening socket; it ends when its standard
input does.
"""

from __future__ import annotations

import gc
import json
import os
import random
import select
import signal
import socket
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

PACKAGE = "analysis"
Request = Mapping[str, Any]


def main(descriptor: int, names: Sequence[str]) -> None:
    """Hold what chapters import, and become a kernel once for each request."""
    # A kernel sets this before its chapter loads matplotlib, which reads it then.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    with socket.socket(fileno=descriptor) as listener:
        hold(names)
        stamp = package_stamp(os.environ)
        asked = next_request(listener)
    if asked is not None:
        line, request = asked
        become_kernel(line, request, stamp)


def hold(names: Sequence[str]) -> None:
    """Import what chapters import. What cannot be imported is left for the chapter that asks for it to fail on."""
    # What is imported stays: looking for garbage in between would take a sixth of the time.
    gc.disable()
    for name in names:
        try:
            import_module(name)
        except Exception:
            continue
    # Memory that is shared with the kernels stays shared when they look for garbage.
    gc.collect()
    gc.freeze()
    gc.enable()


def next_request(listener: socket.socket) -> tuple[socket.socket, Request] | None:
    """Fork a process for each request: it returns in that process only. Here it returns when standard input ends."""
    signal.signal(signal.SIGCHLD, _clear_away)
    while listener in select.select([listener, sys.stdin], [], [])[0]:
        line, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            with line.makefile() as written:
                return line, json.loads(written.readline())
        line.close()
    return None


def _clear_away(*_: object) -> None:
    """Kernels that have ended are waited for, whenever one does."""
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def become_kernel(line: socket.socket, request: Request, stamp: str) -> None:
    """Run a kernel until it is told to stop, or until whoever asked for it is gone."""
    os.setsid()
    line.sendall(f"{os.getpid()}\n".encode())
    Thread(target=_end_with, args=(line,), daemon=True).start()
    os.environ.clear()
    os.environ.update(request["environment"])
    time.tzset()
    os.chdir(request["folder"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    start_afresh(stamp)
    from ipykernel.kernelapp import launch_new_instance

    sys.argv = ["ipykernel_launcher", *request["arguments"], f"--IPKernelApp.parent_handle={os.getppid()}"]
    launch_new_instance()


def _end_with(line: socket.socket) -> None:
    while line.recv(1):
        pass
    os.killpg(0, signal.SIGKILL)


def start_afresh(stamp: str) -> None:
    """Leave nothing to a chapter that another could have as well: random numbers, a package that has changed since."""
    random.seed()
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed()
    if package_stamp(os.environ) != stamp:
        for name in list(_package()):
            del sys.modules[name]


def package_stamp(environment: Mapping[str, str]) -> str:
    """A checksum of the package as it is on the disk, of what is loaded of it, and of where its data are."""
    checksum = sha256(repr(sorted(item for item in environment.items() if item[0].startswith("ANALYSIS_"))).encode())
    for name in _package():
        path = Path(sys.modules[name].__file__ or "")
        checksum.update(f"{name}\0".encode() + (path.read_bytes() if path.is_file() else b""))
    return checksum.hexdigest()


def _package() -> Iterator[str]:
    return (name for name in sorted(sys.modules) if f"{name}.".startswith(f"{PACKAGE}."))


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
