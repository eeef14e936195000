"""`outreach unknown`: of whom nobody knows whether they got their message, and writing to them again."""

from datetime import datetime, timedelta
from typing import Annotated

import typer

from outreach import clock, database
from outreach.queries import unknown
from outreach.settings import settings
from outreach.tags import CONTROL

app = typer.Typer(help="People of whom nobody knows whether they got a message: list, resend.", no_args_is_help=True)


@app.command(name="list")
def list_() -> None:
    """The batches that people are unknown in, and from when they can be written to again."""
    with database.session_scope(reading=True) as session:
        doubts = unknown.doubts(session)
    if not doubts:
        print("Nobody is unknown.")
    for doubt in doubts:
        ready = doubt.since + timedelta(hours=settings().unknown_resend_hours)
        when = "can be written to again" if ready < clock.now() else f"can be written to again from {_local(ready)}"
        print(f"{doubt.key}, wave {doubt.wave}, batch {doubt.number}: {doubt.people} people unknown, {when}.")
        print(f"  posted {_local(doubt.since)}. {CONTROL.sub(' ', doubt.detail).strip()}")


def _local(at: datetime) -> str:
    return format(at.astimezone(clock.OFFICE_ZONE), "%Y-%m-%d %H:%M")


@app.command()
def resend(
    key: Annotated[str, typer.Argument(help="The campaign's key, as `outreach unknown list` shows it.")],
    coordinator: Annotated[str, typer.Option("--as", help="Your e-mail address as coordinator.")],
) -> None:
    """Write again to those without a sign of life. Look in the provider's log first: nobody should get it twice."""
    from outreach import resending
    from outreach.cli import starting

    resent = resending.resend(key, coordinator, via="cli")
    print(resent)
    starting.say_what_started(lambda: resending.start_next_run(resent), "The decision stands; the next run sends.")
