"""The one place that asks what time it is, so that tests move a clock instead of sleeping."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

OFFICE_ZONE = ZoneInfo("Europe/Stockholm")

_frozen: datetime | None = None


def now() -> datetime:
    """Aware UTC time. `OUTREACH_NOW` (ISO 8601 with offset) pins it for a whole process, for demos and tests."""
    if _frozen is not None:
        return _frozen
    pinned = os.environ.get("OUTREACH_NOW")
    return datetime.fromisoformat(pinned).astimezone(UTC) if pinned else datetime.now(UTC)


def today() -> date:
    """The calendar day at the office: duties count days as the office does, not as UTC does."""
    return now().astimezone(OFFICE_ZONE).date()


@contextmanager
def frozen(at: datetime) -> Iterator[None]:
    """Hold the clock at `at` (aware) for the length of a block."""
    global _frozen  # noqa: PLW0603 - one clock a process is the point
    before, _frozen = _frozen, at.astimezone(UTC)
    try:
        yield
    finally:
        _frozen = before


def start_of(day: date) -> datetime:
    """The moment a calendar day begins at the office, in UTC."""
    return datetime.combine(day, time.min, OFFICE_ZONE).astimezone(UTC)
