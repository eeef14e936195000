"""Taking returned mail in: read it, store what it reports as events, then move it out of the way."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import TypeVar

from outreach import clock
from outreach.bounces import places
from outreach.bounces.meaning import event
from outreach.bounces.reading import read
from outreach.database import session_scope
from outreach.drop_folders import put_away
from outreach.queries import provider_events
from outreach.settings import settings

AT_ONCE = 500  # mails in memory and in one transaction

T = TypeVar("T")


@dataclass(frozen=True)
class Taken:
    """How many mails reported on messages of ours, how many events were new among them, and how many mails did not."""

    reports: int = 0
    new: int = 0
    other: int = 0

    def __add__(self, more: "Taken") -> "Taken":
        return Taken(self.reports + more.reports, self.new + more.new, self.other + more.other)


def read_maildir() -> Taken:
    """Everything in `bounce_maildir`, where one is set. Raises PermanentFailure when it is no Maildir we can read."""
    maildir, taken = settings().bounce_maildir, Taken()
    if maildir is None:
        return taken
    for paths in _chunks(places.waiting_in(maildir)):
        found = [(path, mail) for path in paths if (mail := places.content(path)) is not None]
        ours, some = _take(mail for _, mail in found)
        for (path, _), is_ours in zip(found, ours, strict=True):
            places.move(maildir, path, ours=is_ours)
        taken += some
    places.delete_read(maildir, clock.now() - timedelta(days=settings().drop_keep_days))
    return taken


def read_dropped() -> Taken:
    """Every file in the drop folder. One without any report of ours goes to `failed`."""
    taken = Taken()
    for path in places.dropped():
        whole = Taken()
        for mails in _chunks(places.mails_in(path)):
            whole += _take(mails)[1]
        put_away(path, "done" if whole.reports else "failed")
        taken += whole
    return taken


def _take(mails: Iterable[bytes]) -> tuple[list[bool], Taken]:
    """Store what these mails report. Which of them were about a message of ours, and how many.

    Only a token that stands in the ledger counts. Anybody can send a report with an address in it, so an address alone
    is no news of anybody (docs/decisions/0013-only-a-token-is-believed.md).
    """
    told = [read(mail) for mail in mails]
    with session_scope() as session:
        holders = provider_events.holders(session, {report.token for reports in told for report in reports})
        known = [[report for report in reports if report.token in holders] for reports in told]
        now = clock.now()
        made = [event(report, holders[report.token], now) for reports in known for report in reports]
        new = provider_events.store(session, list({one.event_id: one for one in made}.values()))
    ours = [bool(reports) for reports in known]
    return ours, Taken(sum(ours), new, len(ours) - sum(ours))


def _chunks(things: Iterable[T]) -> Iterator[Sequence[T]]:
    source = iter(things)
    while some := list(islice(source, AT_ONCE)):
        yield some
