"""Finds every process a stack started, however deep, by the mark in its environment, and ends it.

Process groups are not enough: Prefect's worker gives its runs groups of their own, and a run outlives a killed worker.
Where there is no /proc (macOS) nothing is found, and stopping relies on the process groups alone.
"""

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

from outreach.up.environment import MARK, PART

PROC = Path("/proc")


def marked(mark: str, *, part: str = "") -> set[int]:
    """The ids of the living processes of a stack, or of one part of it; never this process itself."""
    wanted = {f"{MARK}={mark}".encode()}
    if part:
        wanted.add(f"{PART}={part}".encode())
    found = {int(entry.name) for entry in PROC.glob("[0-9]*") if wanted <= _environment(entry)}
    return found - {os.getpid()}


def _environment(process: Path) -> set[bytes]:
    """Empty for a process that has ended or belongs to someone else."""
    try:
        return set((process / "environ").read_bytes().split(b"\0"))
    except OSError:
        return set()


def send(pids: set[int], number: signal.Signals) -> None:
    for pid in pids:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(pid, number)


def end(mark: str, *, part: str = "", patience: float = 3.0) -> None:
    """Ask the processes to end, wait up to `patience` seconds, then kill those that remain, and those they started."""
    send(marked(mark, part=part), signal.SIGTERM)
    deadline = time.monotonic() + patience
    while marked(mark, part=part) and time.monotonic() < deadline:
        time.sleep(0.1)
    kill(mark, part=part)


def kill(mark: str, *, part: str = "") -> None:
    """Kill the processes at once. Several rounds, since one may be starting another."""
    for _ in range(20):
        if not (left := marked(mark, part=part)):
            return
        send(left, signal.SIGKILL)
        time.sleep(0.1)
