"""`outreach provider-stub`: the stand-in for SendGrid on a port of this machine."""

import signal
import tempfile
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from outreach.errors import PermanentFailure

if TYPE_CHECKING:
    from outreach.provider_stub import Stub


def run(
    port: Annotated[int, typer.Option(min=0, max=65535, help="0: any free one.")] = 8025,
    key: Annotated[str, typer.Option(help="The API key it lets in.")] = "SG.stand-in",
    faults: Annotated[str, typer.Option(help="What goes wrong, e.g. reset_after_accept=0.05,429=0.1,hang@3.")] = "",
    seed: Annotated[int, typer.Option(help="The same seed fails the same way.")] = 0,
    events: Annotated[str, typer.Option(help="Post signed events to this address.")] = "",
    report: Annotated[str, typer.Option(help="What is reported, e.g. bounce=0.02,duplicate=0.1,disorder=1.")] = "",
    record: Annotated[Path | None, typer.Option(help="The file that notes who got what; it is added to.")] = None,
    mails: Annotated[Path | None, typer.Option(help="A folder for every mail, filled in.")] = None,
) -> None:
    """A stand-in for SendGrid, for development and tests: strict, and failing as it is told. Ctrl-C stops it."""
    from outreach import provider_stub
    from outreach.provider_stub import posting
    from outreach.provider_stub.events import parse as planned
    from outreach.provider_stub.faults import parse as failing
    from outreach.provider_stub.record import Record

    with tempfile.TemporaryDirectory(prefix="provider-stub-") as folder:
        kept = Record(record or Path(folder) / "received.jsonl")
        poster = posting.EventPoster(kept, events, planned(report, seed)) if events else None
        stub = provider_stub.Stub(kept, failing(faults, seed), key=key, folder=mails, poster=poster)
        try:
            with provider_stub.serving(stub, port):
                _show(stub)
                _wait()
        except OSError as error:
            raise PermanentFailure(f"The stand-in cannot listen on port {port}: {error}.") from None


def _show(stub: "Stub") -> None:
    """What to set, as lines a shell understands."""
    from outreach.provider_stub import inspecting

    about = inspecting.about(stub)
    lines = {"TRANSPORT": "sendgrid", "SENDGRID_HOST": about["url"], "SENDGRID_API_KEY": about["key"]}
    if about["webhook_key"]:
        lines["SENDGRID_WEBHOOK_KEY"] = about["webhook_key"]
    for name, value in lines.items():
        print(f"export OUTREACH_{name}={value}")
    print(f"# {about['url']}/stub/counts says what it got; the record is {about['record']}", flush=True)


def _wait() -> None:
    """Until Ctrl-C or SIGTERM."""
    told = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: told.set())
    told.wait()
