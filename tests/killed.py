"""Killing a process at a point that is chosen, not at a moment: before the n-th step that it takes on the disk."""

from __future__ import annotations

import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Steps are counted as Python itself announces them, only those inside the study's folder; the n-th is the last.
BEGINNING = """
import os, signal, sys
from pathlib import Path
from analysis import paths
root, last = sys.argv[1], int(sys.argv[2])
paths.PROJECT, paths.SITE = Path(root), Path(root, "_build", "html")
paths.WAVES = Path(root, "data", "waves")
import analysis.publication.editions, analysis.inputs.exports.folder, shutil, tempfile
tempfile._get_candidate_names()
STEPS = ("open", "os.mkdir", "os.rename", "os.symlink", "os.remove", "os.rmdir", "os.chmod", "os.truncate")
taken = 0
def step(event, arguments):
    global taken
    if event in STEPS and any(root in str(one) for one in arguments[:2]):
        if event == "open" and not (isinstance(arguments[1], str) and set("wax+") & set(arguments[1])):
            return
        taken += 1
        if taken == last:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(step)
"""
# A child of its own for each place, from one process that has read the modules: hundreds of places in seconds.
ONE_AFTER_ANOTHER = """
import traceback
code = compile(sys.stdin.readline().encode().decode("unicode_escape"), "killed", "exec")
place, every = 1, int(sys.argv[3])
while True:
    child = os.fork()
    if child == 0:
        try:
            last = place
            exec(code, {})
        except BaseException:
            traceback.print_exc()
            os._exit(1)
        os._exit(0)
    status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    print(place, status, flush=True)
    if status != -signal.SIGKILL or not sys.stdin.readline():
        break
    place += every
"""


def after_each_kill(code: str, root: Path, look: Callable[[int], None], every: int = 1) -> int:
    """Kill this code before its first step on the disk under `root`, in another run before a later one, and so on.

    `look` is called after each. Returns how often it was killed; the last run came to its end.
    """
    command = [sys.executable, "-c", BEGINNING + ONE_AFTER_ANOTHER, str(root), "0", str(every)]
    kills = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdin is not None and process.stdout is not None
        print(code.encode("unicode_escape").decode(), file=process.stdin, flush=True)
        for line in process.stdout:
            place, status = map(int, line.split())
            look(place)
            if status != -signal.SIGKILL:
                assert status == 0, line
                break
            kills += 1
            print("next", file=process.stdin, flush=True)
        process.stdin.close()
    return kills


def run_killed(code: str, root: Path, most_bytes: int) -> int:
    """Run this code; it is killed while it writes the first file that is longer. Returns the exit status."""

    def limited() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_DFL)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_FSIZE, (most_bytes, most_bytes))

    # Python ignores the signal when it starts.
    deadly = "import signal\nsignal.signal(signal.SIGXFSZ, signal.SIG_DFL)\n"
    command = [sys.executable, "-B", "-c", BEGINNING + deadly + code, str(root), "0"]
    return subprocess.run(command, cwd=ROOT, preexec_fn=limited, check=False, timeout=120).returncode
