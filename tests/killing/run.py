"""The kill test: a campaign killed at random until it is done, and then everybody counted.

    make kill-test ARGS="--people 20000 --kills 200 --transport sendgrid --database postgresql --workers 2 --seed 1"

Runs of the duty are killed with SIGKILL and started again, while the provider fails too. Afterwards the other side's
own record and the ledger are compared as sets of people; then the provider reports, and a coordinator resends to those
of whom it has nothing to report. Prints the figures, and exits with 1 when a promise is broken.
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path

from outreach import clock, resending
from outreach import database as databases
from outreach.database import session_scope
from outreach.provider_stub.faults import Faults
from outreach.provider_stub.posting import EventPoster
from outreach.queries import office
from outreach.settings import settings
from tests.killing import ledger, places
from tests.killing.workers import Workers
from tests.spine.test_kill import enrol_many

FAULTS = (
    "429=0.03,500=0.01,413=0.01,slow=0.01,hang=0.001,reset_before_read=0.01,reset_after_read=0.01,"
    "reset_after_accept=0.01,hang_after_accept=0.001,cut_after_accept=0.01,500_after_accept=0.01,"
    "bad_address=0.0005,bad_address_unnamed=0.0005"
)
TWICE, MISSING = "TWICE", "MISSING: no message, and neither unknown nor refused"
DENIED, UNEXPLAINED = "got a message the ledger denies", "unknown in no batch that says why"


class Table:
    """Figures as lines, and which of them break a promise."""

    def __init__(self) -> None:
        self.broken: list[str] = []

    def show(self, name: str, figure: object) -> None:
        print(f"{name:<58} {figure:>9}", flush=True)

    def promise(self, name: str, people: set[str] | int) -> None:
        """Something there must be none of."""
        count = people if isinstance(people, int) else len(people)
        self.show(name, count)
        if count:
            self.broken.append(name)


def main() -> None:
    asked = _asked()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Told to stop."))  # and tidies away what it started
    with tempfile.TemporaryDirectory(prefix="kill-test-") as name, places.database(asked.database, Path(name)) as url:
        os.environ["no_proxy"] = "*"
        places.set_environment(
            data_dir=Path(name) / "var", database_url=url, transport=asked.transport, batch_size=asked.batch
        )
        with places.other_side(asked.transport, Path(name), asked.faults, asked.seed) as other:
            table = _test(asked, other)
    if table.broken:
        sys.exit(f"Broken: {'; '.join(table.broken)}.")


def _test(asked: argparse.Namespace, other: places.OtherSide) -> Table:
    databases.upgrade()
    with session_scope() as session:
        office.lay(session)
    enrol_many(asked.people)
    table, started = Table(), time.monotonic()
    workers = Workers(asked.workers, random.Random(asked.seed), other.posts)
    workers.send(asked.people, asked.batch, asked.kills)
    _tell_the_story(table, asked, workers, other, time.monotonic() - started)
    compare(table, asked.people, other.received(), ledger.read(), _refused(other))
    if other.poster is not None:
        _let_the_provider_report(table, other, other.poster)
    _resend(table, asked, workers, other)
    return table


def _tell_the_story(
    table: Table, asked: argparse.Namespace, workers: Workers, other: places.OtherSide, seconds: float
) -> None:
    print(f"{asked.transport}, {asked.database}, {asked.workers} workers, batches of {asked.batch}, seed {asked.seed}")
    table.show("people", asked.people)
    table.show("runs killed with SIGKILL", workers.kills)
    table.show("runs started", workers.starts)
    table.show("runs that stopped by themselves, for a reason they gave", workers.stopped)
    table.promise("runs that ended in another way", workers.unexpected)
    table.promise("kills that did not come before all was sent", asked.kills - workers.kills)
    if other.stub is not None:
        faults = sum(count for outcome, count in other.stub.outcomes.items() if outcome != "202")
        table.show("requests to the provider, and how many of them failed", f"{other.stub.requests}, {faults}")
    table.show("seconds", round(seconds))


def compare(table: Table, people: int, received: Counter[str], found: ledger.Ledger, refused: set[str]) -> None:
    """The other side's own record (`received`: token -> how often) and the ledger, before anything is reported."""
    rejected = found.rejected & refused
    print("-- when all was sent, by the other side's own record")
    table.show("accepted", len(found.alive))
    table.show("rejected: the provider refuses the address", len(rejected))
    table.show("unknown, and in how many batches", f"{len(found.unknown)}, {found.batches}")
    table.promise(TWICE, twice(received))
    table.promise(MISSING, found.everyone - set(received) - found.unknown - rejected)
    table.promise("not in the ledger", people - len(found.everyone))
    table.promise("neither accepted, rejected nor unknown", found.elsewhere)
    table.promise(DENIED, set(received) - found.alive - found.unknown)
    table.promise("rejected though the provider takes the address", found.rejected - refused)
    table.promise(UNEXPLAINED, found.unknown - found.explained)


def _let_the_provider_report(table: Table, other: places.OtherSide, poster: EventPoster) -> None:
    before = ledger.read()
    places.report(poster)
    received, after = set(other.received()), ledger.read()
    print("-- when the provider had reported")
    table.show("signed events taken by the webhook", poster.posted)
    table.promise("events the webhook did not take", poster.given_up)
    table.show("unknown before, who had got it and are settled", len(before.unknown & after.alive))
    table.promise("still unknown though they got it", after.unknown & received)
    table.promise("settled though they got nothing", after.alive - received)
    table.show("still unknown, of whom the provider knows nothing", len(after.unknown))


def _resend(table: Table, asked: argparse.Namespace, workers: Workers, other: places.OtherSide) -> None:
    """A day later a coordinator says so, and the provider has stopped failing."""
    if other.stub is None or not ledger.read().unknown:
        return
    faults = other.stub.faults
    other.stub.fail(Faults(addresses=faults.addresses, seed=faults.seed))
    with clock.frozen(clock.now() + timedelta(hours=settings().unknown_resend_hours, minutes=1)):
        resending.resend(ledger.campaign_key(), settings().coordinators[0].email, via="cli")
    workers.send(asked.people, asked.batch, 0)
    received, found = other.received(), ledger.read()
    print("-- when a coordinator had resent to those")
    table.promise(TWICE, twice(received))
    table.promise(MISSING, found.everyone - set(received) - _refused(other))
    table.promise("unknown", found.unknown)


def _refused(other: places.OtherSide) -> set[str]:
    """Whose addresses the provider will not have."""
    return {token for token, address in ledger.addresses().items() if other.refuses(address)}


def twice(received: Counter[str]) -> set[str]:
    return {token for token, times in received.items() if times > 1}


def _asked() -> argparse.Namespace:
    words = argparse.ArgumentParser(prog="tests.killing.run", description="Kill a campaign until it is done.")
    words.add_argument("--people", type=int, default=5_000)
    words.add_argument("--kills", type=int, default=30)
    words.add_argument("--transport", choices=["sendgrid", "outbox"], default="sendgrid")
    words.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    words.add_argument("--workers", type=int, default=1, help="runs at the same time")
    words.add_argument("--batch", type=int, default=20, help="people in a batch; a kill leaves up to four in doubt")
    words.add_argument("--seed", type=int, default=1)
    words.add_argument("--faults", default=FAULTS, help="as `outreach provider-stub --faults`")
    return words.parse_args()


if __name__ == "__main__":
    main()
