"""Taking the provider's events into the ledger: after each post, and in housekeeping so that none is forgotten."""

import threading
from datetime import timedelta

from outreach import clock
from outreach.database import session_scope
from outreach.queries import bounces, provider_events
from outreach.settings import settings

EVENTS_AT_ONCE = 5_000  # a transaction: short enough that new posts never wait long for SQLite's one writer

_settling = threading.Lock()


def settle_all() -> int:
    """Settle until no event waits. Returns how many were taken in. May be run by several processes at once."""
    total = 0
    while taken := _settle_once():
        total += taken
    return total


def settle_soon() -> None:
    """The same beside other threads of this process: if one of them is at it already, it takes ours too."""
    while _something_waits() and _settling.acquire(blocking=False):
        try:
            settle_all()
        finally:
            _settling.release()


def note_unresolved() -> int:
    """Messages the provider gave up trying without a word count as softly bounced. Returns how many are new."""
    with session_scope() as session:
        return bounces.note_unresolved(session, clock.now())


def forget_old() -> int:
    """Delete what was reported longer ago than `event_keep_days`. Returns how many events."""
    with session_scope() as session:
        return provider_events.delete_old(session, clock.now() - timedelta(days=settings().event_keep_days))


def _settle_once() -> int:
    rule = bounces.Rule(settings().soft_bounce_limit, settings().soft_bounce_halving_days)
    with session_scope() as session:
        return provider_events.settle(session, EVENTS_AT_ONCE, clock.now(), rule)


def _something_waits() -> bool:
    with session_scope(reading=True) as session:
        return provider_events.waiting(session)
