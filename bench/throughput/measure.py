"""Run a client as a process of its own, and measure it at the server."""

from __future__ import annotations

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from tests.servers.client import LocalServer

ROOT = Path(__file__).resolve().parents[2]
LATENCY = 0.1  # seconds
_TICK = 0.002
_QUIET = {
    "DEEPEVAL_TELEMETRY_OPT_OUT": "YES",
    "HF_DATASETS_OFFLINE": "1",
    "HF_HUB_OFFLINE": "1",
    "OMP_NUM_THREADS": "1",
    "OPENAI_API_KEY": "none",
    "PROMPTFOO_DISABLE_REMOTE_GENERATION": "true",
    "PROMPTFOO_DISABLE_TELEMETRY": "1",
    "PROMPTFOO_DISABLE_UPDATE": "1",
    "PYTHONPATH": str(ROOT),
}


class Figures(NamedTuple):
    """What one run took.

    Attributes
    ----------
    rate
        Draws a second, between the first request and the last answer.
    span
        Seconds of the client's CPU for a draw, in that time.
    whole
        Seconds of the client's CPU for a draw, from its start to its end.
    requests
        How many there were.
    """

    rate: float
    span: float
    whole: float
    requests: int


def measured(server: LocalServer, command: Sequence[str], draws: int) -> Figures:
    """Run a client, to whose command the server's address is added where it says ``URL``.

    Raises
    ------
    RuntimeError
        If it fails, or does not take so many draws.
    """
    remote = server.open(latency=LATENCY, key="none")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "log"
        keep = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()}
        keep.pop("PYTHONDONTWRITEBYTECODE", None)
        env = {**keep, **_QUIET, "HOME": folder, "PROMPTFOO_CONFIG_DIR": folder}
        with log.open("wb") as out:
            process = subprocess.Popen(
                [remote.url if word == "URL" else word for word in command],
                cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
            _apart(process.pid)
            try:
                times, used, code, whole = _watched(process)
            finally:
                if process.returncode is None:  # interrupted
                    process.kill()
                    process.wait()
        seen = remote.log
        asked = sum(one["body"].get("n", 1) for one in seen.requests)
        if code not in {0, 100} or asked != draws:  # 100: promptfoo has seen wrong answers
            said = log.read_text(encoding="utf-8", errors="replace")[-2000:]
            msg = f"{command} ended with {code} after {asked} draws of {draws}: {said}"
            raise RuntimeError(msg)
    begun, ended = np.interp([seen.begun, seen.begun + seen.seconds], times, used)
    return Figures(
        draws / seen.seconds, float(ended - begun) / draws, whole / draws, len(seen.requests)
    )


def _watched(process: subprocess.Popen[bytes]) -> tuple[list[float], list[float], int, float]:
    """Read a process's CPU clock until it ends; return times, readings, exit code and the sum."""
    times, used = [], []
    clock = (~process.pid << 3) | 2  # as clock_getcpuclockid(3) makes it on Linux
    while True:
        with contextlib.suppress(OSError):
            used.append(time.clock_gettime(clock))
            times.append(time.monotonic())
        pid, status, usage = os.wait4(process.pid, os.WNOHANG)
        if pid:
            process.returncode = os.waitstatus_to_exitcode(status)
            return times, used, process.returncode, usage.ru_utime + usage.ru_stime
        time.sleep(_TICK)


@contextlib.contextmanager
def last_core() -> Iterator[None]:
    """Keep this process, and the server that it starts, on the last core."""
    cores = os.sched_getaffinity(0)
    if len(cores) > 1:
        os.sched_setaffinity(0, {max(cores)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, cores)


def _apart(pid: int) -> None:
    """Keep a client off the server's core."""
    everywhere = set(range(os.cpu_count() or 1))
    if others := everywhere - os.sched_getaffinity(0):
        os.sched_setaffinity(pid, others)
