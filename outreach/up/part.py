"""One process of the stack: its command, its log, and whether it answers."""

import os
import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from outreach.settings import ROOT
from outreach.up.environment import PART, environment, log_dir

LOG_LIMIT = 20_000_000  # bytes; one older log is kept beside


@dataclass
class Part:
    """A process that belongs to the stack. `health` is the address that answers once it is ready, if it has one."""

    name: str
    title: str
    command: list[str]
    health: str = ""
    lan: bool = False
    process: subprocess.Popen[bytes] | None = field(default=None, repr=False)
    deaths: list[float] = field(default_factory=list)
    log_start: int = 0  # where in the log this life begins

    @property
    def log(self) -> Path:
        return log_dir() / f"{self.name}.log"

    def start(self) -> None:
        """Start the process in a session of its own, so that Ctrl-C in the terminal reaches `up` alone."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        if self.log.exists() and self.log.stat().st_size > LOG_LIMIT:
            self.log.replace(self.log.with_suffix(".old.log"))
        with self.log.open("ab") as log:
            self.log_start = log.tell()
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=ROOT,
                env={**environment(lan=self.lan), PART: self.name},
                start_new_session=True,
            )

    def died(self) -> bool:
        return self.process is not None and self.process.poll() is not None

    def succeeded(self) -> bool:
        return self.process is not None and self.process.poll() == 0

    def answers(self) -> bool:
        """Whether the health address says yes."""
        try:
            return httpx.get(self.health, timeout=2, trust_env=False).status_code == httpx.codes.OK
        except httpx.HTTPError:
            return False

    def signal(self, number: signal.Signals) -> None:
        """Signal the process and whatever shares its session."""
        if self.process is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, number)

    def reap(self, patience: float) -> None:
        """Wait until the process has ended; kill it when it has not within `patience` seconds."""
        if self.process is None:
            return
        try:
            self.process.wait(max(patience, 0))
        except subprocess.TimeoutExpired:
            self.signal(signal.SIGKILL)
            self.process.wait(5)

    def deaths_since(self, seconds: float) -> int:
        """How often it has died in the last so many seconds."""
        return sum(1 for moment in self.deaths if moment > time.monotonic() - seconds)

    def last_lines(self, count: int = 15) -> str:
        """The end of what this life of the process has logged."""
        try:
            text = self.log.read_bytes()[self.log_start :]
        except OSError:
            return ""
        return "\n".join(text.decode(errors="replace").splitlines()[-count:])
