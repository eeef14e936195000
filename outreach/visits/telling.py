"""Having those who answered told at once: the duty is started at the next half minute, not at its next schedule."""

import logging
import threading
from datetime import datetime, timedelta

from outreach import clock, prefect_api
from outreach.errors import OutreachError

DUTY = "event-notices"
EVERY_SECONDS = 30

log = logging.getLogger(__name__)
_asked: datetime | None = None
_lock = threading.Lock()


def soon() -> None:
    """Start the duty at the next half minute, once however many ask. Call it when what is to be told is committed.

    Never fails: where Prefect cannot be asked the duty's schedule, every quarter of an hour, tells them all the same.
    """
    global _asked  # noqa: PLW0603 - 500 who answer in one half minute ask Prefect once
    moment = next_moment(clock.now())
    with _lock:
        if _asked == moment:
            return
        _asked = moment
    try:
        if prefect_api.is_up():
            prefect_api.start_duty(DUTY, {}, idempotency_key=f"{DUTY}/{moment.isoformat()}", at=moment)
            return
        log.info("Prefect is not up, so the notices wait for their schedule")
    except OutreachError as error:
        log.warning("The notices wait for their schedule: %s", error)
    with _lock:
        _asked = None  # whoever answers next may find Prefect up again


def next_moment(now: datetime) -> datetime:
    """The next full or half minute after `now`."""
    passed = timedelta(seconds=now.second % EVERY_SECONDS, microseconds=now.microsecond)
    return now - passed + timedelta(seconds=EVERY_SECONDS)
