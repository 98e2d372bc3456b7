"""Kernels that need no start: asked for where Jupyter starts a kernel, forked from a process that is ready.

Jupyter finds `ForkedKernel` by the name of its entry point. Where a process cannot be forked, kernels are started
as usual.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from jupyter_client.connect import KernelConnectionInfo
from jupyter_client.provisioning.local_provisioner import LocalProvisioner

PROVISIONER = "forked-kernel"
# With this in its environment, whatever starts Python kernels through Jupyter has them forked.
FORKED = {"JUPYTER_DEFAULT_PROVISIONER_NAME": PROVISIONER}
# The order of sets, the language of messages and the time zone must not reach a page.
ENVIRONMENT = {"PYTHONHASHSEED": "0", "LC_ALL": "C.UTF-8", "TZ": "UTC", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
# Where a process tells those that it starts to ask for kernels.
ADDRESS = "COMMISSIONING_KERNELS"
# What chapters import, wherever in the package, and what a kernel imports when it starts.
HELD = (
    "analysis.display",
    "analysis.published.knowledge",
    "matplotlib.backends.backend_svg",
    "seaborn",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "ipykernel.debugger",
    "IPython.core.completerlib",
    "IPython.core.logger",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "IPython.utils.wildcard",
    "pandas.core.methods.to_dict",
    "psutil",
)
LAUNCHER = "ipykernel_launcher"
SECONDS_TO_START = 60
# Of a second: how often a kernel that starts or ends is looked at.
SHORTLY = 0.005
CHANNELS = ("shell", "iopub", "stdin", "control", "hb")
# Processes talk through files in the folder of temporary files, whose names may have little more than 100 letters.
CAN_FORK = hasattr(os, "fork") and hasattr(socket, "AF_UNIX") and len(gettempdir()) <= 60


def kernel_address() -> str:
    """Where kernels are asked for. The process that they are forked from is started at the first question.

    It ends with this process at the latest. Processes that are started with this address in their environment,
    under the name ADDRESS, ask the same one.
    """
    given = os.environ.get(ADDRESS, "")
    return given if given and Path(given).exists() else _own_address()


@cache
def _own_address() -> str:
    folder = TemporaryDirectory(prefix="kernels-", ignore_cleanup_errors=True)
    address = f"{folder.name}/ask"
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(address)
        listener.listen()
        # Interrupting the work at a terminal is for the process that asks, not for this one.
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", "analysis.publication.forking", str(listener.fileno()), *HELD],
            stdin=subprocess.PIPE,
            env={**os.environ, **ENVIRONMENT},
            pass_fds=[listener.fileno()],
            start_new_session=True,
        )
    atexit.register(_stop, process, folder)
    return address


def _stop(process: subprocess.Popen[bytes], folder: TemporaryDirectory[str]) -> None:
    process.communicate()
    folder.cleanup()


@dataclass
class ForkedProcess:
    """A kernel's process, as Jupyter looks after it: its number, and the line that breaks when either side ends."""

    pid: int
    line: socket.socket
    returncode: int | None = None
    stdin: None = None
    stdout: None = None
    stderr: None = None

    def poll(self) -> int | None:
        """Nothing while the kernel runs, 1 once it has ended."""
        if self.returncode is None and self._ended(socket.MSG_DONTWAIT):
            self.returncode = 1
            self.line.close()
        return self.returncode

    def wait(self) -> int:
        """Wait until the kernel has ended."""
        while self.poll() is None:
            self._ended()
        return 1

    def _ended(self, flags: int = 0) -> bool:
        try:
            return not self.line.recv(1, flags)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.killpg(self.pid, number)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)


def fork_kernel(arguments: Sequence[str], folder: str, environment: Mapping[str, str]) -> ForkedProcess:
    """Ask for a kernel. Raises RuntimeError if none comes."""
    request = {"arguments": list(arguments), "folder": folder, "environment": dict(environment)}
    line = socket.socket(socket.AF_UNIX)
    line.settimeout(SECONDS_TO_START)
    try:
        line.connect(kernel_address())
        line.sendall(json.dumps(request).encode() + b"\n")
        with line.makefile() as answer:
            pid = int(answer.readline())
    except (OSError, ValueError) as error:
        line.close()
        raise RuntimeError("no process to fork a kernel from") from error
    line.setblocking(True)
    return ForkedProcess(pid, line)


class ForkedKernel(LocalProvisioner):
    """Starts a Python kernel by forking; it talks through files of its own, since network ports would be raced for."""

    sockets: TemporaryDirectory[str] | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:
        """Choose where the kernel listens, and in which environment it runs."""
        if self.parent is not None and CAN_FORK:
            self.sockets = TemporaryDirectory(dir=Path(kernel_address()).parent)
            self.parent.transport, self.parent.ip = "ipc", f"{self.sockets.name}/kernel"
        prepared = await super().pre_launch(**kwargs)
        return {**prepared, "env": {**prepared.get("env", os.environ), **ENVIRONMENT}}

    async def launch_kernel(self, cmd: list[str], **kwargs: Any) -> KernelConnectionInfo:
        """Fork the kernel, or start it where that cannot be done."""
        if LAUNCHER not in cmd or not CAN_FORK:
            return await super().launch_kernel(cmd, **kwargs)
        arguments = cmd[cmd.index(LAUNCHER) + 1 :]
        self.cwd = kwargs.get("cwd") or os.getcwd()
        process = fork_kernel(arguments, str(self.cwd), kwargs["env"])
        self.pid = self.pgid = process.pid
        # It answers what Jupyter asks of a process that it started.
        self.process = process  # type: ignore[assignment]
        await self._until_it_listens(process)
        return self.connection_info

    async def _until_it_listens(self, process: ForkedProcess) -> None:
        """Wait until there is someone to talk to: who asks too early asks again only a good while later."""
        told: dict[str, Any] = {**self.connection_info}
        names = [f"{told['ip']}-{told[f'{name}_port']}" for name in CHANNELS]
        left = SECONDS_TO_START / SHORTLY
        while left > 0 and process.poll() is None and not all(map(os.path.exists, names)):
            await asyncio.sleep(SHORTLY)
            left -= 1

    async def kill(self, restart: bool = False) -> None:
        """End the kernel, and wait until it has ended: it takes no time, and who asks whether it has waits for long."""
        await super().kill(restart)
        for _ in range(round(1 / SHORTLY)):
            if self.process is None or self.process.poll() is not None:
                break
            await asyncio.sleep(SHORTLY)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove what a kernel that has ended listened on."""
        await super().cleanup(restart)
        if self.sockets is not None and not restart:
            self.sockets.cleanup()
