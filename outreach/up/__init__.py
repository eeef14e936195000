"""`outreach up`: everything embedded on one machine, from one command, with nothing left behind.

    with up.stack() as running:     # Prefect, deployments, worker and web are ready here
        ...                         # and gone here

Only `outreach.cli` and the demo use this. No other part of Outreach needs it.
"""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from types import FrameType

from outreach import prefect_password
from outreach.settings import settings
from outreach.up.claims import lock
from outreach.up.environment import log_dir, port_of, prefect_pages, web_address
from outreach.up.stack import Say, Stack, Stopped

PORTS = ("OUTREACH_PUBLIC_URL", "OUTREACH_PREFECT_URL")

__all__ = ["PORTS", "Stack", "Stopped", "addresses", "run", "stack"]

_say: Say = partial(print, flush=True)


def run(*, lan: bool = False, ready: Callable[[], None] | None = None, say: Say = _say) -> None:
    """Start everything, say what to open, call `ready`, and stay until Ctrl-C or SIGTERM; then stop all of it.

    Raises PermanentFailure with a sentence for a port in use, for another `up` on the same data, and for a part that
    keeps dying (with the end of its log).
    """
    say("Startar Prefect, en worker och webben ... / Starting Prefect, a worker and the web ...")
    try:
        with stack(lan=lan, say=say) as running:
            say(addresses(lan=lan))
            if ready is not None:
                ready()
            running.watch(say)
    except Stopped:
        pass
    say("Allt är stoppat. / Everything has stopped.")


@contextmanager
def stack(*, lan: bool = False, say: Say = _say) -> Iterator[Stack]:
    """A stack that is ready, and that is stopped when the block ends, however it ends. Raises as `run` does.

    Used in the main thread, Ctrl-C and SIGTERM set `stopping` on it; the block looks at that when it takes long.
    """
    with lock():
        made = Stack(lan=lan)
        with _signals(made.stopping, say):
            try:
                made.start()
                yield made
            finally:
                made.stop()


def addresses(*, lan: bool = False) -> str:
    """What to open, in Swedish and English."""
    return (
        f"  Prefect:         {prefect_pages(lan=lan)}{_password(lan)}\n"
        f"  Webben / Web:    {settings().public_url}{_behind_a_proxy(lan)}\n"
        f"  Loggar / Logs:   {log_dir()}\n"
        "Stoppa med Ctrl-C. / Stop with Ctrl-C."
    )


def _password(lan: bool) -> str:
    """Where the password lies that Prefect asks for. Never the password: what is printed ends up in logs."""
    if not prefect_password.of_server(lan=lan):
        return ""
    where = prefect_password.SERVER if prefect_password.chosen() else prefect_password.path()
    return f"\n  Lösenord / Password: {where}"


def _behind_a_proxy(lan: bool) -> str:
    """Where the proxy finds the web, when that is not the port the public address names."""
    host, port = web_address(lan=lan)
    return "" if port == port_of(settings().public_url) else f" (proxy -> {host}:{port})"


@contextmanager
def _signals(stopping: threading.Event, say: Say) -> Iterator[None]:
    """Let Ctrl-C and SIGTERM set `stopping`. Programs started meanwhile get both signals' defaults from the system."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(_number: int, _frame: FrameType | None) -> None:
        if not stopping.is_set():
            stopping.set()
            say("Stoppar ... / Stopping ...")

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
