"""The stack: Prefect's server, the deployments, a worker and the web, started in order and stopped as one."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable

from outreach import database, drop_folders
from outreach.errors import PermanentFailure
from outreach.queries import office
from outreach.settings import settings
from outreach.up import sweep
from outreach.up.claims import check_port
from outreach.up.environment import ANY_HOST, mark, prefect_address, prefect_home, web_address
from outreach.up.part import Part

READY_SECONDS = 120
SOUND_SECONDS = 600  # deaths longer ago than this are forgiven
RESTARTS = 5

Say = Callable[[str], None]


class Stopped(Exception):
    """Not an error: Ctrl-C or SIGTERM came while the stack was starting."""


class Stack:
    """Everything `outreach up` runs. Whoever wants it to end sets `stopping`."""

    def __init__(self, *, lan: bool = False) -> None:
        self.stopping = threading.Event()
        self.host, self.prefect_port = prefect_address(lan=lan)
        self.web_host, self.web_port = web_address(lan=lan)
        self.server = self._server()
        self.worker = self._worker()
        self.web = self._web()
        self.layer = Part("deployments", "laying the deployments", [sys.executable, "-m", "outreach.up.lay"])
        self.guard: subprocess.Popen[bytes] | None = None
        for part in (self.layer, *self.parts):
            part.lan = lan

    def _server(self) -> Part:
        command = [sys.executable, "-m", "prefect", "server", "start"]
        address = ["--host", self.host, "--port", str(self.prefect_port)]
        return Part("prefect-server", "Prefect's server", command + address, f"{settings().prefect_url}/api/health")

    def _worker(self) -> Part:
        command = [sys.executable, "-m", "prefect", "worker", "start", "--pool", "outreach", "--type", "process"]
        name = ["--name", f"outreach-{socket.gethostname()}", "--install-policy", "never"]
        return Part("worker", "the worker", command + name)

    def _web(self) -> Part:
        command = [sys.executable, "-m", "uvicorn", "--factory", "outreach.web.app:create_app"]
        address = ["--host", self.web_host, "--port", str(self.web_port)]
        quiet = ["--no-server-header", "--no-access-log"]  # the address of a page is a person's key
        host = "127.0.0.1" if self.web_host == ANY_HOST else self.web_host
        return Part("web", "the web", command + address + quiet, f"http://{host}:{self.web_port}/health")

    @property
    def parts(self) -> list[Part]:
        return [self.server, self.web, self.worker]

    def start(self) -> None:
        """Start everything and return when all of it is ready.

        Raises PermanentFailure for a port in use and for a part that died (with the end of its log), and Stopped when
        someone wants it to end. The caller stops the stack in every case.
        """
        sweep.end(mark())  # left by a stack that died together with its guard
        check_port(self.host, self.prefect_port, "prefect_url")
        check_port(self.web_host, self.web_port, "public_url or web_port")
        prefect_home().mkdir(parents=True, exist_ok=True)
        self.guard = _guard()
        self.server.start()
        self.layer.start()
        database.upgrade()
        with database.session_scope() as session:
            office.lay(session)
        drop_folders.lay()
        self.web.start()
        self._wait(self.layer, self.layer.succeeded)
        self.worker.start()
        self._wait(self.web, self.web.answers)
        self._wait(self.worker, lambda: "started!" in self.worker.last_lines(100))

    def _wait(self, part: Part, ready: Callable[[], bool]) -> None:
        deadline = time.monotonic() + READY_SECONDS
        while not ready():
            for one in (self.server, part):
                if one.died() and not ready():
                    raise _death(one)
            if time.monotonic() > deadline:
                raise PermanentFailure(f"{part.title.capitalize()} was not ready in {READY_SECONDS} s. See {part.log}")
            if self.stopping.wait(0.1):
                raise Stopped

    def watch(self, say: Say) -> None:
        """Stay until `stopping` is set, and start again what dies: an office has nobody to do that at night.

        Raises PermanentFailure, with the end of the log, when a part keeps dying.
        """
        while not self.stopping.wait(0.5):
            for part in self.parts:
                if part.died():
                    self._revive(part, say)

    def _revive(self, part: Part, say: Say) -> None:
        part.deaths.append(time.monotonic())
        deaths = part.deaths_since(SOUND_SECONDS)
        if deaths > RESTARTS:
            raise _death(part)
        say(
            f"{part.title.capitalize()} stopped by itself and is started again ({deaths} of {RESTARTS}). See {part.log}"
        )
        if not self.stopping.wait(min(2 ** (deaths - 1), 15)):
            part.start()

    def stop(self) -> None:
        """End everything within about ten seconds, runs under way first: they come back at the next start."""
        sweep.end(mark(), part=self.worker.name, patience=3)
        for part in (self.layer, *self.parts):
            part.signal(signal.SIGTERM)
        deadline = time.monotonic() + 3
        for part in (self.layer, *self.parts):
            part.reap(deadline - time.monotonic())
        sweep.kill(mark())
        if self.guard and self.guard.stdin:
            self.guard.stdin.write(b".")
            self.guard.stdin.close()
            self.guard.wait(5)


def _death(part: Part) -> PermanentFailure:
    return PermanentFailure(
        f"{part.title.capitalize()} has stopped, so everything was stopped. Its log ({part.log}) ends with:\n"
        f"{part.last_lines()}"
    )


def _guard() -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "outreach.up.guard", mark()],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=dict(os.environ),  # without the mark: it must outlive the sweep it makes
        start_new_session=True,
    )
